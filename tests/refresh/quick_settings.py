"""The site's settings with a refresh that lives in seconds, for real processes under test."""

from openness.settings import *  # noqa: F403 settings are extended this way

# A busy machine takes a second for what else takes a tenth.
REFRESH_LEASE = 12
REFRESH_TURN = 4
REFRESH_ROUND = 3

CELERY_BEAT_SCHEDULE = {
    "visit hub": {
        "task": "openness.tasks.visit",
        "schedule": 0.5,
        "args": ["hub"],
        "options": {"queue": "hub", "expires": 2},
    },
    "score": {"task": "openness.tasks.score_pending", "schedule": 1, "options": {"expires": 2}},
}
