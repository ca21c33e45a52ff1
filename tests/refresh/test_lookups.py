"""Looks at addresses that people gave: fill in the form, show a link, find a maintainer's line."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from openness.models import Lookup, Submission
from openness.services import lookups, maintainers
from openness.services.prefill import of_lookup
from openness.services.reviews import accept
from openness.sources.http import Answer
from tests.factories import SubmissionFactory, begun
from tests.fakehub import Action, FakeHub, sites
from tests.fakehub.replies import Reply

pytestmark = pytest.mark.django_db

PELICAN = "https://huggingface.co/shore/pelican-7b"


@pytest.fixture(autouse=True)
def nothing_counted(servers: None) -> None:
    cache.clear()


def test_what_the_source_tells_is_filled_in_and_marked(client: Client, hub: FakeHub) -> None:
    hub.models["shore/pelican-7b"] = sites.model("shore/pelican-7b", license="mit")
    html = client.get(f"/submit/?address={PELICAN}").content.decode()
    assert "A worker is asking the source" in html
    look = Lookup.objects.get()
    waits = client.post("/submit/?poll=1", {"address": PELICAN, "begun": begun()})
    assert 'hx-post="/submit/?poll=2"' in waits.content.decode()
    lookups.look_up(look)
    typed = {"address": PELICAN, "begun": begun(), "license": "Apache-2.0"}
    filled = client.post("/submit/?poll=2", typed).content.decode()
    assert 'id="field-parameters" hx-swap-oob="true"' in filled
    assert 'value="7000000000"' in filled
    # What a person has typed is left alone.
    assert 'id="field-license"' not in filled
    whole = {"name": "pelican-7b", "organization": "Shore", "kind": "model", "weights": "public"}
    sent = whole | {"license": "Apache-2.0", "parameters": "7000000000", "weights_link": PELICAN}
    assert client.post("/submit/", sent | {"address": PELICAN, "begun": begun()}).status_code == 302
    by = Submission.objects.get().payload["filled"]
    assert (by["parameters"], by["weights"], by["name"]) == ("hub", "hub", "address")
    assert "license" not in by
    # Who asks next gets the same answer, and no second question is asked.
    html = client.get(f"/submit/?address={PELICAN}").content.decode()
    assert 'value="mit"' in html
    assert len(hub.asked("pelican")) == 1


def test_a_source_that_does_not_answer_costs_the_form_nothing(client: Client, hub: FakeHub) -> None:
    hub.script("pelican", Action(reset=True))
    look, _ = lookups.asked(PELICAN)
    assert look is not None
    assert of_lookup(lookups.look_up(look)) == {}
    assert client.get(f"/submit/?address={PELICAN}").status_code == 200
    Lookup.objects.update(done_at=None, meaning="", asked_at=timezone.now() - timedelta(minutes=2))
    answer = client.post("/submit/?poll=30", {"address": PELICAN, "begun": begun()})
    assert "has not answered in time" in answer.content.decode()


@pytest.mark.parametrize(
    ("answer", "meaning"),
    [
        (Answer("u", 200), "ok"),
        (Answer("u", 0, error="too_large"), "ok"),
        (Answer("u", 404), "missing"),
        (Answer("u", 403), "gated"),
        (Answer("u", 429), "throttled"),
        (Answer("u", 500), "outage"),
        (Answer("u", 0, error="unreachable"), "outage"),
        (Answer("u", 0, error="refused"), "our_error"),
    ],
)
def test_the_answer_of_a_page_says_whether_a_link_is_dead(answer: Answer, meaning: str) -> None:
    assert lookups.page_verdict(answer).meaning == meaning


def test_a_reviewer_sees_what_stands_at_each_link(admin_client: Client, hub: FakeHub) -> None:
    hub.models["shore/pelican-7b"] = sites.model("shore/pelican-7b", gated="manual")
    sent = SubmissionFactory()
    sent.payload["components"] = {"model_card": {"state": "open", "link": "http://127.0.0.1/card"}}
    sent.save()
    for look in lookups.look_at_links(sent):
        lookups.look_up(look)
    html = admin_client.get(f"/review/{sent.pk}/").content.decode()
    assert "gate: manual" in html
    # An address inside our own network is never visited.
    assert "not visited" in html


@pytest.mark.parametrize("kept", [True, False])
def test_a_maintainer_is_who_can_put_the_line_into_the_card(
    client: Client, admin_user: object, hub: FakeHub, kept: bool
) -> None:
    sent = SubmissionFactory()
    line = maintainers.line_of(sent if kept else SubmissionFactory(name="Another"))
    card = f"# Pelican\n<!-- {line} -->".encode()
    hub.script("README", Action(reply=Reply(200, card, {"Content-Type": "text/plain"})))
    assert maintainers.line_of(sent) in client.get(sent.get_absolute_url()).content.decode()
    client.post(sent.get_absolute_url(), {"do": "look"})
    [look] = sent.lookups.filter(purpose="token")
    maintainers.look_for_token(look)
    sent.refresh_from_db()
    assert bool(sent.maintainer_at) is kept
    row = accept(submission=sent, by=admin_user, alone=True)
    author = {held.author for held in row.project.evidence.in_force()}
    assert author == ({"maintainer"} if kept else {"submitter"})
