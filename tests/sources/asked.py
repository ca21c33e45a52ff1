"""What the tests of sources ask of a reader, in few words."""

from collections.abc import Iterator
from pathlib import Path

from openness.sources import SOURCES
from openness.sources.reading import Document, Reading, Refused
from scoring.facts import Claim


def document(text: str, name: str = "one.yaml") -> Document:
    """A document of this text."""
    return Document(name, text.encode())


def read_one(key: str, text: str, name: str = "one.yaml") -> Reading:
    """The only reading of a text at a source."""
    (reading,) = SOURCES[key].read(document(text, name))
    return reading


def read_all(key: str, path: Path) -> tuple[list[Reading], dict[str, str]]:
    """(readings, {document: why it was refused}) of all that lies at a path."""
    readings: list[Reading] = []
    refused: dict[str, str] = {}
    for loaded in SOURCES[key].load(path):
        try:
            readings += SOURCES[key].read(loaded)
        except Refused as reason:
            refused[loaded.name] = str(reason)
    return readings, refused


def claims(reading: Reading) -> dict[str, Claim]:
    """{component: claim} of a reading."""
    return {claim.component: claim for claim in reading.claims}


def scalars(value: object) -> Iterator[str]:
    """Every text in a nested value, keys of mappings left out."""
    if isinstance(value, dict):
        for item in value.values():
            yield from scalars(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from scalars(item)
    elif value is not None and value != "":
        yield str(value)


def words_said(reading: Reading) -> set[str]:
    """Every text that the publisher's layer of a reading holds."""
    return {
        text
        for said in reading.said
        for text in (
            said.dimension,
            said.value,
            said.note,
            *said.links,
            *scalars(dict(said.attributes)),
        )
    }
