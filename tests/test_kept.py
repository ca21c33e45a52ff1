"""Pages kept whole: the same for everybody, and never older than the data."""

from collections.abc import Iterable
from threading import Thread
from typing import Any
from unittest.mock import Mock

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.client import ClientHandler
from django.test.utils import CaptureQueriesContext
from django.utils.cache import get_conditional_response

from openness import kept
from openness.consistent import newest, state
from openness.kept import SHELF, Answering
from openness.models import Revision


@pytest.fixture(autouse=True)
def empty_shelf() -> None:
    SHELF.clear()


@pytest.fixture
def revision(db: None) -> Revision:
    return Revision.objects.create(kind="import", summary="first")


def django(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """As Django's WSGI handler, which would close the connection of the test."""
    response: HttpResponse = ClientHandler()(environ)
    start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
    return [response.content]


def get(path: str, **headers: str) -> HttpResponse:
    """What the web server is given for a request."""
    said: dict[str, Any] = {}

    def start_response(status: str, pairs: list[tuple[str, str]]) -> None:
        said.update(status=int(status.split()[0]), headers=dict(pairs))

    environ = RequestFactory().get(path, headers=headers).META
    body = b"".join(Answering(django)(environ, start_response))
    answer = HttpResponse(body, **said)
    if "Content-Type" not in said["headers"]:
        del answer["Content-Type"]  # which would be there without having been said
    return answer


def queries(path: str, **headers: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert get(path, **headers).status_code in (200, 304)
    return len(asked)


def test_a_page_that_is_kept_asks_the_database_for_the_revision_only(revision: Revision) -> None:
    first = get("/rankings/")
    assert queries("/rankings/") == 1
    again = get("/rankings/")
    assert again.content == first.content
    assert dict(again.items()) == dict(first.items())


def test_a_new_revision_has_every_page_rendered_anew(revision: Revision) -> None:
    get("/rankings/")
    Revision.objects.create(kind="import", summary="second")
    assert queries("/rankings/") > 1


def test_an_older_revision_that_is_committed_later_counts_as_new(revision: Revision) -> None:
    Revision.objects.create(pk=revision.pk + 10, kind="import", summary="quicker")
    get("/rankings/")
    Revision.objects.create(pk=revision.pk + 5, kind="import", summary="slower")
    assert queries("/rankings/") > 1


def test_whoever_has_the_page_is_told_so(revision: Revision) -> None:
    tag = get("/rankings/")["ETag"]
    for asked in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        answer = get("/rankings/", **{"if-none-match": asked})
        assert (answer.status_code, answer.content) == (304, b"")
    assert get("/rankings/", **{"if-none-match": '"other"'}).status_code == 200


def test_that_it_is_unchanged_is_said_as_django_says_it(revision: Revision) -> None:
    page = get("/rankings/")
    request = RequestFactory().get("/rankings/", headers={"if-none-match": page["ETag"]})
    theirs = get_conditional_response(request, etag=page["ETag"], response=page)
    assert theirs is not None
    ours = get("/rankings/", **{"if-none-match": page["ETag"]})
    assert dict(ours.items()) == dict(theirs.items())


@pytest.mark.parametrize(
    "headers",
    [
        {"cache-control": "no-cache"},
        {"cookie": "theme=dark"},
        {"hx-request": "true"},
        {"authorization": "Token of-somebody"},
        {"if-unmodified-since": "Mon, 30 Nov 2026 00:00:00 GMT"},
    ],
    ids=["asks for it anew", "has a cookie", "asks for a part", "is known", "has a condition"],
)
def test_what_is_kept_is_not_for_a_reader_who(revision: Revision, headers: dict[str, str]) -> None:
    get("/rankings/")
    assert queries("/rankings/", **headers) > 1


def test_each_language_has_a_page_of_its_own(revision: Revision) -> None:
    assert get("/rankings/").content != get("/zh-hans/rankings/").content


def test_an_answer_to_another_host_is_not_given_out(revision: Revision) -> None:
    get("/rankings/", host="testserver")
    assert get("/rankings/", host="elsewhere.example").status_code == 400


def test_a_broken_connection_is_left_to_django(
    revision: Revision, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = get("/rankings/")
    answers: list[str | Exception] = [OperationalError("the server closed the connection"), state()]
    monkeypatch.setattr(kept, "state", Mock(side_effect=answers))
    assert get("/rankings/").content == page.content


@pytest.mark.django_db(transaction=True)
def test_a_state_has_one_name_until_another_connection_commits_a_revision() -> None:
    first = Revision.objects.create(kind="import", summary="first")

    def commit() -> None:
        Revision.objects.create(pk=first.pk - 1, kind="import", summary="slower")
        connection.close()

    named = state()
    assert state() == named
    other = Thread(target=commit)
    other.start()
    other.join()
    assert state() != named
    assert newest() == (first.pk, first.pk - 1)
