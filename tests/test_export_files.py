"""The whole of a lens is kept as a file, which no reader sees half and no change outlives."""

import gzip
import os
import time
from pathlib import Path

import pytest
from django.test import Client

from openness.exports.files import ABANDONED, Files, Held
from openness.rankings import current_revision
from tests.factories import RevisionFactory, component, project_with, weights

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folder(settings: object, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    return tmp_path / "exports"


@pytest.fixture
def heron() -> None:
    project_with(weights(), component("model_card"), slug="heron-7b")


def body(client: Client, address: str = "/rankings.csv", **headers: str) -> bytes:
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    content = b"".join(response.streaming_content)
    response.close()
    return content


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def test_what_one_reader_has_read_is_the_next_ones_file(
    client: Client, heron: None, folder: Path
) -> None:
    first = body(client)
    [name] = names(folder)
    assert (folder / name).read_bytes() == first
    (folder / name).write_bytes(b"from the file")
    response = client.get("/rankings.csv")
    assert response["Content-Length"] == str(len(b"from the file"))
    assert b"".join(response.streaming_content) == b"from the file"
    assert response["Openness-Revision"] == str(current_revision())


def test_a_change_makes_a_new_file_and_the_old_one_goes(
    client: Client, heron: None, folder: Path
) -> None:
    body(client)
    [before] = names(folder)
    project_with(weights(), slug="egret-7b")
    assert b"egret-7b" in body(client)
    [after] = names(folder)
    assert after != before


def test_who_takes_gzip_gets_it_and_a_file_of_it(client: Client, heron: None, folder: Path) -> None:
    plain = body(client)
    packed = client.get("/rankings.csv", headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed["Vary"]
    assert gzip.decompress(b"".join(packed.streaming_content)) == plain
    assert len(names(folder)) == 2
    again = body(client, **{"accept-encoding": "gzip"})
    assert gzip.decompress(again) == plain
    unchanged = client.get("/rankings.csv", headers={"if-none-match": packed["ETag"]})
    assert unchanged.status_code == 304


def test_a_reader_who_leaves_leaves_no_file(client: Client, heron: None, folder: Path) -> None:
    response = client.get("/rankings.csv")
    next(response.streaming_content)
    assert len(names(folder)) == 1
    response.close()
    assert names(folder) == []


@pytest.mark.parametrize("asked", ["?kind=model", "?page=1&per_page=7", "?sort=name", "?rev=1"])
def test_what_is_not_the_whole_of_now_is_not_kept(
    client: Client, heron: None, folder: Path, asked: str
) -> None:
    client.get(f"/rankings.csv{asked}").close()
    assert names(folder) == []


def test_each_lens_has_a_file_of_its_own(client: Client, heron: None, folder: Path) -> None:
    for lens in ("open-to-whom", "osaid", "mof"):
        body(client, f"/rankings.csv?lens={lens}")
    assert [name.split("-")[1] for name in names(folder)] == ["mof", "open", "osaid"]


def test_a_head_request_makes_no_file(client: Client, heron: None, folder: Path) -> None:
    assert client.head("/rankings.csv").status_code == 200
    assert names(folder) == []


def test_what_a_killed_process_left_goes_in_time(folder: Path) -> None:
    folder.mkdir()
    for name, age in (("old.new", ABANDONED + 60), ("young.new", 0)):
        (folder / name).touch()
        os.utime(folder / name, (time.time() - age,) * 2)
    RevisionFactory()
    assert list(Files("a", folder=folder).whole(lambda _: iter([b"text"]))) == [b"text"]
    assert "old.new" not in names(folder)
    assert "young.new" in names(folder)
    held = Files("a", folder=folder).whole(lambda _: iter([b"other"]))
    assert isinstance(held, Held)
    assert list(held) == [b"text"]
    held.close()
