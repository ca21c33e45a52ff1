"""What must hold on every page, in a real browser; visits.py is the list of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings
from playwright.sync_api import Browser

from openness import words
from openness.models import Organization, Project, Submission
from scoring.lenses import LENSES
from scoring.licenses import LICENSES
from tests.browser.examined import (
    BUDGET,
    SMALLEST,
    Weight,
    ask,
    found_by_axe,
    ready,
    untranslated,
)
from tests.browser.visits import ENGLISH_ONLY, NO_PAGES, Visit, enter, prepared, routes
from tests.browser.watch import Watch

PREFIXES = {"en": "", "zh-Hans": "/zh-hans"}
WIDTHS, SCHEMES = (1280, 390), ("light", "dark")
FAST = ("/", "/rankings/?lens=osai", "/projects/heron-7b/", "/plots/", "/submit/")
"""What the fast half of the suite looks at."""
MARKS = {
    *("API", "CSV", "JSON", "Atom", "SVG", "HTML", "Markdown", "BibTeX", "CSL-JSON", "YAML"),
    *("CITATION.cff", "CSVW", "CycloneDX", "SPDX", "FLOP", "GPU", "JSON Feed", "English", "FMTI"),
    *("Openness", "Apache", "OSAID", "Class", "GitHub", "OLMo 7B", "olmo-7b", "III"),
    *("UTC", "Parquet", "SHA256SUMS", "Webhook"),
    "vendor",  # a source of the examples, which has no name but its key
    *("OSI", "FSF", "Open Definition", "LF AI & Data", "Stanford CRFM", "Linux Foundation"),
}
"""Names of formats and units, alike in every language."""


@pytest.fixture
def visits(site: str, tmp_path: Path) -> Iterator[list[Visit]]:
    """Every page of the site, with those that are about something that somebody has sent."""
    with override_settings(DATASETS=tmp_path / "datasets"):
        yield prepared()


def names() -> list[str]:
    """What is called the same in every language, the longest first."""
    found = {*MARKS, *LICENSES, *(row.name for row in LICENSES.values())}
    found |= set(Project.objects.values_list("name", flat=True))
    found |= set(Organization.objects.values_list("name", flat=True))
    found |= set(Submission.objects.values_list("name", flat=True))
    found |= {str(name) for name in words.SOURCES.values()}
    for lens in LENSES.values():
        found |= {lens.name, lens.short_name, lens.version, *lens.editions}
    return sorted(filter(None, found), key=len, reverse=True)


@contextmanager
def reading(browser: Browser, site: str) -> Iterator[Any]:
    """A page of a reader who has collected two projects."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.add_cookies([{"name": "tray", "value": "heron-7b.rumor", "url": site}])
    yield context.new_page()
    context.close()


def faults(browser: Browser, site: str, visits: list[Visit], language: str) -> dict[str, Any]:
    """{address: {what must not be: where}} of these pages in one language; no page is loaded twice.

    Each is measured at both sizes and in both themes by axe-core, then at the smallest size.
    """
    found: dict[str, Any] = {}
    known = names()
    with reading(browser, site) as page:
        watch, weight = Watch(page, site), Weight(page)
        for visit in visits:
            enter(page.context, site, visit.who)
            address = site + PREFIXES[language] + visit.address
            answer = page.goto(address)
            ready(page)
            wrong: dict[str, Any] = found_by_axe(page, WIDTHS, SCHEMES)
            wrong["dates in two lines"] = ask(page, "brokenDates")
            wrong["style or script of its own"] = ask(page, "embedded")
            page.set_viewport_size({"width": SMALLEST, "height": 640})
            wrong["scrolls sideways"] = ask(page, "sideways")
            wrong["dates in two lines, 320 px"] = ask(page, "brokenDates")
            came = (answer.status, page.url)
            wrong["not what was asked"] = [] if came == (visit.status, address) else [came]
            wrong["policy"] = [] if "default-src 'none'" in answer.headers[POLICY] else ["lax"]
            taken = weight.taken()
            wrong["too heavy"] = [taken] if taken > BUDGET else []
            wrong["said or blocked"] = watch.taken()
            wrong["asked of others"] = watch.foreign
            if language != "en":
                wrong["not translated"] = untranslated(page, known)
            if told := {what: where for what, where in wrong.items() if where}:
                found[f"{visit.address} {visit.who}"] = told
    return found


POLICY = "content-security-policy"


def test_every_address_of_a_page_has_an_example(visits: list[Visit]) -> None:
    shown = {visit.route for visit in visits if visit.route}
    assert shown | set(NO_PAGES) == routes()
    assert not shown & set(NO_PAGES)


@pytest.mark.parametrize("language", PREFIXES)
def test_nothing_is_wrong_with_the_pages_most_read(
    browser: Browser, site: str, visits: list[Visit], language: str
) -> None:
    some = [visit for visit in visits if visit.address in FAST]
    assert len(some) == len(FAST)
    assert faults(browser, site, some, language) == {}


@pytest.mark.long
@pytest.mark.parametrize("language", PREFIXES)
def test_nothing_is_wrong_with_any_page(
    browser: Browser, site: str, visits: list[Visit], language: str
) -> None:
    every = [one for one in visits if language == "en" or one.route not in ENGLISH_ONLY]
    assert faults(browser, site, every, language) == {}


@pytest.mark.parametrize("address", ["/components/", "/plots/", "/projects/heron-7b/"])
def test_in_forced_colors_no_mark_keeps_a_color_of_ours(
    browser: Browser, site: str, address: str
) -> None:
    context = browser.new_context(forced_colors="active", color_scheme="light")
    page = context.new_page()
    page.goto(site + address)
    ready(page)
    drawn = ask(page, "inked")
    context.close()
    assert "rgb(0, 0, 0)" in drawn
    assert not set(drawn) & OURS


OURS = {"rgb(29, 63, 203)", "rgb(168, 72, 3)", "rgb(230, 234, 240)"}
"""The colors of evidence, of what is out of reach and of what is withheld (openness.css)."""


@pytest.mark.parametrize("name", ["500.html", "500.zh-hans.html"])
def test_the_page_of_a_failure_stands_by_itself(browser: Browser, site: str, name: str) -> None:
    body = (Path(settings.BASE_DIR) / "templates" / "errors" / name).read_text(encoding="utf-8")
    with reading(browser, site) as page:
        watch = Watch(page, site)
        page.route(
            "**/broken/",
            lambda route: route.fulfill(
                body=body,
                content_type="text/html; charset=utf-8",
                headers={POLICY: settings.CONTENT_SECURITY_POLICY},
            ),
        )
        page.goto(f"{site}/broken/")
        ready(page)
        assert found_by_axe(page, WIDTHS, SCHEMES) == {}
        assert watch.complaints == []
        assert watch.foreign == []
