"""What holds for every page: languages, theme, safety of what is embedded, weight, errors."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from openness.models import Change, Project, Revision
from tests.factories import SubmissionFactory

TEMPLATES = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))
PAGES = [
    "/",
    "/rankings/",
    "/rankings/?q=heron&runs_on=laptop",
    "/rankings/?q=nothing-like-this&kind=model",
    "/rankings/?lens=opening-up",
    "/rankings/?lens=mof",
    "/rankings/?lens=osai&edition=2026-03",
    "/rankings/?lens=osaid",
    "/rankings/?lens=gradient",
    "/rankings/?lens=fmti",
    "/projects/heron-7b/",
    "/projects/rumor/",
    "/rankings/?view=grid",
    "/rankings/?lens=opening-up&view=grid",
    "/compare/",
    "/compare/?p=heron-7b&p=stork-176b",
    "/compare/?p=heron-7b&p=egret-7b&p=stork-176b&p=rumor&diff=1",
    "/projects/heron-7b/history/",
    "/projects/heron-7b/watch/",
    "/organizations/",
    "/organizations/shore/",
    "/plots/",
    "/data/",
    "/changes/",
    "/status/",
    "/licenses/",
    "/licenses/Apache-2.0/",
    "/licenses/Llama-3.1/",
    "/methods/",
    "/methods/open-to-whom/",
    "/methods/mof/",
    "/methods/osai/",
    "/methods/opening-up/",
    "/methods/osaid/",
    "/methods/gradient/",
    "/methods/fmti/",
    "/submit/",
    "/components/",
]
BUDGET = 60 * 1024  # bytes of HTML, CSS and script, compressed


@pytest.mark.parametrize("prefix", ["", "/zh-hans"])
@pytest.mark.parametrize("address", PAGES)
def test_every_page_answers_in_both_languages_and_embeds_nothing(
    client: Client, shelf: Project, address: str, prefix: str
) -> None:
    answer = client.get(prefix + address)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert f'<html lang="{"zh-Hans" if prefix else "en"}"' in html
    assert " style=" not in html
    assert "<style" not in html
    # A data block is never executed.
    assert not re.search(r"<script(?![^>]*\ssrc=)(?! type=\"application/ld\+json\">)", html)
    assert not re.search(r"\son\w+=", html)
    assert not re.search(
        r'<(?:script|link|img|iframe)[^>]+(?:src|href)="(?:https?:)?//', embedded(html)
    )
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def embedded(html: str) -> str:
    """The page without the links of its head that name other pages, which load nothing."""
    return re.sub(r'<link rel="(?:canonical|alternate)"[^>]*>', "", html)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_style_or_script_of_its_own(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert " style=" not in text
    assert "<style" not in text
    assert not re.search(r"<script(?! src=)(?! type=\"application/ld\+json\">)", text)
    assert not re.search(r"\s(?:on\w+|hx-on[:\w-]*|hx-vals)=", text)


def test_the_first_view_is_light(client: Client, shelf: Project) -> None:
    for address in PAGES:
        html = client.get(address).content
        weight = len(gzip.compress(html))
        for path in re.findall(rb'(?:src|href)="/static/([^"]+)"', html):
            found = finders.find(path.decode())
            assert isinstance(found, str)
            weight += len(gzip.compress(Path(found).read_bytes()))
        assert weight < BUDGET, address


def test_the_other_language_is_one_link_away_from_the_same_view(
    client: Client, shelf: Project
) -> None:
    html = client.get("/rankings/?q=heron").content.decode()
    assert 'href="/zh-hans/rankings/?q=heron" lang="zh-Hans" hreflang="zh-Hans">简体中文' in html
    html = client.get("/zh-hans/rankings/?q=heron").content.decode()
    assert 'href="/rankings/?q=heron" lang="en" hreflang="en">English' in html
    assert 'rel="alternate" hreflang="zh-Hans"' in html


def test_a_theme_is_kept_in_a_cookie_and_written_by_the_server(client: Client) -> None:
    answer = client.get("/rankings/?q=heron&theme=dark")
    assert (answer.status_code, answer["Location"]) == (302, "/rankings/?q=heron")
    assert '<html lang="en" data-theme="dark">' in client.get("/").content.decode()
    client.get("/?theme=system")
    assert "data-theme" not in client.get("/").content.decode()


def test_choosing_a_theme_never_leads_to_another_host(client: Client) -> None:
    request = RequestFactory().get("/", {"theme": "dark"})
    request.path = "//elsewhere.example/"
    from openness.views.preferences import keep_preferences  # noqa: PLC0415 Django must be set up

    answer: Any = keep_preferences(lambda request: client.get("/"))(request)
    assert answer["Location"] == "/elsewhere.example/"


def test_a_page_that_is_not_there_offers_a_search_for_what_was_meant(client: Client) -> None:
    answer = client.get("/projects/heron-7b-chat/")
    html = answer.content.decode()
    assert answer.status_code == 404
    assert 'name="q" value="heron 7b chat"' in html


def test_a_form_that_grew_old_is_explained(shelf: Project) -> None:
    answer = Client(enforce_csrf_checks=True).post("/submit/", {"name": "X"})
    assert answer.status_code == 403
    assert "The form had grown old" in answer.content.decode()


def test_a_failure_of_ours_shows_a_page_that_needs_nothing(
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError("on purpose")

    monkeypatch.setattr("openness.views.methods.page", fail)
    client.raise_request_exception = False
    with django_assert_num_queries(0):
        answer = client.get("/methods/")
        chinese = client.get("/zh-hans/methods/")
    assert answer.status_code == 500
    assert "Something of ours failed" in answer.content.decode()
    assert "我们这边出了问题" in chinese.content.decode()


def test_the_navigation_marks_where_one_is(client: Client, shelf: Project) -> None:
    html = client.get("/rankings/").content.decode()
    assert '<a href="/rankings/" aria-current="page">Rankings</a>' in html
    html = client.get("/methods/mof/").content.decode()
    assert '<a href="/methods/" aria-current="true">Methods</a>' in html


def test_the_foot_names_the_revision_of_the_data(client: Client, shelf: Project) -> None:
    revision = Revision.objects.first()
    assert revision
    assert f"revision {revision.pk}." in client.get("/").content.decode()


def test_home_shows_what_changed_and_takes_a_fixed_number_of_queries(
    client: Client, shelf: Project, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Change.objects.create(
        project=shelf,
        revision=Revision.objects.create(kind="edit"),
        field="training_code",
        old="closed",
        new="partial",
        change_class="more_open",
    )
    html = client.get("/").content.decode()
    assert "Training code: from closed to partial." in html
    with django_assert_num_queries(14):
        client.get("/", headers={"cache-control": "no-cache"})


def test_nobody_searches_for_a_private_page(client: Client) -> None:
    html = client.get(f"/submissions/{SubmissionFactory().token}/").content.decode()
    assert 'rel="canonical"' not in html
