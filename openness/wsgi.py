"""The entry for web servers."""

import gc
import os
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from openness.kept import Answering
from openness.processes import cut_off_stalled_readers, die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openness.settings")
# The web server imports this in each of its workers, which must not survive it.
die_with_parent()


class Application:
    """Pages that are kept, Django's own, and at the first request the limit for readers that stall.

    The server listens only after it has imported this.
    """

    def __init__(self) -> None:
        self.site = Answering(get_wsgi_application())
        self.limited = False

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not self.limited:
            self.limited = True
            cut_off_stalled_readers(settings.STALLED_READER)
        return self.site(environ, start_response)


application = Application()
# What is loaded now stays: a garbage collector that need not look at it pauses less.
gc.collect()
gc.freeze()
