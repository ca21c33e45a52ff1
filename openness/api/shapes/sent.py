"""What the API takes: proposals, and facts to be scored; and what it answers."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from rest_framework import serializers

from openness.forms import LINKS
from openness.models.submission import STATUSES
from scoring.components import COMPONENTS, DERIVED_COMPONENTS
from scoring.facts import Access, Hosting, Kind, Right, State
from scoring.score_file import LARGEST


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


def _spans(ladder: type[StrEnum]) -> dict[str, Any]:
    """A step of a ladder, or `least..most`."""
    steps = list(ladder)
    pairs = [f"{least}..{most}" for at, least in enumerate(steps) for most in steps[at + 1 :]]
    return {"type": "string", "enum": [*map(str, steps), *pairs]}


def _size(says: str) -> dict[str, Any]:
    """A positive number, or two, between which it lies."""
    number = {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": LARGEST}
    both = {"type": "array", "items": number, "minItems": 2, "maxItems": 2}
    return {"oneOf": [number, both], "description": says}


POSTED_FACTS = {
    "type": "object",
    "description": "Facts of a release in the short keys of `score_file`; what is left out is"
    " unknown. A word may be a span, `least..most`; a size a number, or two.",
    "additionalProperties": False,
    "properties": {
        "kind": {"type": "string", "enum": ["model", "software", "service"], "default": "model"},
        "access": _spans(Access),
        "hosted": _spans(Hosting),
        "use": _spans(Right),
        "modify": _spans(Right),
        "share": _spans(Right),
        "c": {
            "type": "object",
            "description": "Component key -> state.",
            "additionalProperties": False,
            "properties": {key: _spans(State) for key in (*COMPONENTS, *DERIVED_COMPONENTS)},
        },
        "params_b": _size("Parameters, billions."),
        "active_b": _size("Active parameters, billions."),
        "tokens_t": _size("Training tokens, trillions."),
        "flops": _size("Training compute, FLOP."),
        "mem_gb": _size("Memory it needs, GB."),
        "gpu_hours": {
            "type": "array",
            "items": {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": LARGEST},
            "minItems": 2,
            "maxItems": 2,
            "description": "[hours, peak FLOP/s of one accelerator]",
        },
    },
}


class Verdicts(serializers.Serializer[Any]):
    """Our reading of the posted facts by each lens; null where a lens does not cover them."""

    lenses = serializers.DictField()
