"""Pages kept whole: the same for everybody, and never older than the data."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from openness.kept import SHELF
from openness.models import Revision


@pytest.fixture(autouse=True)
def empty_shelf() -> None:
    SHELF.clear()


@pytest.fixture
def revision(db: None) -> Revision:
    return Revision.objects.create(kind="import", summary="first")


def queries(client: Client, path: str, **headers: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path, headers=headers).status_code in (200, 304)
    return len(asked)


def test_a_page_that_is_kept_asks_the_database_for_the_revision_only(
    client: Client, revision: Revision
) -> None:
    first = client.get("/rankings/")
    assert queries(client, "/rankings/") == 1
    again = client.get("/rankings/")
    assert again.content == first.content
    assert dict(again.items()) == dict(first.items())


def test_a_new_revision_has_every_page_rendered_anew(client: Client, revision: Revision) -> None:
    client.get("/rankings/")
    Revision.objects.create(kind="import", summary="second")
    assert queries(client, "/rankings/") > 1


def test_an_older_revision_that_is_committed_later_counts_as_new(
    client: Client, revision: Revision
) -> None:
    Revision.objects.create(pk=revision.pk + 10, kind="import", summary="quicker")
    client.get("/rankings/")
    Revision.objects.create(pk=revision.pk + 5, kind="import", summary="slower")
    assert queries(client, "/rankings/") > 1


def test_whoever_has_the_page_is_told_so(client: Client, revision: Revision) -> None:
    tag = client.get("/rankings/")["ETag"]
    answer = client.get("/rankings/", headers={"if-none-match": tag})
    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize(
    "headers",
    [{"cache-control": "no-cache"}, {"cookie": "theme=dark"}, {"hx-request": "true"}],
    ids=["asks for it anew", "has a cookie", "asks for a part"],
)
def test_what_is_kept_is_not_for_a_reader_who(
    client: Client, revision: Revision, headers: dict[str, str]
) -> None:
    client.get("/rankings/")
    assert queries(client, "/rankings/", **headers) > 1


def test_each_language_has_a_page_of_its_own(client: Client, revision: Revision) -> None:
    assert client.get("/rankings/").content != client.get("/zh-hans/rankings/").content
