"""Webhooks: who has registered is told once of each revision that fits, signed, and by us alone."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from rest_framework.authtoken.models import Token
from standardwebhooks import Webhook, WebhookVerificationError

from openness.environment import PROJECT
from openness.models import Change, Delivery, Project, Receiver
from openness.services.webhooks import (
    CHANGES_MOST,
    KEPT,
    RECEIVERS_MOST,
    SETTLED,
    WAITS,
    deliver_due,
    forget_deliveries,
    register,
)
from openness.sources.http import Guard, Limits, Strangers
from tests.factories import OrganizationFactory, ProjectFactory, RevisionFactory

pytestmark = pytest.mark.django_db


class Desk(BaseHTTPRequestHandler):
    """Takes what is posted, and answers what the test says."""

    def do_POST(self) -> None:
        server: Any = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server.taken.append(({k.lower(): v for k, v in self.headers.items()}, body))
        self.send_response(server.status)
        self.send_header("Content-Length", "0")
        self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def desk() -> Iterator[Any]:
    """A receiver on a real socket: `taken` is what came, `status` what it answers."""
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    server.taken, server.status = [], 204
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def owner() -> User:
    return User.objects.create_user("ana", email="ana@example.org", password="a long enough one")


@pytest.fixture
def receiver(desk: Any, owner: User) -> Receiver:
    return register(owner=owner, url=f"http://127.0.0.1:{desk.server_port}/hook", query="")


@pytest.fixture
def send(desk: Any) -> Callable[..., list[Delivery]]:
    """One round of a worker that may go to this receiver, so long from now."""

    def run(after: timedelta = timedelta()) -> list[Delivery]:
        guard = Guard(permits=lambda _: True, ports=frozenset({desk.server_port}))
        with time_machine.travel(timezone.now() + after):
            client = Strangers(guard=guard, limits=Limits(total=5))
            return list(deliver_due(seconds=10, client=client))

    return run


def change(project: Project, **revision: Any) -> Change:
    return Change.objects.create(
        project=project,
        revision=RevisionFactory(**revision),
        field="model_card",
        old="closed",
        new="open",
        change_class="more_open",
    )


def said(desk: Any) -> list[dict[str, Any]]:
    return [json.loads(body) for _headers, body in desk.taken]


def test_a_receiver_is_greeted_and_then_told_of_each_revision_once(
    desk: Any, receiver: Receiver, send: Callable[..., list[Delivery]]
) -> None:
    change(ProjectFactory(slug="heron-7b"), summary="a refresh", kind="refresh")
    change(ProjectFactory(slug="stork"))
    send()
    ping, first, second = said(desk)
    assert ping["type"] == "ping"
    assert first["type"] == "changes.recorded"
    assert first["data"]["summary"] == "a refresh"
    assert [row["project"] for row in first["data"]["changes"]] == ["heron-7b"]
    assert first["data"]["changes"][0]["change_class"] == "more_open"
    assert second["data"]["revision"] > first["data"]["revision"]
    assert send(timedelta(minutes=1)) == []
    assert len(desk.taken) == 3
    assert {sent.delivered_at is not None for sent in receiver.deliveries.all()} == {True}


def test_a_message_is_signed_as_the_convention_and_the_guide_say(
    desk: Any, receiver: Receiver, send: Callable[..., list[Delivery]]
) -> None:
    send()
    [(headers, body)] = desk.taken
    assert Webhook(receiver.secret).verify(body, headers)["type"] == "ping"
    with pytest.raises(WebhookVerificationError):
        Webhook(receiver.secret).verify(body + b" ", headers)
    guide: dict[str, Any] = {}
    code = re.search(r"```python\n(.*?)```", (PROJECT / "docs" / "api.md").read_text(), re.DOTALL)
    assert code
    exec(code[1], guide)  # noqa: S102  the guide's own words
    assert guide["is_ours"](headers, body, receiver.secret)
    assert not guide["is_ours"](headers, body + b" ", receiver.secret)
    assert not guide["is_ours"](headers, body, "whsec_" + "A" * 43 + "=")
    old = headers | {"webhook-timestamp": "1700000000"}
    assert not guide["is_ours"](old, body, receiver.secret)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("", ["heron-7b", "stork"]),
        ("project=stork", ["stork"]),
        ("organization=shore", ["heron-7b"]),
        ("change_class=withdrawn", []),
        ("lens=no-such", []),  # a condition that makes no sense any more lets nothing through
    ],
)
def test_a_receiver_is_told_of_what_it_asked_for(
    desk: Any, owner: User, send: Callable[..., list[Delivery]], query: str, told: list[str]
) -> None:
    register(owner=owner, url=f"http://127.0.0.1:{desk.server_port}/", query=query)
    shore = OrganizationFactory(slug="shore")
    change(ProjectFactory(slug="heron-7b", organization=shore))
    change(ProjectFactory(slug="stork"))
    if "organization" in query:
        from openness.services.assess import assess  # noqa: PLC0415  lists are made by it

        assess()
    send()
    rows = [row for one in said(desk)[1:] for row in one["data"]["changes"]]
    assert [row["project"] for row in rows] == told


def test_what_is_committed_late_is_told_all_the_same(
    desk: Any, receiver: Receiver, send: Callable[..., list[Delivery]]
) -> None:
    early, late = RevisionFactory(), change(ProjectFactory())
    send()
    Change.objects.create(
        project=late.project, revision=early, field="name", change_class="renamed"
    )
    send(timedelta(minutes=1))
    assert [one["data"].get("revision") for one in said(desk)[1:]] == [late.revision_id, early.pk]
    send(SETTLED + timedelta(minutes=1))
    receiver.refresh_from_db()
    assert receiver.told == late.revision_id
    assert send(SETTLED + timedelta(minutes=5)) == []


def test_a_message_that_fails_is_sent_again_with_the_same_id_ever_later(
    desk: Any, receiver: Receiver, send: Callable[..., list[Delivery]]
) -> None:
    desk.status = 500
    for n, wait in enumerate(WAITS, 1):
        [failed] = send()
        assert (failed.attempts, failed.words) == (n, "it answered 500")
        receiver.refresh_from_db()
        left = receiver.next_due_at - timezone.now()
        assert wait * 0.9 < left < wait * 1.2
        assert send() == []  # not before its time
        Receiver.objects.update(next_due_at=timezone.now())
    assert len({headers["webhook-id"] for headers, _body in desk.taken}) == 1
    desk.status = 200
    [done] = send()
    assert done.delivered_at
    receiver.refresh_from_db()
    assert (receiver.fails, receiver.first_failed_at) == (0, None)


@pytest.mark.parametrize(
    ("status", "state", "word"), [(500, "failed", "in 10 attempts"), (410, "gone", "gone for good")]
)
def test_lasting_failure_ends_it_and_its_owner_is_told(
    client: Client,
    desk: Any,
    owner: User,
    receiver: Receiver,
    send: Callable[..., list[Delivery]],
    status: int,
    state: str,
    word: str,
) -> None:
    desk.status = status
    Receiver.objects.update(fails=len(WAITS), first_failed_at=timezone.now() - timedelta(days=3))
    [failed] = send()
    receiver.refresh_from_db()
    assert receiver.state == state
    [letter] = mail.outbox
    assert letter.to == ["ana@example.org"]
    assert word in letter.body
    assert receiver.get_absolute_url() in letter.body
    client.force_login(owner)
    page = client.get(receiver.get_absolute_url()).content.decode()
    assert word in page
    assert failed.words in page
    change(ProjectFactory())
    assert send(timedelta(days=1)) == []
    desk.status = 200
    client.post(receiver.get_absolute_url(), {"do": "resume"})
    late = change(ProjectFactory())
    send()
    told = [one["data"].get("revision") for one in said(desk)[1:]]
    assert told == [None, late.revision_id]  # the ping, and what came after it went on


@pytest.mark.parametrize("status", [301, 307])
def test_a_redirect_is_a_failure_and_is_not_followed(
    desk: Any, receiver: Receiver, send: Callable[..., list[Delivery]], status: int
) -> None:
    desk.status = status
    [failed] = send()
    assert failed.words == f"it answered {status}"


def test_an_address_of_our_own_network_is_never_dialed(desk: Any, owner: User) -> None:
    register(owner=owner, url="http://127.0.0.1/", query="")
    [failed] = deliver_due(seconds=5)
    assert (failed.status, failed.words) == (0, "refused")


def test_a_large_revision_says_where_the_rest_is(
    client: Client, desk: Any, receiver: Receiver, send: Callable[..., list[Delivery]]
) -> None:
    first = change(ProjectFactory(slug="heron-7b"))
    Change.objects.bulk_create(
        Change(
            project=first.project, revision=first.revision, field=f"f{n}", change_class="lateral"
        )
        for n in range(CHANGES_MOST)
    )
    send()
    data = said(desk)[1]["data"]
    assert (len(data["changes"]), data["total"]) == (CHANGES_MOST, CHANGES_MOST + 1)
    rest = client.get(data["more"].removeprefix("http://127.0.0.1:8000") + "&limit=500").json()
    assert len(rest["results"]) == CHANGES_MOST + 1


def test_two_workers_send_nothing_twice_and_a_lost_lease_records_nothing(
    desk: Any, receiver: Receiver, send: Callable[..., list[Delivery]]
) -> None:
    Receiver.objects.update(
        leased_until=timezone.now() + timedelta(minutes=5),
        lease_token="00000000-0000-0000-0000-000000000001",
    )
    assert send() == []
    [sent] = send(timedelta(minutes=6))
    assert sent.delivered_at


def test_what_was_sent_is_kept_for_a_month(
    desk: Any, receiver: Receiver, send: Callable[..., list[Delivery]]
) -> None:
    change(ProjectFactory())
    send()
    Receiver.objects.update(told=10**6)
    assert forget_deliveries() == 0
    Delivery.objects.update(delivered_at=timezone.now() - KEPT - timedelta(days=1))
    assert forget_deliveries() == 1
    assert receiver.deliveries.get().revision is None  # or it would be greeted again


def test_a_page_registers_shows_the_secret_once_and_only_to_its_owner(
    client: Client, owner: User
) -> None:
    assert "Sign in" in client.get("/webhooks/").content.decode()
    typed = {"url": "https://example.org/hook", "asked": "https://x.example/a?organization=ai2"}
    assert client.post("/webhooks/", typed)["Location"] == "/sign-in/?next=%2Fwebhooks%2F"
    client.force_login(owner)
    made = client.post("/webhooks/", typed).content.decode()
    row = Receiver.objects.get()
    assert (row.asked, row.owner) == ("organization=ai2", owner)
    assert row.secret in made
    for address in ("/webhooks/", row.get_absolute_url()):
        later = client.get(address)
        assert row.secret not in later.content.decode()
        assert "https://example.org/hook" in later.content.decode()
        assert "no-store" in later["Cache-Control"]
    assert client.post("/webhooks/", typed).status_code == 422  # sent again by accident
    other = Client()
    other.force_login(User.objects.create_user("ben"))
    assert other.get(row.get_absolute_url()).status_code == 404
    assert other.post(row.get_absolute_url(), {"do": "remove"}).status_code == 404
    client.post(row.get_absolute_url(), {"do": "pause"})
    row.refresh_from_db()
    assert row.state == "paused"
    client.post(row.get_absolute_url(), {"do": "remove"})
    assert not Receiver.objects.exists()


@pytest.mark.parametrize(
    ("url", "query"),
    [
        ("ftp://example.org/", ""),
        ("https://example.org:8080/", ""),
        ("https://me@example.org/", ""),
        ("nonsense", ""),
        ("https://example.org/\u202e", ""),
        ("https://example.org/", "color=red"),
        ("https://example.org/", "since=4"),
        ("https://example.org/", "as_of=2026-11-01"),
        ("https://example.org/", "all"),
    ],
)
def test_what_makes_no_sense_is_not_registered(
    client: Client, owner: User, url: str, query: str
) -> None:
    client.force_login(owner)
    answer = client.post("/webhooks/", {"url": url, "asked": query})
    assert answer.status_code == 422
    assert 'class="err"' in answer.content.decode()
    token = {"authorization": f"Token {Token.objects.create(user=owner)}"}
    by_program = client.post(
        "/api/v1/webhooks/",
        {"url": url, "filter": query},
        content_type="application/json",
        headers=token,
    )
    assert by_program.status_code == 400
    assert by_program.json()["errors"][0]["name"] in ("url", "filter")
    assert not Receiver.objects.exists()


def test_a_program_registers_looks_pauses_and_removes_with_its_token(
    client: Client, owner: User, desk: Any, send: Callable[..., list[Delivery]]
) -> None:
    cache.clear()
    token = {"authorization": f"Token {Token.objects.create(user=owner)}"}
    asked: dict[str, Any] = {"content_type": "application/json", "headers": token}
    assert client.get("/api/v1/webhooks/").status_code == 401
    made = client.post(
        "/api/v1/webhooks/", {"url": "https://example.org/", "filter": "organization=ai2"}, **asked
    )
    assert made.status_code == 201
    key, secret = made.json()["key"], made.json()["secret"]
    Receiver.objects.update(url=f"http://127.0.0.1:{desk.server_port}/")
    send()
    assert Webhook(secret).verify(desk.taken[0][1], desk.taken[0][0])
    address = f"/api/v1/webhooks/{key}/"
    found = client.get(address, headers=token)
    assert found["Cache-Control"] == "private, no-store"
    [delivery] = found.json()["deliveries"]
    assert (delivery["attempts"], delivery["status"], delivery["error"]) == (1, 204, None)
    assert secret not in found.content.decode()
    assert client.patch(address, {"state": "paused"}, **asked).json()["state"] == "paused"
    assert client.patch(address, {"state": "lost"}, **asked).status_code == 400
    other = {
        "authorization": f"Token {Token.objects.create(user=User.objects.create(username='b'))}"
    }
    assert client.get(address, headers=other).status_code == 404
    assert client.get("/api/v1/webhooks/", headers=other).json()["results"] == []
    assert client.delete(address, headers=token).status_code == 204
    assert client.get(address, headers=token).status_code == 404


def test_nobody_has_more_receivers_than_one_may(client: Client, owner: User) -> None:
    client.force_login(owner)
    for n in range(RECEIVERS_MOST):
        register(owner=owner, url=f"https://example.org/{n}", query="")
    answer = client.post("/webhooks/", {"url": "https://example.org/more"})
    assert answer.status_code == 422
    assert "20 receivers" in answer.content.decode()
