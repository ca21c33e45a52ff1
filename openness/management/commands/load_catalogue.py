"""Load the shipped catalogue, or a package of the data set; twice is the same as once.

A site that holds nothing yet takes over the whole of a package, its record too.
"""

import json
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from openness.exports.dataset.rows import SHIPPED
from openness.services.catalogue import load
from openness.services.tables import TableError


class Command(BaseCommand):
    """Prints a JSON summary: what was created, updated and left unchanged in each table."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The folder of the tables."""
        parser.add_argument("folder", nargs="?", type=Path, default=SHIPPED)

    def handle(self, *, folder: Path, **options: object) -> None:
        """Load the folder whole, or fail with the table, line and reason."""
        try:
            loaded = load(folder)
        except TableError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(loaded.as_json()))
