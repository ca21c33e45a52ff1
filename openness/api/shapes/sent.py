"""What the API takes: proposals, and facts to be scored; and what it answers."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from openness.forms import LINKS
from openness.models.submission import STATUSES
from scoring.facts import Access, Hosting, Kind, Right


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
