"""Pages that a link leads to: whether one may ask for them, and what an answer says of the link.

All of it is pure: the same answer always gives the same finding.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from protego import Protego

from openness.sources.http import Answer

ROBOT = "Openness"  # our name in a robots.txt
BEGINNING = 64 * 1024  # bytes of a page that are read
# RFC 9309 section 2.5: a parser must take at least this much of a robots.txt.
ROBOTS_SIZE = 500 * 1024
# A page that shrinks to less than this part of itself, under another title, is another page.
SHRUNK = 0.25

_TITLE = re.compile(rb"<title[^>]*>(.{0,2000}?)</title", re.IGNORECASE | re.DOTALL)
_NOT_FOUND = re.compile(
    r"\b(404|410)\b|\bnot[ -]found\b|\bno longer (available|exists)\b"
    r"|\b(page|site|file) (does ?n[o']t|can ?n[o']t|could ?n[o']t) (exist|be found)"
    r"|页面不存在|找不到",
    re.IGNORECASE,
)


class Finding(StrEnum):
    """What one answer says of a link."""

    OK = "ok"
    REDIRECTED = "redirected"
    BLOCKED = "blocked"
    DEAD = "dead"
    SOFT_404 = "soft_404"
    UNREACHABLE = "unreachable"  # nobody answered: the page, the host or our own network


@dataclass(frozen=True, slots=True)
class Found:
    """A finding with the title and size (bytes of the beginning) of the page it is about."""

    finding: Finding
    title: str = ""
    size: int | None = None
    leads_to: str = ""


def may_ask(robots: str, url: str) -> bool:
    """Whether a site's robots.txt (RFC 9309) lets us ask for this page."""
    return bool(Protego.parse(robots).can_fetch(url, ROBOT))


def robots_of(answer: Answer) -> str | None:
    """The rules in the answer for a robots.txt: "" where there are none, None: it cannot be said.

    RFC 9309 section 2.3.1: no such file allows everything, a server in trouble allows nothing.
    """
    if answer.status in (200, 206):
        return answer.body[:ROBOTS_SIZE].decode("utf-8", errors="replace")
    return "" if 300 <= answer.status < 500 and answer.status != 429 else None


def judge(url: str, answer: Answer, *, title: str = "", size: int | None = None) -> Found:
    """What an answer says of a link; `title` and `size` are of the page when it was last well.

    A redirect from a page to the front page of its site, a title that says "not found", and a much
    smaller page under another title are pages in place of the one that was there.
    """
    if answer.error == "refused":
        return Found(Finding.DEAD)
    if answer.error in ("too_many_hops", "redirect_elsewhere"):
        return Found(Finding.BLOCKED)
    if not answer.status or answer.status >= 500:
        return Found(Finding.UNREACHABLE)
    if answer.status in (404, 410):
        return Found(Finding.DEAD)
    if not 200 <= answer.status < 300:
        return Found(Finding.BLOCKED)
    found, length = _title(answer), len(answer.body)
    leads_to = answer.url if _elsewhere(url, answer.url) else ""
    replaced = bool(
        title and found and found != title and size and length < SHRUNK * min(size, BEGINNING)
    )
    if _NOT_FOUND.search(found) or replaced or (leads_to and _is_front(answer.url, url)):
        return Found(Finding.SOFT_404, found, length, leads_to)
    return Found(Finding.REDIRECTED if leads_to else Finding.OK, found, length, leads_to)


def _title(answer: Answer) -> str:
    if answer.content_type not in ("text/html", "application/xhtml+xml"):
        return ""
    match = _TITLE.search(answer.body)
    text = match[1].decode("utf-8", errors="replace").replace("\0", "") if match else ""
    return " ".join(html.unescape(text).split())[:200]


def _elsewhere(asked: str, came: str) -> bool:
    """Whether two addresses differ in more than scheme, www, letter case or a last slash."""
    return _bare(asked) != _bare(came)


def _bare(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    return host, parts.path.rstrip("/").lower(), parts.query


def _is_front(came: str, asked: str) -> bool:
    """Whether one who asked for a page came to the front page of the same site."""
    (host, path, _), (asked_host, asked_path, _) = _bare(came), _bare(asked)
    return host == asked_host and not path and bool(asked_path)
