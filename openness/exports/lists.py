"""Organizations, licenses and changes as rows: the columns of their CSV and JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from django.conf import settings
from django.db.models import Aggregate, Count, F, FloatField, Func, Max, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from openness.exports.tables import Column, Rows
from openness.filters import Ignored
from openness.models import Change, Listing, Organization
from openness.models.organization import KINDS
from openness.models.score import LICENSE_CLASSES
from openness.ranks import known
from scoring.lenses import LENSES
from scoring.licenses import LICENSES, License, license_class

ORGANIZATIONS = (
    Column("slug"),
    Column("name"),
    Column("kind"),
    Column("country"),
    Column("homepage", "anyURI"),
    Column("projects", "integer"),
    Column("url", "anyURI"),
)
LICENSE_COLUMNS = (
    Column("id"),
    Column("name"),
    Column("spdx", "boolean"),
    Column("family"),
    Column("license_class"),
    Column("use"),
    Column("modify"),
    Column("share"),
    Column("osi", "boolean"),
    Column("fsf", "boolean"),
    Column("share_alike", "boolean"),
    Column("attribution"),
    Column("restrictions"),
    Column("threshold"),
    Column("steward"),
    Column("source"),
    Column("projects", "integer"),
    Column("url", "anyURI"),
)
CHANGES = (
    Column("id", "integer"),
    Column("revision", "integer"),
    Column("at", "dateTime"),
    Column("project"),
    Column("field"),
    Column("change_class"),
    Column("old"),
    Column("new"),
    Column("source"),
)


WHOM = {"lens": "open-to-whom", "version": LENSES["open-to-whom"].version}
"""Which scores stand for a project where many are seen together."""

SORTS = {"projects": "-held", "name": "name", "best": "-best", "middle": "-middle"}


class Median(Aggregate):
    """The middle of a column; PostgreSQL's own aggregate."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def asked_organizations(params: QueryDict) -> tuple[dict[str, str], tuple[Ignored, ...]]:
    """({q, kind, sort}: blank where nothing of sense is asked; what makes none)."""
    asked = {name: _typed(params, name) for name in ("q", "kind", "sort")}
    wrong = {
        "q": _("at most 200 characters of plain text") if len(asked["q"]) > 200 else "",
        "kind": _one_of(KINDS) if asked["kind"] not in ("", *KINDS) else "",
        "sort": _one_of(SORTS) if asked["sort"] not in ("", *SORTS) else "",
    }
    ignored = tuple(Ignored(name, asked[name], why) for name, why in wrong.items() if why)
    asked |= dict.fromkeys((one.name for one in ignored), "")
    if asked["sort"] == "projects":
        asked["sort"] = ""
    return asked, ignored


def _typed(params: QueryDict, name: str) -> str:
    """What was typed, without the one character that the database does not take."""
    return str(params.get(name, "")).replace("\x00", "").strip()


def _one_of(words: Iterable[str]) -> str:
    return _("one of: %(words)s") % {"words": ", ".join(words)}


def organizations_asked(asked: Mapping[str, str]) -> QuerySet[Organization]:
    """The organizations of `/organizations/` in its order, with `held`, `best` and `middle`."""
    of_lens = Q(**{f"projects__listing__profile__scores__{k}": v for k, v in WHOM.items()})
    of_lens &= known(WHOM["lens"], "projects__listing__profile__scores__")
    low = "projects__listing__profile__scores__low"
    rows = organizations_found(asked).annotate(
        held=Count("projects", distinct=True),
        best=Max(low, filter=of_lens),
        middle=Median(low, filter=of_lens),
    )
    order = SORTS[asked["sort"] or "projects"]
    column = F(order.removeprefix("-"))
    first = column.desc(nulls_last=True) if order.startswith("-") else column.asc()
    return rows.order_by(first, "name", "slug")


def organizations_found(asked: Mapping[str, str]) -> QuerySet[Organization]:
    """The organizations of a kind whose name or another name of theirs has all words of `q`."""
    rows = Organization.objects.all()
    for word in asked["q"].split():
        rows = rows.filter(Q(name__icontains=word) | Q(aliases__icontains=word))
    return rows.filter(kind=asked["kind"]) if asked["kind"] else rows


def organizations() -> QuerySet[Organization]:
    """Every organization, with the number of its projects as `held`."""
    return Organization.objects.annotate(held=Count("projects")).order_by("name", "slug")


def organization_values(row: Organization) -> tuple[object, ...]:
    """One organization in the order of `ORGANIZATIONS`."""
    return (
        row.slug,
        row.name,
        row.kind,
        row.country,
        row.homepage,
        getattr(row, "held", None),
        f"{settings.SITE_URL}{row.get_absolute_url()}",
    )


def organization_rows(asked: Mapping[str, str]) -> Rows:
    """The organizations that are asked for, in the order of their page."""
    return map(organization_values, organizations_asked(asked).iterator(chunk_size=2000))


def licenses_used() -> Counter[str]:
    """{license: how many projects use it}, those that our table lacks too."""
    each = Func(F("license_ids"), function="unnest")
    counts = Listing.objects.annotate(key=each).order_by().values_list("key").annotate(Count("pk"))
    return Counter(dict(counts))


def asked_licenses(params: QueryDict) -> tuple[dict[str, str], tuple[Ignored, ...]]:
    """({q, class}: blank where nothing of sense is asked; what makes none)."""
    asked = {name: _typed(params, name) for name in ("q", "class")}
    wrong = {
        "q": _("at most 200 characters of plain text") if len(asked["q"]) > 200 else "",
        "class": _one_of(LICENSE_CLASSES) if asked["class"] not in ("", *LICENSE_CLASSES) else "",
    }
    ignored = tuple(Ignored(name, asked[name], why) for name, why in wrong.items() if why)
    return asked | dict.fromkeys((one.name for one in ignored), ""), ignored


def licenses_asked(asked: Mapping[str, str], used: Mapping[str, int]) -> list[License]:
    """The licenses of `/licenses/` in its order: by what they come to, the most used first."""
    text = asked["q"].casefold()
    found = [
        row
        for row in LICENSES.values()
        if asked["class"] in ("", license_class(row.rights))
        and text in f"{row.id} {row.name} {row.steward}".casefold()
    ]
    order = list(LICENSE_CLASSES)
    return sorted(
        found, key=lambda row: (order.index(license_class(row.rights)), -used.get(row.id, 0))
    )


def license_rows(asked: Mapping[str, str] | None = None) -> Iterator[tuple[object, ...]]:
    """The licenses that are asked for (None: all), and how many projects use each."""
    used = licenses_used()
    for row in licenses_asked(asked or {"q": "", "class": ""}, used):
        yield license_values(row.id, used[row.id])


def license_values(key: str, projects: int | None = None) -> tuple[object, ...]:
    """One license in the order of `LICENSE_COLUMNS`."""
    row = LICENSES[key]
    return (
        row.id,
        row.name,
        row.spdx,
        row.family,
        license_class(row.rights),
        str(row.use),
        str(row.modify),
        str(row.share),
        row.osi,
        row.fsf,
        row.share_alike,
        row.attribution,
        row.restrictions,
        row.threshold,
        row.steward,
        row.source,
        projects,
        f"{settings.SITE_URL}{reverse('license', args=[key])}",
    )


def changes() -> QuerySet[Change]:
    """The record, newest first, with all that a line of it names."""
    return Change.objects.select_related("project", "revision").order_by("-pk")


def change_values(row: Change) -> tuple[object, ...]:
    """One change in the order of `CHANGES`."""
    return (
        row.pk,
        row.revision_id,
        row.revision.at,
        getattr(row, "slug_then", None) or row.project.slug,
        row.field,
        row.change_class,
        row.old,
        row.new,
        row.source,
    )


def change_rows(found: QuerySet[Change]) -> Rows:
    """These changes, read as they are asked for."""
    return map(change_values, found.iterator(chunk_size=2000))
