"""Rows of lists, and a project: what is held."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from openness.exports.lists import CHANGES, LICENSE_COLUMNS, ORGANIZATIONS
from openness.exports.projects import EVIDENCE
from openness.exports.rankings import COLUMNS
from openness.exports.tables import Column
from scoring.lenses import LENSES

FIELDS: dict[str, type[serializers.Field[Any, Any, Any, Any]]] = {
    "integer": serializers.IntegerField,
    "double": serializers.FloatField,
    "boolean": serializers.BooleanField,
    "date": serializers.DateField,
    "dateTime": serializers.DateTimeField,
}
"""The field of each data type of a column; text for the others."""


def shape(name: str, columns: tuple[Column, ...], *, required: tuple[str, ...]) -> type[Any]:
    """The form of a row of these columns; those that are not required may be null."""
    made: type[Any] = type(
        name,
        (serializers.Serializer,),
        {
            column.name: FIELDS.get(column.datatype, serializers.CharField)(
                allow_null=column.name not in required
            )
            for column in columns
        },
    )
    return made


Row = shape(
    "Row",
    (*COLUMNS, Column("organization_slug"), Column("runs_on")),
    required=("name", "lens", "edition", "basis"),
)
SCORE = tuple(
    column
    for column in COLUMNS
    if column.name in {"lens", "edition", "basis", "low", "high", "grade", "rank"}
)
ScoreRow = shape(
    "Score",
    (Column("slug"), Column("name"), *SCORE),
    required=("name", "lens", "edition", "basis"),
)
OrganizationRow = shape(
    "Organization", ORGANIZATIONS, required=("slug", "name", "kind", "projects", "url")
)
LicenseRow = shape("License", LICENSE_COLUMNS, required=("id", "name", "projects", "url"))
ChangeRow = shape(
    "Change", CHANGES, required=("id", "revision", "at", "project", "field", "change_class")
)
EvidenceRow = shape(
    "Evidence",
    tuple(column for column in EVIDENCE if column.name != "counts"),
    required=("project", "component", "state", "source", "method", "trust", "confidence", "since"),
)


class ReviewOf(serializers.Serializer[Any]):
    """One reviewer's word on a statement."""

    decision = serializers.CharField()
    reviewer = serializers.CharField()
    at = serializers.DateTimeField()
    undone_at = serializers.DateTimeField(allow_null=True)


class TrailRow(EvidenceRow):  # type: ignore[misc,valid-type]  # made from columns above
    """A statement that holds or once held: by whom, until when."""

    since_at = serializers.DateTimeField()
    until = serializers.IntegerField(allow_null=True, help_text="Revision that superseded it.")
    until_at = serializers.DateTimeField(allow_null=True)
    reviewer = serializers.CharField(allow_null=True)
    reviews = ReviewOf(many=True)


class Lens(serializers.Serializer[Any]):
    """A method of measuring openness."""

    key = serializers.ChoiceField(choices=list(LENSES))
    name = serializers.CharField()
    short_name = serializers.CharField()
    publisher = serializers.CharField()
    question = serializers.CharField()
    unit = serializers.CharField(allow_null=True)
    version = serializers.CharField(allow_null=True)
    bases = serializers.ListField(child=serializers.CharField())
    editions = serializers.ListField(child=serializers.CharField())
    minimum = serializers.FloatField()
    maximum = serializers.FloatField()
    terms = serializers.CharField(allow_null=True)
    citation = serializers.CharField(allow_null=True)
    url = serializers.CharField(allow_null=True)


class Project(serializers.Serializer[Any]):
    """All that is held of a project: the same as `/projects/<slug>.json`."""

    revision = serializers.IntegerField()
    license = serializers.CharField()
    url = serializers.CharField()
    project = serializers.DictField()
    formats = serializers.DictField(help_text="Addresses of the formats of others.")
    identifiers = serializers.ListField(child=serializers.DictField())
    facts = serializers.DictField()
    quantities = serializers.ListField(child=serializers.DictField())
    evidence = serializers.ListField(child=serializers.DictField())
    lenses = serializers.DictField(help_text="Our reading by each lens, with its reasons.")
    published = serializers.ListField(child=serializers.DictField())
    changes = serializers.ListField(child=ChangeRow())
    sources = serializers.ListField(child=serializers.DictField())


def page_of(row: type[Any]) -> type[Any]:
    """The form of a page of these rows."""
    made: type[Any] = type(
        f"{row.__name__}Page",
        (serializers.Serializer,),
        {
            "revision": serializers.IntegerField(),
            "next": serializers.URLField(allow_null=True),
            "previous": serializers.URLField(allow_null=True),
            "results": row(many=True),
        },
    )
    return made
