"""Proposing a project, and the private page that tells its sender how it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from openness import figures, words
from openness.forms import LINKS, SubmissionForm
from openness.models import Project, Submission
from openness.services import submissions
from openness.views.page import page


@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest) -> HttpResponse:
    """`/submit/`: the form; sent once it is whole and is no duplicate, or is sent anyway."""
    twins: list[Project] = []
    form = SubmissionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if not form.cleaned_data["anyway"]:
            twins = submissions.duplicates(name=form.cleaned_data["name"], links=form.links())
        if not twins:
            made = submissions.submit(payload=form.payload, email=form.cleaned_data["email"])
            return redirect(made)
    wrong = form.is_bound and not form.is_valid()
    return page(
        request,
        "submit.html",
        {"form": form, "twins": twins},
        canonical=None if form.is_bound else "",
        status=422 if wrong else 409 if twins else 200,
    )


@never_cache
@require_safe
def submission(request: HttpRequest, token: str) -> HttpResponse:
    """`/submissions/<token>/`: what was sent and what became of it; for whoever has the link."""
    sent = get_object_or_404(Submission.objects.select_related("project"), token=token)
    response = page(request, "submission.html", {"sent": sent, "told": list(told(sent))})
    response["X-Robots-Tag"] = "noindex"
    # The address is the key: no page that is opened from here learns it.
    response["Referrer-Policy"] = "no-referrer"
    return response


TABLES: Mapping[str, words.Words] = {
    "kind": words.KINDS,
    "weights": words.ACCESS,
    "api": words.HOSTING,
}


def told(sent: Submission) -> Iterator[tuple[str, str, bool]]:
    """(label, value, whether it is an address) of each field that was filled in."""
    for name, field in SubmissionForm.base_fields.items():
        value = sent.payload.get(name)
        if value in (None, ""):
            continue
        if name == "parameters":
            text = figures.count(float(value))
        else:
            text = words.of(TABLES[name], str(value)) if name in TABLES else str(value)
        yield str(field.label), text, name in LINKS and text.startswith(("https://", "http://"))
