"""Publishers' files as the cells that lenses read."""

import csv
from collections.abc import Iterator
from pathlib import Path

from openness.sources.reading import FileSource, Reading, Refused
from scoring.lenses import Judged


def cells(reading: Reading) -> list[Judged]:
    """What a reading says, verbatim."""
    return [
        Judged(said.position, said.dimension, said.value, said.attributes) for said in reading.said
    ]


def readings(source: FileSource, folder: Path) -> Iterator[Reading]:
    """Every subject at hand; files that the source refuses are left out."""
    for document in source.load(folder):
        try:
            yield from source.read(document)
        except Refused:
            continue


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
