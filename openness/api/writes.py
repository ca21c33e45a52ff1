"""What the API takes: proposals, and facts to be scored."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.authentication import TokenAuthentication
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from openness.api import shapes
from openness.api.base import View, known_only
from openness.api.problems import Duplicate, Malformed
from openness.api.throttles import ReadThrottle, ScoreThrottle, SubmitThrottle
from openness.exports.projects import reasons
from openness.exports.snapshot import tag
from openness.exports.tables import instant, plain
from openness.forms import SubmissionForm
from openness.models import Submission
from openness.services import submissions
from scoring.facts import Facts
from scoring.lenses import LENSES, Lens, Unanswered
from scoring.score_file import Malformed as NoFacts
from scoring.score_file import facts_of

PROPOSAL = OpenApiExample(
    "A model under Apache 2.0",
    request_only=True,
    value={
        "name": "Pelican 7B",
        "organization": "Shore Institute",
        "kind": "model",
        "license": "Apache-2.0",
        "weights": "public",
        "weights_link": "https://huggingface.co/shore/pelican-7b",
        "parameters": "7B",
    },
)
POSTED = OpenApiExample(
    "Open weights and data",
    request_only=True,
    value={
        "kind": "model",
        "access": "public",
        "use": "open",
        "modify": "open",
        "share": "open",
        "params_b": 7,
        "c": {"weights_end": "open", "training_data": "open", "training_code": "partial"},
    },
)


class Submissions(View):
    """Proposals."""

    authentication_classes = (TokenAuthentication,)
    permission_classes = (IsAuthenticated,)
    throttle_classes = (SubmitThrottle,)

    @extend_schema(
        operation_id="submit",
        summary="Propose a project",
        request=shapes.Proposal,
        examples=[PROPOSAL],
        responses={
            201: shapes.Submission,
            401: OpenApiResponse(description="There is no token, or a wrong one"),
            409: OpenApiResponse(description="It may be here already: `candidates` are slugs"),
        },
    )
    def post(self, request: Request) -> Response:
        """Send what the page `/submit/` asks for. A reviewer decides; `url` tells how it stands."""
        known_only(request, ())
        proposal = shapes.Proposal(data=request.data)
        proposal.is_valid(raise_exception=True)
        form = SubmissionForm(proposal.validated_data, by_program=True)
        if not form.is_valid():
            raise Malformed(
                *(
                    ("" if name == "__all__" else name, str(reason))
                    for name, reasons_of in form.errors.items()
                    for reason in reasons_of
                )
            )
        if not form.cleaned_data["anyway"]:
            twins = submissions.duplicates(name=form.cleaned_data["name"], links=form.links())
            if twins:
                raise Duplicate([twin.slug for twin in twins])
        made = submissions.submit(
            payload=form.payload, sender=submissions.Sender(email=form.cleaned_data["email"])
        )
        said = _submission(made)
        return Response(said, status=201, headers={"Location": said["url"]})


class OneSubmission(View):
    """A proposal; its token is the key to it."""

    throttle_classes = (ReadThrottle,)

    @extend_schema(
        operation_id="submission",
        summary="How a proposal stands",
        responses=shapes.Submission,
    )
    def get(self, request: Request, token: str) -> Response:
        """For whoever has its token."""
        known_only(request, ())
        sent = Submission.objects.select_related("project").filter(token=token).first()
        if sent is None:
            raise Http404
        return Response(_submission(sent))

    def tag(self, request: Request) -> str:
        """How it stands decides: a decision is no revision."""
        sent = Submission.objects.filter(token=self.kwargs["token"])
        return tag(tuple(sent.values_list("status", "decided_at", "project__slug")))


def _submission(sent: Submission) -> dict[str, Any]:
    return {
        "token": sent.token,
        "status": sent.status,
        "name": sent.name,
        "created_at": instant(sent.created_at),
        "decided_at": instant(sent.decided_at) if sent.decided_at else None,
        "reason": plain(sent.reason),
        "project": sent.project.slug if sent.project else None,
        "url": f"{settings.SITE_URL}{sent.get_absolute_url()}",
    }


SIZES = ("params_b", "active_b", "tokens_t", "flops", "mem_gb")


class Scoring(View):
    """Facts to be scored."""

    throttle_classes = (ScoreThrottle,)

    @extend_schema(
        operation_id="score",
        summary="Score facts without storing them",
        request={"application/json": shapes.POSTED_FACTS},
        examples=[POSTED],
        responses={200: shapes.Verdicts},
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Our reading of these facts by every derived lens, each check with its reason."""
        known_only(request, ())
        try:
            facts = facts_of(_in_order(request.data), "facts")
        except (NoFacts, OverflowError) as error:
            raise Malformed(("", str(error).removeprefix("facts: "))) from error
        return Response({"lenses": {key: _verdict(lens, facts) for key, lens in LENSES.items()}})


def _in_order(posted: Any) -> Any:
    """The same with the lesser of two sizes first: a schema cannot ask for that."""
    if not isinstance(posted, dict):
        return posted
    return {
        key: sorted(value) if key in SIZES and _two_numbers(value) else value
        for key, value in posted.items()
    }


def _two_numbers(value: object) -> bool:
    return isinstance(value, list) and all(type(one) in (int, float) for one in value)


def _verdict(lens: Lens, facts: Facts) -> dict[str, Any] | None:
    if "derived" not in lens.bases:
        return None
    try:
        result = lens.explain(facts)
    except Unanswered:
        return None
    value = result.value
    return {
        "version": lens.version,
        "low": value.low,
        "high": value.high,
        "grade": plain(value.grade),
        **reasons(result),
    }
