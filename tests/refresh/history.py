"""Four days of the Hub as they were (August 2026), and what a second reader makes of them.

Reads the recorded events, the table of models of the last day and the table of licenses, and by no
code of ours says which news follow.
"""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

TWO_DAYS = timedelta(hours=48)
LADDER = ("forbidden", "unstated", "noncommercial", "conditional", "open")


@dataclass(frozen=True)
class Event:
    """One field of one model that reads otherwise from this moment on."""

    at: datetime
    model: str
    field: str
    old: str
    new: str


@dataclass(frozen=True)
class Shown:
    """How one model stands on the Hub."""

    license: str
    gated: bool
    removed: bool

    def after(self, event: Event, *, undone: bool = False) -> "Shown":
        value = event.old if undone else event.new
        return replace(
            self, **{event.field: value if event.field == "license" else value == "True"}
        )


class Terms(NamedTuple):
    """A license of the table, and the class of its strictest right."""

    id: str
    openness: str


class News(NamedTuple):
    """A change of what one model is, and when it could be known."""

    model: str
    at: datetime
    kind: str


def events(shared: Path) -> list[Event]:
    """All that happened, the oldest first."""
    path = shared / "data/sources/hf_change_events_2026-08.csv"
    with path.open(encoding="utf-8", newline="") as file:
        found = [
            Event(datetime.fromisoformat(row.pop("observed_at")), **row)
            for row in csv.DictReader(file)
        ]
    return sorted(found, key=lambda event: event.at)


def models_at_first(shared: Path, happened: Sequence[Event]) -> dict[str, Shown]:
    """{model: how it stood before the first event}: the table of the last day, played backwards.

    The Hub takes two names that differ in letter case alone for one: of four such pairs that one
    is left out which nothing happened to.
    """
    with gzip.open(
        shared / "data/sources/hf_models_2026-08-22.csv.gz", "rt", newline="", encoding="utf-8"
    ) as file:
        models = {
            row["id"]: Shown(row["license_declared"], row["gated"] == "1", row["removed"] == "1")
            for row in csv.DictReader(file)
        }
    for event in reversed(happened):
        models[event.model] = models[event.model].after(event, undone=True)
    moving = {event.model for event in happened}
    one = {name.lower(): name for name in sorted(models, key=lambda name: name in moving)}
    return {name: models[name] for name in sorted(one.values())}


def licenses(shared: Path) -> dict[str, Terms]:
    """{identifier on the Hub, in small letters: license}."""
    found = {}
    with (shared / "spec/licenses.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rights = [row["use"], row["modify"], row["share"]]
            if all(right in LADDER for right in rights):
                terms = Terms(row["id"], min(rights, key=LADDER.index))
                for name in (row["id"], *row["hf_ids"].replace("|", " ").replace(";", " ").split()):
                    found[name.lower()] = terms
    return found


def of_terms(old: str, new: str, table: Mapping[str, Terms]) -> str:
    """How a declared license moved; blank if it did not."""
    if old == new:
        return ""
    if not old or not new:
        return "withdrawn" if old else "first_declared"
    before, after = table.get(old.lower()), table.get(new.lower())
    if before is None or after is None:
        return "unclassified"
    if before.id == after.id:
        return "renamed"
    return _step(LADDER.index(before.openness), LADDER.index(after.openness)) or "lateral"


def _step(before: int, after: int) -> str:
    return "" if before == after else "more_open" if after > before else "less_open"


def moved_licenses(
    happened: Iterable[Event], table: Mapping[str, Terms]
) -> dict[tuple[str, datetime], str]:
    """{(model, time): less_open or more_open} of the license events whose class moves."""
    kinds = {
        (event.model, event.at): of_terms(event.old, event.new, table)
        for event in happened
        if event.field == "license"
    }
    return {at: kind for at, kind in kinds.items() if kind in ("less_open", "more_open")}


@dataclass
class Onlooker:
    """What is to be said of one model by who looks at it from time to time.

    `last` is how it stood when it was last there, `away_since` and `misses` count from the first
    look that did not find it; after three of them over two days it is gone.
    """

    last: Shown | None = None
    away_since: datetime | None = None
    misses: int = 0
    gone: bool = False

    def look(self, shown: Shown, at: datetime, table: Mapping[str, Terms]) -> str:
        if shown.removed:
            return self._missed(at)
        before, was_gone = self.last, self.gone
        self.last, self.away_since, self.misses, self.gone = shown, None, 0, False
        if before is None:  # what was said of it, if anything, is that it is gone
            return "more_open" if was_gone else ""
        kinds = {
            _step(0 if was_gone else 2 - before.gated, 2 - shown.gated),
            of_terms(before.license, shown.license, table),
        }
        if "more_open" in kinds and kinds & {"less_open", "withdrawn"}:
            return "unclassified"
        weight = ("unclassified", "withdrawn", "less_open", "more_open")
        weight += ("first_declared", "lateral", "renamed")
        return next((kind for kind in weight if kind in kinds), "")

    def _missed(self, at: datetime) -> str:
        self.away_since, self.misses = self.away_since or at, self.misses + 1
        if self.gone or self.misses < 3 or at - self.away_since < TWO_DAYS:
            return ""
        self.gone = True
        return "withdrawn" if self.last else ""


def expected_news(
    models: Mapping[str, Shown], happened: Sequence[Event], first: datetime, table
) -> list[News]:
    """All news of who looks at every model before the first event and at the time of each."""
    standing, watched = dict(models), {name: Onlooker() for name in models}
    by_time: dict[datetime, list[Event]] = defaultdict(list)
    for event in happened:
        by_time[event.at].append(event)
    news = []
    for at in [first, *sorted(by_time)]:
        for event in by_time.get(at, ()):
            standing[event.model] = standing[event.model].after(event)
        for name, shown in standing.items():
            if kind := watched[name].look(shown, at, table):
                news.append(News(name, at, kind))
    return news


def back_within_two_days(happened: Iterable[Event]) -> set[str]:
    """Models that were removed and came back before two days were over."""
    removed: dict[str, datetime] = {}
    back = set()
    for event in happened:
        if event.field != "removed":
            continue
        if event.new == "True":
            removed[event.model] = event.at
        elif event.model in removed and event.at - removed[event.model] < TWO_DAYS:
            back.add(event.model)
    return back
