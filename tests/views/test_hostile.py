"""Hostile input, as a table: a clear error or a refusal, and nothing half-written anywhere."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django_otp.plugins.otp_totp.models import TOTPDevice

from openness.models import Change, Evidence, Lookup, Project, Review, Revision, Submission
from openness.services.assess import assess
from openness.services.people import new_recovery_codes
from openness.services.reviews import accept
from tests.factories import SubmissionFactory, begun
from tests.views.shelf import heron_7b
from tests.views.test_submissions import WHOLE

TABLES = (Submission, Lookup, Project, Evidence, Review, Revision, Change)

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "\n".join(
    f"{name}: &{name} [{','.join(['*' + before] * 9)}]" for before, name in pairwise("abcdefghi")
)
RELEASE = "release:\n  name: Pelican\n  components: []\n"
REPORT = "/submit/?project=heron-7b"
Ask = Callable[[Client], HttpResponse]


def form(**fields: Any) -> Ask:
    """The whole form with these fields otherwise, sent."""
    return lambda client: client.post("/submit/", WHOLE | fields)


def draft(**fields: Any) -> Ask:
    """The same, to be kept as a draft."""
    return form(draft="1", **fields)


def file(body: str | bytes, name: str = "x.yml") -> Ask:
    """A file of the Model Openness Tool."""
    data = body.encode() if isinstance(body, str) else body

    def ask(client: Client) -> HttpResponse:
        upload = SimpleUploadedFile(name, data, "application/yaml")
        return client.post("/submit/", {"read": "1", "begun": begun(), "file": upload})

    return ask


def raw(body: str, content_type: str = "application/x-www-form-urlencoded") -> Ask:
    return lambda client: client.post("/submit/", body, content_type=content_type)


def page(address: str, **data: Any) -> Ask:
    return lambda client: client.post(address, data) if data else client.get(address)


def without_csrf(address: str, **data: Any) -> Ask:
    return lambda client: Client(enforce_csrf_checks=True).post(address, data)


HOSTILE: dict[str, tuple[Ask, int, str]] = {
    "a name of 10,000 characters": (form(name="x" * 10_000), 422, "at most 200 characters"),
    "a note of 10,000 characters": (
        form(**{"model_card-note": "x" * 10_000, "model_card-link": "https://example.org"}),
        422,
        "at most 1000 characters",
    ),
    "a control character": (form(name="Peli\x07can"), 422, "cannot be seen"),
    "a NUL": (form(name="Peli\x00can"), 422, "Null characters"),
    "a NUL in a note": (form(**{"model_card-note": "a\x00b"}), 422, "Null characters"),
    "a right-to-left override": (form(name="Pelican \u202eB7"), 422, "cannot be seen"),
    "an isolate": (form(organization="\u2066Shore"), 422, "cannot be seen"),
    "a zero-width space": (form(name="Peli\u200bcan"), 422, "cannot be seen"),
    "an override in a link": (
        form(weights_link="https://example.org/\u202ex"),
        422,
        "not a web address",
    ),
    "javascript as a link": (form(weights_link="javascript:alert(1)"), 422, "not a web address"),
    "data as a link": (form(weights_link="data:text/html,x"), 422, "not a web address"),
    "javascript for a component": (
        form(**{"model_card-state": "open", "model_card-link": "javascript:alert(1)"}),
        422,
        "not a web address",
    ),
    "a link of 600 characters": (
        form(weights_link="https://example.org/" + "x" * 600),
        422,
        "not a web address",
    ),
    "a kind that is none": (form(kind="<b>"), 422, "Choose one of the list"),
    "a number beyond all numbers": (form(parameters="9" * 30), 422, "Write a number"),
    "a letter with a header in it": (
        form(email="a@example.org\nBcc: b@example.org"),
        422,
        "not an e-mail address",
    ),
    "a forged stamp": (form(begun="opened:1abc:forged"), 422, "not opened on this site"),
    "a filled trap": (form(website="https://spam.example"), 422, "a program"),
    "a draft with a NUL": (draft(name="a\x00b"), 422, "Null characters"),
    "a draft of 10,000 characters": (draft(name="x" * 10_000), 422, "at most 200 characters"),
    "a draft with javascript": (draft(homepage="javascript:1"), 422, "not a web address"),
    "a body of 5 MB": (raw("name=" + "x" * 5_000_000), 400, "Nothing was changed"),
    "ten thousand fields": (raw("&".join(f"a{n}=1" for n in range(10_000))), 400, ""),
    "a body that is no form": (raw("{}", "application/json"), 422, "to be mended"),
    "a file of 5 MB": (file(b"x" * 5_000_000), 422, "larger than 1,000,000 bytes"),
    "no file": (page("/submit/", read="1", begun=begun()), 422, "Choose a file first"),
    "a YAML bomb": (file(BOMB), 422, "unfolds to more than it may hold"),
    "YAML that makes objects": (
        file("release: !!python/object/apply:os.system [id]"),
        422,
        "is not allowed",
    ),
    "YAML of a thousand levels": (file("[" * 1000 + "]" * 1000), 422, "cannot be read"),
    "YAML with two documents": (file(RELEASE + "---\na: 1\n"), 422, "second document"),
    "bytes that are no text": (file(b"\xff\xfe\x00"), 422, "not UTF-8"),
    "a file without a name": (file("release: {components: []}"), 422, "no project name"),
    "a file that names an override": (
        file(RELEASE.replace("Pelican", '"Pel\\u202eican"')),
        422,
        "cannot be seen",
    ),
    "a forged private link": (page("/submissions/nobody-has-this/"), 404, ""),
    "a private link with a NUL": (page("/submissions/%00/"), 404, ""),
    "a private link of 500 characters": (page(f"/submissions/{'x' * 500}/"), 404, ""),
    "a private link with a slash": (page("/submissions/a%2Fb/", do="withdraw"), 404, ""),
    "a private link that climbs": (page("/submissions/%2e%2e/", do="withdraw"), 404, ""),
    "a project that is none": (page("/submit/?project=a%00b"), 404, ""),
    "a component that is none": (page("/submit/?project=heron-7b&component=soul"), 404, ""),
    "a report of 10,000 characters": (
        page(REPORT, begun=begun(), message="x" * 10_000),
        422,
        "at most 2000 characters",
    ),
    "a report with a NUL": (page(REPORT, begun=begun(), message="Listed\0twice."), 422, "Null"),
    "a report with an override": (
        page(REPORT, begun=begun(), message="Listed \u202etwice."),
        422,
        "cannot be seen",
    ),
    "a report with javascript": (
        page(REPORT, begun=begun(), message="It is listed twice.", link="javascript:alert(1)"),
        422,
        "not a web address",
    ),
    "a correction with a control character": (
        page(f"{REPORT}&component=model_card", begun=begun(), state="open", note="a\x07"),
        422,
        "cannot be seen",
    ),
    "a name to sign in by with a NUL": (
        page("/sign-in/", username="a\0b", password="x"),
        422,
        "do not go together",
    ),
    "a name to sign in by of 100,000 characters": (
        page("/sign-in/", username="x" * 100_000, password="x"),
        422,
        "do not go together",
    ),
    "a review of a number beyond all numbers": (page(f"/review/{'9' * 30}/"), 404, ""),
    "a form without CSRF": (without_csrf("/submit/", **WHOLE), 403, ""),
    "a decision without CSRF": (without_csrf("/review/1/", do="accept"), 403, ""),
    "a poll that never ends": (
        page(f"/submit/?poll={'9' * 40}", begun=begun()),
        200,
        "has not answered in time",
    ),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_input_is_refused_with_a_reason_and_leaves_nothing(
    client: Client, what: str
) -> None:
    heron_7b()
    ask, status, said = HOSTILE[what]
    before = {table: table.objects.count() for table in TABLES}
    answer = ask(client)
    assert answer.status_code == status
    assert said in answer.content.decode()
    assert {table: table.objects.count() for table in TABLES} == before


def test_the_same_form_sent_again_is_one_proposal_and_changed_it_is_another(
    client: Client,
) -> None:
    first, again = (client.post("/submit/", WHOLE) for _ in range(2))
    assert first["Location"] == again["Location"]
    assert Submission.objects.count() == 1
    other = client.post("/submit/", WHOLE | {"license": "MIT", "anyway": "on"})
    assert other["Location"] != first["Location"]
    assert Submission.objects.count() == 2


@pytest.mark.parametrize("query", ["", "&component=model_card"])
def test_the_same_correction_or_report_sent_again_is_one(
    client: Client, heron: Project, query: str
) -> None:
    said = {
        "begun": begun(),
        "message": "It is listed twice.",
        "state": "closed",
        "link": "https://example.org/card",
    }
    for _ in range(3):
        assert client.post(f"/submit/?project=heron-7b{query}", said).status_code == 302
    assert Submission.objects.count() == 1


def test_a_reviewer_is_no_reviewer_without_the_permission(client: Client) -> None:
    client.force_login(User.objects.create_user("eve"))
    client.post("/submit/", WHOLE)
    sent = Submission.objects.get()
    answer = client.post(f"/review/{sent.pk}/", {"do": "accept"})
    assert answer.status_code == 403
    assert not Review.objects.exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"do": "return", "reason": "a\0b"}, "cannot be seen"),
        ({"do": "return", "reason": "gone \u202eerehw"}, "cannot be seen"),
        ({"do": "return", "reason": "x" * 10_000}, "at most 2000 characters"),
        ({"do": "return", "reason": " "}, "Say why"),
        ({"do": "accept", "part": "a\0"}, "no such statement"),
        ({"do": "accept", "part": "<b>"}, "no such statement"),
    ],
)
def test_a_reviewer_is_held_to_the_same(
    admin_client: Client, typed: dict[str, str], said: str
) -> None:
    sent = SubmissionFactory()
    answer = admin_client.post(f"/review/{sent.pk}/", typed)
    assert answer.status_code == 409
    assert said in answer.content.decode()
    sent.refresh_from_db()
    assert sent.status == "pending"
    assert not Review.objects.exists()


@pytest.mark.parametrize("code", ["a\0b", "x" * 10_000, "\u0661\u0662\u0663", "-1", "\u202e"])
def test_what_is_no_code_passes_no_second_factor(
    admin_client: Client, admin_user: User, code: str
) -> None:
    TOTPDevice.objects.create(user=admin_user, confirmed=True)
    new_recovery_codes(admin_user)
    assert admin_client.post("/sign-in/code/", {"code": code}).status_code == 422
    assert admin_client.get("/admin/").status_code == 302


def test_markup_stays_text_wherever_it_is_shown(client: Client, admin_user: User) -> None:
    tag = "<script>alert(1)</script>"
    typed = {"name": f"Pel {tag}", "organization": f"Shore {tag}", "model_card-state": "open"}
    typed |= {"model_card-link": "https://example.org/?<script>", "model_card-note": tag}
    client.post("/submit/", WHOLE | typed | {"draft": "1", "begun": begun(5)})
    [draft] = Submission.objects.all()
    private = client.post("/submit/", WHOLE | typed)["Location"]
    sent = Submission.objects.get(status="pending")
    shown = [draft.get_absolute_url(), private, "/review/", f"/review/{sent.pk}/"]
    project = accept(submission=sent, by=admin_user, alone=True).project
    assert project is not None
    assess(projects=[project.pk])
    own = project.get_absolute_url()
    shown += [own, f"{own}history/", f"{own}components/model_card/", "/rankings/?q=pel"]
    shown += ["/changes/", "/changes.atom", "/", "/organizations/", f"{own}badge/mof.svg"]
    for address in shown:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "<script>alert" not in answer.content.decode(), address
    assert project.name == f"Pel {tag}"
