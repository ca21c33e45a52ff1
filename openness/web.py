"""The web server: `python -m openness.web`, with the options of granian, or a part of `make serve`.

The site is loaded once, and the server's processes are forked from there, so that they share what
they do not change: 70 MB less for two of them.
"""

import gc
import os
import sys
from importlib import import_module

import django
from django.conf import settings
from django.urls import get_resolver
from django.utils.module_loading import import_string
from granian.cli import entrypoint

from openness.processes import die_with_parent, give_back_what_is_freed

OPTIONS = ("--interface", "wsgi", "--no-ws", "--workers", "2", "--blocking-threads", "2")
SITE = "openness.wsgi:application"


def load() -> None:
    """Load all that pages need; no connection is opened, which processes could not share."""
    give_back_what_is_freed()
    django.setup()
    _ = get_resolver().url_patterns
    for name in settings.MIDDLEWARE:
        import_string(name)
    gc.collect()
    gc.freeze()


def serve(*options: str) -> None:
    """Be the web server with these options of granian."""
    # A process of the server must not survive it.
    os.register_at_fork(after_in_child=die_with_parent)
    load()
    import_module("openness.wsgi")
    sys.argv = ["granian", *options]
    entrypoint()  # type: ignore[no-untyped-call]  # granian has no type for it


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openness.settings")
    serve(*sys.argv[1:])
