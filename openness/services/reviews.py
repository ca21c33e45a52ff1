"""Review: decide statements one at a time or all at once, by one reviewer or two, and undo.

Every verb locks the submission first: of two reviewers who decide at once the second is told.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from openness.effects import Effect, described, effects, lifts, supposed
from openness.forms import NoteField
from openness.models import Change, Identifier, Project, Review, Revision, Submission
from openness.models.submission import WHOLE
from openness.services.addresses import address
from openness.services.hold import hold_quantities
from openness.services.maintainers import by_maintainer, maintains
from openness.services.statements import SOURCE, claims_of, size_of, state, take_back
from openness.services.subjects import Organizations, projects_at, unused_slug
from openness.services.submissions import AlreadyDecided, locked
from scoring.facts import Claim, Quantity

REASON = NoteField(max_length=2000, required=False)
UNDO = timedelta(minutes=10)
"""How long a reviewer may take a decision back; only then is the sender written to."""


class NotAllowed(ValueError):
    """The rules of review forbid it; the message says which."""


def claims(submission: Submission) -> list[Claim]:
    """What a submission states, dated by the day on which it was sent."""
    return claims_of(submission.payload, stated_on=timezone.localdate(submission.created_at))


def parts(submission: Submission) -> list[str]:
    """What there is to decide: the components, and first the whole, but for a correction."""
    if submission.kind == "report":
        return [WHOLE]
    components = [claim.component for claim in claims(submission)]
    return components if submission.kind == "correction" else [WHOLE, *components]


def in_force(submission: Submission) -> QuerySet[Review]:
    """The reviews that have not been undone."""
    return submission.reviews.filter(undone_at__isnull=True).select_related("reviewer")


def decided(submission: Submission) -> dict[str, Review]:
    """{part: the review that decided it}."""
    return {review.part: review for review in in_force(submission) if review.decides}


def effects_of(submission: Submission, only: Collection[str] | None = None) -> list[Effect]:
    """Every lens without this submission and with it, or with these statements of it only.

    Statements that were returned do not count. Empty for a report.
    """
    if submission.kind == "report":
        return []
    returned = {part for part, one in decided(submission).items() if one.decision == "return"}
    proposed = [
        claim
        for claim in claims(submission)
        if claim.component not in returned and (only is None or claim.component in only)
    ]
    project = submission.project
    if submission.kind == "project" or project is None:
        kind = submission.payload["kind"]
        after = described(kind, proposed, sizes(submission))
        return effects(None, after) if only is None else effects(described(kind, ()), after)
    own = set(
        project.evidence.in_force()
        .filter(submission=submission)
        .values_list("component", flat=True)
    )
    replaced = own | {claim.component for claim in proposed}
    return effects(
        supposed(project, [], instead_of=lambda one: one.source == SOURCE and one.component in own),
        supposed(
            project,
            proposed,
            instead_of=lambda one: one.source == SOURCE and one.component in replaced,
        ),
    )


def takes_two(submission: Submission) -> bool:
    """Whether two reviewers have to agree, judged by the submission as a whole."""
    return lifts(effects_of(submission))


@transaction.atomic
def accept(
    *, submission: Submission, by: User, only: Collection[str] = (), alone: bool = False
) -> Submission:
    """Accept these parts, or all that are open; the caller has the worker score it afterwards.

    What counts becomes evidence. `alone`: an administrator's word that stands for two. Raises
    AlreadyDecided, or NotAllowed for one's own submission or for statements of a release that has
    not itself been accepted.
    """
    row = _pending(submission, by)
    author = "maintainer" if by_maintainer(row) else "submitter"
    mine = {one.part for one in in_force(row) if one.reviewer_id == by.pk}
    wanted = _open(row, only or [part for part in parts(row) if part not in mine])
    if again := mine.intersection(wanted):
        raise NotAllowed(
            _("You have accepted this (%(parts)s); a second reviewer has to agree.")
            % {"parts": ", ".join(sorted(again))}
        )
    needed = 1 if alone or not takes_two(row) else 2
    revision: Revision | None = None
    # A reviewer has looked today: only what a machine sees later can contradict it.
    checked = claims_of(row.payload, stated_on=timezone.localdate())
    by_component = {claim.component: claim for claim in checked}
    for part in wanted:
        before = in_force(row).filter(part=part, decision="accept").count()
        decides = before + 1 >= needed
        Review.objects.create(
            submission=row, part=part, decision="accept", decides=decides, reviewer=by
        )
        if not decides:
            continue
        revision = revision or _revision(row, by)
        if part == WHOLE:
            _take_in(row, revision)
        elif row.project is None:
            raise NotAllowed(_("The release itself has to be accepted first."))
        else:
            state(
                by_component[part],
                project=row.project,
                revision=revision,
                author=author,
                reviewer=by,
                submission=row,
            )
    return _settle(row, by)


@transaction.atomic
def send_back(
    *, submission: Submission, by: User, reason: str, only: Collection[str] = ()
) -> Submission:
    """Return these parts, or all that are open, with a reason that the sender can read.

    A release that is returned takes its statements with it. Raises AlreadyDecided or NotAllowed.
    """
    row = _pending(submission, by)
    try:
        reason = REASON.clean(reason)
    except ValidationError as error:
        raise NotAllowed(error.messages[0]) from None
    if not reason:
        raise NotAllowed(_("Say why it is returned."))
    wanted = _open(row, () if WHOLE in only else only)
    # A first acceptance by the same reviewer gives way to the return.
    in_force(row).filter(part__in=wanted, reviewer=by).update(undone_at=timezone.now())
    Review.objects.bulk_create(
        Review(submission=row, part=part, decision="return", reason=reason, reviewer=by)
        for part in wanted
    )
    return _settle(row, by)


@transaction.atomic
def undo(*, submission: Submission, by: User, only: Collection[str] = ()) -> Submission:
    """Take back one's own decisions of the last ten minutes, on these parts or on all.

    Evidence that had come of them is superseded by what stood before; a release that had been
    taken in stays, with nothing on record. Raises NotAllowed if there is nothing to take back.
    """
    row = locked(submission)
    own = in_force(row).filter(reviewer=by, at__gt=timezone.now() - UNDO)
    if only and WHOLE not in only:
        own = own.filter(part__in=only)
    undone = list(own)
    if not undone or row.status == "withdrawn":
        raise NotAllowed(_("There is nothing of yours to take back from the last ten minutes."))
    counted = {part for part, one in decided(row).items() if one.decision == "accept"}
    taken_back = counted.intersection(one.part for one in undone)
    own.update(undone_at=timezone.now())
    # What a first reviewer had accepted waits for a second one again.
    in_force(row).filter(part__in=taken_back).update(decides=False)
    if taken_back and row.project and row.kind != "report":
        revision = Revision.objects.create(
            kind="submission", summary=f"{row.name}: acceptance undone"[:300], author=by
        )
        for part in taken_back - {WHOLE}:
            take_back(part, submission=row, revision=revision)
        if WHOLE in taken_back:
            hold_quantities({row.project.pk: []}, source=SOURCE)
    return _settle(row, by)


def _pending(submission: Submission, by: User) -> Submission:
    row = locked(submission)
    if row.status != "pending":
        raise AlreadyDecided(_("Somebody else was quicker: this has been decided already."))
    if row.author_id == by.pk:
        raise NotAllowed(_("Nobody decides what they have sent themselves."))
    if row.project and maintains(by, row.project):
        raise NotAllowed(_("You maintain this project: somebody else has to decide."))
    return row


def _open(row: Submission, wanted: Collection[str]) -> list[str]:
    """These parts (none: all that are open) in their order, the whole first."""
    done = decided(row)
    there = parts(row)
    asked = [part for part in there if part in wanted] if wanted else there
    if unknown := set(wanted) - set(there):
        raise NotAllowed(_("There is no such statement: %(part)s.") % {"part": min(unknown)})
    if wanted and (taken := [part for part in asked if part in done]):
        raise AlreadyDecided(
            _("Somebody else was quicker: %(part)s has been decided already.") % {"part": taken[0]}
        )
    return [part for part in asked if part not in done]


def _settle(row: Submission, by: User) -> Submission:
    """The status that follows from the parts: pending until each is decided."""
    done = decided(row)
    if done.keys() >= set(parts(row)):
        kept = any(one.decision == "accept" for one in done.values())
        row.status = "accepted" if kept else "returned"
        row.decided_by, row.decided_at = by, timezone.now()
        row.reason = "\n".join(
            dict.fromkeys(one.reason for one in done.values() if one.decision == "return")
        )
    else:
        row.status, row.decided_by, row.decided_at, row.reason = "pending", None, None, ""
    row.save()
    return row


def _revision(row: Submission, by: User) -> Revision:
    what = {"project": "submitted", "correction": "corrected", "report": "reported"}[row.kind]
    return Revision.objects.create(
        kind="submission", summary=f"{row.name} {what} and accepted"[:300], author=by
    )


def _take_in(row: Submission, revision: Revision) -> None:
    """Make the proposed release a project, once; a report makes nothing."""
    if row.kind == "report":
        return
    again = row.project is not None
    row.project = project = row.project or _project(row)
    hold_quantities({project.pk: sizes(row)}, source=SOURCE)
    if again:
        return
    Change.objects.create(
        project=project,
        revision=revision,
        field=WHOLE,
        new=project.name,
        change_class="first_declared",
        source=SOURCE,
    )


def sizes(submission: Submission) -> list[Quantity]:
    """The sizes that a submission gives, dated as its claims."""
    return size_of(submission.payload, timezone.localdate(submission.created_at))


def _project(row: Submission) -> Project:
    payload = row.payload
    slugs = set(Project.objects.values_list("slug", flat=True))
    maker = payload.get("organization") or ""
    organizations = Organizations()
    organization = organizations.make(maker, SOURCE) if maker.strip() else None
    organizations.write()
    project = Project.objects.create(
        slug=unused_slug(row.name, slugs, 120),
        name=row.name,
        organization=organization,
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
