"""Import a publisher's file or folder in its own form; a bad file is named, the others go in."""

import json
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from openness.services.assess import assess
from openness.services.imports import import_index
from openness.sources import SOURCES
from openness.sources.reading import Refused

SCORED_AT_ONCE = 100_000
"""Projects in one transaction: others wait no longer than that to write scores."""


class Command(BaseCommand):
    """Prints a JSON summary: read, created, updated, unchanged, and what was rejected and why."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Key of the form, and the path."""
        parser.add_argument("key", choices=list(SOURCES), metavar="KEY", help=", ".join(SOURCES))
        parser.add_argument("path", type=Path, metavar="PATH")
        parser.add_argument(
            "--known-only",
            action="store_true",
            help="leave out what has no row in the subject table yet",
        )
        parser.add_argument(
            "--facts-only", action="store_true", help="leave out the publisher's sentences"
        )

    def handle(
        self, *, key: str, path: Path, known_only: bool, facts_only: bool, **options: object
    ) -> None:
        """Import, then score what changed."""
        try:
            summary = import_index(
                source=SOURCES[key],
                path=path,
                known_only=known_only,
                facts_only=facts_only,
                progress=self._progress if options["verbosity"] == 2 else lambda name: None,
            )
        except Refused as error:
            raise CommandError(str(error)) from error
        changed = sorted(summary.projects)
        for first in range(0, len(changed), SCORED_AT_ONCE):
            assess(projects=changed[first : first + SCORED_AT_ONCE])
        self.stdout.write(json.dumps(summary.as_json(), ensure_ascii=False))

    def _progress(self, name: str) -> None:
        self.stderr.write(name)
