"""One meaning of a query string for page, CSV, JSON and command line.

`Query.parse` turns GET parameters into a `Query`; what it cannot use it names in `ignored`, so
that the page can say so and the data addresses can refuse. `Query.string` is its inverse and
canonical: equal views have equal addresses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property, lru_cache, partial
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from openness.asof import numbered, on_day, version_then
from openness.models.score import ACTORS, LICENSE_CLASSES
from scoring.components import COMPONENTS, DERIVED_COMPONENTS
from scoring.facts import Access, Hosting, Kind
from scoring.lenses import LENSES

DEFAULT_LENS = "open-to-whom"
PER_PAGE = 50
PER_PAGE_MOST = 200
SORTS = ("rank", "name", "organization", "parameters", "sourced", "updated", "score")
FLOORS = ("open", "partial")
COMPONENT_KEYS = (*COMPONENTS, *DERIVED_COMPONENTS)


@dataclass(frozen=True, slots=True)
class Ignored:
    """A parameter that was not used, and why."""

    name: str
    value: str
    reason: str


@dataclass(frozen=True)
class Query:
    """What a list shows: every field is one parameter of the address. Blank or None: no condition.

    kind, organization, license, license_class, weights, api and runs_on hold one value or several
    joined by commas, any of which matches. weights and api match the least open end of a range.
    """

    lens: str = DEFAULT_LENS
    basis: str = ""
    edition: str = ""
    q: str = ""
    kind: str = ""
    organization: str = ""
    license: str = ""
    license_class: str = ""
    weights: str = ""
    api: str = ""
    runs_on: str = ""
    parameters_min: int | None = None
    parameters_max: int | None = None
    sourced: str = ""  # "all", or the least number of sourced statements
    floors: tuple[tuple[str, str], ...] = ()  # (component key, open or partial)
    as_of: str = ""  # a past day: what was on record at its end
    rev: str = ""  # a past revision: what was on record when it was the newest
    view: str = "ranking"
    sort: str = "rank"
    page: int | None = None
    per_page: int = PER_PAGE
    ignored: tuple[Ignored, ...] = field(default=(), compare=False)

    @classmethod
    def parse(cls, params: QueryDict) -> Query:
        """The query of these GET parameters; never fails, see `ignored`."""
        values: dict[str, Any] = {}
        floors: dict[str, str] = {}
        ignored: list[Ignored] = []
        for name in params:
            texts = params.getlist(name)
            text = texts[-1].strip()
            if len(texts) > 1:
                reason = _("given more than once; the last one counts")
                ignored.append(Ignored(name, texts[0], reason))
            if not text:
                continue
            try:
                if name in COMPONENT_KEYS:
                    floors[name] = _word(FLOORS, text)
                elif name in READERS:
                    values[name] = READERS[name](text)
                else:
                    ignored.append(Ignored(name, text, _("unknown parameter")))
            except ValueError as error:
                ignored.append(Ignored(name, text, str(error)))
        for unfit in list(_unfit(values)):
            ignored.append(unfit)
            del values[unfit.name]
        if version := _version_then(values):
            values.setdefault("edition", version)
        return cls(**values, floors=tuple(sorted(floors.items())), ignored=tuple(ignored))

    def __post_init__(self) -> None:
        """Fill in what the lens implies: its default basis and the newest edition of that."""
        basis = self.basis or default_basis(self.lens)
        object.__setattr__(self, "basis", basis)
        object.__setattr__(self, "edition", self.edition or editions_of(self.lens, basis)[0])

    @classmethod
    def of(cls, text: str) -> Query:
        """The query of a query string such as `lens=mof&kind=model`, with or without its `?`."""
        return cls.parse(QueryDict(text.removeprefix("?")))

    def plain(self) -> Query:
        """The same lens, basis, edition, view and moment, without a condition."""
        kept = ("lens", "basis", "edition", "view", "as_of", "rev")
        return Query(**{name: getattr(self, name) for name in kept})

    def cited(self) -> dict[str, str]:
        """What names this view for good beside a revision, in canonical order.

        Whole, not one page of it; with its edition, as another may become the newest.
        """
        kept = {
            name: value
            for name, value in self.parameters().items()
            if name not in {"page", "per_page", "as_of", "rev"}
        }
        return kept | ({"edition": self.edition} if self.basis == "published" else {})

    @property
    def past(self) -> str:
        """The moment that is asked for, `as_of=2026-11-01` or `rev=17`; blank for now."""
        return f"rev={self.rev}" if self.rev else f"as_of={self.as_of}" if self.as_of else ""

    @property
    def malformed(self) -> str:
        """One line that names all that was ignored; blank if nothing was."""
        return "; ".join(f"{i.name}={i.value}: {i.reason}" for i in self.ignored)

    def parameters(self) -> dict[str, str]:
        """The conditions that differ from the defaults, in canonical order."""
        return self._parameters.copy()

    @cached_property
    def _parameters(self) -> dict[str, str]:
        plain: dict[str, str] = {}
        for name, default in _DEFAULTS.items():
            value = getattr(self, name)
            if value not in (None, "", default):
                plain[name] = str(value)
        basis = default_basis(self.lens)
        if self.edition == editions_of(self.lens, self.basis or basis)[0]:
            plain.pop("edition", None)
        if self.basis == basis:
            plain.pop("basis", None)
        if self.page == 1:
            plain.pop("page", None)
        return plain | dict(self.floors)

    def string(self, **changes: object) -> str:
        """The canonical query string, with these parameters changed (None or "" takes one out).

        Any change but of the page itself goes back to the first page; a new lens drops basis and
        edition, which belong to the old one. Component keys are accepted like the other names.
        """
        if changes.get("lens", self.lens) != self.lens:
            changes = {"basis": None, "edition": None, "sort": None} | changes
        if changes.keys() - {"page"}:
            changes = {"page": None} | changes
        said = {
            name: str(value)
            for name, value in (self._parameters | changes).items()
            if value not in (None, "")
        }
        if "as_of" in said or "rev" in said:  # what those moments are is asked of the database
            return _canonical(said)
        return _remembered(tuple(said.items()))


_DEFAULTS = {f.name: f.default for f in fields(Query) if f.name not in {"floors", "ignored"}}


def _canonical(said: Mapping[str, str]) -> str:
    params = QueryDict(mutable=True)
    params.update(said)
    return urlencode(Query.parse(params).parameters())


@lru_cache(maxsize=5000)
def _remembered(said: tuple[tuple[str, str], ...]) -> str:
    """A page asks for some twenty addresses, most of which every page asks for."""
    return _canonical(dict(said))


def default_basis(lens: str) -> str:
    """Derived for our own lens, else published, as far as the lens has it (contract)."""
    bases = LENSES[lens].bases
    return "published" if lens != DEFAULT_LENS and "published" in bases else "derived"


def editions_of(lens: str, basis: str) -> tuple[str, ...]:
    """The versions of a lens in this basis, newest first; never empty."""
    rule = LENSES[lens]
    return tuple(rule.editions) if basis == "published" else (rule.version,)


def _unfit(values: Mapping[str, Any]) -> Iterator[Ignored]:
    """Basis or edition, if the lens does not have it; a second moment."""
    if values.get("as_of") and values.get("rev"):
        yield Ignored("as_of", values["as_of"], _("as_of, rev: one of them says enough"))
    lens, basis, edition = (values.get(name, "") for name in ("lens", "basis", "edition"))
    lens = lens or DEFAULT_LENS
    bases = LENSES[lens].bases
    if basis and basis not in bases:
        reason = _("%(lens)s has only %(bases)s") % {"lens": lens, "bases": ", ".join(bases)}
        yield Ignored("basis", basis, reason)
        basis = ""
    editions = editions_of(lens, basis or default_basis(lens))
    if edition and edition not in (*editions, _version_then(values)):
        yield Ignored("edition", edition, _one_of(editions))


def _version_then(values: Mapping[str, Any]) -> str:
    """In which version the derived lens was read at the moment that is asked for; else blank."""
    lens = values.get("lens", DEFAULT_LENS)
    past = next((f"{name}={values[name]}" for name in ("rev", "as_of") if name in values), "")
    derived = values.get("basis", default_basis(lens)) == "derived"
    return version_then(lens, past) if past and derived else ""


def _one_of(words: tuple[str, ...]) -> str:
    return _("one of: %(words)s") % {"words": ", ".join(words)}


def _word(words: tuple[str, ...], text: str) -> str:
    if text not in words:
        raise ValueError(_one_of(words))
    return text


def _words(words: tuple[str, ...], text: str) -> str:
    return ",".join(_word(words, word) for word in text.split(","))


def _whole(least: int, most: int, text: str) -> int:
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        said = {"least": least, "most": most}
        raise ValueError(_("a whole number from %(least)s to %(most)s") % said)
    return int(text)


def _short(text: str) -> str:
    if len(text) > 200 or "\x00" in text:
        raise ValueError(_("at most 200 characters of plain text"))
    return text


def _day(text: str) -> str:
    on_day(text)
    return text


def _revision(text: str) -> str:
    return str(numbered(text).pk)


def _sourced(text: str) -> str:
    return text if text == "all" else str(_whole(1, len(COMPONENTS), text))


READERS: Mapping[str, Callable[[str], str | int]] = {
    "lens": partial(_word, tuple(LENSES)),
    "basis": partial(_word, ("published", "derived")),
    "edition": _short,
    "q": _short,
    "kind": partial(_words, tuple(Kind)),
    "organization": _short,
    "license": _short,
    "license_class": partial(_words, LICENSE_CLASSES),
    "weights": partial(_words, tuple(reversed(Access))),
    "api": partial(_words, tuple(reversed(Hosting))),
    "runs_on": partial(_words, ACTORS),
    "parameters_min": partial(_whole, 0, 10**15),
    "parameters_max": partial(_whole, 0, 10**15),
    "sourced": _sourced,
    "as_of": _day,
    "rev": _revision,
    "view": partial(_word, ("ranking", "grid")),
    "sort": partial(_word, (*SORTS, *(f"-{name}" for name in SORTS))),
    "page": partial(_whole, 1, 10**6),
    "per_page": partial(_whole, 1, PER_PAGE_MOST),
}
