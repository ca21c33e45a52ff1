"""A proposal on its whole way in a real browser: sent, accepted by two reviewers, ranked."""

from collections.abc import Callable

from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from openness.models import Evidence, Lookup, Submission
from tests.factories import SubmissionFactory, project_with

PASSWORD = "a long enough password"
SMALL = {
    "name": "Tern 1B",
    "organization": "Shore Institute",
    "kind": "model",
    "license": "",
    "weights": "by_request",
    "weights_link": "https://example.org/tern",
}
"""A proposal that lifts nothing far, so that one reviewer is enough."""


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


def test_of_two_who_accept_the_same_the_second_is_told_and_nothing_is_there_twice(
    live_server: LiveServer, browser: Browser
) -> None:
    cache.clear()
    site, sent = str(live_server.url), SubmissionFactory(payload=SMALL)
    desks = [signed_in(browser, site, name) for name in ("ana", "ben")]
    for desk in desks:
        desk.goto(f"{site}/review/{sent.pk}/")
    for desk in desks:
        desk.get_by_role("button", name="Accept all that is open").click()
        desk.wait_for_load_state()
    first, second = desks
    expect(first.get_by_role("alert")).to_have_count(0)
    expect(second.get_by_role("alert")).to_contain_text("decided")
    assert Submission.objects.get().status == "accepted"
    assert list(Evidence.objects.values_list("reviewer__username", flat=True).distinct()) == ["ana"]
    for desk in desks:
        desk.context.close()


def test_a_correction_whose_link_leads_nowhere_is_returned_with_a_reason(
    live_server: LiveServer,
    worker: None,
    page: Page,
    browser: Browser,
    eventually: Callable[..., None],
) -> None:
    cache.clear()
    site = str(live_server.url)
    project_with(slug="heron-7b", name="Heron 7B")
    page.goto(f"{site}/submit/?project=heron-7b&component=model_card")
    page.locator("#id_state").select_option("open")
    page.locator("#id_link").fill("https://huggingface.co/shore/gone")
    page.wait_for_timeout(1100)  # a form that comes back within a second is a program's
    page.get_by_role("button", name="Send for review").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Heron 7B: Waiting for a reviewer")
    eventually(lambda: Lookup.objects.filter(done_at__isnull=False).exists(), within=20)
    desk = signed_in(browser, site, "ana")
    desk.goto(f"{site}/review/{Submission.objects.get().pk}/")
    expect(desk.locator(".sight.ill")).to_contain_text("no answer")
    desk.keyboard.press("j")
    desk.keyboard.press("r")
    desk.keyboard.type("Nothing answers at this address.")
    desk.get_by_role("button", name="Return").first.click()
    desk.wait_for_load_state()
    desk.context.close()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Heron 7B: Returned")
    expect(page.locator(".note.warn")).to_contain_text("Nothing answers at this address.")
    assert not Evidence.objects.exists()
