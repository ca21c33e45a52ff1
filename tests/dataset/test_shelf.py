"""A package a day: what changed, what is kept, and how its files are given to others."""

import csv
import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client, override_settings
from pytest_django import DjangoDbBlocker

from openness.exports.dataset.shelf import MEDIA_TYPES, packages
from openness.models import Project, Quantity
from openness.services import datasets as service
from openness.services.datasets import Written, write_of_the_day
from openness.tasks import write_dataset

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_site")]

FIRST = datetime(2026, 11, 24, 3, tzinfo=UTC)


def on(day: int) -> Written:
    """What is written so many days after the first one."""
    with time_machine.travel(FIRST + timedelta(days=day), tick=False):
        return write_of_the_day()


@pytest.fixture(scope="module")
def two(
    small_site: Project,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: DjangoDbBlocker,
) -> Path:
    """The package of the first day, and the next one after three facts have changed."""
    folder = tmp_path_factory.mktemp("two")
    with (
        django_db_blocker.unblock(),
        override_settings(DATASETS=folder),
        transaction.atomic(),
    ):
        on(0)
        Project.objects.filter(slug="egret-7b").update(summary="A\nwader, seldom alone.")
        Quantity.objects.get(project__slug="stork-176b").delete()
        Quantity.objects.create(
            project=Project.objects.get(slug="rumor"), name="tokens", low=1, high=2, source="x"
        )
        on(1)
        transaction.set_rollback(True)
    return folder


@pytest.fixture
def held(two: Path, datasets: Path) -> Path:
    """The same two, for a test to add to."""
    return Path(shutil.copytree(two, datasets))


def described(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "datapackage.json").read_text())


def test_the_next_one_names_the_one_before_and_every_difference(held: Path) -> None:
    assert "previous" not in described(held / "2026-11-24")
    previous = described(held / "2026-11-25")["previous"]
    assert (held / "2026-11-25" / previous["path"]).resolve() == (
        held / "2026-11-24" / "datapackage.json"
    ).resolve()
    assert {
        name: counts for name, counts in previous["tables"].items() if any(counts.values())
    } == {
        "projects": {"added": 0, "removed": 0, "changed": 1},
        "quantities": {"added": 1, "removed": 1, "changed": 0},
    }
    with (held / "2026-11-25" / "diff.csv").open(encoding="utf-8", newline="") as file:
        lines = {(r["table"], r["change"]): r for r in csv.DictReader(file, strict=True)}
    changed = lines["projects", "changed"]
    assert json.loads(changed["key"]) == {"slug": "egret-7b"}
    assert (changed["column"], changed["old"]) == ("summary", "")
    assert changed["new"] == "A\nwader, seldom alone."
    assert json.loads(lines["quantities", "added"]["new"])["high"] == "2"
    assert json.loads(lines["quantities", "removed"]["old"])["low"] == "176000000000"
    words = (held / "2026-11-25" / "DIFF.md").read_text()
    assert "| quantities | 1 | 1 | 0 |" in words
    assert "- changed egret-7b: summary (blank) → A wader, seldom alone." in words


def test_files_that_are_the_same_are_one_file_on_disk(held: Path, two: Path) -> None:
    for name, same in (("judgements.parquet", True), ("projects.csv", False)):
        assert (two / "2026-11-24" / name).samefile(two / "2026-11-25" / name) == same


def test_where_nothing_has_changed_none_is_written(datasets: Path) -> None:
    first = on(0)
    assert first.as_json()["written"]
    assert on(0).reason == "there is one of today"
    again = on(1)
    assert again.as_json() == {
        "written": False,
        "folder": first.folder,
        "reason": "nothing has changed since 2026-11-24",
    }
    assert [path.name for path in datasets.iterdir()] == ["2026-11-24"]


def test_what_a_killed_writer_left_is_removed(datasets: Path) -> None:
    (datasets / ".unfinished-x").mkdir(parents=True)
    on(0)
    assert [path.name for path in datasets.iterdir()] == ["2026-11-24"]


def test_one_at_a_time(datasets: Path) -> None:
    said: list[Written] = []

    def elsewhere() -> None:
        try:
            said.append(write_of_the_day())
        finally:
            connection.close()

    with service._alone() as alone:
        assert alone
        thread = Thread(target=elsewhere)
        thread.start()
        thread.join()
    assert [one.reason for one in said] == ["another one is being written"]
    assert not datasets.exists()


def test_old_ones_are_kept_unless_it_is_said_how_long(
    held: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for day in ("2026-10-30", "2026-10-31", "2026-11-02", "2026-11-03"):
        shutil.copytree(held / "2026-11-24", held / day)
        text = (held / day / "datapackage.json").read_text()
        (held / day / "datapackage.json").write_text(text.replace('"2026-11-24"', f'"{day}"'))
    assert service._prune() == ()
    settings.DATASETS_KEPT = 7
    with time_machine.travel(FIRST + timedelta(days=2), tick=False):
        assert service._prune() == ("2026-11-03", "2026-10-31")
    assert [one.day for one in packages()] == [
        *("2026-11-25", "2026-11-24"),
        *("2026-11-02", "2026-10-30"),  # the first of each month
    ]


def test_a_worker_writes_it(datasets: Path) -> None:
    write_dataset()
    write_dataset()
    assert len(packages()) == 1
    due = settings.CELERY_BEAT_SCHEDULE["write the data set"]
    assert (due["task"], due["schedule"]) == ("openness.tasks.write_dataset", 3600)


def test_the_command_writes_one_and_compares_it_with_any(
    held: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("export_dataset", str(tmp_path / "out"), previous=held / "2026-11-25")
    assert json.loads(capsys.readouterr().out)["projects"] == 4
    assert described(tmp_path / "out")["previous"]["version"] == "2026-11-25"
    with pytest.raises(CommandError, match="name the folder"):
        call_command("export_dataset", previous=held / "2026-11-25")
    with pytest.raises(CommandError, match="No such file"):
        call_command("export_dataset", str(tmp_path / "no"), previous=tmp_path)


@pytest.mark.parametrize("prefix", ["", "/zh-hans"])
def test_pages_list_the_packages_and_describe_each(held: Path, client: Client, prefix: str) -> None:
    page = client.get(f"{prefix}/data/").content.decode()
    assert page.index(f'href="{prefix}/data/2026-11-25/"') < page.index("2026-11-24/")
    assert "Liesenfeld" in page
    page = client.get(f"{prefix}/data/2026-11-25/").content.decode()
    for name in ("projects.csv", "projects.parquet", "diff.csv", "SHA256SUMS", "cite.bib"):
        assert f'href="/data/2026-11-25/{name}"' in page, name
    found = json.loads(page.partition('application/ld+json">')[2].partition("</script>")[0])
    files = {one["name"]: one for one in found["distribution"]}
    assert files["projects"]["contentUrl"].endswith("/data/2026-11-25/projects.csv")
    assert files["projects-parquet"]["encodingFormat"] == "application/vnd.apache.parquet"
    first = client.get(f"{prefix}/data/2026-11-24/").content.decode()
    assert "diff.csv" not in first


def test_without_a_package_the_page_says_how_one_comes(datasets: Path, client: Client) -> None:
    page = client.get("/data/").content.decode()
    assert "None has been written yet" in page
    assert client.get("/data/latest/").status_code == 404
    assert client.get("/data/latest/projects.csv").status_code == 404


def test_the_newest_has_an_address_of_its_own(held: Path, client: Client) -> None:
    assert client.get("/data/latest/")["Location"] == "/data/2026-11-25/"
    found = client.get("/data/latest/projects.parquet")
    assert found["Location"] == "/data/2026-11-25/projects.parquet"


@pytest.fixture
def get(held: Path, client: Client) -> Callable[..., Any]:
    """Ask for a file of the first package."""
    return lambda name, **headers: client.get(
        f"/data/2026-11-24/{name}", headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


def test_a_file_has_its_type_its_sum_as_tag_and_may_be_kept_for_good(
    held: Path, get: Callable[..., Any]
) -> None:
    sums = {one["path"]: one["hash"] for one in described(held / "2026-11-24")["resources"]}
    for path in (held / "2026-11-24").iterdir():
        answer = get(path.name, accept_encoding="gzip")
        assert answer.status_code == 200, path.name
        assert answer.getvalue() == path.read_bytes(), path.name
        assert answer["Content-Type"] == MEDIA_TYPES[path.suffix], path.name
        assert "immutable" in answer["Cache-Control"], path.name
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "Content-Encoding" not in answer, path.name
        if path.name in sums:
            assert answer["ETag"] == f'"{sums[path.name].removeprefix("sha256:")}"'


def test_a_file_is_given_in_part_or_not_again(held: Path, get: Callable[..., Any]) -> None:
    body = (held / "2026-11-24" / "evidence.parquet").read_bytes()
    part = get("evidence.parquet", range="bytes=4-19", accept_encoding="gzip")
    assert (part.status_code, part.getvalue()) == (206, body[4:20])
    assert part["Content-Range"] == f"bytes 4-19/{len(body)}"
    assert get("evidence.parquet", range="bytes=-8").getvalue() == body[-8:]
    tag = part["ETag"]
    again = get("evidence.parquet", if_none_match=tag)
    assert (again.status_code, again.getvalue()) == (304, b"")


@pytest.mark.parametrize(
    "address",
    [
        "/data/2026-11-24/nothing.csv",
        "/data/2026-11-23/projects.csv",
        "/data/2026-11-24/..%2f2026-11-25%2fprojects.csv",
        "/data/2026-11-24/%2e%2e",
        "/data/2026-11-24/../2026-11-25/../../secret-key",
        "/data/..%2f/secret-key",
        "/data/2026-11-24/.projects.csv",
        "/data/2026-11-24/%00",
        "/data/2026-11-24",
        "/data/2026-11-99/",
        "/data/x/",
    ],
)
def test_nothing_but_its_files_is_given(held: Path, client: Client, address: str) -> None:
    (held.parent / "secret-key").write_text("treasure")
    (held / "2026-11-24" / ".projects.csv").write_text("hidden")
    answer = client.get(address)
    assert answer.status_code in {301, 404}
    assert b"treasure" not in answer.getvalue()
    assert client.post("/data/2026-11-24/projects.csv").status_code == 405
