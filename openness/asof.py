"""As of: what was on record at a past revision, read from the periods (decision 0009).

`rankings` asks here for its tables, its order and its ranks when a query names a moment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import groupby
from typing import Any, Protocol

from django.core.cache import cache
from django.db.models import (
    Case,
    Count,
    F,
    FilteredRelation,
    Q,
    QuerySet,
    When,
)
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from openness.models import MethodVersion, Project, ProjectPeriod, PublishedPeriod, Revision, Score
from scoring.lenses import LENSES
from scoring.result import Value


@dataclass(frozen=True)
class Moment:
    """A past state of the record: the revision that was the newest then, and how it was asked."""

    revision: Revision
    asked: str  # `as_of=2026-11-01` or `rev=17`

    @property
    def number(self) -> int:
        """The revision's number."""
        return int(self.revision.pk)

    @cached_property
    def day(self) -> date:
        """The day that was asked for, or that of the revision: offers are judged by their age."""
        name, _is, value = self.asked.partition("=")
        return date.fromisoformat(value) if name == "as_of" else self.revision.at.date()


def on_day(text: str) -> Revision:
    """The newest revision of the end of this day (UTC). Raises ValueError with the reason."""
    try:
        named = date.fromisoformat(text)
    except ValueError:
        raise ValueError(_("a day as YYYY-MM-DD")) from None
    if text != named.isoformat():
        raise ValueError(_("a day as YYYY-MM-DD"))
    if named > timezone.localdate():
        raise ValueError(_("that day is still to come"))
    end = datetime(named.year, named.month, named.day, tzinfo=UTC) + timedelta(days=1)
    found = Revision.objects.filter(at__lt=end).first()
    if found is None:
        first = Revision.objects.last()
        if first is None:
            raise ValueError(_("nothing is on record yet"))
        raise ValueError(_("the record begins on %(day)s") % {"day": first.at.date().isoformat()})
    return found


def numbered(text: str) -> Revision:
    """The revision of this number. Raises ValueError with the reason."""
    digits = text.isascii() and text.isdigit() and len(text) < 19
    found = Revision.objects.filter(pk=int(text)).first() if digits else None
    if found is None:
        raise ValueError(_("there is no such revision"))
    return found


def day(text: str) -> Moment:
    """The end of a day. Raises ValueError with the reason."""
    return Moment(on_day(text), f"as_of={text}")


def moment(past: str) -> Moment:
    """The moment of `as_of=2026-11-01` or `rev=17`. Raises ValueError with the reason."""
    name, _is, value = past.partition("=")
    return day(value) if name == "as_of" else Moment(numbered(value), past)


def asked(params: QueryDict) -> Moment | None:
    """The moment that `as_of` or `rev` names; None for now. Raises ValueError with the reason."""
    date_, number = (str(params.get(name, "")).strip() for name in ("as_of", "rev"))
    if date_ and number:
        raise ValueError(_("as_of, rev: one of them says enough"))
    name, text = ("as_of", date_) if date_ else ("rev", number)
    if not text:
        return None
    try:
        return moment(f"{name}={text}")
    except ValueError as error:
        raise ValueError(f"{name}={text[:40]}: {error}") from None


def versions(revision: int) -> dict[str, str]:
    """{lens: the version in which it was read then}, of derived lenses."""
    rows = MethodVersion.objects.filter(since__lte=revision).order_by("since_id", "pk")
    return dict(rows.values_list("lens", "version"))


def version_then(lens: str, past: str) -> str:
    """The version of a derived lens at a `moment`; blank if it was not read."""
    return versions(moment(past).number).get(lens, "")


DERIVED = {
    "score": "profile__scores__",
    "project": "",
    "maker": "organization_name",
    "listing": "",
    "profile": "profile__",
}
PUBLISHED = {
    "score": "",
    "project": "past__",
    "maker": "past__organization_name",
    "judged": "organization_name",
    "listing": "past__",
    "profile": "past__profile__",
}


def paths(basis: str) -> dict[str, str]:
    """Where the tables are from the root, as `rankings.paths`."""
    return (DERIVED if basis == "derived" else PUBLISHED) | {"key": "project_id"}


class Asked(Protocol):
    """What is read here of a `filters.Query`, which itself asks here for days and versions."""

    @property
    def lens(self) -> str:
        """The lens."""

    @property
    def basis(self) -> str:
        """Published or derived."""

    @property
    def edition(self) -> str:
        """Edition, or version of a derived lens."""

    @property
    def past(self) -> str:
        """The moment, as `moment` reads it; not blank here."""


def roots(query: Asked) -> QuerySet[Any]:
    """All rows of the lens, basis and edition that were in force at the moment."""
    return _roots(moment(query.past).number, query.lens, query.basis, query.edition)


def _roots(revision: int, lens: str, basis: str, version: str) -> QuerySet[Any]:
    if basis == "derived":
        of_lens = {"lens": lens, "basis": basis, "version": version}
        return ProjectPeriod.objects.at(revision).filter(
            **{f"profile__scores__{name}": value for name, value in of_lens.items()}
        )
    then = "project__periods"
    in_force = Q(**{f"{then}__until__isnull": True}) | Q(**{f"{then}__until__gt": revision})
    return (
        PublishedPeriod.objects.at(revision)
        .filter(edition__index=lens, edition__key=version)
        .annotate(
            past=FilteredRelation(then, condition=Q(**{f"{then}__since__lte": revision}) & in_force)
        )
    )


def order(lens: str, score: str, *, down: bool = False) -> list[Any]:
    """The columns that put rows by their result, the unranked last, as `services.scores.rank`."""
    rule = LENSES[lens]
    low, high, grade = F(f"{score}low"), F(f"{score}high"), f"{score}grade"
    if grades := list(rule.ranked_grades):
        place = Case(
            *(When(**{grade: word}, then=number) for number, word in enumerate(grades)),
            default=None,
        )
        return [place.desc(nulls_last=True) if down else place.asc(nulls_last=True)]
    unknown = Q(**{f"{score}low__isnull": True}) | Q(
        **{
            f"{score}low__lt": high,
            f"{score}low__lte": rule.minimum,
            f"{score}high__gte": rule.maximum,
        }
    )
    # What is not known has no place at all, so that names decide among the unranked.
    places = [Case(When(unknown, then=None), default=column) for column in (low, high)]
    if down:
        return [place.asc(nulls_last=True) for place in places]
    return [place.desc(nulls_last=True) for place in places]


Stored = tuple[float | None, float | None, str]
"""(low, high, grade) as stored; equal values share a rank."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows of a lens had one value, and their rank (None: nothing known)."""

    value: Stored
    rows: int
    rank: int | None


def tallies(query: Asked) -> list[Tally]:
    """Every value of the lens at that moment, the best first."""
    return _tallies(moment(query.past).number, query.lens, query.basis, query.edition)


def _tallies(revision: int, *of_lens: str) -> list[Tally]:
    """The same at a revision, of a lens, basis and version; kept, for the past stays as it is."""
    lens, basis, _version = of_lens
    key = ":".join(("tallies", str(revision), *of_lens))
    # Plain values are kept: a class that was renamed meanwhile could not be read back.
    kept: list[tuple[Stored, int, int | None]] | None = cache.get(key)
    if kept is None:
        score = paths(basis)["score"]
        names = (f"{score}low", f"{score}high", f"{score}grade")
        rows = _roots(revision, *of_lens).order_by().values_list(*names).annotate(n=Count("pk"))
        kept = _ranked(lens, [((low, high, grade), n) for low, high, grade, n in rows])
        cache.set(key, kept)
    return [Tally(*one) for one in kept]


def ranks(query: Asked) -> dict[Stored, int | None]:
    """{(low, high, grade): the rank that it gave then}."""
    return {one.value: one.rank for one in tallies(query)}


def rank_of(score: Score, revision: int) -> int | None:
    """The rank of a value at a revision."""
    value = score.low, score.high, score.grade
    tallies = _tallies(revision, score.lens, score.basis, score.version)
    return next((one.rank for one in tallies if one.value == value), None)


def published(revision: int, **of: Any) -> list[tuple[PublishedPeriod, Score]]:
    """What publishers' own rules gave at a revision, the oldest edition first.

    `of` are conditions on `PublishedPeriod`; the scores are not to be saved.
    """
    periods = PublishedPeriod.objects.at(revision).filter(**of).order_by("edition__key")
    return [
        (one, _published(one, revision))
        for one in periods.select_related("edition", "subject")
        if (rule := LENSES.get(one.edition.index)) and one.edition.key in rule.editions
    ]


def _published(period: PublishedPeriod, revision: int) -> Score:
    score = Score(
        subject=period.subject,
        lens=period.edition.index,
        basis="published",
        version=period.edition.key,
        low=period.low,
        high=period.high,
        grade=period.grade,
    )
    score.rank = rank_of(score, revision)
    return score


def period(project: Project, moment: Moment) -> ProjectPeriod | None:
    """How a project stood at a moment; None where it was not on record yet."""
    periods = ProjectPeriod.objects.at(moment.number).filter(project=project)
    return periods.select_related("organization", "profile", "since").first()


def projects(query: Asked, slugs: Collection[str]) -> dict[int, ProjectPeriod]:
    """{key: how the project was then} of those that had these slugs."""
    periods = ProjectPeriod.objects.at(moment(query.past).number).filter(slug__in=slugs)
    return {one.project_id: one for one in periods.select_related("profile")}


def shared_ranks(query: Asked) -> set[int]:
    """The ranks that more than one row of the lens held then."""
    held: Counter[int] = Counter()
    for one in tallies(query):
        if one.rank is not None:
            held[one.rank] += one.rows
    return {rank for rank, n in held.items() if n > 1}


def _ranked(lens: str, counted: list[tuple[Stored, int]]) -> list[tuple[Stored, int, int | None]]:
    """The values with their ranks, the best first: one more than the rows with a better value."""
    keyed = [(LENSES[lens].rank_key(Value(*value)), value, n) for value, n in counted]
    known = [(key, value, n) for key, value, n in keyed if key is not None]
    found: list[tuple[Stored, int, int | None]] = []
    better = 0
    for _key, same in groupby(sorted(known, reverse=True), key=lambda one: one[0]):
        alike = [(value, n) for _key, value, n in same]
        found += [(value, n, better + 1) for value, n in alike]
        better += sum(n for _value, n in alike)
    return found + [(value, n, None) for key, value, n in keyed if key is None]
