"""As of: what was on record at a past revision, read from the periods (decision 0009).

`rankings` asks here for its tables when a query names a moment.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any, Protocol

from django.db.models import FilteredRelation, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from openness.models import MethodVersion, Project, ProjectPeriod, PublishedPeriod, Revision, Score
from scoring.lenses import LENSES


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
    return roots_at(moment(query.past).number, query.lens, query.basis, query.edition)


def roots_at(revision: int, lens: str, basis: str, version: str) -> QuerySet[Any]:
    """The same at a revision."""
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


def published(revision: int, **of: Any) -> list[tuple[PublishedPeriod, Score]]:
    """What publishers' own rules gave at a revision, the oldest edition first.

    `of` are conditions on `PublishedPeriod`; the scores are not to be saved, and have no rank yet.
    """
    periods = PublishedPeriod.objects.at(revision).filter(**of).order_by("edition__key")
    return [
        (one, _published(one))
        for one in periods.select_related("edition", "subject")
        if (rule := LENSES.get(one.edition.index)) and one.edition.key in rule.editions
    ]


def _published(period: PublishedPeriod) -> Score:
    return Score(
        subject=period.subject,
        lens=period.edition.index,
        basis="published",
        version=period.edition.key,
        low=period.low,
        high=period.high,
        grade=period.grade,
    )


def period(project: Project, moment: Moment) -> ProjectPeriod | None:
    """How a project stood at a moment; None where it was not on record yet."""
    periods = ProjectPeriod.objects.at(moment.number).filter(project=project)
    return periods.select_related("organization", "profile", "since").first()


def projects(query: Asked, slugs: Collection[str]) -> dict[int, ProjectPeriod]:
    """{key: how the project was then} of those that had these slugs."""
    periods = ProjectPeriod.objects.at(moment(query.past).number).filter(slug__in=slugs)
    return {one.project_id: one for one in periods.select_related("profile")}
