"""What a page in a browser must not do."""

import re
from urllib.parse import urlsplit

from playwright.sync_api import Page


class Watch:
    """What a page did that it must not do."""

    def __init__(self, page: Page, site: str) -> None:
        self.said: list[str] = []
        self.foreign: list[str] = []
        self.host = urlsplit(site).netloc
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.note(request.url))

    def note(self, address: str) -> None:
        if urlsplit(address).netloc != self.host and not address.startswith("data:"):
            self.foreign.append(address)

    @property
    def complaints(self) -> list[str]:
        """Console messages, but for the answers 400 and 404 that were asked for."""
        return [text for text in self.said if not re.search(r"status of 40[04] ", text)]

    def taken(self) -> list[str]:
        """The complaints since they were asked for last."""
        found = self.complaints
        self.said.clear()
        return found
