"""The rows of each table, read in one order by a cursor of the server, a batch at a time."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, JSONObject

from openness import ranks
from openness.exports.dataset.columns import Column
from openness.exports.dataset.tables import TABLES
from openness.exports.lists import LICENSE_COLUMNS, license_values
from openness.models import (
    Change,
    Edition,
    Evidence,
    Identifier,
    Judgement,
    MethodVersion,
    Organization,
    Profile,
    Project,
    ProjectPeriod,
    PublishedPeriod,
    Quantity,
    Revision,
    Score,
    Subject,
)
from openness.sources.prose import facts_only
from openness.sources.reading import Said
from scoring.licenses import LICENSES

BATCH = 2000
SHIPPED = Path(__file__).resolve().parent.parent.parent / "catalogue"
"""The folder of the catalogue that our repository ships."""

Rows = Iterator[Sequence[Any]]
_REAL = {"project__synthetic": False}  # synthetic projects measure the site, they are no data


def rows(table: str, columns: Sequence[Column] | None = None) -> Rows:
    """The rows of a table: the values of these columns (None: all), in a fixed order.

    Call it within a snapshot of the database, or different tables may be of different moments.
    """
    wanted = columns or TABLES[table].columns
    if table in _MADE:
        names = [column.name for column in TABLES[table].columns]
        places = [names.index(column.name) for column in wanted]
        return ([row[place] for place in places] for row in _MADE[table]())
    found = _read(_HELD[table](), wanted)
    return map(_without_prose, found) if table == "judgements" else found


def sources() -> list[dict[str, str]]:
    """Whom we listened to, in the words of Data Package; `key`, `terms` ... are ours."""
    names = [column.name for column in TABLES["sources"].columns]
    found = []
    for row in rows("sources"):
        said = {name: str(value) for name, value in zip(names, row, strict=True) if value}
        found.append({"title": said.pop("title"), "path": said.pop("url", ""), **said})
    return [{key: value for key, value in one.items() if value} for one in found]


def statements_in_force() -> Rows:
    """The evidence of our shipped catalogue: what stands, without the columns of the record."""
    return _read(_evidence().filter(superseded__isnull=True), TABLES["evidence"].shipped)


def _read(found: QuerySet[Any], columns: Sequence[Column]) -> Rows:
    paths = [column.path or column.name for column in columns]
    return found.values_list(*paths).iterator(chunk_size=BATCH)


def _evidence() -> QuerySet[Evidence]:
    order = ("project__slug", "component", "source", "subject__key", "pk")
    return Evidence.objects.filter(**_REAL).order_by(*order)


def _profiles() -> QuerySet[Profile]:
    held = Score.objects.filter(profile=OuterRef("pk")).order_by("lens", "version")
    value = JSONObject(**{name: name for name in ("lens", "version", "low", "high", "grade")})
    return (
        Profile.objects.filter(
            Exists(ProjectPeriod.objects.filter(profile=OuterRef("pk"), **_REAL))
        )
        .annotate(results=ArraySubquery(held.values(value=value)))
        .order_by("digest")
    )


def _releases() -> QuerySet[ProjectPeriod]:
    base = Cast(KeyTextTransform("derived_from_id", OuterRef("details")), BigIntegerField())
    return (
        ProjectPeriod.objects.filter(**_REAL)
        .annotate(base=Subquery(Project.objects.filter(pk=base).values("slug")))
        .order_by("project__slug", "since_id", "pk")
    )


_HELD: Mapping[str, Callable[[], QuerySet[Any]]] = {
    "organizations": lambda: Organization.objects.exclude(source="simulate").order_by("slug"),
    "projects": lambda: Project.objects.filter(synthetic=False).order_by("slug"),
    "identifiers": lambda: Identifier.objects.filter(**_REAL).order_by(
        "project__slug", "source", "kind", "reference"
    ),
    "quantities": lambda: Quantity.objects.filter(**_REAL).order_by(
        "project__slug", "name", "source", "detail"
    ),
    "editions": lambda: Edition.objects.order_by("index", "key"),
    "subjects": lambda: Subject.objects.order_by("index", "key"),
    "judgements": lambda: Judgement.objects.order_by(
        "edition__index", "edition__key", "subject__key", "position"
    ),
    "evidence": _evidence,
    "revisions": lambda: Revision.objects.order_by("pk"),
    "changes": lambda: Change.objects.filter(**_REAL).order_by("pk"),
    "profiles": _profiles,
    "releases": _releases,
    "published": lambda: PublishedPeriod.objects.order_by(
        "edition__index", "edition__key", "subject__key", "since_id", "pk"
    ),
    "lens_versions": lambda: MethodVersion.objects.order_by("lens", "version"),
}


def _without_prose(row: Sequence[Any]) -> Sequence[Any]:
    index, edition, subject, position, dimension, value, links, note, attributes = row
    said = facts_only(
        Said(
            position=position,
            dimension=dimension,
            value=value,
            links=tuple(links),
            note=note,
            attributes=attributes,
        )
    )
    return index, edition, subject, position, dimension, said.value, links, "", said.attributes


def _scores() -> Rows:
    """Our readings, each project by its profile, then the publishers' own results."""
    result = ("low", "high", "grade")
    project = "profile__listings__project__slug"
    derived = Score.objects.filter(
        basis="derived", profile__listings__project__synthetic=False
    ).values_list("lens", "version", project, Value(""), Value(""), *result)
    published = Score.objects.filter(basis="published").values_list(
        "lens", "version", "subject__project__slug", "subject__index", "subject__key", *result
    )
    for basis, rows, key in (
        ("derived", derived, project),
        ("published", published, "subject__key"),
    ):
        held = ranks.of_basis(basis)
        ordered = rows.order_by("lens", "version", key)
        for lens, version, slug, index, subject, *value in ordered.iterator(chunk_size=BATCH):
            rank = held[lens, basis, version].get(tuple(value))
            yield lens, basis, version, slug, index, subject, *value, rank


def _licenses() -> Rows:
    places = {column.name: place for place, column in enumerate(LICENSE_COLUMNS)}
    for key in sorted(LICENSES):
        values = license_values(key)
        yield [values[places[column.name]] for column in TABLES["licenses"].columns]


def _sources() -> Rows:
    columns = TABLES["sources"].columns
    with (SHIPPED / "sources.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield [column.read(row[column.name]) for column in columns]


_MADE: Mapping[str, Callable[[], Rows]] = {
    "scores": _scores,
    "licenses": _licenses,
    "sources": _sources,
}
