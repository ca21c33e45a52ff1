"""What a source says, as pure data: the shape in which every reader hands over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from scoring.facts import Claim, Kind, Quantity


class Refused(ValueError):
    """A document that is rejected whole; the message says what is wrong with it, and where."""


class Unavailable(Exception):
    """What cannot be had now; the message says why, without an address that may hold a password."""


@dataclass(frozen=True, slots=True)
class Document:
    """One file of a publisher: its name inside the index, and its bytes."""

    name: str
    body: bytes
    content_type: str = "application/yaml"
    companions: tuple[Document, ...] = ()  # files of the publisher without which it says less
    problem: str = ""  # why the bytes could not be taken; `read` refuses with it


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionOf:
    """One state of a publisher's index: commit, date and parameter set."""

    index: str
    key: str
    title: str
    commit: str = ""
    stated_on: date | None = None
    url: str = ""
    terms: str = ""
    citation: str = ""
    dimensions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One cell, verbatim. Dimension "" is the subject's header: what is said of it as a whole."""

    position: int
    dimension: str
    value: str = ""
    links: tuple[str, ...] = ()
    note: str = ""
    attributes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ref:
    """An address at a source by which a release can be told exactly, never by its name."""

    source: str  # hub, github, arxiv, pypi, doi, url
    kind: str  # model, dataset, repository, paper, package, page
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One subject as one document of one edition speaks of it.

    `said` is the publisher's layer; `claims` and `quantities` are our reading of it by the
    conversions of spec/evidence.md section 3; `observed` holds fields of a machine source.
    A component occurs in `claims` at most once.
    """

    edition: EditionOf
    key: str
    name: str
    maker: str = ""  # the organization, as written
    kind: Kind | None = Kind.MODEL  # None: the subject is an organization
    url: str = ""
    released: str = ""  # YYYY, YYYY-MM or YYYY-MM-DD
    modality: str = ""
    base_name: str = ""  # the base model as written
    refs: tuple[Ref, ...] = ()  # exact addresses of this very release
    said: tuple[Said, ...] = ()
    claims: tuple[Claim, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    observed: Mapping[str, str] = field(default_factory=dict)

    @property
    def at(self) -> tuple[str, str]:
        """(index, key): of which subject this speaks."""
        return self.edition.index, self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSource:
    """A publisher whose index comes as files.

    `load` takes a file or a folder in the publisher's own form and yields its documents in sorted
    order; it raises `Refused` where there is nothing to read. `read` turns one document into
    readings and raises `Refused` for a bad one.
    """

    key: str
    name: str
    terms: str
    editions: tuple[EditionOf, ...]
    load: Callable[[Path], Iterator[Document]]
    read: Callable[[Document], list[Reading]]
