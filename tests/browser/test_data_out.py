"""What leaves the site, in a real browser: webhooks registered by hand, badges with their words."""

import re
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, expect

from openness.badges import worded
from openness.models import Project, Receiver, Score
from openness.services.renames import rename
from scoring.lenses import LENSES
from tests.browser.watch import Watch

PASSWORD = "a long enough password"


@pytest.fixture(params=[True, False], ids=["with script", "without script"])
def reader(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of a reader who runs scripts, and of one who does not."""
    context = browser.new_context(java_script_enabled=request.param)
    yield context.new_page()
    context.close()


def test_a_receiver_is_registered_paused_and_removed_by_hand(reader: Page, site: str) -> None:
    owner = User.objects.create_user("ana", password=PASSWORD)
    watch = Watch(reader, site)
    reader.goto(f"{site}/webhooks/")
    reader.get_by_role("link", name="Sign in to register one").click()
    reader.get_by_label("Name").fill("ana")
    reader.get_by_label("Password").fill(PASSWORD)
    reader.get_by_role("button", name="Sign in").click()
    expect(reader).to_have_url(f"{site}/webhooks/")
    reader.get_by_label("Address").fill("ftp://example.org/")
    reader.get_by_role("button", name="Register it").click()
    expect(reader.locator(".err").first).to_be_visible()
    assert not Receiver.objects.exists()
    reader.get_by_label("Address").fill("https://example.org/hook")
    reader.get_by_label("Which changes").fill("https://x.example/changes.atom?organization=shore")
    reader.get_by_role("button", name="Register it").click()
    made = Receiver.objects.get(owner=owner)
    assert made.asked == "organization=shore"
    expect(reader.get_by_role("status")).to_contain_text(made.secret)
    reader.goto(f"{site}/webhooks/")
    expect(reader.get_by_text(made.secret)).to_have_count(0)
    reader.get_by_role("link", name="https://example.org/hook").click()
    reader.get_by_role("button", name="Pause it").click()
    expect(reader.get_by_role("button", name="Go on from now")).to_be_visible()
    reader.get_by_role("button", name="Remove it").click()
    expect(reader.get_by_role("heading", level=1)).to_have_text("Be told as it changes")
    assert not Receiver.objects.exists()
    assert watch.foreign == []
    # A form that was refused is an answer 422, which a browser notes.
    assert [text for text in watch.complaints if "422" not in text] == []


def test_a_badge_says_the_result_in_words_for_every_lens(page: Page, site: str) -> None:
    for lens, rule in LENSES.items():
        page.goto(f"{site}/projects/heron-7b/badge/{lens}.svg")
        texts = page.locator("text").all_text_contents()
        assert texts[0] == rule.short_name
        assert re.search(r"[a-z]", texts[1])  # never a color alone
        assert page.locator("svg").get_attribute("aria-label") == ": ".join(texts)
        assert page.locator("title").text_content()
        # Each word lies within the picture, beside the other.
        boxes = [one.bounding_box() for one in page.locator("text, svg").all()]
        whole, left, right = [(box["x"], box["x"] + box["width"]) for box in boxes if box]
        assert whole[0] <= left[0] < left[1] <= right[0] < right[1] <= whole[1]
    score = Score.objects.get(subject__project__slug="heron-7b")
    page.goto(f"{site}/projects/heron-7b/badge/opening-up.svg")
    expect(page.locator("text").last).to_have_text(worded(score))


def test_a_badge_is_right_for_unknown_and_renamed_projects(page: Page, site: str) -> None:
    answer = page.goto(f"{site}/projects/no-such/badge/mof.svg")
    assert answer is not None
    assert answer.status == 404
    expect(page.locator("text").last).to_have_text("no such project")
    page.goto(f"{site}/projects/heron-7b/badge/open-to-whom.svg")
    result = page.locator("text").last.text_content()
    heron = Project.objects.get(slug="heron-7b")
    rename(heron, name="Bittern 7B", slug="bittern-7b", by=User.objects.create_user("ana"))
    page.goto(f"{site}/projects/heron-7b/badge/open-to-whom.svg")
    expect(page).to_have_url(f"{site}/projects/bittern-7b/badge/open-to-whom.svg")
    expect(page.locator("text").last).to_have_text(result or "")
    assert "Bittern 7B" in (page.locator("title").text_content() or "")
    # As another page shows it.
    page.goto(f"{site}/robots.txt")
    page.set_content(f'<img alt="Openness" src="{site}/projects/heron-7b/badge/mof.svg">')
    page.wait_for_function("document.images[0].complete")
    assert page.evaluate("document.images[0].naturalHeight") == 22
