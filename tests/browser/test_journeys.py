"""Five people and what they come for, with scripts and without, in both languages."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Browser, Locator, Page, expect

from openness.models import Submission
from tests.browser.watch import Watch

PASSWORD = "a long enough password"
PREFIXES = {"en": "", "zh-hans": "/zh-hans"}


@dataclass(frozen=True)
class Reader:
    """A page, and the site in the reader's language."""

    page: Page
    site: str
    language: str
    script: bool

    def go(self, address: str) -> None:
        """Open an address of the site."""
        self.page.goto(self.site + PREFIXES[self.language] + address)

    def say(self, text: str) -> str:
        """A text of the site in the reader's language."""
        with translation.override(self.language):
            return gettext(text)

    def button(self, text: str) -> Locator:
        """The button of this name."""
        return self.page.get_by_role("button", name=self.say(text)).first

    def link(self, text: str) -> Locator:
        """The first link of this name."""
        return self.page.get_by_role("link", name=self.say(text)).first

    @property
    def heading(self) -> Locator:
        """What the page is about."""
        return self.page.get_by_role("heading", level=1)


def choose(reader: Reader) -> None:
    """A procurement officer narrows down, compares, prints, and cites the revision."""
    reader.go("/")
    reader.link("I have to choose").click()
    expect(reader.page.locator(".bar > .chip")).to_have_count(2)
    reader.page.locator("select[name=runs_on]").select_option("laptop")
    if not reader.script:
        reader.button("Apply").click()
    expect(reader.page.locator(".bar > .chip")).to_have_count(3)
    for box in reader.page.locator(".rank .tick input").all():
        box.check()
    reader.button("Compare side by side").click()
    expect(reader.page.locator("table.cmp thead th")).to_have_count(2)
    ship = reader.page.get_by_role("row", name=reader.say("Ship it in a product I sell?"))
    expect(ship).to_contain_text("Apache-2.0")
    every = reader.page.locator("table.cmp tbody tr").count()
    reader.link("Only what differs").click()
    expect(reader.page).to_have_url(re.compile("diff=1"))
    assert reader.page.locator("table.cmp tbody tr").count() < every
    reader.page.emulate_media(media="print")
    expect(reader.page.get_by_role("search").first).to_be_hidden()
    expect(reader.page.locator("#tray")).to_be_hidden()
    expect(reader.page.locator(".edition")).to_contain_text("/compare/?p=")
    reader.page.emulate_media(media="screen")


def cite(reader: Reader) -> None:
    """A researcher filters, takes the rows along as a file, and cites them at their revision."""
    reader.go("/rankings/?q=7b")
    rows = reader.page.locator("table.rank tbody .name")
    names = [name.inner_text() for name in rows.all()]
    with reader.page.expect_download() as download:
        reader.page.get_by_role("link", name="CSV", exact=True).click()
    text = download.value.path().read_text(encoding="utf-8")
    assert [row["name"] for row in csv.DictReader(io.StringIO(text))] == names
    assert len(names) == 2
    reader.link("Cite this view").click()
    expect(reader.page).to_have_url(re.compile("#cite$"))
    expect(reader.page.locator(".cite")).to_contain_text("@misc{openness-ranking-open-to-whom-r")
    expect(reader.page.locator(".cite")).to_contain_text("/rankings/?q=7b&rev=")


def ship(reader: Reader) -> None:
    """A developer with a phone asks: can I run it on my laptop, and ship it? Three clicks."""
    reader.page.set_viewport_size({"width": 390, "height": 844})
    reader.go("/")
    reader.link("Can I run it and ship it?").click()
    reader.page.locator("table.rank .name", has_text="Heron 7B").click()
    expect(reader.page.locator("table.grid")).to_contain_text("8.4 GB")
    reader.page.locator(".meta").get_by_role("link", name="Apache-2.0").click()
    expect(reader.heading).to_have_text("Apache License 2.0")
    reader.page.set_viewport_size({"width": 1280, "height": 800})


def correct(reader: Reader) -> None:
    """A maintainer sees what would raise the release, corrects one statement, gets a link."""
    reader.go("/projects/heron-7b/")
    raising = reader.page.get_by_role("heading", name=reader.say("What would raise it"))
    expect(raising).to_be_visible()
    row = reader.page.locator(".evidence tr#model_card")
    row.get_by_role("link", name=reader.say("Correct this")).click()
    expect(reader.page).to_have_url(re.compile("component=model_card"))
    # Who sends a form within a second is taken for a machine.
    reader.page.wait_for_timeout(1100)
    reader.page.locator("#id_link").fill("https://github.com/shore/heron")
    reader.button("Send for review").click()
    expect(reader.heading).to_contain_text(reader.say("Waiting for a reviewer"))
    assert "/submissions/" in reader.page.url


def review(reader: Reader) -> None:
    """A reviewer reads what is said now and proposed, and accepts it."""
    user = User.objects.create_user("ana", password=PASSWORD)
    user.user_permissions.add(Permission.objects.get(codename="change_submission"))
    reader.go("/review/")
    reader.link("Sign in to review").click()
    reader.page.locator("#id_username").fill("ana")
    reader.page.locator("#id_password").fill(PASSWORD)
    reader.page.locator("main form button[type=submit]").click()
    reader.page.locator("main tbody a").first.click()
    expect(reader.page.locator(".effects").first).to_be_visible()
    reader.page.locator("button[value=accept]").first.click()
    reader.page.wait_for_load_state()
    assert Submission.objects.get().status == "accepted"


JOURNEYS: tuple[Callable[[Reader], None], ...] = (choose, cite, ship, correct, review)


@pytest.fixture(
    params=[
        pytest.param((True, "en"), id="with script, in English"),
        pytest.param((False, "zh-hans"), id="without script, in Chinese"),
        pytest.param((True, "zh-hans"), id="with script, in Chinese", marks=pytest.mark.long),
        pytest.param((False, "en"), id="without script, in English", marks=pytest.mark.long),
    ]
)
def reader(browser: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[Reader]:
    """Somebody with or without scripts, in one language."""
    script, language = request.param
    context = browser.new_context(
        java_script_enabled=script, viewport={"width": 1280, "height": 800}
    )
    context.set_default_timeout(10_000)
    yield Reader(context.new_page(), site, language, script)
    context.close()


def test_five_people_get_what_they_came_for(reader: Reader) -> None:
    watch = Watch(reader.page, reader.site)
    for journey in JOURNEYS:
        journey(reader)
    assert watch.complaints == []
    assert watch.foreign == []
