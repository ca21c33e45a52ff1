"""Recompute scores and tallies in sets, for all projects or one, by all lenses or one."""

import json
import time
from argparse import ArgumentParser
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandError

from openness.models import Project
from openness.services.assess import assess
from scoring.lenses import LENSES


class Command(BaseCommand):
    """Prints a JSON summary with counts and seconds."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A lens, a project, or neither."""
        parser.add_argument("--lens", choices=list(LENSES), metavar="KEY", help=", ".join(LENSES))
        parser.add_argument("--project", metavar="SLUG")

    def handle(self, *, lens: str | None, project: str | None, **options: object) -> None:
        """Recompute now, in this process."""
        keys = None
        if project is not None:
            keys = list(Project.objects.filter(slug=project).values_list("pk", flat=True))
            if not keys:
                raise CommandError(f"There is no project {project!r}.")
        started = time.perf_counter()
        done = asdict(assess(projects=keys, lens=lens))
        self.stdout.write(json.dumps(done | {"seconds": round(time.perf_counter() - started, 3)}))
