"""Write the tables of the open data set as CSV into a folder."""

import json
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from openness.services.catalogue import export


class Command(BaseCommand):
    """Prints a JSON summary: the number of rows of each table."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The folder to write into; it is made if it is missing."""
        parser.add_argument("folder", type=Path, metavar="DIR")

    def handle(self, *, folder: Path, **options: object) -> None:
        """Write every table."""
        try:
            counts = export(folder)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        self.stdout.write(json.dumps(counts))
