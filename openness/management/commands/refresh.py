"""Make addresses due, and have workers visit them, or visit them here and now."""

import json
import time
from argparse import ArgumentParser
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from openness import figures
from openness.management import visits
from openness.models import Identifier, Project, RefreshRun, Score
from openness.refresh_status import run_status
from openness.services import price_lists
from openness.services.refresh import visit_due
from openness.services.refresh_again import read_again
from openness.services.refresh_health import Rest
from openness.services.refresh_record import Visit
from openness.services.refresh_runs import end_runs, start_run
from openness.services.refresh_scores import score_pending
from openness.sources import LIVE, PRICE_LISTS
from openness.sources.live import LiveSource
from openness.sources.reading import Refused, Unavailable
from openness.tasks import read_price_list, visit

FOREGROUND = 24 * 3600.0  # seconds; a person stops it when it is enough
PATIENCE = 15.0  # seconds that a person at a terminal waits for a budget to fill again
LOOK = 2.0
NEAR = 5  # slugs that are named where one was not found
TELL = 30.0  # seconds between two lines of progress where nobody watches a terminal


class Command(BaseCommand):
    help = (
        f"{__doc__} With --now it says of each address what was fetched, observed and changed: in"
        " words to a person at a terminal; else as a JSON line on standard output, with the words"
        " on standard error."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A source, a project, both or neither; now or by the workers."""
        keys = [*LIVE, *PRICE_LISTS]
        parser.add_argument("--source", choices=keys, metavar="KEY", help=", ".join(keys))
        parser.add_argument("--project", metavar="SLUG")
        parser.add_argument(
            "--listing",
            nargs="?",
            const="",
            metavar="OWNER",
            help="by the pages of the source's listing, of one owner or of everyone; only what"
            " they do not show is asked alone",
        )
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--now", action="store_true", help="visit in this process")
        how.add_argument(
            "--follow", action="store_true", help="show the workers' progress until all is visited"
        )
        how.add_argument(
            "--read-again",
            action="store_true",
            help="ask nobody: read what was received before by the newest parsers",
        )
        parser.add_argument("--json", action="store_true", help="JSON lines and nothing else")

    def handle(self, **options: Any) -> None:
        """Make due; visit now, or tell the workers."""
        self.json = options["json"] or not _watched(self.stdout)
        self.silent = options["json"]
        if options["read_again"]:
            self.read_again(options["source"], options["project"])
            return
        if options["source"] in PRICE_LISTS:
            self.price_list(options["source"], options["project"], now=options["now"])
            return
        run = self.begin(options["source"] or "", options["project"], options["listing"])
        sources = [LIVE[run.source]] if run.source else list(LIVE.values())
        if options["now"]:
            self.visit_all(run, sources)
            return
        for one in sources:
            visit.apply_async((one.key,), queue=one.queue)
        if options["follow"]:
            self.follow(run)
        else:
            self.say({"due": run.total, "sources": [one.key for one in sources], "run": run.pk})
            self.tell(f"{run.total} addresses are due; the workers visit them (refresh {run.pk}).")

    def price_list(self, key: str, slug: str | None, *, now: bool) -> None:
        """Read a price list whole, here or by a worker."""
        if slug is not None:
            raise CommandError(f"{key} comes whole: leave --project out.")
        if not now:
            read_price_list.apply_async((key,), {"even_if_fresh": True}, queue="links")
            self.say({"sources": [key]})
            self.tell(f"A worker reads {PRICE_LISTS[key].name}.")
            return
        try:
            done = price_lists.read_price_list(PRICE_LISTS[key])
        except (Unavailable, Refused) as error:
            raise CommandError(str(error)) from error
        self.say({"source": key, **done.as_json()})
        self.tell(
            f"{PRICE_LISTS[key].name}: offers of {done.read} releases,"
            f" {done.created} of them new, {done.updated} changed."
        )
        self.score(done.projects)

    def read_again(self, key: str | None, slug: str | None) -> None:
        """Read what was received before by the newest parsers, and score what that corrects."""
        if slug is not None or key in PRICE_LISTS:
            raise CommandError("--read-again takes a source that is visited, or all of them.")
        corrected: set[int] = set()
        read = 0
        for source in [LIVE[key]] if key else LIVE.values():
            for done in read_again(source):
                read += 1
                if not done.fields:
                    continue
                self.say({"source": source.key, **asdict(done)})
                self.tell(f"{done.target}: {', '.join(done.fields)} read otherwise", *done.evidence)
                if done.evidence:
                    corrected.add(done.project_id)
        self.say({"read_again": read})
        self.tell(f"{read} addresses read again.")
        self.score(corrected)

    def begin(self, source: str, slug: str | None, owner: str | None) -> RefreshRun:
        """The run that was asked for."""
        if owner is not None and not (source and LIVE[source].pages):
            listed = ", ".join(key for key, one in LIVE.items() if one.pages)
            raise CommandError(f"--listing needs --source, one that lists what it has: {listed}.")
        project = Project.objects.filter(slug=slug).first() if slug is not None else None
        if slug is not None and project is None:
            near = Project.objects.filter(slug__contains=slug).order_by("slug")
            perhaps = ", ".join(near.values_list("slug", flat=True)[:NEAR])
            hint = f" Perhaps: {perhaps}." if perhaps else ""
            raise CommandError(f"There is no project {slug!r}.{hint}")
        run = start_run(source=source, project=project, owner=owner)
        if not run.total:
            run.delete()
            raise CommandError("Nothing to refresh: no address at these sources.")
        return run

    def visit_all(self, run: RefreshRun, sources: Iterable[LiveSource]) -> None:
        """Visit everything the run waits for in this process, then score what changed."""
        moved: set[int] = set()
        rested = []
        for source in sources:
            only = set(run.awaited.filter(source=source.key).values_list("pk", flat=True))
            for n, done in enumerate(_visits(source, only), start=1):
                if isinstance(done, Rest):
                    rested.append(done)
                    continue
                self.say(visits.as_json(done))
                self.tell_visit(done, f"[{n}/{len(only)}] " if len(only) > 1 else "")
                if done.evidence:
                    moved.add(done.project_id)
        end_runs()
        self.score(moved)
        if rested:
            raise CommandError(
                "; ".join(
                    f"{rest.source}: {rest.words}"
                    + (f", try again in {rest.seconds:.0f} s" if rest.seconds else "")
                    for rest in rested
                )
            )

    def tell_visit(self, done: Visit, counted: str) -> None:
        """One visit: whole if it is the only one or brought news, else in a line."""
        if not counted or visits.has_news(done):
            self.tell(*visits.in_words(done))
        else:
            self.tell(counted + visits.in_one_line(done))

    def score(self, moved: Collection[int]) -> None:
        """Score what changed and say which results moved."""
        before = _results(moved)
        if not (done := score_pending()):
            self.tell("Scores: nothing to do.")
            return
        self.say({"scored": done.projects, "moved": done.moved})
        after = _results(moved)
        self.tell(
            f"Scores: {done.projects} assessed, with what builds on them;"
            f" {done.moved or 'none'} of them moved."
        )
        for slug, results in after.items():
            lines = list(visits.rescored(before.get(slug, {}), results))
            self.tell(*([f"  {slug}", *lines] if lines else []))

    def follow(self, run: RefreshRun) -> None:
        """Show how far the workers are until they are done; Ctrl-C leaves them at work."""
        live = _watched(self.stdout) and not self.silent
        told = 0.0
        while True:
            end_runs()
            run.refresh_from_db()
            line = visits.progress(run_status(run))
            if live:
                self.stdout.write(f"\r\033[K{line}", ending="")
                self.stdout.flush()
            elif run.ended_at or time.monotonic() - told >= TELL:
                told = time.monotonic()
                self.stdout.write(line)
                self.stdout.flush()
            if run.ended_at:
                break
            time.sleep(LOOK)
        if live:
            self.stdout.write("")

    def say(self, line: dict[str, object]) -> None:
        """One JSON line, at once, where a program reads."""
        if self.json:
            self.stdout.write(json.dumps(line, ensure_ascii=False))
            self.stdout.flush()

    def tell(self, *lines: str) -> None:
        """Words for a person: on standard output, or beside the JSON on standard error."""
        out = self.stderr if self.json else self.stdout
        for line in lines if not self.silent else ():
            out.write(line, str)
        out.flush()


def _watched(stream: Any) -> bool:
    """Whether a person reads this at a terminal."""
    return bool(stream.isatty())


def _visits(source: LiveSource, only: set[int]) -> Iterator[Visit | Rest]:
    """The visits at one source; a short rest is waited for, a long one ends it."""
    while only:
        left = Identifier.objects.filter(pk__in=only, run__isnull=False)
        rest = None
        for done in visit_due(source=source, seconds=FOREGROUND, only=only):
            if isinstance(done, Rest):
                rest = done
            else:
                yield done
        if rest is None or not left.exists():
            return
        if not 0 < rest.seconds <= PATIENCE:
            yield rest
            return
        time.sleep(rest.seconds)


def _results(projects: Collection[int]) -> dict[str, dict[str, str]]:
    """The derived results of these projects in words, by slug and lens."""
    found: dict[str, dict[str, str]] = {}
    rows = Score.objects.filter(basis="derived", profile__listings__project__in=projects)
    for slug, lens, low, high, grade in rows.values_list(
        "profile__listings__project__slug", "lens", "low", "high", "grade"
    ):
        value = "" if low is None else figures.score(low, high, lens)
        words = ", ".join(part for part in (value, grade.replace("_", " ")) if part)
        found.setdefault(slug, {})[lens] = words
    return found
