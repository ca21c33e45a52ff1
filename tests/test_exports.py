"""Exports are one state of the database, whatever is written while they are read."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier, Condition
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models.query import QuerySet
from django.test import Client

from openness.consistent import snapshot
from openness.exports import tables
from openness.exports.dataset import rows as rows_of
from openness.exports.snapshot import Within
from openness.models import Organization, Project
from openness.rankings import current_revision
from openness.services.assess import assess
from openness.services.datasets import write_to
from openness.services.hold import Statements, hold
from openness.services.renames import describe, rename
from tests.factories import OrganizationFactory, RevisionFactory, component, project_with, weights

pytestmark = pytest.mark.django_db(transaction=True)

EDITS, SHELF = 8, 16
LISTS = (
    "rankings.csv",
    "rankings.json",
    "rankings.csv?lens=osaid&sort=name",
    "organizations.csv",
    "organizations.json",
    "changes.csv",
)
"""Exports that are read a few rows at a time while projects change."""
Lines = list[dict[str, str]]


class Turns:
    """A writer and its readers: between two steps of a reader something has been committed."""

    def __init__(self, readers: int) -> None:
        self.opened = Barrier(readers + 1, timeout=60)
        self.changed = Condition()
        self.commits, self.over = 0, False

    def committed(self, *, last: bool) -> None:
        """One more commit; after the last one readers wait for nothing."""
        with self.changed:
            self.commits, self.over = self.commits + 1, last
            self.changed.notify_all()

    def step(self, seen: int) -> int:
        """Wait for a commit after so many; how many there are by then."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.over or self.commits > seen, timeout=60)
            return self.commits


def lines(text: str) -> Lines:
    return list(csv.DictReader(io.StringIO(text), strict=True))


def read(address: str, turns: Turns) -> tuple[int, str, int]:
    """(the revision that an export names, all of it, how many commits there were while it came)."""
    try:
        response = Client().get(f"/{address}")
        turns.opened.wait()
        body, seen = b"", 0
        for part in response.streaming_content:  # type: ignore[attr-defined]  # it is streamed
            body += part
            seen = turns.step(seen)
        return int(response["Openness-Revision"]), body.decode(), seen
    finally:
        connection.close()


def write_package(folder: Path, turns: Turns, made: dict[str, Any]) -> int:
    """Write the data set, one table between two commits; its revision."""
    seen = 0

    def slowly(rows: Callable[[], Iterable[Any]]) -> Callable[[], Iterator[Any]]:
        def found() -> Iterator[Any]:
            nonlocal seen
            seen = turns.step(seen)
            yield from rows()

        return found

    try:
        turns.opened.wait()
        for name in list(made):
            made[name] = slowly(made[name])
        write_to(folder)
        return int(json.loads((folder / "datapackage.json").read_text())["revision"])
    finally:
        connection.close()


def edit(number: int, by: User) -> None:
    """Rename, close, add or have another maker's name, in turn; one commit."""
    project = Project.objects.get(slug=f"heron-{number:02}")
    with transaction.atomic():
        if number % 4 == 0:
            rename(project, name=f"Bittern {number}", slug=f"bittern-{number:02}", by=by)
        elif number % 4 == 1:
            claims = [weights("none", ""), component("model_card", "closed")]
            hold([Statements(project.pk, claims, "vendor")], revision=RevisionFactory())
            assess(projects=[project.pk])
        elif number % 4 == 2:
            project_with(weights(), slug=f"late-{number:02}")
        else:
            maker = Organization.objects.order_by("pk")[number % SHELF]
            maker.name = f"A new name {number}"
            describe(maker, by=by)


def organizations() -> list[tuple[str, str]]:
    """(slug, name) of all, in the order of slugs."""
    return list(Organization.objects.order_by("slug").values_list("slug", "name"))


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few rows a chunk, from the database too: or small tables would come at once."""
    whole = QuerySet.iterator
    monkeypatch.setattr(tables, "CHUNK_ROWS", 4)
    monkeypatch.setattr(QuerySet, "iterator", lambda rows, chunk_size=None: whole(rows, 4))


def test_rows_are_neither_lost_nor_doubled_nor_mixed_while_projects_change(
    small_chunks: None, tmp_path: Path, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = User.objects.create_user("wader")
    for number in range(SHELF):
        project = project_with(
            weights(),
            component("model_card"),
            slug=f"heron-{number:02}",
            name=f"Heron {number}",
            organization=OrganizationFactory(),
        )
        RevisionFactory().changes.create(project=project, field="name", change_class="renamed")
    before, makers = current_revision(), organizations()
    for name, rows in rows_of._MADE.items():
        monkeypatch.setitem(rows_of._MADE, name, rows)  # and is put back
    turns = Turns(len(LISTS) + 1)
    with ThreadPoolExecutor(len(LISTS) + 1) as pool:
        package = pool.submit(write_package, tmp_path / "package", turns, rows_of._MADE)
        reading = {address: pool.submit(read, address, turns) for address in LISTS}
        turns.opened.wait()
        for number in range(EDITS):
            edit(number, by)
            turns.committed(last=number == EDITS - 1)
        found = {address: future.result() for address, future in reading.items()}
        written = package.result()
    assert current_revision() >= before + EDITS
    for address, (revision, text, commits) in found.items():
        assert revision == before, address
        assert commits > 1, address  # it was still being read when others had been at work
        if address.startswith("organizations"):
            rows = lines(text) if address.endswith("csv") else json.loads(text)["rows"]
            assert sorted((row["slug"], row["name"]) for row in rows) == makers, address
            continue
        # Everything else can be asked for again, as it was at that revision.
        joint = "&" if "?" in address else "?"
        again = client.get(f"/{address}{joint}rev={revision}")
        told = b"".join(again.streaming_content).decode()  # type: ignore[attr-defined]  # as above
        assert comparable(address, told) == comparable(address, text), address
    check_package(tmp_path / "package", written, client)


def comparable(address: str, text: str) -> list[Any]:
    """The rows of an export, in its order."""
    rows = lines(text) if ".csv" in address else json.loads(text)["rows"]
    assert rows
    return list(rows)


def check_package(folder: Path, revision: int, client: Client) -> None:
    """Hold the tables of a package against each other, and against the record of its revision."""
    table = {path.stem: lines(path.read_text()) for path in folder.glob("*.csv")}
    slugs = [row["slug"] for row in table["projects"]]
    assert len(slugs) == len(set(slugs))
    asked = client.get(f"/rankings.csv?rev={revision}&sort=name")
    ranked = lines(b"".join(asked.streaming_content).decode())  # type: ignore[attr-defined]  # as above
    assert {(row["slug"], row["name"]) for row in table["projects"]} == {
        (row["slug"], row["name"]) for row in ranked
    }
    for name in ("evidence", "releases", "changes", "scores"):
        assert {row["project"] for row in table[name]} <= {*slugs, ""}, name
    assert max(int(row["id"]) for row in table["revisions"]) == revision


@pytest.fixture
def held() -> ExitStack:
    """A snapshot that has been taken."""
    stack = ExitStack()
    stack.enter_context(snapshot())
    assert connection.in_atomic_block
    return stack


def test_a_download_that_nobody_reads_gives_its_snapshot_back(held: ExitStack) -> None:
    frozen = Within(iter([b"a line"]), held)
    frozen.close()
    assert not connection.in_atomic_block
    assert list(frozen) == []


def test_a_download_that_fails_gives_its_snapshot_back(held: ExitStack) -> None:
    def broken() -> Iterator[bytes]:
        yield b"a line"
        raise ConnectionResetError

    frozen = Within(broken(), held)
    assert next(frozen) == b"a line"
    with pytest.raises(ConnectionResetError):
        next(frozen)
    assert not connection.in_atomic_block
