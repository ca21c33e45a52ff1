"""What the tests of the refresh do again and again: a due address, a round of visits."""

from typing import Any

from django.utils import timezone

from openness.models import Identifier
from openness.services.refresh import visit_due
from openness.services.refresh_health import Rest
from openness.services.refresh_record import Visit
from openness.sources import LIVE
from tests.factories import ProjectFactory


def due_address(
    reference: str, *, source: str = "hub", kind: str = "model", **project: Any
) -> Identifier:
    """A due address of a new project, or of `project`."""
    return Identifier.objects.create(
        project=project.pop("project", None) or ProjectFactory(**project),
        source=source,
        kind=kind,
        reference=reference,
        next_due_at=timezone.now(),
    )


def round_of_visits(row: Identifier | None = None, *, source: str = "hub") -> list[Visit | Rest]:
    """Visit what is due at a source; with a row, that one is made due before and read after."""
    if row is not None:
        Identifier.objects.filter(pk=row.pk).update(next_due_at=timezone.now())
    done = list(visit_due(source=LIVE[source], seconds=30))
    if row is not None:
        row.refresh_from_db()
    return done
