"""Write a ranking as CSV: the same bytes as `/rankings.csv?...`."""

import sys
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.http import QueryDict

from openness.consistent import snapshot
from openness.exports.rankings import ranking_csv
from openness.filters import Query


class Command(BaseCommand):
    """Prints CSV, or writes it to a file."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The lens, the filter as a query string, and where to write."""
        parser.add_argument("--lens", metavar="KEY")
        parser.add_argument("--filter", default="", metavar="QUERYSTRING", dest="query")
        parser.add_argument("-o", "--output", type=Path, metavar="FILE")

    def handle(
        self, *, lens: str | None, query: str, output: Path | None, **options: object
    ) -> None:
        """Stream the rows; a parameter that makes no sense is an error."""
        params = QueryDict(query.removeprefix("?"), mutable=True)
        if lens is not None:
            params["lens"] = lens
        wanted = Query.parse(params)
        if wanted.ignored:
            raise CommandError(wanted.malformed)
        try:
            with snapshot(), output.open("wb") if output else sys.stdout.buffer as out:
                out.writelines(ranking_csv(wanted))
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
