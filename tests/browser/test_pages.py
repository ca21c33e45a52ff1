"""Pages in a real browser: a reader's way through them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.watch import Watch


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def reader(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of a reader who runs scripts, and of one who does not."""
    context = browser.new_context(
        java_script_enabled=request.param, viewport={"width": 1280, "height": 800}
    )
    yield context.new_page()
    context.close()


def test_a_reader_searches_filters_opens_a_project_and_follows_its_license(
    reader: Page, site: str
) -> None:
    reader.goto(site)
    reader.get_by_role("searchbox", name="Search projects").fill("7b")
    reader.keyboard.press("Enter")
    expect(reader.locator(".results .said")).to_contain_text("2 of 4")

    reader.get_by_label("Smallest machine").select_option("laptop")
    reader.get_by_role("button", name="Apply").click()
    expect(reader.locator(".bar > .chip")).to_have_count(2)

    reader.get_by_role("link", name="named like “7b”").click()
    expect(reader.locator(".bar > .chip")).to_have_count(1)
    reader.get_by_role("link", name="Heron 7B").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Heron 7B")
    expect(reader.get_by_role("row", name="Run").first).to_contain_text("8.4 GB at 8 bits")
    reader.locator(".rail").get_by_role("link", name="Apache-2.0").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Apache License 2.0")


def test_a_filter_changes_the_list_at_once_and_the_address_with_it(page: Page, site: str) -> None:
    watch = Watch(page, site)
    page.goto(f"{site}/rankings/")
    expect(page.locator("table.rank tbody tr")).to_have_count(4)
    page.get_by_label("Smallest machine").select_option("laptop")
    expect(page.locator("table.rank tbody tr")).to_have_count(2)
    expect(page).to_have_url(f"{site}/rankings/?runs_on=laptop")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Of 2 projects")
    page.get_by_label("Find").fill("heron")
    expect(page.locator("table.rank tbody tr")).to_have_count(1)
    expect(page).to_have_url(f"{site}/rankings/?q=heron&runs_on=laptop")
    page.go_back()
    expect(page.locator("table.rank tbody tr")).to_have_count(2)
    assert watch.complaints == []


def test_lens_and_view_change_the_list_and_the_back_button_brings_it_back(
    page: Page, site: str
) -> None:
    watch = Watch(page, site)
    page.goto(f"{site}/rankings/")
    page.evaluate("window.stayed = true")
    page.get_by_role("navigation", name="Lens").get_by_role("link", name="OSAID 1.0").click()
    expect(page.get_by_role("columnheader", name="Data information")).to_be_visible()
    expect(page).to_have_url(f"{site}/rankings/?lens=osaid")
    expect(page).to_have_title("Rankings: OSAID 1.0 · Openness")
    page.get_by_role("group", name="View").get_by_role("link", name="Grid").click()
    expect(page.locator("table.matrix tbody")).to_have_count(2)
    assert page.evaluate("window.stayed")
    # The controls are those of the view: a filter keeps lens and grid.
    page.get_by_label("Smallest machine").select_option("laptop")
    expect(page).to_have_url(f"{site}/rankings/?lens=osaid&runs_on=laptop&view=grid")
    page.go_back()
    page.go_back()
    expect(page.locator("table.rank tbody tr:not(.grp)")).to_have_count(4)
    assert watch.complaints == []


def test_a_draft_is_kept_and_sent_from_its_private_page(page: Page, site: str) -> None:
    page.goto(f"{site}/submit/")
    page.locator("#id_name").fill("Crane 9B")
    page.locator("#id_organization").fill("Shore Institute")
    page.locator("#id_weights").select_option("public")
    page.locator("#id_weights_link").fill("https://huggingface.co/shore/crane")
    # Who sends a form within a second is taken for a machine.
    page.wait_for_timeout(1100)
    page.get_by_role("button", name="Keep as a draft").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Crane 9B: Draft")
    page.wait_for_timeout(1100)
    page.get_by_role("button", name="Send for review").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Waiting for a reviewer")


def test_rows_are_ticked_and_compared(reader: Page, site: str) -> None:
    reader.goto(f"{site}/rankings/")
    reader.get_by_label("Compare Heron 7B").check()
    reader.get_by_label("Compare Stork 176B").check()
    reader.get_by_role("button", name="Compare side by side").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Heron 7B, Stork 176B")
    reader.get_by_role("link", name="Only what differs").click()
    expect(reader.get_by_role("row", name="FMTI")).to_have_count(0)
    reader.get_by_role("searchbox", name="Add a project").fill("egret")
    reader.keyboard.press("Enter")
    reader.get_by_role("link", name="Egret 7B").click()
    expect(reader.locator("table.cmp thead th")).to_have_count(3)


def test_projects_are_collected_with_keys_on_several_pages_and_taken_out(
    page: Page, site: str
) -> None:
    watch = Watch(page, site)
    page.goto(f"{site}/rankings/")
    expect(page.locator("#tray")).to_be_hidden()
    first = page.locator(".rank .name").first
    name = first.inner_text()
    page.keyboard.press("j")
    expect(first).to_be_focused()
    page.keyboard.press("c")
    expect(page.locator("#tray-said")).to_have_text("1 of 6 collected")
    page.goto(f"{site}/projects/rumor/")
    page.keyboard.press("c")
    expect(page.locator("#tray-said")).to_have_text("2 of 6 collected")
    page.go_back()
    expect(page.locator("#tray-said")).to_have_text("2 of 6 collected")
    expect(page.get_by_label("Compare Rumor")).to_be_checked()
    page.get_by_role("button", name=f"Take out {name}").click()
    expect(page.get_by_label(f"Compare {name}")).not_to_be_checked()
    # A letter that is typed is a letter.
    page.keyboard.press("/")
    page.keyboard.type("gc")
    expect(page.get_by_role("searchbox", name="Search projects")).to_have_value("gc")
    page.goto(f"{site}/rankings/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("v")
    expect(page).to_have_url(f"{site}/compare/?p=rumor")
    page.get_by_role("link", name="Off", exact=True).click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert watch.complaints == []


def test_a_list_that_cannot_be_renewed_says_so_and_keeps_its_rows(page: Page, site: str) -> None:
    page.goto(f"{site}/rankings/")
    page.route("**/rankings/?**", lambda route: route.fulfill(status=500, body="broken"))
    page.get_by_label("Smallest machine").select_option("laptop")
    expect(page.get_by_text("The list could not be renewed.")).to_be_visible()
    expect(page.locator("table.rank tbody tr")).to_have_count(4)


def test_a_proposal_is_mended_and_sent(reader: Page, site: str) -> None:
    reader.goto(f"{site}/submit/")
    reader.get_by_label("Name of the release").fill("Pelican 7B")
    reader.get_by_label("Organization").fill("Shore Institute")
    reader.get_by_label("Where the weights are").fill("see the paper")
    reader.get_by_role("button", name="Send for review").click()
    expect(reader.get_by_text("This is not a web address.")).to_be_visible()
    expect(reader.get_by_label("Name of the release")).to_have_value("Pelican 7B")
    link = reader.get_by_label("Where the weights are")
    expect(link).to_be_focused()
    link.fill("https://huggingface.co/shore/pelican-7b")
    reader.get_by_role("button", name="Send for review").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text(
        "Pelican 7B: Waiting for a reviewer"
    )


def test_a_twin_is_shown_before_anything_is_sent(page: Page, site: str) -> None:
    page.goto(f"{site}/submit/")
    page.get_by_label("Name of the release").fill("Heron 7B")
    page.get_by_label("Organization").fill("Shore Institute")
    page.get_by_label("Home page").fill("https://example.org/heron")
    page.wait_for_timeout(1100)  # a form that comes back within a second is a program's
    page.get_by_role("button", name="Send for review").click()
    expect(page.get_by_role("link", name="Heron 7B")).to_be_visible()
    page.get_by_label("It is none of these. Send it anyway.").check()
    page.get_by_role("button", name="Send for review").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Heron 7B: Waiting for a reviewer")


def test_everything_is_reached_by_keyboard_and_the_skip_link_comes_first(
    page: Page, site: str
) -> None:
    page.goto(f"{site}/rankings/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    names = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        names.add(page.evaluate("document.activeElement.textContent.trim().slice(0, 40)"))
    assert {"Heron 7B", "Does it run on my laptop?", "CSV"} <= names


def test_a_chosen_theme_stays_on_the_next_page(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_role("link", name="Dark").click()
    page.get_by_role("link", name="Rankings").first.click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(13, 17, 23)"


def test_the_printed_page_leaves_out_what_paper_cannot_do(page: Page, site: str) -> None:
    page.goto(f"{site}/projects/heron-7b/")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    expect(page.get_by_role("link", name="Submit", exact=True)).to_be_hidden()
    expect(page.get_by_role("heading", name="Open to whom", exact=True)).to_be_visible()
    expect(page.locator(".edition")).to_be_visible()
