"""Feeds: entries as Atom (RFC 4287, in pages by RFC 5005) and as JSON Feed 1.1 (jsonfeed.org)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from openness import words
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
    """A page of entries, newest first, under a title.

    `first` is the address of the newest page, by which the feed is known; `url` that of this page,
    `next` that of the older one (blank: none), `page` the one for people.
    """

    title: str
    first: str
    url: str
    next: str
    page: str
    entries: Sequence[Entry]
    updated: datetime


def atom(feed: Feed) -> str:
    """The feed as Atom, to be sent as UTF-8."""
    root = Element("feed", {"xmlns": ATOM, "xml:lang": "en"})
    _text(root, "id", feed.first)
    _text(root, "title", feed.title)
    _text(root, "updated", instant(feed.updated))
    for rel, address in (("self", feed.url), ("first", feed.first), ("next", feed.next)):
        if address:
            SubElement(root, "link", {"rel": rel, "type": "application/atom+xml", "href": address})
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
            label = words.of(words.CHANGE_CLASSES, name)
            SubElement(item, "category", {"term": name, "label": label})
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
        **({"next_url": feed.next} if feed.next else {}),
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
