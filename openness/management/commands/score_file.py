"""Score files without a database: publishers' by their own rule, evidence in JSON by ours."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from openness.sources import SOURCES
from openness.sources.documents import Form, load, text_of
from openness.sources.reading import Document, Refused
from scoring.lenses import LENSES, Judged, Unanswered
from scoring.score_file import Malformed, read_evidence, score_evidence, score_published

OURS = "open-to-whom"
EVIDENCE = Form(suffixes=(".json",), folder="", limit=16 * 2**20, content_type="application/json")
# Lenses whose publisher gives a file a subject.
PUBLISHED = tuple(
    key
    for key, lens in LENSES.items()
    if "published" in lens.bases and key in SOURCES and key != "fmti"
)
LENSES_OF_FILES = (OURS, *PUBLISHED)


class Command(BaseCommand):
    """Prints one JSON object a line; exits with 1 at the end if a file could not be scored."""

    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The lens, the files or folders, and the edition to read them by."""
        parser.add_argument("lens", metavar="LENS", help=", ".join(LENSES_OF_FILES))
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--edition", default="", metavar="KEY")

    def handle(self, *, lens: str, paths: list[Path], edition: str, **options: object) -> None:
        """Score every file."""
        if lens not in LENSES_OF_FILES:
            raise CommandError(f"{lens} scores no files; {', '.join(LENSES_OF_FILES)} do.")
        try:
            LENSES[lens].edition(edition)
        except Unanswered as error:
            raise CommandError(error.args[0]) from error
        failed = 0
        for path in paths:
            for line in self._lines(lens, path, edition):
                failed += "error" in line
                # In ASCII, which every terminal and pipe can take, whatever a file is called.
                self.stdout.write(json.dumps(line, allow_nan=False))
        if failed:
            raise CommandError(f"{failed} could not be scored.")

    @staticmethod
    def _lines(lens: str, path: Path, edition: str) -> Iterator[dict[str, Any]]:
        try:
            documents = load(path, EVIDENCE) if lens == OURS else SOURCES[lens].load(path)
        except Refused as error:
            yield {"file": str(path), "error": str(error)}
            return
        except OSError as error:
            yield {"file": str(path), "error": f"{path}: cannot be read: {error.strerror}."}
            return
        for document in documents:
            try:
                yield from _score(lens, document, edition)
            except Refused as error:
                yield {"file": document.name, "error": str(error)}
            except Malformed as error:
                yield {"file": document.name, "error": f"{document.name}: {error}"}


def _score(lens: str, document: Document, edition: str) -> Iterator[dict[str, Any]]:
    if lens == OURS:
        yield from score_evidence(document.name, read_evidence(text_of(document)))
        return
    for reading in SOURCES[lens].read(document):
        said = [Judged(s.position, s.dimension, s.value, s.attributes) for s in reading.said]
        yield score_published(
            lens, document.name, reading.name, said, edition or reading.edition.key
        )
