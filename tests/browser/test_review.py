"""A proposal on its whole way in a real browser: sent, accepted by two reviewers, ranked."""

from collections.abc import Callable

from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from openness.models import Lookup, Submission

PASSWORD = "a long enough password"


def signed_in(browser: Browser, site: str, name: str) -> Page:
    user = User.objects.create_user(name, password=PASSWORD)
    user.user_permissions.add(Permission.objects.get(codename="change_submission"))
    page = browser.new_context().new_page()
    page.goto(f"{site}/sign-in/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Review queue")
    return page


def test_a_proposal_is_previewed_sent_accepted_by_two_with_keys_and_ranked(
    live_server: LiveServer,
    worker: None,
    page: Page,
    browser: Browser,
    client: Client,
    eventually: Callable[..., None],
) -> None:
    cache.clear()
    site = str(live_server.url)
    page.goto(f"{site}/submit/")
    page.get_by_label("Start with an address or a name").fill("https://huggingface.co/shore/heron")
    page.get_by_role("button", name="Look it up").click()
    # A real worker asks; here every source is a port that nobody opens, and the form goes on.
    expect(page.get_by_text("It tells nothing that could be filled in.")).to_be_visible(
        timeout=20_000
    )
    page.get_by_label("Weights (software: source)").select_option("public")
    page.locator("#id_license").fill("Apache-2.0")
    page.locator("#id_parameters").fill("7B")
    expect(page.locator("#preview table")).to_contain_text("Open to whom")
    page.get_by_role("button", name="Send for review").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("heron: Waiting for a reviewer")
    address = f"{site}/review/{Submission.objects.get().pk}/"
    for name in ("ana", "ben"):
        desk = signed_in(browser, site, name)
        desk.goto(address)
        desk.keyboard.press("j")
        desk.keyboard.press("a")
        if name == "ana":
            expect(desk.get_by_text("accepted by ana; a second reviewer")).to_have_count(1)
        else:
            expect(desk.get_by_role("button", name="Take back")).to_have_count(1)
        desk.goto(address)
        desk.get_by_role("button", name="Accept all that is open").click()
        desk.wait_for_load_state()
        desk.context.close()
    assert Submission.objects.get().status == "accepted"
    eventually(lambda: b"shore" in b"".join(client.get("/rankings.csv?q=heron").streaming_content))
    project = Submission.objects.get().project
    assert project is not None
    held = client.get(f"/api/v1/projects/{project.slug}/components/weights_end/").json()["results"]
    assert [row["reviewer"] for row in held] == ["ben"]
    assert [one["reviewer"] for one in held[0]["reviews"]] == ["ana", "ben"]
    badge = client.get(f"/projects/{project.slug}/badge/open-to-whom.svg").content.decode()
    assert "58–96 of 100" in badge
    assert Lookup.objects.filter(purpose="link", done_at__isnull=False).exists()
