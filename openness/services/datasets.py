"""Write packages of the open data set: whole or not at all, one at a time, one a day."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone

from openness.exports.dataset.package import write_package
from openness.exports.dataset.shelf import Package, packages

# One writer at a time; the number is ours, any constant does.
DATASET_LOCK = 4_201_102
_UNFINISHED = ".unfinished-"


@dataclass(frozen=True, slots=True)
class Written:
    """What came of it: the folder, or why there is none; {table: rows}; days that were pruned."""

    folder: str
    reason: str = ""
    tables: dict[str, int] | None = None
    pruned: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The output of `export_dataset` without a folder."""
        return {"written": not self.reason, **{k: v for k, v in asdict(self).items() if v}}


def write_to(folder: Path, *, previous: Package | None = None) -> dict[str, int]:
    """Write a package into a folder that is not there yet, or empty; {table: rows}.

    It appears whole, under its name, or not at all. Raises OSError.
    """
    folder = folder.absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(17, "is not empty; a package is never altered", str(folder))
    with _whole(folder.parent) as unfinished:
        described = write_package(unfinished, at=timezone.now(), previous=previous)
        unfinished.replace(folder)
    return _counts(described)


def write_of_the_day() -> Written:
    """Write the package of today (UTC), unless nothing has changed since the last one.

    Raises OSError. Files that are the same as in the one before are the same file on disk.
    """
    today = timezone.now()
    folder: Path = settings.DATASETS / f"{today:%Y-%m-%d}"
    with _alone() as alone:
        if not alone:
            return Written("", "another one is being written")
        if folder.exists():
            return Written(str(folder), "there is one of today")
        held = packages()
        previous = held[0] if held else None
        settings.DATASETS.mkdir(parents=True, exist_ok=True)
        _clear()
        with _whole(settings.DATASETS) as unfinished:
            described = write_package(unfinished, at=today, previous=previous)
            if previous and _sums(described) == previous.hashes:
                return Written(str(previous.folder), f"nothing has changed since {previous.day}")
            if previous:
                _share(unfinished, previous, described)
            unfinished.replace(folder)
        return Written(str(folder), tables=_counts(described), pruned=_prune())


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether nobody else writes one meanwhile; a lock of this connection, freed with it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [DATASET_LOCK])
        alone = bool(cursor.fetchone()[0])
    try:
        yield alone
    finally:
        if alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [DATASET_LOCK])


@contextmanager
def _whole(beside: Path) -> Iterator[Path]:
    """A folder for what is not finished, gone afterwards unless it got another name."""
    unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=beside))
    try:
        unfinished.chmod(0o755)  # others read what it becomes
        yield unfinished
        _to_disk(beside)
    finally:
        if unfinished.exists():
            shutil.rmtree(unfinished)


def _to_disk(folder: Path) -> None:
    """Have the names in a folder outlast a power cut."""
    held = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(held)
    finally:
        os.close(held)


def _clear() -> None:
    """Remove what a killed writer left."""
    for path in settings.DATASETS.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(path)


def _sums(described: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one["hash"] for one in described["resources"] if one["name"] != "diff"}


def _counts(described: dict[str, Any]) -> dict[str, int]:
    return {
        one["name"]: one["rows"]
        for one in described["resources"]
        if one["format"] == "csv" and one["name"] != "diff"
    }


def _share(folder: Path, previous: Package, described: dict[str, Any]) -> None:
    """Let files with the same bytes be one file on disk, where the disk can do that."""
    for one in described["resources"]:
        if previous.hashes.get(one["name"]) == one["hash"]:
            path = folder / one["path"]
            twin = path.with_name(f".{path.name}")
            with suppress(OSError):
                os.link(previous.folder / one["path"], twin)
                twin.replace(path)


def _prune() -> tuple[str, ...]:
    """Remove packages older than DATASETS_KEPT, except the newest and the first of each month."""
    if settings.DATASETS_KEPT is None:
        return ()
    oldest = f"{timezone.now() - timedelta(days=settings.DATASETS_KEPT):%Y-%m-%d}"
    held = packages()
    firsts = {one.day[:7]: one.day for one in held}  # the newest first, so the first one stays
    gone = [one for one in held[1:] if one.day < oldest and one.day not in firsts.values()]
    for one in gone:
        shutil.rmtree(one.folder)
    return tuple(one.day for one in gone)
