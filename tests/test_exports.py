"""A download is one state of the database, whatever is written while it is read."""

import csv
import io
from collections.abc import Callable, Iterator
from threading import Thread

import pytest
from django.db import connection
from django.test import Client

from openness.exports.rankings import ranking_csv
from openness.exports.snapshot import Frozen
from openness.filters import Query
from openness.models import Listing, Project
from openness.rankings import current_revision
from openness.services.assess import assess
from tests.factories import component, project_with, weights

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shelf() -> None:
    """Thirty projects with their scores."""
    for number in range(30):
        project_with(weights(), component("model_card"), slug=f"heron-{number:02}")


def elsewhere(work: Callable[[], object]) -> None:
    """Do it in a connection of its own, and commit."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    thread.join()


def rewrite() -> None:
    """Rename, add, close and take out projects, as a busy worker might."""
    Project.objects.filter(slug="heron-05").update(slug="a-new-name")
    project_with(weights(), slug="heron-late")
    gone = Project.objects.get(slug="heron-07")
    Listing.objects.filter(project=gone).delete()
    gone.evidence.all().delete()
    assess()


def slugs(text: str) -> list[str]:
    return [row["slug"] for row in csv.DictReader(io.StringIO(text))]


def test_rows_are_neither_lost_nor_doubled_nor_mixed_while_projects_change(
    shelf: None, client: Client
) -> None:
    before = current_revision()
    response = client.get("/rankings.csv")
    elsewhere(rewrite)
    body = b"".join(response.streaming_content).decode()
    assert response["Openness-Revision"] == str(before)
    assert sorted(slugs(body)) == [f"heron-{number:02}" for number in range(30)]
    assert {row["rank"] for row in csv.DictReader(io.StringIO(body))} == {"1"}
    after = b"".join(client.get("/rankings.csv").streaming_content).decode()
    assert "a-new-name" in slugs(after)
    assert current_revision() > before


def test_a_download_that_nobody_reads_gives_its_snapshot_back(shelf: None) -> None:
    frozen = Frozen(lambda _: ranking_csv(Query()))
    assert connection.in_atomic_block
    frozen.close()
    assert not connection.in_atomic_block
    assert list(frozen) == []


def test_a_download_that_fails_gives_its_snapshot_back(shelf: None) -> None:
    def broken(_: int) -> Iterator[str]:
        yield "a line"
        raise ConnectionResetError

    frozen = Frozen(broken)
    assert next(frozen) == "a line"
    with pytest.raises(ConnectionResetError):
        next(frozen)
    assert not connection.in_atomic_block
