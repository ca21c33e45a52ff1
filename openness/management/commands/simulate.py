"""Add synthetic projects with the joint distributions of the Hub, for benchmarks; or take them out.

They are marked as synthetic and never part of the data set that is exported.
"""

import json
import time
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from openness.services.simulate.write import remove, simulate


class Command(BaseCommand):
    """Prints a JSON summary with counts and seconds."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many, from which seed; or --remove."""
        parser.add_argument("number", type=int, nargs="?", metavar="N", help="0 takes all out")
        parser.add_argument("--seed", type=int, default=1, help="the same gives the same projects")
        parser.add_argument("--remove", action="store_true", help="take all out")

    def handle(self, *, number: int | None, seed: int, remove: bool, **options: object) -> None:
        """Add or take out."""
        if (number is None) != remove and not (remove and number == 0):
            raise CommandError("Say how many projects to add, or --remove to take them out.")
        started = time.perf_counter()
        done = _remove() if remove or not number else simulate(number, seed=seed)
        seconds = round(time.perf_counter() - started, 3)
        self.stdout.write(json.dumps(done.as_json() | {"seconds": seconds}))


_remove = remove
