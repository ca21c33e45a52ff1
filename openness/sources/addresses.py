"""Addresses in what publishers write: which are well formed, and which name a release exactly."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote, urlsplit

LONGEST = 999  # characters; the tables hold 1,000

_ADDRESS = re.compile(r"https?://[^\s<>\"\[\]{}|\\^`]+", re.IGNORECASE)
_HOST = re.compile(r"[^\s.@]+(\.[^\s.@]+)+")
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_HUB_HOSTS = ("huggingface.co", "www.huggingface.co", "hf.co")
# First path segments of huggingface.co that are no organization.
_HUB_PAGES = frozenset(
    {"api", "blog", "collections", "datasets", "docs", "models", "organizations", "papers", "posts"}
    | {"spaces", "tasks", "learn", "settings", "join", "login", "pricing"}
)
_SIZE = re.compile(r"(\d+(?:[._]\d+)?) ?([BMT])(?![A-Za-z])", re.IGNORECASE)


def addresses(text: str) -> tuple[str, ...]:
    """Every well-formed http(s) address of at most 999 characters in a text, in its order."""
    return tuple(found for match in _ADDRESS.findall(text) if (found := _tidy(match)))


def first_address(texts: Iterable[str]) -> str:
    """The first well-formed address in these texts, or ""."""
    return next((address for text in texts for address in addresses(text)), "")


def _tidy(address: str) -> str:
    """The address without the punctuation of the sentence around it; "" if it is not one."""
    while address[-1] in ".,;:!?'*" or (
        address.endswith(")") and address.count(")") > address.count("(")
    ):
        address = address[:-1]
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    is_host = _HOST.fullmatch(parts.hostname or "") and "@" not in parts.netloc
    return address if is_host and len(address) <= LONGEST else ""


def hub_model(text: str) -> str:
    """The "owner/name" of the one model repository that a text addresses on the Hub, or "".

    Takes the page, its files on the main branch, or the bare id; no other branch, for that may be
    another checkpoint.
    """
    words = text.split()
    if not words:
        return ""
    if "://" not in words[0]:
        return words[0] if len(words) == 1 and _REPOSITORY.fullmatch(words[0]) else ""
    found = addresses(words[0])
    parts = urlsplit(found[0]) if found else None
    if parts is None or parts.hostname not in _HUB_HOSTS:
        return ""
    owner, _, rest = parts.path.strip("/").partition("/")
    name, _, inside = rest.partition("/")
    branch = inside.split("/")[1:2]
    if owner in _HUB_PAGES or (inside and branch != ["main"]):
        return ""
    reference = f"{owner}/{name}"
    return reference if _REPOSITORY.fullmatch(reference) else ""


def sizes_agree(reference: str, *names: str) -> bool:
    """Whether a repository may hold a release of this name: False if both state other sizes.

    Catches slips such as a file of the 220M model that addresses the repository of the 16B one.
    """
    here = _sizes(reference)
    there = set[tuple[float, str]]().union(*(_sizes(name) for name in names))
    return not here or not there or bool(here & there)


def _sizes(text: str) -> set[tuple[float, str]]:
    found = _SIZE.findall(text)
    return {(float(number.replace("_", ".")), unit.upper()) for number, unit in found}


def on_github(repository: str, commit: str, path: str) -> str:
    """The permanent address of a file in a repository ("owner/name") at a commit."""
    return f"https://github.com/{repository}/blob/{commit}/{quote(path)}"
