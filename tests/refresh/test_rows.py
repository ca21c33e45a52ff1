"""Every row of the fake hub's tables met by our own fetch layer: state, wait, and when again."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from openness.services.refresh_health import Rest
from tests.fakehub import Action, FakeHub, sites
from tests.fakehub.replies import Reply, json_reply, redirect
from tests.fakehub.server import html, status

HERON = "shore/heron"
# When the address is due again: a day for what is well, minutes for what says nothing of it.
DAY = (timedelta(hours=20), timedelta(hours=28))
SOON = (timedelta(minutes=4), timedelta(minutes=16))
SUSPECTED = (timedelta(hours=24.9), timedelta(hours=29))
AWAY = (timedelta(days=25), timedelta(days=35))
SECONDS = (timedelta(0), timedelta(seconds=70))


def body(**fields: object) -> Callable[[FakeHub], None]:
    def put(fake: FakeHub) -> None:
        fake.models[HERON] = sites.model(HERON, **fields)

    return put


def scripted(*actions: Action) -> Callable[[FakeHub], None]:
    def put(fake: FakeHub) -> None:
        fake.models[HERON] = sites.model(HERON)
        fake.script("heron|kit", *actions)

    return put


def answer(code: int, **headers: str) -> Callable[[FakeHub], None]:
    return scripted(status(code, **headers))


def moved(*, same: bool) -> Callable[[FakeHub], None]:
    def put(fake: FakeHub) -> None:
        fake.models[HERON] = sites.model(HERON)
        fake.rename(HERON, "coast/heron", same_id=same)

    return put


def over_quota(fake: FakeHub) -> None:
    fake.models[HERON] = sites.model(HERON)
    fake.quota(0, 40)


HUB_ROWS = {
    "info": (body(), "ok", 0, DAY),
    "another letter case": (
        lambda fake: fake.models.update({"Shore/Heron": sites.model("Shore/Heron")}),
        *("ok", 0, DAY),
    ),
    "renamed": (moved(same=True), "ok", 0, DAY),
    "the path is another's": (moved(same=False), "moved", 0, AWAY),
    "missing": (lambda fake: None, "gone_suspected", 0, SUSPECTED),
    "private": (body(private=True), "gone_suspected", 0, SUSPECTED),
    "gated": (body(gated="manual"), "gated", 0, DAY),
    "details gated": (answer(401, X_Error_Code="GatedRepo"), "gated", 0, DAY),
    "disabled, and says so": (body(disabled=True), "disabled", 0, AWAY),
    "disabled, refused": (
        answer(403, X_Error_Message="Access to this resource is disabled."),
        *("disabled", 0, AWAY),
    ),
    "a sibling without a name": (body(siblings=[{}]), "ok", 0, DAY),
    "a wrong token": (
        answer(401, X_Error_Message="Invalid credentials in Authorization header"),
        *("failing", 0, SOON),
    ),
    "no such revision": (answer(404, X_Error_Code="RevisionNotFound"), "failing", 0, SOON),
    "no such option": (answer(400), "failing", 0, SOON),
    "over quota": (over_quota, "new", 41, SECONDS),
    "429 with a time": (answer(429, Retry_After="20"), "new", 20, SECONDS),
    "429 without a time": (
        scripted(Action(Reply(429, b"", {"RateLimit": "nonsense"}))),
        *("new", 60, SECONDS),
    ),
    "503": (answer(503), "failing", 0, SOON),
    "a page with 200": (scripted(html()), "failing", 0, SOON),
    "JSON without id": (scripted(Action(json_reply({}))), "failing", 0, SOON),
    "half a body": (scripted(Action(truncate=True)), "failing", 0, SOON),
    "less than promised": (scripted(Action(longer=9)), "failing", 0, SOON),
    "no protocol": (scripted(Action(garbage=True)), "failing", 0, SOON),
    "a reset": (scripted(Action(reset=True)), "failing", 0, SOON),
    "a loop": (
        scripted(*[Action(redirect(f"/api/models/{HERON}", 307))] * 9),
        *("failing", 0, SOON),
    ),
    "a redirect to another site": (
        scripted(Action(redirect("http://127.0.0.1:9/", 307))),
        *("failing", 0, SOON),
    ),
}


@pytest.mark.parametrize("row", HUB_ROWS)
def test_a_row_of_the_hub(hub: FakeHub, target: Callable, visit: Callable, row: str):
    happens, state, wait, again = HUB_ROWS[row]
    address = target(HERON)
    address.immutable_id = sites.model(HERON)["_id"]
    if row == "another letter case":
        address.immutable_id = sites.model("Shore/Heron")["_id"]
    address.save()
    happens(hub)
    [done] = visit(address)
    assert address.state == state
    assert (done.seconds if isinstance(done, Rest) else 0) == pytest.approx(wait, abs=1)
    assert again[0] <= address.next_due_at - timezone.now() <= again[1]
    assert len([one for one in hub.requests if "gpt2" not in one.path]) <= 3  # hops, no repetition
    if state == "ok" and row != "a sibling without a name":
        expected = {"renamed": "coast/heron", "another letter case": "Shore/Heron"}
        assert address.reference == expected.get(row, HERON)


def blocked(code: int, words: str, **headers: str) -> Callable[[FakeHub], None]:
    return scripted(Action(json_reply({"message": words}, code, **headers)))


def spent(fake: FakeHub) -> None:
    fake.github.quota(0, 0, window=50)


GITHUB_ROWS = {
    "info": (lambda fake: None, "ok", 0, DAY),
    "renamed": (
        lambda fake: (
            fake.repositories.update(
                {"coast/kit": fake.repositories.pop("shore/kit") | {"full_name": "coast/kit"}}
            ),
            fake.moved.update({"shore/kit": "coast/kit"}),
        ),
        *("ok", 0, DAY),
    ),
    "missing": (lambda fake: fake.remove("shore/kit"), "gone_suspected", 0, SUSPECTED),
    "primary limit": (spent, "new", 51, SECONDS),
    "secondary limit": (
        blocked(403, "You have exceeded a secondary rate limit", Retry_After="7"),
        *("new", 7, SECONDS),
    ),
    "secondary limit without a time": (
        blocked(403, "You have exceeded a secondary rate limit"),
        *("new", 60, SECONDS),
    ),
    "502": (answer(502), "failing", 0, SOON),
    "withheld for legal reasons": (blocked(451, "Repository access blocked"), "disabled", 0, AWAY),
    "blocked": (blocked(403, "Repository access blocked"), "disabled", 0, AWAY),
    "a wrong token": (blocked(401, "Bad credentials"), "failing", 0, SOON),
    "a body without node_id": (
        lambda fake: fake.repositories["shore/kit"].pop("node_id"),
        *("ok", 0, DAY),
    ),
}


@pytest.mark.parametrize("row", GITHUB_ROWS)
def test_a_row_of_github(hub: FakeHub, target: Callable, visit: Callable, row: str):
    happens, state, wait, again = GITHUB_ROWS[row]
    address = target("shore/kit", source="github", kind="repository")
    hub.repositories["shore/kit"] = sites.repository("shore/kit")
    happens(hub)
    [done] = visit(address, source="github")
    assert address.state == state
    assert (done.seconds if isinstance(done, Rest) else 0) == pytest.approx(wait, abs=1)
    assert again[0] <= address.next_due_at - timezone.now() <= again[1]


@pytest.mark.parametrize(("source", "kind"), [("hub", "model"), ("github", "repository")])
def test_a_question_with_a_validator_is_answered_unchanged(
    hub: FakeHub, target: Callable, visit: Callable, source: str, kind: str
):
    hub.models[HERON], hub.repositories[HERON] = sites.model(HERON), sites.repository(HERON)
    address = target(HERON, source=source, kind=kind)
    visit(address, source=source)
    [done] = visit(address, source=source)
    assert (done.status, done.meaning, address.state) == (304, "unchanged", "ok")
