"""The parameters of the API as its schema tells them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

from openness.api.base import PAGE, PAGE_MOST
from openness.comparison import MOST
from openness.filters import COMPONENT_KEYS, FLOORS
from openness.history import REVISION_MOST
from openness.models.record import CHANGE_CLASSES
from openness.models.score import ACTORS, LICENSE_CLASSES
from scoring.components import COMPONENTS
from scoring.facts import Access, Hosting, Kind, State
from scoring.lenses import LENSES

PLAIN = r"^[^\u0000]*[^\s\u0000\u001c-\u001f\u0085][^\u0000]*$"
"""Text with whatever the database takes, not blank; Python takes these controls for space too."""


def text(name: str, says: str, words: Iterable[object] = ()) -> OpenApiParameter:
    """A parameter of text; `words` are all that it may be, if it may not be any."""
    known = [str(word) for word in words]
    form = {"enum": known} if known else {"minLength": 1, "maxLength": 200, "pattern": PLAIN}
    return OpenApiParameter(name, {"type": "string", **form}, description=says)


def whole(name: str, says: str, least: int, most: int) -> OpenApiParameter:
    """A parameter that is a whole number from the least to the most."""
    form = {"type": "integer", "minimum": least, "maximum": most}
    return OpenApiParameter(name, form, description=says)


def several(name: str, says: str, words: Iterable[str]) -> OpenApiParameter:
    """A parameter of one or more words of a vocabulary, a comma between."""
    return OpenApiParameter(
        name,
        {
            "type": "array",
            "items": {"type": "string", "enum": [str(word) for word in words]},
            "minItems": 1,
        },
        description=f"{says}: any of these, a comma between.",
        style="form",
        explode=False,
    )


def fields_of(row: type[Any]) -> OpenApiParameter:
    """The parameter that asks for a part of these objects."""
    return several("fields", "Only these fields of each object", row().get_fields())


def of_pages(row: type[Any]) -> list[OpenApiParameter]:
    """The parameters of a list of these objects that comes in pages."""
    return [
        text("cursor", "Where to go on; taken from `next` or `previous`."),
        OpenApiParameter(
            "limit",
            {"type": "integer", "minimum": 1, "maximum": PAGE_MOST, "default": PAGE},
            description="Objects a page.",
        ),
        fields_of(row),
    ]


AS_OF = OpenApiParameter(
    "as_of",
    OpenApiTypes.DATE,
    description="What was on record at the end of this past day (UTC).",
)
OF_THE_PAST = [AS_OF, whole("rev", "What was on record at this revision.", 1, REVISION_MOST)]
COMPARED = OpenApiParameter(
    "p",
    {
        "type": "array",
        "items": {"type": "string", "minLength": 1, "maxLength": 120, "pattern": PLAIN},
        "minItems": 2,
        "maxItems": MOST,
        "uniqueItems": True,
    },
    description="Slug of a project; two to six times.",
    required=True,
    style="form",
    explode=True,
)
OF_PROJECTS = [
    text("lens", "The lens whose rows are meant.", LENSES),
    text("basis", "As published, or our reading.", ("published", "derived")),
    text("edition", "Of the publisher; the newest if it is left out."),
    text("q", "Words in name, organization or slug; all of them have to be there."),
    several("kind", "Kind", Kind),
    text("organization", "Slug of the organization, or several with a comma between."),
    text("license", "SPDX id or ours, or several with a comma between."),
    several("license_class", "What the license permits", LICENSE_CLASSES),
    several("weights", "How one comes by the weights", Access),
    several("api", "The best hosted offer", Hosting),
    several("runs_on", "The smallest machine that runs it", ACTORS),
    whole("parameters_min", "Parameters, at least.", 0, 10**15),
    whole("parameters_max", "Parameters, at most.", 0, 10**15),
    text(
        "sourced",
        "`all`, or the least number of statements with a source.",
        ["all", *range(1, len(COMPONENTS) + 1)],
    ),
    *OF_THE_PAST,
    *(text(key, f"The least state of {key}.", FLOORS) for key in COMPONENT_KEYS),
]
OF_EVIDENCE = [
    text("project", "Slug."),
    text("component", "Component.", COMPONENTS),
    text("state", "State.", State),
    text("source", "Key of the source."),
]
OF_CHANGES = [
    text("project", "Slug."),
    text("change_class", "Class of the change.", CHANGE_CLASSES),
    text("field", "A component, or the name of a field."),
    whole("since", "Only what came after this revision.", 0, REVISION_MOST),
]
