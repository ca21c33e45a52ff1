"""What is wrong with a page in a browser: one load, then every size and theme."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Sequence
from itertools import product
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, Response

BUDGET = 60 * 1024  # bytes of HTML, CSS and script, compressed
WEIGHED = ("text/html", "text/css", "text/javascript", "application/javascript")
SMALLEST = 320  # px, the screen on which nothing scrolls sideways

QUESTIONS = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
"""Functions that a page is asked by, once `ready`."""

CHINESE = re.compile(r"[\u4e00-\u9fff]")
WORDS = re.compile(r"[A-Za-z]{3,}")
SENTENCE = re.compile(r"[A-Za-z']+(?:[ ,]+[A-Za-z']+){3,}")
ADDRESS = re.compile(r"(?:https?://)?[\w.-]+\.[a-z]{2,}\S*|/[\w./<>?=&-]+|\S+@\S+|[\w.-]+/[\w.-]+")


def ready(page: Page) -> None:
    """Make a page that was just loaded answer questions."""
    page.evaluate(AXE_SCRIPT)
    page.evaluate(QUESTIONS)


class Weight:
    """What a page makes a browser fetch: bytes of HTML, style and script, compressed."""

    def __init__(self, page: Page) -> None:
        self._answers: list[Response] = []
        page.on("response", lambda answer: self._answers.append(answer))

    def taken(self) -> int:
        """Bytes since it was asked last."""
        answers, self._answers[:] = list(self._answers), []
        return sum(
            len(gzip.compress(answer.body()))
            for answer in answers
            if answer.ok and answer.headers.get("content-type", "").startswith(WEIGHED)
        )


def found_by_axe(page: Page, widths: Iterable[int], schemes: Iterable[Any]) -> dict[str, list[str]]:
    """{rule, width and scheme: elements} of what axe-core finds."""
    found = {}
    for width, scheme in product(widths, schemes):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        results = page.evaluate('axe.run(document, {resultTypes: ["violations"]})')
        for rule in results["violations"]:
            nodes = [node["html"][:120] for node in rule["nodes"]][:3]
            found[f"axe {rule['id']}, {width} px, {scheme}"] = nodes
    return found


def ask(page: Page, question: str) -> list[str]:
    """What a function of examined.js finds on the page as it is now."""
    return list(page.evaluate(f"examined.{question}()"))


def untranslated(page: Page, names: Sequence[str]) -> list[str]:
    """English on a Chinese page that is neither marked nor a name; `names` the longest first."""
    known = re.compile("|".join(map(re.escape, names)))
    found = []
    for text in ask(page, "latin"):
        rest = ADDRESS.sub(" ", known.sub(" ", text))
        if SENTENCE.search(rest) or (WORDS.search(rest) and not CHINESE.search(text)):
            found.append(text)
    return found
