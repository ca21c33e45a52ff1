"""The site's settings with readers that are given up after two seconds, for a server under test."""

from openness.settings import *  # noqa: F403 settings are extended this way

STALLED_READER = 2
SNAPSHOT_IDLE = 4
