"""Write a package: every table of one moment, what describes it, and what its bytes are."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from openness.citations import FILES, TITLE_OF_DATA, of_dataset
from openness.consistent import snapshot
from openness.exports.dataset import diff, documents
from openness.exports.dataset.columns import Column
from openness.exports.dataset.parquet import write_both
from openness.exports.dataset.rows import rows, sources
from openness.exports.dataset.shelf import DESCRIPTOR, MEDIA_TYPES, Package
from openness.exports.dataset.tables import TABLES, Table
from openness.exports.tables import LICENSE, LICENSE_URL
from openness.rankings import current_revision

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
FORMATS = ("csv", "parquet")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Sum:
    """The size and the sum of a file; `sha256` in hexadecimal digits."""

    bytes: int
    sha256: str


def checked(path: Path) -> Sum:
    """The sum of a file whose bytes have reached the disk."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(_CHUNK):
            digest.update(part)
        os.fsync(file.fileno())
        return Sum(file.tell(), digest.hexdigest())


def write_package(folder: Path, *, at: datetime, previous: Package | None) -> dict[str, Any]:
    """Write a package into an empty folder; its descriptor.

    All tables are of one snapshot of the database. `at` is when it is written, its UTC day its
    version; `previous` the one before, with which it is compared.
    """
    day = f"{at:%Y-%m-%d}"
    with snapshot():
        revision = current_revision()
        counts = {
            name: write_both(folder, name, table.columns, rows(name))
            for name, table in TABLES.items()
        }
    sums = {
        f"{name}.{form}": checked(folder / f"{name}.{form}") for name in TABLES for form in FORMATS
    }
    resources = [
        _resource(name, form, table, counts[name], sums[f"{name}.{form}"])
        for form in FORMATS
        for name, table in TABLES.items()
    ]
    described = {
        "$schema": PROFILE,
        "name": f"openness-{day}",
        "id": f"{settings.SITE_URL}/data/{day}/",
        "title": TITLE_OF_DATA,
        "description": "What is held of each AI project, by whom it was said, and what follows.",
        "version": day,
        "created": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "revision": revision,
        "homepage": f"{settings.SITE_URL}/data/",
        "keywords": ["artificial intelligence", "openness", "licenses", "transparency"],
        "licenses": [{"name": LICENSE, "path": LICENSE_URL, "title": "CC BY 4.0"}],
        "contributors": [{"title": "Openness", "path": settings.SITE_URL, "roles": ["publisher"]}],
        "sources": sources(),
    }
    if previous is not None:
        described["previous"] = _compared(folder, previous, resources)
    described["resources"] = resources
    _write_documents(folder, described, at)
    return described


def _resource(name: str, form: str, table: Table, count: int, held: Sum) -> dict[str, Any]:
    of_form: dict[str, Any] = {
        "type": "table",
        "rows": count,
        "format": "csv",
        "encoding": "utf-8",
        "dialect": {"lineTerminator": "\n"},
        "schema": table.schema(),
    }
    if form == "parquet":
        # A file to whoever validates the package, whose sum is checked: Parquet has types of its
        # own, and frictionless reads it through pandas, which takes blank for a broken number.
        of_form = {"format": "apache-parquet", "table": name}
    return {
        "name": name if form == "csv" else f"{name}-{form}",
        "path": f"{name}.{form}",
        "mediatype": MEDIA_TYPES[f".{form}"].partition(";")[0],
        "description": table.row,
        "bytes": held.bytes,
        "hash": f"sha256:{held.sha256}",
        **of_form,
    }


def _compared(folder: Path, previous: Package, resources: list[dict[str, Any]]) -> dict[str, Any]:
    """Write the differences, add them to the resources, and name the one before with its sum."""
    before = previous.hashes
    same = {one["name"] for one in resources if before.get(one["name"]) == one["hash"]}
    found = diff.write_diff(previous.folder, folder, same)
    (folder / "DIFF.md").write_text(documents.differences(previous.day, found), encoding="utf-8")
    held = checked(folder / "diff.csv")
    count = sum(sum(one.counts().values()) for one in found.values())
    table = Table(row="a difference from the package before", columns=diff.COLUMNS)
    resources.append(_resource("diff", "csv", table, count, held))
    return {
        "version": previous.day,
        "path": f"../{previous.day}/{DESCRIPTOR}",
        "hash": f"sha256:{checked(previous.folder / DESCRIPTOR).sha256}",
        "tables": {name: one.counts() for name, one in found.items()},
    }


def _write_documents(folder: Path, described: Mapping[str, Any], at: datetime) -> None:
    citation = of_dataset(described["version"], described["revision"], at)
    texts = {
        DESCRIPTOR: json.dumps(described, ensure_ascii=False, indent=1) + "\n",
        "README.md": documents.readme(described, citation, _as_cells(TABLES["sources"].columns)),
        "data-dictionary.md": documents.dictionary(),
        **{name: citation.written(form) for form, name in FILES.items()},
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    files = sorted(path for path in folder.iterdir() if path.is_file())
    lines = [f"{checked(path).sha256}  {path.name}\n" for path in files]
    path = folder / "SHA256SUMS"
    path.write_text("".join(lines), encoding="utf-8")
    checked(path)


def _as_cells(columns: Sequence[Column]) -> list[dict[str, str]]:
    return [
        {one.name: one.write(value) for one, value in zip(columns, row, strict=True)}
        for row in rows("sources")
    ]
