"""Watching a project: asking for it, and the private page that confirms and ends it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from openness.forms.watch import WatchForm
from openness.models import Project, Watch
from openness.services import watches
from openness.tasks import have_watchers_told
from openness.throttle import sends_too_often
from openness.views.page import page
from openness.views.sending import author_of, private

DONE = ("asked", "ended")


@require_http_methods(["GET", "HEAD", "POST"])
def watch_project(request: HttpRequest, slug: str) -> HttpResponse:
    """`/projects/<slug>/watch/`: a form for an address. What it answers tells nothing of others."""
    project = get_object_or_404(Project, slug=slug)
    author = author_of(request)
    form = WatchForm(
        request.POST if request.method == "POST" else None,
        initial={"email": author.email if author else ""},
    )
    done = request.GET.get("done", "")
    context = {"project": project, "form": form, "done": done if done in DONE else ""}
    if form.is_bound and form.is_valid():
        if sends_too_often(request):
            return page(request, "watch_project.html", context | {"waits": True}, status=429)
        watches.ask(
            project=project, email=form.cleaned_data["email"], language=get_language() or ""
        )
        have_watchers_told()
        return redirect(f"{reverse('watch-project', args=[slug])}?done=asked")
    wrong = form.is_bound and not form.is_valid()
    return page(request, "watch_project.html", context, status=422 if wrong else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def watch(request: HttpRequest, token: str) -> HttpResponse:
    """`/watches/<token>/`: for who has the link. Mail servers open it, so that changes nothing."""
    row = get_object_or_404(Watch.objects.select_related("project"), token=token)
    if request.method == "POST":
        if request.POST.get("do") == "end":
            watches.end(row)
            return redirect(f"{reverse('watch-project', args=[row.project.slug])}?done=ended")
        watches.confirm(row)
        return redirect(row)
    return private(page(request, "watch.html", {"watch": row}))
