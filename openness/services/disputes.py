"""What a machine has seen that contradicts a person's word: kept on record, for the review."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db.models import Q

from openness.models import Change, Evidence, Revision
from openness.services.hold import summary_of
from scoring.facts import Trust
from scoring.weighing import overrides, state_said, weigh


def note_disputes(revision: Revision, projects: Collection[int]) -> list[Change]:
    """Record each statement of these projects that became disputed in a revision, and give them.

    That the source changed its mind is on record besides, and so is not always: what it says for
    the first time may contradict a reviewed statement, too.
    """
    reviewed = Evidence.objects.in_force().filter(project__in=projects, trust=Trust.REVIEWED)
    places = set(reviewed.values_list("project", "component"))
    if not places:
        return []
    near = Evidence.objects.filter(
        Q(superseded__isnull=True) | Q(superseded=revision),
        project__in={project for project, _ in places},
        component__in={component for _, component in places},
    )
    told: dict[tuple[int, str], list[Evidence]] = {place: [] for place in sorted(places)}
    for row in near.order_by("pk"):
        if (place := (row.project_id, row.component)) in told:
            told[place].append(row)
    return Change.objects.bulk_create(
        Change(
            project_id=project,
            revision=revision,
            field=component,
            old=summary_of(person),
            new=summary_of(machine),
            change_class="disputed",
            source=machine.source,
            evidence=machine,
        )
        for (project, component), rows in told.items()
        for person, machine in _newly_disputed(rows, revision)
    )


def _newly_disputed(rows: list[Evidence], revision: Revision) -> list[tuple[Evidence, Evidence]]:
    """(reviewed statement, the new one that contradicts it): at most one pair a component."""
    before = [row for row in rows if row.since_id != revision.pk]
    now = [row for row in rows if row.superseded_id is None]
    if _disputed(before) or not _disputed(now):
        return []
    person = next(row for row in now if row.trust == Trust.REVIEWED)
    machines = [
        row
        for row in now
        if row.since_id == revision.pk and overrides(row.claim(), [person.claim()])
    ]
    return [(person, machines[0])] if machines else []


def _disputed(rows: Iterable[Evidence]) -> bool:
    weighed = weigh([row.claim() for row in rows], state_said)
    return weighed is not None and weighed.disputed
