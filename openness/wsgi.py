"""The entry for web servers."""

import gc
import os

from django.core.wsgi import get_wsgi_application

from openness.processes import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openness.settings")
# The web server imports this in each of its workers, which must not survive it.
die_with_parent()
application = get_wsgi_application()
# What is loaded now stays: a garbage collector that need not look at it pauses less.
gc.collect()
gc.freeze()
