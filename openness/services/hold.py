"""Hold evidence: what we take to be so of each component, with every former statement kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.contrib.auth.models import User

from openness.models import Change, Evidence, Quantity, Revision, Subject, Submission
from openness.models.evidence import CLAIM_COLUMNS, claim_fields
from openness.services.copying import append, copy_rows
from scoring.facts import Access, Claim, State
from scoring.facts import Quantity as PureQuantity
from scoring.licenses import license_class, normalize, rights

BATCH = 2000
# More open means a later place here; unknown stands outside of the order.
_ORDER = {State.CLOSED: 0, State.PARTIAL: 1, State.OPEN: 2}


@dataclass(slots=True)
class Held:
    """What a change of evidence touched."""

    projects: set[int] = field(default_factory=set)
    subjects: set[int] = field(default_factory=set)
    created: int = 0
    superseded: int = 0


@dataclass(frozen=True, slots=True)
class Statements:
    """All that one source now says of one project; what is absent is withdrawn."""

    project_id: int
    claims: Sequence[Claim]
    source: str
    subject: Subject | None = None
    author: str = ""
    reviewer: User | None = None
    submission: Submission | None = None


def change_class(old: Evidence | None, new: Evidence | None) -> str:
    """How a statement moved (the words of `Change`): its state, its access or hosting, its terms.

    What moves both ways at once, as where a gate falls and the terms forbid more, is unclassified:
    nobody can say whether that is more open.
    """
    if old is None:
        return "first_declared"
    if new is None:
        return "withdrawn"
    before, after = _ORDER.get(State(old.state)), _ORDER.get(State(new.state))
    # Terms may be known where the state is not: then they alone have moved.
    if before is None and after is not None:
        return "first_declared"
    if after is None and before is not None:
        return "withdrawn"
    if new.access_most == Access.NONE and old.access_most not in ("", Access.NONE):
        return "withdrawn"
    was, now = old.claim(), new.claim()
    moves = {
        _moved((before, before), (after, after))
        if before is not None and after is not None
        else "",
        _moved(was.access.places, now.access.places) if was.access and now.access else "",
        _moved(was.hosting.places, now.hosting.places) if was.hosting and now.hosting else "",
        _terms_moved(old, new),
    }
    up, down = "more_open" in moves, bool(moves & {"less_open", "withdrawn"})
    if up and down:
        return "unclassified"
    return next((one for one in _WEIGHT if one in moves), "corrected")


# Of several moves in one direction, the one that says most.
_WEIGHT = (
    *("unclassified", "withdrawn", "less_open", "more_open"),
    *("first_declared", "lateral", "renamed"),
)


def _moved(old: tuple[int, int], new: tuple[int, int]) -> str:
    """How a span (its ends as steps of a ladder) moved; blank where it did not, or only widened."""
    if old == new:
        return ""
    if new[0] >= old[0] and new[1] >= old[1]:
        return "more_open"
    return "less_open" if new[0] <= old[0] and new[1] <= old[1] else ""


def _terms_moved(old: Evidence, new: Evidence) -> str:
    if old.license_raw == new.license_raw:
        return ""
    # That none was declared has an id too, and is no license that could be more open or less.
    if not old.license_raw or not new.license_raw:
        return "withdrawn" if old.license_raw else "first_declared"
    return license_change(old.license_id or old.license_raw, new.license_id or new.license_raw)


# The classes of terms by what they let one do; "unstated" forbids by silence, unknown is no step.
_TERMS = ("forbidden", "unstated", "noncommercial", "conditional", "open")


def license_change(old: str, new: str) -> str:
    """How terms moved (ids or raw texts): by the class of their strictest right.

    One license spelled otherwise is renamed, another of the same class lateral; where one of them
    is not known, nobody can say which is more open.
    """
    if not old or not new:
        return "withdrawn" if old else "first_declared"
    if (normalize(old) or old.casefold()) == (normalize(new) or new.casefold()):
        return "renamed"
    classes = [license_class(rights(normalize(text) or text)) for text in (old, new)]
    if any(one not in _TERMS for one in classes):
        return "unclassified"
    before, after = (_TERMS.index(one) for one in classes)
    return "lateral" if before == after else "more_open" if after > before else "less_open"


def summary_of(row: Evidence | None) -> str:
    """A statement in one line, as changes show it: state, access or hosting, license."""
    if row is None:
        return ""
    state = row.state if row.state_most in ("", row.state) else f"{row.state}..{row.state_most}"
    words = [state]
    for least, most in ((row.access_least, row.access_most), (row.hosting_least, row.hosting_most)):
        if least:
            words.append(least if least == most else f"{least}..{most}")
    if row.license_raw:
        words.append(row.license_id or row.license_raw)
    return ", ".join(words)


def hold(
    statements: Iterable[Statements],
    *,
    revision: Revision,
) -> Held:
    """Make these statements the ones in force.

    An equal statement is left alone, so the same twice is the same as once. A row that differs is
    superseded, never altered; only the fields of the claim decide. What a source says of a project
    for the first time is no change; what it says otherwise than before is.
    """
    groups = list(statements)
    in_force: dict[_Speaker, dict[str, Evidence]] = {}
    for row in Evidence.objects.in_force().filter(
        project_id__in={group.project_id for group in groups}
    ):
        at = row.project_id, row.source, row.subject_id
        in_force.setdefault(at, {})[row.component] = row
    held = Held()
    first = [group for group in groups if _speaker(group) not in in_force]
    again = ((group, before) for group in groups if (before := in_force.get(_speaker(group))))
    _hold_first(first, revision, held)
    _hold_again(again, revision, held)
    return held


_Speaker = tuple[int, str, int | None]
"""Of whom a source speaks, which source, and of which of its subjects."""


def _speaker(group: Statements) -> _Speaker:
    return group.project_id, group.source, group.subject.pk if group.subject else None


def _hold_first(groups: Sequence[Statements], revision: Revision, held: Held) -> None:
    """Hold what sources say of projects of which they had said nothing: no rows to compare."""
    spoken = [group for group in groups if group.claims]
    rows = (
        (
            group.project_id,
            revision.pk,
            group.subject.pk if group.subject else None,
            group.author,
            group.reviewer.pk if group.reviewer else None,
            group.submission.pk if group.submission else None,
            *claim_fields(claim).values(),
        )
        for group in spoken
        for claim in group.claims
    )
    number = sum(len(group.claims) for group in spoken)
    append(Evidence, _OF_STATEMENT, rows, number=number)
    held.projects |= {group.project_id for group in spoken}
    held.subjects |= {group.subject.pk for group in spoken if group.subject}
    held.created += number


_OF_STATEMENT = (
    *("project_id", "since_id", "subject_id", "author", "reviewer_id", "submission_id"),
    *CLAIM_COLUMNS,
)


def _hold_again(
    groups: Iterable[tuple[Statements, dict[str, Evidence]]], revision: Revision, held: Held
) -> None:
    """Hold what sources say now instead of what they said before; each difference is a change."""
    create: list[Evidence] = []
    superseded: list[Evidence] = []
    changes: list[tuple[Evidence, Evidence | None, Evidence | None]] = []
    for group, before in groups:
        first_change = len(changes)
        for claim in group.claims:
            old = before.pop(claim.component, None)
            values = claim_fields(claim)
            if old is not None and all(getattr(old, k) == v for k, v in values.items()):
                continue
            new = Evidence(
                project_id=group.project_id,
                since=revision,
                subject=group.subject,
                author=group.author,
                reviewer=group.reviewer,
                submission=group.submission,
                **values,
            )
            create.append(new)
            if old is not None:
                superseded.append(old)
            changes.append((new, old, new))
        superseded += before.values()
        changes += ((old, old, None) for old in before.values())
        if len(changes) > first_change:
            held.projects.add(group.project_id)
            if group.subject:
                held.subjects.add(group.subject.pk)
    Evidence.objects.filter(pk__in=[row.pk for row in superseded]).update(superseded=revision)
    Evidence.objects.bulk_create(create, batch_size=BATCH)
    Change.objects.bulk_create((_change(*change, revision) for change in changes), batch_size=BATCH)
    held.created += len(create)
    held.superseded += len(superseded)


def _change(
    row: Evidence, old: Evidence | None, new: Evidence | None, revision: Revision
) -> Change:
    return Change(
        project_id=row.project_id,
        revision=revision,
        field=row.component,
        old=summary_of(old),
        new=summary_of(new),
        change_class=change_class(old, new),
        source=row.source,
        evidence=row,
    )


def hold_quantities(wanted: Mapping[int, Sequence[PureQuantity]], *, source: str) -> set[int]:
    """Make these the sizes that `source` gives of these projects ({project id: sizes}).

    Where it gives several numbers for one size, the range between them is held. Returns the
    projects whose sizes changed.
    """
    held: dict[tuple[int, str, str], Quantity] = {
        (row.project_id, row.name, row.detail): row
        for row in Quantity.objects.filter(project_id__in=wanted, source=source)
    }
    create: list[Quantity] = []
    update: list[Quantity] = []
    touched: set[int] = set()
    for project_id, quantities in wanted.items():
        for quantity in _joined(quantities):
            values = {
                "low": quantity.low,
                "high": quantity.high,
                "trust": quantity.trust,
                "link": quantity.link,
                "record": quantity.record,
                "stated_on": quantity.stated_on,
                "note": quantity.note,
            }
            row = held.pop((project_id, quantity.name, quantity.detail), None) or Quantity(
                project_id=project_id, name=quantity.name, detail=quantity.detail, source=source
            )
            if not row._state.adding and all(getattr(row, k) == v for k, v in values.items()):
                continue
            for name, value in values.items():
                setattr(row, name, value)
            (create if row._state.adding else update).append(row)
            touched.add(project_id)
    copy_rows(create)
    Quantity.objects.bulk_update(
        update, ["low", "high", "trust", "link", "record", "stated_on", "note"], batch_size=BATCH
    )
    touched |= {row.project_id for row in held.values()}
    Quantity.objects.filter(pk__in=[row.pk for row in held.values()]).delete()
    return touched


def _joined(quantities: Sequence[PureQuantity]) -> list[PureQuantity]:
    """One quantity a name and detail, as wide as all that were given."""
    joined: dict[tuple[str, str], PureQuantity] = {}
    for one in quantities:
        at = one.name, one.detail
        first = joined.get(at, one)
        joined[at] = replace(first, low=min(first.low, one.low), high=max(first.high, one.high))
    return list(joined.values())
