"""Every address of data: unchanged it costs one query, and it is read from one state of the data.

The addresses are those of the URL configuration: a new one fails here until it has a row.
"""

from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.http import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from openness.models import (
    Evidence,
    Organization,
    Project,
    Quantity,
    Revision,
    Score,
    Subject,
)
from openness.services.datasets import write_of_the_day
from tests.factories import RevisionFactory, SubmissionFactory
from tests.views.shelf import heron_7b, judged_by_opening_up, shelf_of

PAIR = "p=heron-7b&p=egret-7b"
ADDRESSES = {
    "rankings-csv": "/rankings.csv?kind=model",
    "rankings-json": "/rankings.json?lens=opening-up",
    "rankings-metadata": "/rankings.csv-metadata.json",
    "organizations-csv": "/organizations.csv?sort=name",
    "organizations-json": "/organizations.json",
    "licenses-csv": "/licenses.csv",
    "licenses-json": "/licenses.json?class=open",
    "changes-csv": "/changes.csv",
    "changes-atom": "/changes.atom?project=heron-7b",
    "changes-json": "/changes.json",
    "metadata": "/changes.csv-metadata.json",
    "compare-csv": f"/compare.csv?{PAIR}",
    "project-json": "/projects/heron-7b.json",
    "project-csv": "/projects/heron-7b.csv",
    "project-metadata": "/projects/heron-7b.csv-metadata.json",
    "project-mot.yml": "/projects/heron-7b.mot.yml",
    "project-spdx.json": "/projects/heron-7b.spdx.json",
    "project-cdx.json": "/projects/heron-7b.cdx.json",
    "badge-svg": "/projects/heron-7b/badge/open-to-whom.svg",
    "badge-json": "/projects/heron-7b/badge/osaid.json",
    "reach-svg": "/projects/heron-7b/reach.svg",
    "bars-svg": "/projects/heron-7b/bars.svg",
    "split-svg": "/projects/heron-7b/split.svg",
    "history-svg": "/projects/heron-7b/history.svg",
    "card": "/projects/heron-7b/card.png",
    "plot-svg": "/zh-hans/plots/machines.svg",
    "portfolio-svg": "/organizations/shore/portfolio.svg",
    "editions-svg": "/organizations/shore/fmti.svg",
    "robots": "/robots.txt",
    "sitemap": "/sitemap.xml",
    "sitemap-part": "/sitemap-projects-1.xml",
    **{
        f"{name}-{form}": f"{path}{file}"
        for name, path, query in (
            ("cite-project", "/projects/heron-7b/", ""),
            ("cite-ranking", "/rankings/", "?lens=mof"),
            ("cite-comparison", "/compare/", f"?{PAIR}"),
            ("cite-data", "/data/", ""),
        )
        for form, file in (
            ("bib", f"cite.bib{query}"),
            ("csl.json", f"cite.csl.json{query}"),
            ("cff", f"CITATION.cff{query}"),
        )
    },
    "dataset-file": "/data/{day}/projects.csv",
    "api-projects": "/api/v1/projects/?limit=2",
    "api-project": "/api/v1/projects/heron-7b/",
    "api-trail": "/api/v1/projects/heron-7b/components/model_card/",
    "api-raises": "/api/v1/projects/heron-7b/raises/",
    "api-disagreements": "/api/v1/projects/heron-7b/disagreements/",
    "api-comparison": f"/api/v1/comparison/?{PAIR}",
    "api-evidence": "/api/v1/evidence/?organization=shore",
    "api-scores": "/api/v1/scores/?lens=opening-up",
    "api-organizations": "/api/v1/organizations/",
    "api-organization": "/api/v1/organizations/shore/",
    "api-licenses": "/api/v1/licenses/",
    "api-license": "/api/v1/licenses/MIT/",
    "api-lenses": "/api/v1/lenses/",
    "api-lens": "/api/v1/lenses/fmti/",
    "api-changes": "/api/v1/changes/",
    "api-plots": "/api/v1/plots/",
    "api-plot": "/api/v1/plots/machines/",
    "api-submission": "/api/v1/submissions/{token}/",
    "api-schema": "/api/schema/",
}
"""The name of each address of data -> an address of it."""
OF_FILES = {"dataset-file"}
"""Addresses of files that are never altered: they ask the database nothing."""

PAGES = {
    *("home", "rankings", "compare", "tray", "project", "history", "cell", "organizations"),
    *("organization", "licenses", "license", "methods", "method", "plots", "data", "dataset"),
    *("changes", "status", "components", "api-docs"),
    # Of one person, or for the moment in which they are asked.
    *("submit", "submission", "queue", "review", "sign-in", "sign-in-code"),
    *("second-factor", "sign-out", "watch", "watch-project", "webhooks", "webhook"),
}
"""Answers for people: `tests/test_kept.py` is about theirs."""
OF_THE_MOMENT = {"health", "metrics", "api-status"}
ONLY_WRITTEN = {"api-submissions", "api-score"}
OWN = {"api-webhooks", "api-webhook"}
"""Of who has the token; kept by nobody."""
NOTHING = {"api-nothing"}


def names(of: URLResolver | None = None) -> Iterator[str]:
    """Every name of the URL configuration but those of the admin and of allauth."""
    for one in (of or get_resolver()).url_patterns:
        if isinstance(one, URLPattern):
            yield str(one.name)
        elif one.app_name != "admin" and not str(one.pattern).startswith("sign-in/github"):
            yield from names(one)


def test_every_address_of_the_site_is_of_one_sort() -> None:
    sorts = (ADDRESSES.keys(), PAGES, OF_THE_MOMENT, ONLY_WRITTEN, OWN, NOTHING)
    assert sorted(names()) == sorted(name for sort in sorts for name in sort)


@pytest.fixture
def addresses(transactional_db: None, settings: Any, tmp_path: Any) -> dict[str, str]:
    """The addresses on a small shelf, with a record, a submission and a data set."""
    cache.clear()
    settings.DATASETS = tmp_path / "datasets"
    heron = judged_by_opening_up(shelf_of(heron_7b()))
    subject = Subject.objects.create(
        index="fmti",
        key="shore",
        name="Shore",
        organization=heron.organization,
        matched_by="a test",
        matched_on="2025-01-01",
    )
    Score.objects.create(
        subject=subject, lens="fmti", basis="published", version="2025-12", low=40, high=40
    )
    edit(heron)
    day = write_of_the_day().folder.rpartition("/")[2]
    token = SubmissionFactory().token
    return {name: path.format(day=day, token=token) for name, path in ADDRESSES.items()}


def edit(heron: Project) -> None:
    """Change what is read by most addresses, as one revision."""
    with transaction.atomic():
        revision = RevisionFactory()
        heron.changes.create(
            revision=revision, field="name", old="Heron", new="Heron*", change_class="renamed"
        )
        for model in (Project, Organization):
            model.objects.update(name=Concat("name", Value("*")))
        Evidence.objects.update(note=Concat("note", Value("*")))
        Quantity.objects.update(low=F("low") + 1, high=F("high") + 1)


def elsewhere(work: Callable[[], object]) -> None:
    """Do it in a connection of its own, and commit."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    thread.join()


OUTSIDE = ("SET TRANSACTION", "SELECT array", "SELECT pg_current_snapshot")


class Seen:
    """Watches statements: once a snapshot has been read from, something is done elsewhere."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.work = work
        self.within = False

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        found, sql = execute(sql, *rest), sql.lstrip()
        read = sql.startswith(("SELECT", "EXECUTE"))
        if connection.in_atomic_block and read and "set_config" not in sql:
            if not self.within:
                self.within = True
                elsewhere(self.work)
        else:
            # Only which revisions there are is asked outside.
            assert "set_config" in sql or sql.startswith(OUTSIDE)
        return found


def body(response: HttpResponseBase) -> bytes:
    assert response.status_code == 200
    return response.getvalue()  # type: ignore[attr-defined]  # both kinds of response have it


def test_what_has_not_changed_costs_one_query_and_is_not_sent_again(
    client: Client, addresses: dict[str, str]
) -> None:
    for name, address in addresses.items():
        first = client.get(address)
        whole = body(first)
        for tag in (first["ETag"], f'"another", W/{first["ETag"]}'):
            with CaptureQueriesContext(connection) as asked:
                again = client.get(address, headers={"if-none-match": tag})
            assert (again.status_code, again.getvalue()) == (304, b""), address
            said = [one["sql"] for one in asked]
            assert len(said) == (name not in OF_FILES), (address, said)
            for header in ("ETag", "Cache-Control", "Access-Control-Allow-Origin"):
                assert again[header] == first[header], address
        assert body(client.get(address, headers={"if-none-match": '"another"'})) == whole


def test_a_new_revision_has_everything_sent_again(
    client: Client, addresses: dict[str, str]
) -> None:
    fixed = OF_FILES | {"api-submission"}  # a submission's own state decides

    def tagged() -> dict[str, str]:
        answers = {name: client.get(address) for name, address in addresses.items()}
        return {name: answer["ETag"] for name, answer in answers.items() if body(answer)}

    tags = tagged()
    first = Revision.objects.latest("pk").pk
    RevisionFactory(pk=first + 10)
    later = tagged()
    # One that was begun earlier may be committed later.
    RevisionFactory(pk=first + 5)
    for name, address in addresses.items():
        found = [client.get(address, headers={"if-none-match": tag[name]}) for tag in (tags, later)]
        expected = 304 if name in fixed else 200
        assert [answer.status_code for answer in found] == [expected, expected], address
        for answer in found:
            answer.close()


def test_whatever_is_committed_while_it_is_read_is_not_in_an_answer(
    client: Client, addresses: dict[str, str]
) -> None:
    heron = Project.objects.get(slug="heron-7b")
    changed = set()
    for name, address in addresses.items():
        before = client.get(address)
        expected = body(before)
        cache.clear()
        seen = Seen(lambda: edit(heron))
        with connection.execute_wrapper(seen):
            answer = client.get(address)
            assert body(answer) == expected, address
        assert answer["ETag"] == before["ETag"], address
        assert seen.within == (name not in OF_FILES), address
        if body(client.get(address)) != expected:
            changed.add(name)
    assert len(changed) > len(addresses) / 2  # the edits are seen by who asks afterwards
