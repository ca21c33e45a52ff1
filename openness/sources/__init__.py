"""Whom we listen to. A file source has `load` (bytes from disk) and `read` (bytes to readings).

A live source is asked over the network (`live.py`). A price list comes as a package.
"""

from openness.sources import (
    arxiv,
    ecosystem_graphs,
    epoch,
    fmti,
    github,
    hub,
    hub_models,
    mof,
    opening_up,
    osai,
)
from openness.sources.live import LiveSource
from openness.sources.price_lists import PRICE_LISTS
from openness.sources.reading import FileSource

SOURCES: dict[str, FileSource] = {
    source.key: source
    for source in (
        mof.SOURCE,
        opening_up.SOURCE,
        osai.SOURCE,
        fmti.SOURCE,
        ecosystem_graphs.SOURCE,
        hub_models.SOURCE,
        epoch.SOURCE,
    )
}
"""Key -> file source, in the order in which they are listed to readers."""

LIVE: dict[str, LiveSource] = {
    source.key: source for source in (hub.SOURCE, github.SOURCE, arxiv.SOURCE)
}
"""Key -> source that is asked over the network, in the order in which they are listed."""

__all__ = ["LIVE", "PRICE_LISTS", "SOURCES"]
