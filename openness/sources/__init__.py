"""Whom we listen to. A file source has `load` (bytes from disk) and `read` (bytes to readings)."""

from openness.sources import (
    ecosystem_graphs,
    epoch,
    fmti,
    hub_models,
    mof,
    opening_up,
    osai,
)
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

__all__ = ["SOURCES"]
