"""Files come in sorted order, within limits, and one bad file does not keep out the others."""

import os
from pathlib import Path

import pytest

from openness.sources import SOURCES, documents
from openness.sources.reading import Document, Refused

FORM = documents.Form((".yaml", ".yml"), folder="models", limit=100)


def names(path: Path) -> list[str]:
    return [document.name for document in documents.load(path, FORM)]


def test_a_folder_is_read_in_sorted_order_with_its_subfolders(tmp_path: Path) -> None:
    for name in ("b.yaml", "A.yml", "sub/c.yaml", "readme.md", "_parameters.yml", ".hidden.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("a: 1")
    assert names(tmp_path) == ["A.yml", "b.yaml", "sub/c.yaml"]


def test_the_publishers_own_folder_is_preferred_to_what_lies_around_it(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "a.yaml").write_text("a: 1")
    (tmp_path / "elsewhere.yaml").write_text("a: 1")
    assert names(tmp_path) == ["a.yaml"]


def test_a_single_file_is_taken_whatever_its_ending(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("a: 1")
    assert names(file) == ["a.txt"]


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    for folder in (inside, outside):
        folder.mkdir()
        (folder / "a.yaml").write_text("a: 1")
    (inside / "file.yaml").symlink_to(outside / "a.yaml")
    (inside / "folder").symlink_to(outside)
    (inside / "twin.yaml").symlink_to(inside / "a.yaml")
    assert names(inside) == ["a.yaml", "twin.yaml"]


def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a: 1")
    os.mkfifo(tmp_path / "pipe.yaml")
    assert names(tmp_path) == ["a.yaml"]


def test_a_file_that_is_too_large_is_refused_and_the_others_go_in(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("x" * 101)
    (tmp_path / "b.yaml").write_text("a: 1")
    large, small = documents.load(tmp_path, FORM)
    with pytest.raises(Refused, match=r"a\.yaml: is larger than 100 bytes"):
        documents.text_of(large)
    assert documents.text_of(small) == "a: 1"


def test_a_file_that_cannot_be_read_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.yaml").write_text("a: 1")

    def deny(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", deny)
    (document,) = documents.load(tmp_path, FORM)
    with pytest.raises(Refused, match="cannot be read: Permission denied"):
        documents.text_of(document)


@pytest.mark.parametrize("key", SOURCES)
def test_a_path_without_files_is_refused_by_every_source(key: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no such file or folder"):
        SOURCES[key].load(tmp_path / "absent")
    with pytest.raises(Refused, match="holds no"):
        SOURCES[key].load(tmp_path)


@pytest.mark.parametrize(
    ("body", "text"),
    [(b"\xef\xbb\xbfa: 1", "a: 1"), (b"a: 1\r\nb: 2\r\n", "a: 1\r\nb: 2\r\n"), (b"", "")],
)
def test_a_byte_order_mark_is_dropped_and_nothing_else(body: bytes, text: str) -> None:
    assert documents.text_of(Document("a.yaml", body)) == text


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("a: 1".encode("utf-16"), "is not UTF-8 (byte 0)"),
        (b"name: caf\xe9", "is not UTF-8 (byte 9)"),
        (b"a: \0", "contains a NUL character"),
    ],
)
def test_bytes_that_are_no_clean_text_are_refused(body: bytes, complaint: str) -> None:
    with pytest.raises(Refused) as refused:
        documents.text_of(Document("a.yaml", body))
    assert complaint in str(refused.value)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "is empty"),
        ("a,b\n1\n", "line 2: has 1 cells, the header 2"),
        ('a,b\n"1,2\n', "line 2:"),
        ("a,c\n1,2\n", "has no column b"),
        ("a,b,a\n1,2,3\n", "names a column twice"),
    ],
)
def test_a_broken_table_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(Refused) as refused:
        documents.records_of(text, "a.csv", ("a", "b"))
    assert complaint in str(refused.value)


def test_a_table_keeps_line_breaks_inside_its_cells() -> None:
    assert documents.records_of('a,b\r\n"1\r\n2",3\r\n', "a.csv", ("a",)) == [
        {"a": "1\r\n2", "b": "3"}
    ]


def test_names_and_keys_that_no_table_can_hold_are_refused() -> None:
    assert documents.checked_name("  OLMo ", "system", "a.yaml") == "OLMo"
    for name, complaint in ((None, "no system name"), ("  ", "no system name"), ("x" * 301, "300")):
        with pytest.raises(Refused, match=complaint):
            documents.checked_name(name, "system", "a.yaml")
    with pytest.raises(Refused, match="200"):
        documents.checked_key("x" * 201, "a.yaml")
