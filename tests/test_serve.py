"""What `manage.py serve` says and runs; tests/faults starts it for real."""

import pytest
from django.conf import settings

from openness.management.commands.serve import WORKERS, in_words, programs

NOTHING = {"created": 0, "updated": 0, "unchanged": 9}


@pytest.mark.parametrize(
    ("summary", "words"),
    [
        ({"changed": False, "projects": NOTHING}, "nothing has changed"),
        ({"projects": {"created": 3, "updated": 0}}, "3 projects created"),
        (
            {"projects": {"created": 3, "updated": 2}, "evidence": {"updated": 1}, "seconds": 0.4},
            "3 projects created, 2 projects updated, 1 evidence updated",
        ),
    ],
)
def test_the_loading_of_the_catalogue_is_told_in_words(summary: dict[str, object], words: str):
    assert in_words(summary) == words


def test_the_site_is_a_web_server_two_workers_and_a_schedule():
    assert [program.name for program in programs()] == ["web", "worker", "refresh", "beat"]


def test_every_queue_has_a_worker_and_scores_never_wait_for_a_round_of_visits():
    served = [queue for queues in WORKERS.values() for queue in queues]
    assert sorted(served) == sorted(queue.name for queue in settings.CELERY_TASK_QUEUES)
    assert WORKERS["worker"] == ("score",)
