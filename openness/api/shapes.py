"""The forms of what the API gives and takes, from which its schema is made."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from openness.exports.lists import CHANGES, LICENSE_COLUMNS, ORGANIZATIONS
from openness.exports.projects import EVIDENCE
from openness.exports.rankings import COLUMNS
from openness.exports.tables import Column
from openness.forms import LINKS
from openness.models.submission import STATUSES
from openness.models.webhook import RECEIVER_STATES
from scoring.facts import Access, Hosting, Kind, Right
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


class Proposal(serializers.Serializer[Any]):
    """A project that somebody proposes: the fields of the page `/submit/`."""

    name = serializers.CharField(max_length=200)
    organization = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(choices=list(Kind), default="model")
    license = serializers.CharField(max_length=200, required=False, allow_blank=True)
    weights = serializers.ChoiceField(choices=list(Access), default="unknown")
    api = serializers.ChoiceField(choices=list(Hosting), default="unknown")
    parameters = serializers.CharField(
        max_length=40, required=False, allow_blank=True, help_text="`7B`, `350M` or `7000000000`."
    )
    released = serializers.CharField(
        max_length=10, required=False, allow_blank=True, help_text="YYYY, YYYY-MM or YYYY-MM-DD."
    )
    weights_link = serializers.CharField(max_length=500, required=False, allow_blank=True)
    code_link = serializers.CharField(max_length=500, required=False, allow_blank=True)
    api_link = serializers.CharField(max_length=500, required=False, allow_blank=True)
    paper_link = serializers.CharField(max_length=500, required=False, allow_blank=True)
    homepage = serializers.CharField(
        max_length=500,
        required=False,
        allow_blank=True,
        help_text=f"At least one of {', '.join(LINKS)} has to be given.",
    )
    email = serializers.EmailField(
        max_length=254, required=False, allow_blank=True, help_text="To tell the outcome to."
    )
    anyway = serializers.BooleanField(
        default=False, help_text="It is none of the projects that are here already."
    )


class Submission(serializers.Serializer[Any]):
    """How a proposal stands."""

    token = serializers.CharField()
    status = serializers.ChoiceField(choices=STATUSES)
    name = serializers.CharField()
    created_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_null=True)
    project = serializers.CharField(allow_null=True, help_text="Slug, once it is accepted.")
    url = serializers.CharField()


class PostedFacts(serializers.Serializer[Any]):
    """Facts of a release in the short keys of `score_file`; what is left out is unknown.

    A word may be a span, `least..most`; a size a number or `[low, high]`.
    """

    kind = serializers.ChoiceField(choices=["model", "software", "service"], default="model")
    access = serializers.CharField(required=False, help_text=", ".join(Access))
    hosted = serializers.CharField(required=False, help_text=", ".join(Hosting))
    use = serializers.CharField(required=False, help_text=", ".join(Right))
    modify = serializers.CharField(required=False)
    share = serializers.CharField(required=False)
    c = serializers.DictField(
        child=serializers.CharField(), required=False, help_text="Component key -> state."
    )
    params_b = serializers.JSONField(required=False, help_text="Parameters, billions.")
    active_b = serializers.JSONField(required=False, help_text="Active parameters, billions.")
    tokens_t = serializers.JSONField(required=False, help_text="Training tokens, trillions.")
    flops = serializers.JSONField(required=False, help_text="Training compute, FLOP.")
    mem_gb = serializers.JSONField(required=False, help_text="Memory it needs, GB.")
    gpu_hours = serializers.JSONField(
        required=False, help_text="[hours, peak FLOP/s of one accelerator]"
    )


class Verdicts(serializers.Serializer[Any]):
    """Our reading of the posted facts by each lens; null where a lens does not cover them."""

    lenses = serializers.DictField()


class NewReceiver(serializers.Serializer[Any]):
    """An address that is to be told of changes."""

    url = serializers.CharField(max_length=500)
    filter = serializers.CharField(
        max_length=1000,
        required=False,
        allow_blank=True,
        default="",
        help_text="Which changes: parameters of `/changes.atom`; blank for all.",
    )


class Receiver(serializers.Serializer[Any]):
    """An address that is told of changes."""

    key = serializers.CharField()
    url = serializers.CharField()
    filter = serializers.CharField()
    state = serializers.ChoiceField(choices=RECEIVER_STATES)
    created_at = serializers.DateTimeField()
    fails = serializers.IntegerField(help_text="Attempts in a row that failed.")
    next_attempt_at = serializers.DateTimeField(allow_null=True)
    url_here = serializers.CharField(help_text="Its page on this site.")


class MadeReceiver(Receiver):
    """One that was just registered."""

    secret = serializers.CharField(help_text="`whsec_` and the key in base64; shown this once.")


class Delivery(serializers.Serializer[Any]):
    """A message, and what came of it."""

    id = serializers.CharField()
    revision = serializers.IntegerField(allow_null=True, help_text="Null for the ping.")
    attempts = serializers.IntegerField()
    tried_at = serializers.DateTimeField()
    delivered_at = serializers.DateTimeField(allow_null=True)
    status = serializers.IntegerField(help_text="0: no whole answer.")
    error = serializers.CharField(allow_null=True)
    seconds = serializers.FloatField()


class OneReceiver(Receiver):
    """An address that is told of changes, with its last messages."""

    deliveries = Delivery(many=True)


class ReceiverState(serializers.Serializer[Any]):
    """Whether anything is sent."""

    state = serializers.ChoiceField(choices=["active", "paused"])


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
