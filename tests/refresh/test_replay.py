"""Four days of the Hub as they were, played through the real chain: the news, no false alarm."""

import csv
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from openness.models import Change, Identifier, Project
from openness.services.hold import license_change
from openness.services.refresh import visit_due
from openness.sources import LIVE
from tests.fakehub import FakeHub

TWO_DAYS = timedelta(hours=48)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
LADDER = ("forbidden", "unstated", "noncommercial", "conditional", "open")


@dataclass(frozen=True)
class Event:
    at: datetime
    model: str
    field: str
    old: str
    new: str


def events(shared: Path) -> list[Event]:
    path = shared / "data/sources/hf_change_events_2026-08.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Event(datetime.fromisoformat(row.pop("observed_at")), **row)
            for row in csv.DictReader(file)
        ]


def classes(shared: Path) -> dict[str, str]:
    """{identifier on the Hub: class}, read from the table and by no code of ours."""
    found = {}
    with (shared / "spec/licenses.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rights = [row["use"], row["modify"], row["share"]]
            if all(right in LADDER for right in rights):
                strictest = min(rights, key=LADDER.index)
                for name in (row["id"], *row["hf_ids"].replace("|", " ").replace(";", " ").split()):
                    found[name.lower()] = strictest
    return found


def expected(happened: Iterable[Event], table: dict[str, str]) -> dict[tuple[str, datetime], str]:
    """{(model, time): less_open or more_open} of the license events whose class moves."""
    moved = {}
    for event in happened:
        before, after = table.get(event.old.lower()), table.get(event.new.lower())
        if event.field == "license" and before and after and before != after:
            more = LADDER.index(after) > LADDER.index(before)
            moved[event.model, event.at] = "more_open" if more else "less_open"
    return moved


def test_the_history_has_twelve_changes_of_class(shared):
    moved = expected(events(shared), classes(shared))
    assert Counter(moved.values()) == {"less_open": 10, "more_open": 2}


def test_each_license_event_of_the_history_has_its_class(shared):
    moved = expected(events(shared), classes(shared))
    found = Counter()
    for event in events(shared):
        if event.field == "license":
            kind = license_change(event.old, event.new)
            found[kind] += 1
            if (event.model, event.at) in moved:
                assert kind == moved[event.model, event.at], event
    assert found["less_open"] == 10
    assert found["more_open"] == 2
    assert found["first_declared"] == 200
    assert sum(found.values()) == 310
    assert found["lateral"] + found["renamed"] == 80


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("", "mit", "first_declared"),
        ("mit", "", "withdrawn"),
        ("Apache 2.0", "apache-2.0", "renamed"),
        ("mit", "apache-2.0", "lateral"),
        ("apache-2.0", "cc-by-nc-4.0", "less_open"),
        ("cc-by-nc-4.0", "cc-by-nc-nd-4.0", "less_open"),
        ("llama3.1", "apache-2.0", "more_open"),
        ("none-declared", "mit", "more_open"),
        ("other", "mit", "unclassified"),
        ("mit", "some terms of our own", "unclassified"),
        ("other", "unknown", "unclassified"),
    ],
)
def test_a_change_of_terms_has_a_class(old, new, kind):
    assert license_change(old, new) == kind


class Replay:
    """The Hub at each time of the history, and the chain that visits it."""

    def __init__(self, fake: FakeHub, happened: list[Event]) -> None:
        self.fake = fake
        self.by_time: dict[datetime, list[Event]] = defaultdict(list)
        for event in happened:
            self.by_time[event.at].append(event)
        self.now: dict[str, dict[str, str]] = {}
        for event in sorted(happened, key=lambda one: one.at, reverse=True):
            self.now.setdefault(event.model, {})[event.field] = event.old

    def show(self, name: str) -> None:
        fields = self.now[name]
        if fields.get("removed") == "True":
            self.fake.remove(name)
            return
        gated = "manual" if fields.get("gated") == "True" else False
        terms = fields.get("license", "mit") or None
        self.fake.models[name] = self.fake.model(name, license=terms, gated=gated)

    def visit_all(self) -> None:
        Identifier.objects.update(next_due_at=timezone.now())
        for _ in visit_due(source=LIVE["hub"], seconds=10_000):
            pass

    def run(self) -> None:
        start = min(self.by_time) - timedelta(hours=8)
        projects = Project.objects.bulk_create(
            Project(slug=f"m-{n}", name=name[:200], kind="model") for n, name in enumerate(self.now)
        )
        Identifier.objects.bulk_create(
            Identifier(project=project, source="hub", kind="model", reference=name)
            for project, name in zip(projects, self.now, strict=True)
        )
        for name in self.now:
            self.show(name)
        with time_machine.travel(start):
            self.visit_all()
        for at in sorted(self.by_time):
            for event in self.by_time[at]:
                self.now[event.model][event.field] = event.new
                self.show(event.model)
            with time_machine.travel(at):
                self.visit_all()


def returned_within_two_days(happened: list[Event]) -> set[str]:
    removed: dict[str, datetime] = {}
    back = set()
    for event in sorted(happened, key=lambda one: one.at):
        if event.field == "removed" and event.new == "True":
            removed[event.model] = event.at
        elif event.field == "removed" and event.at - removed.get(event.model, NEVER) < TWO_DAYS:
            back.add(event.model)
    return back


def check(fake: FakeHub, happened: list[Event], moved: dict[tuple[str, datetime], str]) -> None:
    Replay(fake, happened).run()
    reference = dict(Identifier.objects.values_list("project_id", "reference"))
    # Gates and removals are changes of access; the terms are what follows it in the summary.
    by_terms = [
        (reference[change.project_id], change.change_class)
        for change in Change.objects.filter(change_class__in=("less_open", "more_open"))
        if change.old.split(", ")[:2] == change.new.split(", ")[:2]
    ]
    assert Counter(by_terms) == Counter((model, kind) for (model, _), kind in moved.items())
    gone = {
        reference[change.project_id] for change in Change.objects.filter(change_class="withdrawn")
    }
    assert not gone & returned_within_two_days(happened)


@pytest.mark.django_db
def test_the_news_of_four_days_are_the_twelve_changes_and_no_false_alarm(shared, hub):
    happened = events(shared)
    moved = expected(happened, classes(shared))
    # Every change of class, every removal that was undone, and a part of the others.
    wanted = {model for model, _ in moved} | returned_within_two_days(happened)
    others = sorted({event.model for event in happened} - wanted)[::40]
    check(hub, [e for e in happened if e.model in wanted | set(others)], moved)


@pytest.mark.long
@pytest.mark.django_db
def test_the_whole_history_gives_the_same_news(shared, hub):
    happened = events(shared)
    check(hub, happened, expected(happened, classes(shared)))
