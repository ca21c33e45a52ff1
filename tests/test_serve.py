"""What `manage.py serve` says and runs; tests/faults starts it for real."""

import pytest

from openness.management.commands.serve import in_words, programs

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


def test_the_site_is_a_web_server_a_worker_and_a_schedule():
    assert [program.name for program in programs()] == ["web", "worker", "beat"]
