"""Submissions: take a proposal, decide it, and turn an accepted one into project and evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import partial

from django.contrib.auth.models import User
from django.contrib.postgres.search import TrigramSimilarity
from django.db import transaction
from django.utils import timezone

from openness.models import Change, Identifier, Project, Revision, Submission
from openness.services.hold import Statements, hold, hold_quantities
from openness.services.subjects import Organizations, projects_at, unused_slug
from openness.sources.addresses import hub_model
from openness.sources.reading import Ref
from scoring.facts import Access, Claim, Hosting, Kind, Method, Quantity, Span, Stage, State, Trust
from scoring.licenses import normalize

SOURCE = "submission"
# Offers change; a hosting statement counts for 180 days (spec open-to-whom section 8).
HOSTING_DAYS = 180
# Trigram similarity from which a name is shown as a likely duplicate; PostgreSQL's own default
# of 0.3 shows too many strangers among names such as "Llama 3 8B".
SIMILAR = 0.45

_HUB_DATASET = re.compile(r"https?://huggingface\.co/datasets/([\w.-]+/[\w.-]+)")
_GITHUB = re.compile(r"https?://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?(?:[/?#]|$)")
_ARXIV = re.compile(r"https?://arxiv\.org/(?:abs|pdf)/(\d{4}\.\d{4,5})")


class AlreadyDecided(ValueError):
    """The submission is not pending any more; somebody else decided it."""


def address(url: str) -> Ref | None:
    """The exact address that a link names at a source we know; None for any other page."""
    url = url.strip()
    if "://" in url and (model := hub_model(url)):
        return Ref("hub", "model", model)
    for source, kind, pattern in (
        ("hub", "dataset", _HUB_DATASET),
        ("github", "repository", _GITHUB),
        ("arxiv", "paper", _ARXIV),
    ):
        if found := pattern.match(url):
            return Ref(source, kind, found[1])
    return None


def duplicates(*, name: str, links: Iterable[str] = ()) -> list[Project]:
    """Projects that this one may be: at the same address first, then of similar name; at most 5."""
    refs = [ref for link in links if (ref := address(link)) and ref.kind != "paper"]
    same = list(Project.objects.filter(pk__in=projects_at(refs).values()))
    similar = (
        Project.objects.annotate(similarity=TrigramSimilarity("name", name))
        .filter(similarity__gte=SIMILAR)
        .exclude(pk__in=[project.pk for project in same])
        .order_by("-similarity", "name")
    )
    return [*same, *similar.select_related("organization")][:5]


def submit(*, payload: Mapping[str, str | int | None], email: str = "") -> Submission:
    """Keep a proposal as it was typed. `payload` holds the cleaned fields of the form."""
    return Submission.objects.create(
        name=str(payload["name"]),
        organization=str(payload.get("organization") or ""),
        payload=dict(payload),
        email=email,
    )


def _pending(submission: Submission) -> Submission:
    """The row, locked, if it is still to be decided; so that of two reviewers one wins."""
    row = Submission.objects.select_for_update().get(pk=submission.pk)
    if row.status != "pending":
        raise AlreadyDecided(f"This submission is already {row.status}.")
    return row


@transaction.atomic
def accept(*, submission: Submission, by: User) -> Project:
    """Make the proposal a project with evidence; the caller has the worker score it afterwards.

    Raises AlreadyDecided if it is not pending.
    """
    row = _pending(submission)
    revision = Revision.objects.create(
        kind="submission", summary=f"{row.name} submitted and accepted"[:300], author=by
    )
    project = _project(row)
    hold(
        [
            Statements(
                project_id=project.pk,
                claims=claims_of(row.payload, stated_on=timezone.localdate(row.created_at)),
                source=SOURCE,
                author="submitter",
                reviewer=by,
                submission=row,
            )
        ],
        revision=revision,
    )
    if size := row.payload.get("parameters"):
        hold_quantities(
            {
                project.pk: [
                    Quantity(
                        name="parameters",
                        low=float(size),
                        high=float(size),
                        source=SOURCE,
                        trust=Trust.REVIEWED,
                        link=row.payload.get("weights_link") or row.payload.get("homepage") or "",
                        stated_on=timezone.localdate(row.created_at),
                    )
                ]
            },
            source=SOURCE,
        )
    Change.objects.create(
        project=project,
        revision=revision,
        field="project",
        new=project.name,
        change_class="first_declared",
        source=SOURCE,
    )
    row.status, row.project = "accepted", project
    row.decided_by, row.decided_at = by, timezone.now()
    row.save()
    return project


@transaction.atomic
def send_back(*, submission: Submission, by: User, reason: str) -> Submission:
    """Return the proposal with a reason that its sender can read. Raises AlreadyDecided."""
    row = _pending(submission)
    row.status, row.reason = "returned", reason
    row.decided_by, row.decided_at = by, timezone.now()
    row.save()
    return row


def _project(row: Submission) -> Project:
    payload = row.payload
    slugs = set(Project.objects.values_list("slug", flat=True))
    maker = payload.get("organization") or ""
    project = Project.objects.create(
        slug=unused_slug(row.name, slugs, 120),
        name=row.name,
        organization=Organizations().make(maker, SOURCE) if maker.strip() else None,
        kind=payload["kind"],
        released=payload.get("released") or "",
        homepage=payload.get("homepage") or "",
    )
    links = [payload.get(name) or "" for name in ("weights_link", "code_link", "homepage")]
    refs = {ref for link in links if (ref := address(link)) and ref.kind != "paper"}
    known = projects_at(refs)
    Identifier.objects.bulk_create(
        Identifier(project=project, source=ref.source, kind=ref.kind, reference=ref.reference)
        for ref in refs
        if (ref.source, ref.kind, ref.reference.lower()) not in known
    )
    return project


_ACCESS_STATE = {
    Access.PUBLIC: (State.OPEN, ""),
    Access.CLICK_THROUGH: (State.PARTIAL, "click_through"),
    Access.BY_REQUEST: (State.PARTIAL, "by_request"),
    Access.NONE: (State.CLOSED, ""),
}
_HOSTING_STATE = {
    Hosting.FREE_API: (State.OPEN, "", "free", "anyone"),
    Hosting.PAID_API: (State.PARTIAL, "paid", "paid", "anyone"),
    Hosting.UI_ONLY: (State.OPEN, "", "", ""),
    Hosting.RESTRICTED: (State.PARTIAL, "restricted_audience", "", "customers"),
    Hosting.NONE: (State.CLOSED, "", "", ""),
}


def claims_of(payload: Mapping[str, str | int | None], *, stated_on: date) -> list[Claim]:
    """The statements that the fields of a submission make; a field left open makes none."""

    def text(name: str) -> str:
        return str(payload.get(name) or "")

    software = text("kind") == Kind.SOFTWARE
    say = partial(
        Claim,
        source=SOURCE,
        trust=Trust.REVIEWED,
        method=Method.HUMAN,
        confidence=4,
        stated_on=stated_on,
    )
    claims = []
    access = Access(text("weights") or "unknown")
    license_raw = text("license").strip()
    if access is not Access.UNKNOWN or license_raw:
        state, gate = _ACCESS_STATE.get(access, (State.UNKNOWN, ""))
        claims.append(
            say(
                component="source_code" if software else "weights_end",
                state=state,
                partial_reason="gated" if gate else "",
                gate=gate or ("none" if access is Access.PUBLIC else ""),
                access=Span(access, access),
                license_raw=license_raw,
                license_id=normalize(license_raw),
                license_source="component" if license_raw else "",
                stage=None if software else Stage.SINGLE,
                link=(text("code_link") if software else text("weights_link")) or text("homepage"),
            )
        )
    hosting = Hosting(text("api") or "unknown")
    if hosting is not Hosting.UNKNOWN:
        state, reason, price, audience = _HOSTING_STATE[hosting]
        claims.append(
            say(
                component="hosted_ui" if hosting is Hosting.UI_ONLY else "hosted_api",
                state=state,
                partial_reason=reason,
                hosting=Span(hosting, hosting),
                price=price,
                audience=audience,
                origin="own",
                link=text("api_link"),
                expires_at=stated_on + timedelta(days=HOSTING_DAYS),
            )
        )
    if paper := text("paper_link"):
        preprint = (ref := address(paper)) is not None and ref.source == "arxiv"
        claims.append(
            say(
                component="preprint" if preprint else "technical_report",
                state=State.OPEN,
                publication="preprint" if preprint else "report",
                link=paper,
            )
        )
    if not software and (code := text("code_link")):
        claims.append(say(component="inference_code", state=State.OPEN, link=code))
    return claims
