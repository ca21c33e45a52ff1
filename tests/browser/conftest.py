"""A real browser for pages that are served by a real server on loopback."""

import os
import shutil
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

INSTALLED = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium; without one, Playwright's own. `make browser` installs one."""
    path = next(filter(None, map(shutil.which, INSTALLED)), None)
    # Chromium's sandbox refuses to run as root.
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh page, 1280 by 800, that follows links and knows nothing of earlier tests."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


@pytest.fixture
def site(live_server: LiveServer) -> str:
    """The address of a site with a small shelf of projects."""
    from tests.views.shelf import heron_7b, judged_by_opening_up, shelf_of  # noqa: PLC0415 set up

    cache.clear()
    judged_by_opening_up(shelf_of(heron_7b()))
    return str(live_server.url)
