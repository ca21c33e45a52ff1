"""The web server of `make serve`: `python -m openness.web`, with the options of granian.

The site is loaded once, and the server's processes are forked from there, so that they share what
they do not change: 70 MB less for two of them.
"""

import gc
import os
import runpy

from django.urls import get_resolver

from openness.processes import die_with_parent


def load() -> None:
    """Load all that pages need; no connection is opened, which processes could not share."""
    import openness.wsgi  # noqa: F401, PLC0415 it sets Django up

    _ = get_resolver().url_patterns
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    # A process of the server must not survive it.
    os.register_at_fork(after_in_child=die_with_parent)
    load()
    runpy.run_module("granian", run_name="__main__")
