"""Correcting one statement of a project, or reporting the project as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from openness.effects import Effect, effects, raises, supposed
from openness.facts import facts_of
from openness.forms import ACCESSED, HOSTED, CorrectionForm, ReportForm
from openness.models import Project
from openness.services import submissions
from openness.services.statements import SOURCE, claim_of
from openness.throttle import sends_too_often
from openness.views import effects as panel
from openness.views.page import page
from openness.views.sending import sender_of, sent
from scoring.components import COMPONENTS
from scoring.facts import Claim, Component, Facts


@dataclass(frozen=True, slots=True)
class Choice:
    """A component that one may correct, and how it stands."""

    component: str
    state: str
    address: str


def correction(request: HttpRequest, project: Project, component: str) -> HttpResponse:
    """`/submit/?project=&component=`: the statement as it stands, in a form."""
    facts = facts_of(project)
    held = facts.components.get(component)
    form = CorrectionForm(
        component,
        request.POST if request.method == "POST" else None,
        initial=present(held, component, facts),
    )
    context: dict[str, Any] = {
        "form": form,
        "project": project,
        "component": component,
        "held": held,
        "claim": held.claim if held else None,
        "state": str(held.state) if held else "unknown",
        "preview": [],
    }
    if form.is_bound and form.is_valid():
        answers = _kept(form, facts)
        if "preview" in request.POST:
            context["preview"] = _preview(project, facts, component, answers)
        elif sends_too_often(request):
            context["waits"] = True
            return page(request, "submit_correction.html", context, status=429)
        else:
            made = submissions.correct(
                project=project,
                components={component: answers},
                sender=sender_of(request, form, project.slug, component, answers),
            )
            return sent(made)
    wrong = form.is_bound and not form.is_valid()
    return page(request, "submit_correction.html", context, status=422 if wrong else 200)


def _kept(form: CorrectionForm, facts: Facts) -> dict[str, str]:
    """The answers; that nothing is known may be a correction too."""
    answers = form.answers or {form.says: "unknown"}
    if form.component == "weights_end" and facts.stage:
        answers["stage"] = str(facts.stage)
    return answers


def present(held: Component | None, component: str, facts: Facts) -> dict[str, str]:
    """What is on record of a component, as the answers of the form."""
    if held is None or held.claim is None:
        return {}
    claim = held.claim
    state = {
        "state": str(claim.state),
        "access": str(claim.access.least) if claim.access else "unknown",
        "hosting": str(claim.hosting.least) if claim.hosting else "unknown",
    }
    says = "access" if component in ACCESSED else "hosting" if component in HOSTED else "state"
    return {
        says: state[says],
        "partial_reason": claim.partial_reason if says == "state" else "",
        "license": claim.license_raw or claim.license_id,
        "link": claim.link,
        "note": claim.note,
    }


def _preview(
    project: Project, before: Facts, component: str, answers: dict[str, str]
) -> list[panel.Line]:
    claim = claim_of(component, answers, stated_on=timezone.localdate())

    def replaced(one: Claim) -> bool:
        return one.source == SOURCE and one.component == component

    after = supposed(project, [claim], instead_of=replaced)
    found: list[Effect] = effects(before, after)
    return panel.lines(found, raises(after))


def choices(project: Project, facts: Facts) -> list[Choice]:
    """Every component that is asked of this kind, in the order of display."""
    held = facts.components
    return [
        Choice(
            component=key,
            state=str(held[key].state.least) if key in held else "unknown",
            address=f"{reverse('submit')}?project={project.slug}&component={key}",
        )
        for key, info in COMPONENTS.items()
        if info.applies_to(facts.kind)
    ]


def report(request: HttpRequest, project: Project) -> HttpResponse:
    """`/submit/?project=`: which statement is wrong, or what is wrong with the whole."""
    form = ReportForm(request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {
        "form": form,
        "project": project,
        "choices": choices(project, facts_of(project)),
    }
    if form.is_bound and form.is_valid():
        if sends_too_often(request):
            return page(request, "submit_report.html", context | {"waits": True}, status=429)
        message, link = form.cleaned_data["message"], form.cleaned_data["link"]
        made = submissions.report(
            project=project,
            message=message,
            link=link,
            sender=sender_of(request, form, project.slug, message, link),
        )
        return sent(made)
    wrong = form.is_bound and not form.is_valid()
    return page(request, "submit_report.html", context, status=422 if wrong else 200)
