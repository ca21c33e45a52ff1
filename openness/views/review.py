"""The queue of review, which everyone may read and reviewers work through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from openness.facts import disputed, facts_of
from openness.models import Review, Submission
from openness.models.submission import SUBMISSION_KINDS, WHOLE
from openness.services import maintainers, people, reviews
from openness.services.reviews import NotAllowed
from openness.services.submissions import AlreadyDecided
from openness.tasks import have_links_checked, rescore_project
from openness.views import effects as panel
from openness.views.page import page
from openness.views.sights import sights
from openness.views.submissions import fillers, told
from scoring.facts import Claim, Component

PER_PAGE = 50
SHOWN = ("waiting", "disputed", "done")


@dataclass(frozen=True, slots=True)
class Row:
    """One part of a submission: now, proposed, what it would change, and how it was decided."""

    part: str
    by: list[str]  # who filled in fields of it, where that was not the sender
    now: Component | None
    claim: Claim | None  # None for the submission as a whole
    effects: list[panel.Line]
    review: Review | None  # the one that decided it
    first: Review | None  # the first of two acceptances, waiting for another
    undoable: bool


def reviewer_of(request: HttpRequest) -> User | None:
    """The signed-in reviewer, if all is proven that has to be."""
    user = request.user
    able = isinstance(user, User) and people.may_review(user) and not people.must_prove(user)
    return user if able and isinstance(user, User) else None


def unproven(request: HttpRequest) -> bool:
    """Whether a reviewer is signed in whose second factor is still to be seen."""
    return people.may_review(request.user) and people.must_prove(request.user)


@never_cache
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """`/review/?show=&kind=`: what waits, oldest first; what is done, newest first."""
    show = request.GET.get("show", "")
    show = show if show in SHOWN else "waiting"
    kind = request.GET.get("kind", "")
    kind = kind if kind in SUBMISSION_KINDS else ""
    waiting = Submission.objects.filter(status="pending").order_by("created_at", "pk")
    done = Submission.objects.filter(status__in=["accepted", "returned", "withdrawn"])
    rows: QuerySet[Submission] = done.order_by("-decided_at") if show == "done" else waiting
    rows = rows.select_related("project", "decided_by")
    if kind:
        rows = rows.filter(kind=kind)
    cells = disputed()
    context = {
        "show": show,
        "kind": kind,
        "shown": {"waiting": waiting.count(), "disputed": len(cells), "done": done.count()},
        "kinds": SUBMISSION_KINDS,
        "rows": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "disputed": cells if show == "disputed" else [],
        "reviewer": reviewer_of(request),
        "signed_in": request.user.get_username(),
        "unproven": unproven(request),
        "now": timezone.now(),
    }
    return page(request, "review_queue.html", context, canonical="")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, key: int) -> HttpResponse:
    """`/review/<id>/`: one submission, statement by statement; a reviewer's POST decides."""
    sent = get_object_or_404(
        Submission.objects.exclude(status="draft").select_related(
            "project__organization", "author", "decided_by"
        ),
        pk=key,
    )
    reviewer, problem = reviewer_of(request), ""
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect(f"{reverse('sign-in')}?{urlencode({'next': request.path})}")
        if unproven(request):
            return redirect(f"{reverse('sign-in-code')}?{urlencode({'next': request.path})}")
        if reviewer is None:
            raise PermissionDenied
        if request.POST.get("do") == "look":
            have_links_checked(sent)
            return redirect(request.path)
        try:
            _decide(request.POST, sent, reviewer)
            part = request.POST.get("part", "")
            return redirect(request.path + (f"#{part}" if part else ""))
        except (AlreadyDecided, NotAllowed) as error:
            problem = str(error)
            sent.refresh_from_db()
    context: dict[str, Any] = {
        "sent": sent,
        "told": list(told(sent)),
        "rows": rows_of(sent, reviewer),
        "effects": panel.lines(reviews.effects_of(sent)) if sent.status != "withdrawn" else [],
        "two": sent.status == "pending" and reviews.takes_two(sent),
        "own": reviewer is not None and _is_theirs(sent, reviewer),
        "unproven": unproven(request),
        "maintains": maintainers.by_maintainer(sent),
        "sights": sights(sent),
        "reviewer": reviewer,
        "problem": problem,
        "next": _next(sent),
        "typed": {"part": request.POST.get("part", ""), "reason": request.POST.get("reason", "")},
    }
    return page(request, "review.html", context, status=409 if problem else 200)


def _is_theirs(sent: Submission, reviewer: User) -> bool:
    """Whether a reviewer has sent it, or maintains what it is about."""
    mine = sent.project is not None and maintainers.maintains(reviewer, sent.project)
    return mine or sent.author_id == reviewer.pk


def _decide(post: Mapping[str, str], sent: Submission, by: User) -> None:
    """Do what a button says, to one part or to all, and have the project scored again."""
    part = post.get("part", "")
    only = [part] if part else []
    deeds: dict[str, Callable[[], Submission]] = {
        "accept": lambda: reviews.accept(submission=sent, by=by, only=only),
        "return": lambda: reviews.send_back(
            submission=sent, by=by, only=only, reason=post.get("reason", "")
        ),
        "undo": lambda: reviews.undo(submission=sent, by=by, only=only),
    }
    deed = deeds.get(post.get("do", ""))
    if deed is None:
        raise PermissionDenied
    row = deed()
    if row.project_id and row.kind != "report":
        # Celery's Django task class has it, its types do not.
        rescore_project.delay_on_commit(row.project_id)  # type: ignore[attr-defined]


def rows_of(sent: Submission, reviewer: User | None) -> list[Row]:
    """The parts of a submission with all that a reviewer wants to see of each."""
    facts = facts_of(sent.project) if sent.project else None
    by_component = {claim.component: claim for claim in reviews.claims(sent)}
    done = reviews.decided(sent)
    found = list(reviews.in_force(sent))
    recent = timezone.now() - reviews.UNDO
    several = len(by_component) > 1
    return [
        Row(
            part=part,
            by=fillers(sent, part),
            now=facts.components.get(part) if facts else None,
            claim=by_component.get(part),
            effects=[
                line for line in panel.lines(reviews.effects_of(sent, only=[part])) if line.changes
            ]
            if several and part != WHOLE and part not in done
            else [],
            review=done.get(part),
            first=next((one for one in found if one.part == part and not one.decides), None),
            undoable=any(
                one.part == part and reviewer and one.reviewer_id == reviewer.pk and one.at > recent
                for one in found
            ),
        )
        for part in reviews.parts(sent)
    ]


def _next(sent: Submission) -> Submission | None:
    """The submission that waits next after this one."""
    return (
        Submission.objects.filter(status="pending", created_at__gt=sent.created_at)
        .order_by("created_at", "pk")
        .first()
    )
