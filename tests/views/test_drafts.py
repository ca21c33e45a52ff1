"""Drafts: kept half-filled under a private link, sent once; and files that fill one in."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from django.utils.html import strip_tags

from openness.figures import day as day_words
from openness.models import Lookup, Project, Submission
from openness.models.submission import STATUSES
from openness.tasks import forget_drafts
from tests.factories import SubmissionFactory, begun
from tests.views.test_submissions import WHOLE

HALF = {"begun": begun(), "name": "Pelican 7B", "license": "MIT", "email": "ana@example.org"}
MOT = """\
framework: {name: Model Openness Framework, version: '1.0'}
release:
  name: Pelican-7B
  version: 7B
  producer: Shore Institute
  repository: 'https://github.com/shore/pelican'
  huggingface: 'https://huggingface.co/shore/pelican-7b'
  license: {distribution: {name: Apache-2.0}}
  components:
    - {name: 'Model parameters (Final)'}
    - {name: 'Model card', license: CC-BY-4.0, component_path: 'https://example.org/card'}
    - {name: 'Training code'}
"""


def kept(client: Client, **fields: str) -> Submission:
    client.post("/submit/", HALF | {"draft": "1"} | fields)
    return Submission.objects.get()


def uploaded(client: Client, text: str = MOT) -> HttpResponse:
    file = SimpleUploadedFile("pelican.yml", text.encode(), "application/yaml")
    return client.post("/submit/", {"read": "1", "begun": begun(), "file": file})


def marks(html: str) -> dict[str, str]:
    """{field: what its mark says} of a form."""
    found = re.findall(r'id="field-([^"]+)".*?</div>', html, re.DOTALL)
    parts = re.split(r'id="field-', html)[1:]
    marked = {
        name: re.search(r'<span class="by">([^<]*)</span>', part.partition("</div>")[0])
        for name, part in zip(found, parts, strict=True)
    }
    return {name: mark[1] for name, mark in marked.items() if mark}


def test_a_half_filled_form_is_kept_and_found_again_by_its_link_alone(client: Client) -> None:
    draft = kept(client, **{"training_code-state": "open"})
    assert (draft.status, draft.email) == ("draft", "ana@example.org")
    answer = Client().get(draft.get_absolute_url())
    html = answer.content.decode()
    assert 'value="Pelican 7B"' in html
    assert 'value="ana@example.org"' in html
    assert re.search(r'id="id_training_code-state".*?value="open" selected', html, re.DOTALL)
    assert (answer["X-Robots-Tag"], answer["Referrer-Policy"]) == ("noindex", "same-origin")
    assert "no-store" in answer["Cache-Control"]


def test_nobody_else_sees_a_draft(client: Client, admin_client: Client) -> None:
    draft = kept(client)
    assert "Pelican" not in admin_client.get("/review/").content.decode()
    assert "Pelican" not in admin_client.get("/review/?show=done").content.decode()
    assert admin_client.get(f"/review/{draft.pk}/").status_code == 404


def test_a_draft_is_kept_again_and_sent_once_it_is_whole(client: Client) -> None:
    draft = kept(client)
    address = draft.get_absolute_url()
    client.post(address, HALF | {"draft": "1", "license": "Apache-2.0"})
    draft.refresh_from_db()
    assert (draft.status, draft.payload["license"]) == ("draft", "Apache-2.0")
    answer = client.post(address, HALF)
    assert answer.status_code == 422
    assert "Say who releases it" in answer.content.decode()
    assert client.post(address, WHOLE).status_code == 302
    draft.refresh_from_db()
    assert (draft.status, draft.payload["organization"]) == ("pending", "Shore Institute")
    # A second click sends nothing, and takes nothing back.
    assert client.post(address, WHOLE).status_code == 302
    assert Submission.objects.get().status == "pending"


@pytest.mark.parametrize(("day", "stays"), [(89, True), (91, False)])
def test_a_draft_says_until_when_it_is_kept_and_is_forgotten_after_that(
    client: Client, day: int, stays: bool
) -> None:
    draft = kept(client, weights_link="https://huggingface.co/shore/pelican-7b")
    client.post(draft.get_absolute_url(), {"do": "look"})
    end = day_words(draft.saved_at + timedelta(days=90))
    page = strip_tags(client.get(draft.get_absolute_url()).content.decode())
    assert f"It is removed on {end} unless you keep it again." in page
    with time_machine.travel(timezone.now() + timedelta(days=day)):
        forget_drafts()
        assert client.get(draft.get_absolute_url()).status_code == (200 if stays else 404)
        assert Submission.objects.exists() is Lookup.objects.exists() is stays


def test_whoever_keeps_a_draft_again_keeps_it_longer(client: Client) -> None:
    draft = kept(client)
    with time_machine.travel(timezone.now() + timedelta(days=80)):
        again = HALF | {"draft": "1", "begun": begun()}
        assert client.post(draft.get_absolute_url(), again).status_code == 302
    with time_machine.travel(timezone.now() + timedelta(days=160)):
        forget_drafts()
    assert Submission.objects.get().status == "draft"


@pytest.mark.parametrize("status", [name for name in STATUSES if name != "draft"])
def test_what_was_sent_is_never_forgotten(status: str, heron: Project, admin_user: User) -> None:
    signed = {"decided_at": timezone.now(), "decided_by": admin_user, "project": heron}
    SubmissionFactory(status=status, **(signed if status in ("accepted", "returned") else {}))
    with time_machine.travel(timezone.now() + timedelta(days=5000)):
        forget_drafts()
    assert Submission.objects.get().status == status


def test_old_drafts_are_looked_for_every_night() -> None:
    [entry] = [
        one for one in settings.CELERY_BEAT_SCHEDULE.values() if one["task"] == forget_drafts.name
    ]
    assert (entry["schedule"].hour, entry["schedule"].minute) == ({3}, {40})


def test_two_clicks_on_keep_make_one_draft(client: Client) -> None:
    for _ in range(2):
        client.post("/submit/", HALF | {"draft": "1"})
    assert Submission.objects.count() == 1


def test_a_draft_is_withdrawn_and_its_name_may_be_missing(client: Client) -> None:
    draft = kept(client, name="")
    assert "without a name" in client.get(draft.get_absolute_url()).content.decode()
    client.post(draft.get_absolute_url(), HALF | {"do": "withdraw"})
    draft.refresh_from_db()
    assert draft.status == "withdrawn"


def test_a_draft_shows_the_twin_before_it_is_sent(client: Client, heron: Project) -> None:
    draft = kept(client)
    answer = client.post(draft.get_absolute_url(), WHOLE | {"name": "Heron 7B"})
    assert answer.status_code == 409
    assert "Heron 7B" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_what_waits_for_a_reviewer_already_is_shown_before_it_is_sent_again(
    client: Client,
) -> None:
    client.post("/submit/", WHOLE)
    first = Submission.objects.get()
    answer = Client().post("/submit/", WHOLE | {"begun": begun(90), "name": "pelican 7b"})
    assert answer.status_code == 409
    assert f'href="/review/{first.pk}/"' in answer.content.decode()
    assert Submission.objects.count() == 1


def test_a_file_of_the_model_openness_tool_fills_in_a_draft_and_says_so(client: Client) -> None:
    answer = uploaded(client)
    draft = Submission.objects.get()
    assert answer["Location"] == draft.get_absolute_url()
    assert (draft.status, draft.name, draft.organization) == (
        "draft",
        "Pelican-7B",
        "Shore Institute",
    )
    said = draft.payload["components"]
    assert said["model_card"] == {
        "state": "open",
        "license": "CC-BY-4.0",
        "link": "https://example.org/card",
    }
    # A component without a place of its own is found where the release is.
    assert said["training_code"]["link"] == "https://github.com/shore/pelican"
    html = client.get(draft.get_absolute_url()).content.decode()
    marked = marks(html)
    assert marked["license"] == marked["model_card-link"] == "from the file"
    assert "email" not in marked


def test_the_record_says_which_fields_a_person_has_changed_since(client: Client) -> None:
    uploaded(client)
    draft = Submission.objects.get()
    shown = {"license": "MIT", "weights": "public", "parameters": "7000000000"}
    client.post(draft.get_absolute_url(), WHOLE | shown | {"name": "Pelican-7B"})
    draft.refresh_from_db()
    assert draft.status == "pending"
    by = draft.payload["filled"]
    assert (by["name"], by["parameters"]) == ("mot", "mot")
    assert "license" not in by
    html = client.get(f"/review/{draft.pk}/").content.decode()
    assert html.count("from the file") == len([name for name in by if "-" not in name])
