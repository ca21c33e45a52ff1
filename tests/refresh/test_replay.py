"""Four days of the Hub as they were, played through the real chain: the news, no false alarm."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from django.test import Client

from openness.models import Change, Identifier, Organization, Project
from openness.services.hold import license_change
from openness.services.refresh import visit_due
from openness.services.refresh_health import Rest
from openness.services.refresh_runs import end_runs, start_run
from openness.sources import LIVE
from tests.fakehub import FakeHub
from tests.refresh import history
from tests.refresh.history import Event, News, Shown, Terms

OTHERS = 500
ATOM = "{http://www.w3.org/2005/Atom}"


def test_the_history_has_twelve_changes_of_class(shared):
    moved = history.moved_licenses(history.events(shared), history.licenses(shared))
    assert Counter(moved.values()) == {"less_open": 10, "more_open": 2}


def test_each_license_event_of_the_history_has_its_class(shared):
    table = history.licenses(shared)
    found = Counter()
    for event in history.events(shared):
        if event.field == "license":
            kind = license_change(event.old, event.new)
            found[kind] += 1
            assert kind == history.of_terms(event.old, event.new, table), event
    assert sum(found.values()) == 310
    assert (found["less_open"], found["more_open"], found["first_declared"]) == (10, 2, 200)
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
    """The Hub at each time of the history, and the chain that walks through its listing."""

    def __init__(
        self, fake: FakeHub, models: Mapping[str, Shown], happened: Iterable[Event]
    ) -> None:
        self.fake = fake
        self.models = dict(models)
        self.by_time: dict[datetime, list[Event]] = defaultdict(list)
        for event in happened:
            self.by_time[event.at].append(event)
        self.first = min(self.by_time) - timedelta(hours=8)

    def run(self) -> None:
        self.enter()
        for name in self.models:
            self.show(name)
        self.visit_all(self.first)
        for at in sorted(self.by_time):
            for event in self.by_time[at]:
                self.models[event.model] = self.models[event.model].after(event)
                self.show(event.model)
            self.visit_all(at)

    def enter(self) -> None:
        """A project a model, under its author."""
        makers = Organization.objects.bulk_create(
            Organization(slug=f"o-{n}", name=author[:200])
            for n, author in enumerate(sorted({name.partition("/")[0] for name in self.models}))
        )
        of = {maker.name: maker for maker in makers}
        projects = Project.objects.bulk_create(
            Project(
                slug=f"m-{n}",
                name=name[:200],
                kind="model",
                organization=of[name.partition("/")[0][:200]],
            )
            for n, name in enumerate(self.models)
        )
        Identifier.objects.bulk_create(
            Identifier(project=project, source="hub", kind="model", reference=name)
            for project, name in zip(projects, self.models, strict=True)
        )

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
        # The clock stands, or whether two days are over would depend on how fast the rounds are.
        with time_machine.travel(at, tick=False):
            run = start_run(source="hub", owner="")
            assert run.total == len(self.models)
            for done in visit_due(source=LIVE["hub"], seconds=10_000):
                assert not isinstance(done, Rest), done
            assert not run.awaited.exists()
            end_runs()

    def news(self) -> list[News]:
        """What stands on the record, each by the time of the round that found it."""
        reference = dict(Identifier.objects.values_list("project_id", "reference"))
        times = [self.first, *sorted(self.by_time)]
        return [
            News(
                reference[project],
                times[bisect_right(times, at) - 1],
                kind,
            )
            for project, at, kind in Change.objects.values_list(
                "project_id", "revision__at", "change_class"
            )
        ]


def feed(client: Client) -> list[dict]:
    """All entries of the JSON feed; the Atom feed has the same, by id, title and content."""
    items, path = [], "/changes.json"
    while path:
        page = client.get(path).json()
        atom = ElementTree.fromstring(  # noqa: S314 it is ours
            client.get(path.replace(".json", ".atom")).content
        )
        assert [
            tuple(entry.findtext(f"{ATOM}{name}") for name in ("id", "title", "content"))
            for entry in atom.iter(f"{ATOM}entry")
        ] == [(item["id"], item["title"], item["content_text"]) for item in page["items"]]
        items += page["items"]
        path = page.get("next_url", "").removeprefix("http://127.0.0.1:8000")
    return items


def check(
    replay: Replay,
    happened: Sequence[Event],
    table: Mapping[str, Terms],
    client: Client,
) -> None:
    models = dict(replay.models)
    replay.run()
    news = replay.news()
    wanted = Counter(history.expected_news(models, happened, replay.first, table))
    missed, unexpected = list(wanted - Counter(news)), list(Counter(news) - wanted)
    assert (missed, unexpected) == ([], [])
    moved = history.moved_licenses(happened, table)
    assert Counter(moved.values()) == {"less_open": 10, "more_open": 2}
    assert {News(*at, kind) for at, kind in moved.items()} <= set(news)
    back = history.back_within_two_days(happened)
    assert back
    assert not back & {one.model for one in news if one.kind == "withdrawn"}
    check_feed(feed(client), news)


def check_feed(items: Sequence[dict], news: Sequence[News]) -> None:
    """The bulk edit is one entry, each change of class is told, what is only history is not."""
    [bulk] = [item for item in items if item["title"].startswith("pyaging")]
    assert bulk["title"] == "pyaging, 69 projects: changed, no more and no less open"
    assert bulk["content_text"].startswith("Released weights: from open, public, BSD-3-Clause to")
    assert not {"first_declared", "renamed"} & {tag for item in items for tag in item["tags"]}
    told = {
        (name, tag)
        for item in items
        for name in (item["title"].partition(": ")[0], *item["content_text"].split("\n"))
        for tag in item["tags"]
    }
    wanted = {(one.model, one.kind) for one in news if one.kind in ("less_open", "more_open")}
    assert wanted <= told


def few_of(models: Mapping[str, Shown], happened: Sequence[Event]) -> dict[str, Shown]:
    """The models with events and 500 others."""
    moving = {event.model for event in happened}
    quiet = [name for name in models if name not in moving]
    others = quiet[:: len(quiet) // OTHERS][:OTHERS]
    assert (len(moving), len(others)) == (925, 500)
    return {name: models[name] for name in sorted(moving | set(others))}


@pytest.mark.django_db
def test_the_news_of_four_days_are_those_of_the_events_and_no_false_alarm(shared, hub, client):
    happened = history.events(shared)
    models = few_of(history.models_at_first(shared, happened), happened)
    check(Replay(hub, models, happened), happened, history.licenses(shared), client)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_all_models_of_the_hub_give_the_same_news(shared, hub, client):
    happened = history.events(shared)
    models = history.models_at_first(shared, happened)
    assert len(models) == 15_904 - 4
    check(Replay(hub, models, happened), happened, history.licenses(shared), client)
