"""The packages that were written for the site: one a day, and never altered."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from openness.citations import Citation, of_dataset

DESCRIPTOR = "datapackage.json"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")

MEDIA_TYPES = {
    ".csv": "text/csv; charset=utf-8; header=present",
    ".parquet": "application/vnd.apache.parquet",
    ".json": "application/json",
    ".md": "text/markdown; charset=utf-8",
    ".cff": "application/yaml; charset=utf-8",
    ".bib": "application/x-bibtex; charset=utf-8",
    "": "text/plain; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Package:
    """One package on disk, with what its descriptor says of it."""

    folder: Path
    descriptor: Mapping[str, Any]

    @property
    def day(self) -> str:
        """Its day as ISO text, which is its version and its name at `/data/`."""
        return str(self.descriptor["version"])

    @property
    def created(self) -> datetime:
        """When it was written."""
        return datetime.fromisoformat(self.descriptor["created"])

    @property
    def revision(self) -> int:
        """The revision that it holds."""
        return int(self.descriptor["revision"])

    @property
    def resources(self) -> list[dict[str, Any]]:
        """The files that hold rows."""
        return list(self.descriptor["resources"])

    @property
    def tables(self) -> list[dict[str, Any]]:
        """The resources of the tables as CSV, without the differences."""
        return [one for one in self.resources if one["format"] == "csv" and one["name"] != "diff"]

    @property
    def pairs(self) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """Each table as (CSV, Parquet)."""
        by_name = {one["name"]: one for one in self.resources}
        return [(one, by_name[f"{one['name']}-parquet"]) for one in self.tables]

    @property
    def size(self) -> int:
        """Bytes of the tables in both forms."""
        return sum(one["bytes"] for one in self.resources)

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(one["rows"] for one in self.tables)

    @property
    def hashes(self) -> dict[str, str]:
        """{name of a resource: its sum}, those of the tables."""
        return {one["name"]: one["hash"] for one in self.resources if one["name"] != "diff"}

    @property
    def changed(self) -> dict[str, int] | None:
        """Rows added, removed and changed since the one before; None: there was none."""
        previous = self.descriptor.get("previous")
        if previous is None:
            return None
        each = previous["tables"].values()
        return {kind: sum(one[kind] for one in each) for kind in ("added", "removed", "changed")}

    @property
    def citation(self) -> Citation:
        """How to cite it."""
        return of_dataset(self.day, self.revision, self.created)

    def file(self, name: str) -> Path | None:
        """One of its files; None for a name that is none, or leads elsewhere."""
        path = self.folder / name
        return path if _NAME.fullmatch(name) and path.is_file() else None


@lru_cache(maxsize=1000)
def _described(path: Path, written: int) -> Mapping[str, Any]:
    """A descriptor, read once: with its time of writing (ns), as a test may write another there."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def opened(folder: Path) -> Package:
    """The package in a folder. Raises OSError or ValueError where there is none."""
    path = folder / DESCRIPTOR
    return Package(folder, _described(path, path.stat().st_mtime_ns))


def packages() -> list[Package]:
    """Those of the site, the newest first."""
    if not settings.DATASETS.is_dir():
        return []
    days = [path for path in settings.DATASETS.iterdir() if DAY.fullmatch(path.name)]
    return [opened(path) for path in sorted(days, reverse=True)]


def package(day: str) -> Package | None:
    """The one of a day (ISO text); None: there is none."""
    folder = settings.DATASETS / day
    return opened(folder) if DAY.fullmatch(day) and folder.is_dir() else None
