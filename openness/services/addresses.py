"""Which release an address names: the links that people paste, at the sources we know."""

from __future__ import annotations

import re

from openness.sources.addresses import hub_model
from openness.sources.reading import Ref

_HUB_DATASET = re.compile(r"https?://huggingface\.co/datasets/([\w.-]+/[\w.-]+)")
_GITHUB = re.compile(r"https?://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?(?:[/?#]|$)")
_ARXIV = re.compile(r"https?://arxiv\.org/(?:abs|pdf)/(\d{4}\.\d{4,5})")


def address(url: str) -> Ref | None:
    """The exact address that a link names at a source we know; None for any other page."""
    url = url.strip()
    if "://" in url and (model := hub_model(url)):
        return Ref("hub", "model", model)
    for source, kind, pattern in (
        ("hub", "dataset", _HUB_DATASET),
        ("github", "repository", _GITHUB),
        ("arxiv", "paper", _ARXIV),
    ):
        if found := pattern.match(url):
            return Ref(source, kind, found[1])
    return None
