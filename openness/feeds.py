"""Feeds: entries as Atom (RFC 4287) and as JSON Feed 1.1 (jsonfeed.org)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from openness.exports.tables import instant

ATOM = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: an id that never changes, an address, a title and its lines."""

    id: str
    url: str
    title: str
    lines: tuple[str, ...]
    at: datetime
    classes: tuple[str, ...]  # keys of `words.CHANGE_CLASSES`
    author: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """Entries, newest first, under a title; `url` is its own address, `page` that for people."""

    title: str
    url: str
    page: str
    entries: Sequence[Entry]
    updated: datetime


def atom(feed: Feed) -> str:
    """The feed as Atom, to be sent as UTF-8."""
    root = Element("feed", {"xmlns": ATOM, "xml:lang": "en"})
    _text(root, "id", feed.url)
    _text(root, "title", feed.title)
    _text(root, "updated", instant(feed.updated))
    SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": feed.url})
    SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": feed.page})
    _text(SubElement(root, "author"), "name", "Openness")
    _text(root, "rights", "CC BY 4.0")
    for entry in feed.entries:
        item = SubElement(root, "entry")
        _text(item, "id", entry.id)
        _text(item, "title", entry.title)
        _text(item, "updated", instant(entry.at))
        SubElement(item, "link", {"rel": "alternate", "type": "text/html", "href": entry.url})
        for name in entry.classes:
            SubElement(item, "category", {"term": name})
        if entry.author:
            _text(SubElement(item, "author"), "name", entry.author)
        _text(item, "content", "\n".join(entry.lines))
    return str(tostring(root, encoding="unicode"))


def _text(parent: Element, name: str, text: str) -> None:
    # XML has no place for the other control characters, not even escaped.
    SubElement(parent, name).text = "".join(c for c in text if c >= " " or c in "\n\t")


def json_feed(feed: Feed) -> dict[str, Any]:
    """The feed as JSON Feed; the classes of change are its tags."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.url,
        "language": "en",
        "authors": [{"name": "Openness"}],
        "items": [
            {
                "id": entry.id,
                "url": entry.url,
                "title": entry.title,
                "content_text": "\n".join(entry.lines),
                "date_published": instant(entry.at),
                "tags": list(entry.classes),
                **({"authors": [{"name": entry.author}]} if entry.author else {}),
            }
            for entry in feed.entries
        ],
    }
