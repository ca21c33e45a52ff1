"""Six people and what they come for, with scripts and without, in both languages."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import Browser, Locator, Page, expect

from openness.models import Revision, Submission
from tests.browser.watch import Watch
from tests.factories import project_with, weights

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
    """A procurement officer narrows down, compares three, prints, and cites the revision."""
    page = reader.page
    reader.go("/")
    reader.link("I have to choose").click()
    expect(page.locator(".bar > .chip")).to_have_count(2)
    page.locator("select[name=runs_on]").select_option("laptop")
    if not reader.script:
        reader.button("Apply").click()
    expect(page.locator(".bar > .chip")).to_have_count(3)
    for box in page.locator(".rank .tick input").all():
        box.check()
    reader.button("Compare side by side").click()
    expect(page.locator("table.cmp thead th")).to_have_count(2)
    page.get_by_role("searchbox", name=reader.say("Add a project")).fill("plover")
    reader.button("Find").click()
    page.get_by_role("link", name="Plover 12B").click()
    expect(page.locator("table.cmp thead th")).to_have_count(3)
    ship = page.get_by_role("row", name=reader.say("Ship it in a product I sell?"))
    assert ship.locator("td").count() == 3
    for answer in ship.locator("td").all():
        # The answer, its reason (the license or its condition), and where it says so.
        expect(answer.locator(".ans b")).not_to_be_empty()
        expect(answer.locator(".spdx")).not_to_be_empty()
        expect(answer.locator(".src a")).to_have_attribute("href", re.compile("^https://"))
    bound = ship.locator("td").nth(2)
    expect(bound).to_contain_text("Llama-3.1")
    expect(bound.locator("small").first).not_to_be_empty()
    every = page.locator("table.cmp tbody tr").count()
    reader.link("Only what differs").click()
    expect(page).to_have_url(re.compile("diff=1"))
    assert page.locator("table.cmp tbody tr").count() < every
    page.emulate_media(media="print")
    expect(page.get_by_role("search").first).to_be_hidden()
    expect(page.locator("#tray")).to_be_hidden()
    edition = page.locator(".edition")
    expect(edition).to_contain_text("/compare/?p=")
    revision = Revision.objects.latest("pk")
    expect(edition).to_contain_text(str(revision.pk))
    expect(edition).to_contain_text(f"{revision.at:%Y-%m-%d}")
    page.emulate_media(media="screen")
    assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4"))) <= 4
    expect(page.get_by_text(f"&rev={revision.pk}").first).to_be_visible()


def cite(reader: Reader) -> None:
    """A researcher filters, takes the rows along as a file, and cites them at their revision."""
    page = reader.page
    reader.go("/rankings/?q=7b")
    names = on_screen(page)
    assert len(names) == 2
    expect(page.locator(".results .said b").first).to_have_text("2")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()
    text = download.value.path().read_text(encoding="utf-8")
    assert [row["name"] for row in csv.DictReader(io.StringIO(text))] == names
    reader.link("Cite this view").click()
    expect(page).to_have_url(re.compile("#cite$"))
    cited = page.locator(".cite")
    expect(cited).to_contain_text("@misc{openness-ranking-open-to-whom-r")
    [address] = re.findall(r"/rankings/\?q=7b&rev=\d+", str(cited.text_content()))
    # What was cited is there for good: the same rows, and the same bytes each time.
    reader.go(address)
    assert on_screen(page) == names
    files = [page.request.get(reader.site + address.replace("/?", ".csv?")) for _ in range(2)]
    assert files[0].ok
    assert files[0].body() == files[1].body()
    told = csv.DictReader(io.StringIO(files[0].text()))
    assert [row["name"] for row in told] == names


def on_screen(page: Page) -> list[str]:
    """The names of a ranking, from the top."""
    return page.locator("table.rank tbody .name").all_inner_texts()


def ship(reader: Reader) -> None:
    """A developer with a phone asks: can I run it on my laptop, and ship it? Three clicks."""
    page = reader.page
    page.set_viewport_size({"width": 390, "height": 844})
    reader.go("/")
    reader.link("Can I run it and ship it?").click()
    heron = page.locator("table.rank tbody tr", has_text="Heron 7B")
    expect(heron.locator(".run")).to_contain_text(reader.say("Laptop"))
    expect(heron.locator(".lic svg")).to_have_attribute("aria-label", reader.say("open"))
    heron.locator(".name").click()
    grid = page.locator("table.grid tbody tr")
    expect(grid.nth(2).locator("td").first).to_contain_text("8.4 GB")
    expect(grid.nth(3).locator("td").first).to_contain_text("GB")
    page.locator(".meta").get_by_role("link", name="Apache-2.0").click()
    expect(reader.heading).to_have_text("Apache License 2.0")
    expect(page.locator(".head .lead")).to_have_text(
        reader.say("Anybody may use, change and pass on what is under it, for any purpose.")
    )
    # And by name, from the first page: the search, then the project.
    reader.go("/")
    page.locator(".seek input").fill("heron")
    page.locator(".seek button").click()
    page.locator("table.rank .name", has_text="Heron 7B").click()
    expect(reader.heading).to_have_text("Heron 7B")
    page.set_viewport_size({"width": 1280, "height": 800})


def correct(reader: Reader) -> None:
    """A maintainer sees what would raise the release, corrects one statement, gets a link."""
    page = reader.page
    reader.go("/projects/heron-7b/")
    raising = page.get_by_role("heading", name=reader.say("What would raise it"))
    expect(raising).to_be_visible()
    row = page.locator(".evidence tr#model_card")
    row.get_by_role("link", name=reader.say("Correct this")).click()
    expect(page).to_have_url(re.compile("component=model_card"))
    # The form holds what is on record now.
    expect(page.locator(".note").first).to_contain_text(reader.say("open"))
    expect(page.locator("#id_state")).to_have_value("open")
    # Who sends a form within a second is taken for a machine.
    page.wait_for_timeout(1100)
    page.locator("#id_link").fill("https://github.com/shore/heron")
    reader.button("Send for review").click()
    expect(reader.heading).to_contain_text(reader.say("Waiting for a reviewer"))
    sent = Submission.objects.get()
    assert page.url.endswith(sent.get_absolute_url())
    expect(page.locator('link[rel="canonical"]')).to_have_count(0)


def review(reader: Reader) -> None:
    """A reviewer reads what is said and proposed, accepts, takes it back, accepts for good."""
    page = reader.page
    sent = Submission.objects.get()
    user = User.objects.create_user("ana", password=PASSWORD)
    user.user_permissions.add(Permission.objects.get(codename="change_submission"))
    reader.go("/review/")
    reader.link("Sign in to review").click()
    page.locator("#id_username").fill("ana")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.locator("main tbody a").first.click()
    expect(page.locator(".effects").first).to_be_visible()
    row = page.locator("tr#model_card")
    expect(row.locator(".st")).to_contain_text(reader.say("open"))
    expect(row.locator(".says")).to_contain_text("https://github.com/shore/heron")
    if reader.script:
        page.keyboard.press("j")
        expect(row).to_be_focused()
        page.keyboard.press("a")
    else:
        row.locator("button[value=accept]").click()
    row.locator("button[value=undo]").click()
    expect(row.locator("button[value=accept]")).to_be_visible()
    sent.refresh_from_db()
    assert sent.status == "pending"
    row.locator("button[value=accept]").click()
    expect(row.locator("button[value=undo]")).to_be_visible()
    sent.refresh_from_db()
    assert sent.status == "accepted"
    # Whoever sent it reads so at the private address.
    reader.go(f"/submissions/{sent.token}/")
    expect(reader.heading).to_contain_text(reader.say("Accepted"))


def report(reader: Reader) -> None:
    """A journalist comes by a link: the sentence stands alone, the picture is the grid."""
    page = reader.page
    reader.go("/projects/heron-7b/")
    lead = page.locator(".head .lead").inner_text()
    about = page.locator('meta[name="description"]')
    expect(about).to_have_attribute("content", f"Heron 7B: {lead}")
    [picture] = page.locator('meta[property="og:image"]').all()
    card = page.request.get(reader.site + urlsplit(str(picture.get_attribute("content"))).path)
    assert card.body().startswith(b"\x89PNG")
    page.locator("#whom ~ a").click()
    expect(reader.heading).to_have_text(reader.say("Open to whom"))
    expect(page.get_by_role("heading", name=reader.say("An example"))).to_be_visible()


JOURNEYS: tuple[Callable[[Reader], None], ...] = (choose, cite, ship, correct, review, report)


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
    bound = weights(license_raw="Llama-3.1")
    project_with(bound, parameters=12e9, name="Plover 12B", slug="plover-12b")
    yield Reader(context.new_page(), site, language, script)
    context.close()


def test_six_people_get_what_they_came_for(reader: Reader) -> None:
    watch = Watch(reader.page, reader.site)
    for journey in JOURNEYS:
        journey(reader)
    assert watch.complaints == []
    assert watch.foreign == []
