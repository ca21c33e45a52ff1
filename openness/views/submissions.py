"""Proposing a project, and the private page that tells its sender how it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.core.validators import slug_re
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from openness import figures, words
from openness.forms import LINKS, ReportForm, SubmissionForm
from openness.models import Lookup, Project, Submission
from openness.services import lookups, maintainers, reviews, submissions
from openness.tasks import send_out
from openness.views.corrections import correction, report
from openness.views.page import page
from openness.views.proposals import propose
from openness.views.sending import private
from scoring.components import COMPONENTS
from scoring.facts import Claim


@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest) -> HttpResponse:
    """`/submit/`: propose a release; with `project` correct a statement of it, or report it."""
    if slug := request.GET.get("project", ""):
        if not slug_re.fullmatch(slug):
            raise Http404
        project = get_object_or_404(Project.objects.select_related("organization"), slug=slug)
        component = request.GET.get("component", "")
        if not component:
            return report(request, project)
        if component not in COMPONENTS:
            raise Http404
        return correction(request, project, component)
    return propose(request)


@require_http_methods(["GET", "HEAD", "POST"])
def submission(request: HttpRequest, token: str) -> HttpResponse:
    """`/submissions/<token>/`: what was sent and what became of it, or a draft in its form.

    For whoever has the link. A POST with `do` withdraws it, or has the maintainer's line looked
    for; any other is the form of a draft.
    """
    sent = get_object_or_404(
        Submission.objects.select_related("project", "project__organization", "author"),
        token=token,
    )
    deed = request.POST.get("do", "")
    if sent.status == "draft" and not deed:
        return propose(request, sent)
    problem = ""
    if request.method == "POST":
        if deed == "look":
            for look in maintainers.ask_for_look(sent):
                send_out(look)
            return redirect(f"{sent.get_absolute_url()}#maintainer")
        if deed != "withdraw":  # A second click on sending a draft.
            return redirect(sent)
        try:
            submissions.withdraw(submission=sent)
            return redirect(sent)
        except submissions.AlreadyDecided as error:
            problem = str(error)
    looks = list(sent.lookups.filter(purpose=lookups.TOKEN)[: maintainers.PLACES_MOST])
    context = {
        "sent": sent,
        "told": list(told(sent)),
        "statements": list(statements(sent)),
        "problem": problem,
        "maintains": maintainers.by_maintainer(sent),
        "line": maintainers.line_of(sent),
        "places": [maintainers.page_of(ref) for ref in maintainers.places(sent)],
        "looks": looks,
        "looking": any(look.done_at is None and _is_new(look) for look in looks),
    }
    return private(page(request, "submission.html", context, status=409 if problem else 200))


def _is_new(look: Lookup) -> bool:
    return look.asked_at > timezone.now() - lookups.WAITED_FOR


TABLES: Mapping[str, words.Words] = {
    "kind": words.KINDS,
    "weights": words.ACCESS,
    "api": words.HOSTING,
}


@dataclass(frozen=True, slots=True)
class Told:
    """One field as it was sent: `by` is who filled it in, blank for the sender."""

    label: str
    value: str
    is_address: bool
    by: str


def told(sent: Submission) -> Iterator[Told]:
    """Each field that was filled in."""
    fields = ReportForm.base_fields if sent.kind == "report" else SubmissionForm.base_fields
    filled = dict(sent.payload.get("filled") or {})
    for name, field in fields.items():
        value = sent.payload.get(name)
        if value in (None, ""):
            continue
        if name == "parameters":
            text = figures.count(float(value))
        else:
            text = words.of(TABLES[name], str(value)) if name in TABLES else str(value)
        is_address = name in {*LINKS, "link"} and text.startswith(("https://", "http://"))
        yield Told(str(field.label), text, is_address, filled.get(name, ""))


def fillers(sent: Submission, component: str) -> list[str]:
    """Who filled in fields of a component, where it was not the sender."""
    filled = dict(sent.payload.get("filled") or {})
    mine = (who for name, who in filled.items() if name.rpartition("-")[0] == component)
    return list(dict.fromkeys(mine))


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a submission as its sender sees it: what was said, what became of it."""

    claim: Claim
    decision: str  # accept, return or blank
    reason: str
    by: list[str]  # who filled in fields of it, where that was not the sender


def statements(sent: Submission) -> Iterator[Statement]:
    """The statements of a submission in the order of display."""
    done = reviews.decided(sent)
    for claim in reviews.claims(sent) if sent.kind != "report" else ():
        review = done.get(claim.component)
        yield Statement(
            claim,
            review.decision if review else "",
            review.reason if review else "",
            fillers(sent, claim.component),
        )
