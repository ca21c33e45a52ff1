"""Four days of the Hub as they were, played through the real chain: the news, no false alarm."""

import csv
import gzip
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from openness.models import Change, Identifier, Project, Revision
from openness.services.hold import license_change
from openness.services.refresh import visit_due
from openness.services.refresh_health import Rest
from openness.services.refresh_runs import end_runs, start_run
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


@dataclass
class Shown:
    """How one model stands on the Hub."""

    license: str
    gated: bool
    removed: bool

    def becomes(self, field: str, value: str) -> None:
        setattr(self, field, value if field == "license" else value == "True")


def at_first(shared: Path, happened: Sequence[Event]) -> dict[str, Shown]:
    """{model: how it stood before the first event}: the table of the last day, played backwards."""
    with gzip.open(
        shared / "data/sources/hf_models_2026-08-22.csv.gz", "rt", newline="", encoding="utf-8"
    ) as file:
        models = {
            row["id"]: Shown(
                row["license_declared"], row["gated"] == "1", removed=row["removed"] == "1"
            )
            for row in csv.DictReader(file)
        }
    for event in sorted(happened, key=lambda one: one.at, reverse=True):
        models[event.model].becomes(event.field, event.old)
    return models


class Replay:
    """The Hub at each time of the history, and the chain that walks through its listing."""

    def __init__(self, fake: FakeHub, models: dict[str, Shown], happened: Iterable[Event]) -> None:
        self.fake = fake
        self.models = models
        self.by_time: dict[datetime, list[Event]] = defaultdict(list)
        for event in happened:
            self.by_time[event.at].append(event)

    def run(self) -> None:
        projects = Project.objects.bulk_create(
            Project(slug=f"m-{n}", name=name[:200], kind="model")
            for n, name in enumerate(self.models)
        )
        Identifier.objects.bulk_create(
            Identifier(project=project, source="hub", kind="model", reference=name)
            for project, name in zip(projects, self.models, strict=True)
        )
        for name in self.models:
            self.show(name)
        self.visit_all(min(self.by_time) - timedelta(hours=8))
        for at in sorted(self.by_time):
            for event in self.by_time[at]:
                self.models[event.model].becomes(event.field, event.new)
                self.show(event.model)
            self.visit_all(at)

    def show(self, name: str) -> None:
        shown = self.models[name]
        if shown.removed:
            self.fake.remove(name)
            return
        self.fake.models[name] = self.fake.model(
            name, license=shown.license or None, gated="manual" if shown.gated else False
        )

    def visit_all(self, at: datetime) -> None:
        """All that is on the listing by its pages, what is not on it alone."""
        with time_machine.travel(at):
            start_run(source="hub", owner="")
            Revision.objects.filter(pk__in=self._visited()).update(at=at)

    def _visited(self) -> list[int]:
        newest = Revision.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        for done in visit_due(source=LIVE["hub"], seconds=10_000):
            assert not isinstance(done, Rest), done
        end_runs()
        return list(Revision.objects.filter(pk__gt=newest).values_list("pk", flat=True))


def returned_within_two_days(happened: list[Event]) -> set[str]:
    removed: dict[str, datetime] = {}
    back = set()
    for event in sorted(happened, key=lambda one: one.at):
        if event.field == "removed" and event.new == "True":
            removed[event.model] = event.at
        elif event.field == "removed" and event.at - removed.get(event.model, NEVER) < TWO_DAYS:
            back.add(event.model)
    return back


def of_terms() -> list[Change]:
    """Changes of terms alone: a gate or a removal is a change of access, told before them."""
    return [
        change
        for change in Change.objects.select_related("revision")
        if change.old.split(", ")[:2] == change.new.split(", ")[:2]
    ]


def check(fake: FakeHub, models: dict[str, Shown], happened: Sequence[Event], table) -> None:
    moved = expected(happened, table)
    Replay(fake, models, happened).run()
    reference = dict(Identifier.objects.values_list("project_id", "reference"))
    changes = of_terms()
    by_class = [
        (reference[change.project_id], change.change_class)
        for change in changes
        if change.change_class in ("less_open", "more_open")
    ]
    assert Counter(by_class) == Counter((model, kind) for (model, _), kind in moved.items())
    # The bulk edit of one author on one day stands together, by what groups a feed.
    groups = Counter(
        (reference[change.project_id].split("/")[0], change.old, change.new)
        for change in changes
        if change.change_class == "lateral"
    )
    assert groups.most_common(1)[0][1] == 69
    gone = {
        reference[change.project_id] for change in Change.objects.filter(change_class="withdrawn")
    }
    assert not gone & returned_within_two_days(happened)


OTHERS = 500


@pytest.mark.django_db
def test_the_news_of_four_days_are_the_twelve_changes_and_no_false_alarm(shared, hub):
    happened = events(shared)
    table = classes(shared)
    # Every change of class, the bulk edit, a part of the removals that were undone, and of others.
    wanted = {model for model, _ in expected(happened, table)}
    wanted |= {event.model for event in happened if event.model.startswith("pyaging/")}
    wanted |= set(sorted(returned_within_two_days(happened))[::4])
    wanted |= set(sorted({event.model for event in happened} - wanted)[::40])
    models = {name: shown for name, shown in at_first(shared, happened).items() if name in wanted}
    check(hub, models, [event for event in happened if event.model in wanted], table)


@pytest.mark.long
@pytest.mark.django_db
def test_the_models_with_events_and_500_others_give_the_same_news(shared, hub):
    happened = events(shared)
    models = at_first(shared, happened)
    with_events = {event.model for event in happened}
    quiet = [name for name in models if name not in with_events]
    others = set(quiet[:: len(quiet) // OTHERS][:OTHERS])
    assert (len(with_events), len(others)) == (925, 500)
    few = {name: shown for name, shown in models.items() if name in with_events | others}
    check(hub, few, happened, classes(shared))
