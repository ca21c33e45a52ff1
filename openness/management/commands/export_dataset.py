"""Write the open data set as a Frictionless Data Package: CSV, Parquet, what describes them."""

import json
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from openness.exports.dataset.documents import dictionary
from openness.exports.dataset.shelf import opened
from openness.services.catalogue import write_catalogue
from openness.services.datasets import write_of_the_day, write_to


class Command(BaseCommand):
    """Prints a JSON summary: the number of rows of each table."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The folder to write into, and what to write there."""
        parser.add_argument(
            "folder",
            nargs="?",
            type=Path,
            metavar="DIR",
            help="made if it is missing, else empty; without it, the package of today at /data/",
        )
        parser.add_argument(
            "--previous", type=Path, metavar="DIR", help="the package to compare it with"
        )
        parser.add_argument(
            "--catalogue",
            action="store_true",
            help="only the tables and columns that the repository ships, as CSV; DIR may hold them",
        )
        parser.add_argument(
            "--dictionary", action="store_true", help="print the data dictionary, write nothing"
        )

    def handle(
        self,
        *,
        folder: Path | None,
        previous: Path | None,
        catalogue: bool,
        dictionary: bool,
        **options: object,
    ) -> None:
        """Write what is asked for, or say in a line why not."""
        if dictionary:
            self.stdout.write(_dictionary(), ending="")
            return
        if folder is None and (catalogue or previous):
            raise CommandError("name the folder to write into")
        try:
            if folder is None:
                said = write_of_the_day().as_json()
            elif catalogue:
                said = write_catalogue(folder)
            else:
                said = write_to(folder, previous=opened(previous) if previous else None)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        except ValueError as error:
            raise CommandError(f"{previous}: not a package of this data set: {error}") from error
        self.stdout.write(json.dumps(said))


_dictionary = dictionary
