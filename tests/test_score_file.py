"""`score_file` as a program in a pipeline uses it: one JSON object a line, and no database."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.conftest import PROJECT

KEYS = ["file", "name", "lens", "edition", "low", "high", "grade"]


def scored(*arguments: object) -> tuple[list[dict[str, Any]], bool]:
    """The lines, and whether every file could be scored. No test here has a database."""
    out = io.StringIO()
    try:
        call_command("score_file", *map(str, arguments), stdout=out)
    except CommandError:
        return [json.loads(line) for line in out.getvalue().splitlines()], False
    return [json.loads(line) for line in out.getvalue().splitlines()], True


def mof(*entries: str, name: str = "Heron", licenses: str = "{}") -> str:
    """A model file of the tool with these entries."""
    listed = "".join(f"\n    - {entry}" for entry in entries) or " []"
    return f"release:\n  name: {name}\n  license: {licenses}\n  components:{listed}\n"


CLASS_3 = (
    *("{name: Model architecture, license: MIT}", "{name: Model parameters (Final), license: MIT}"),
    *("{name: Evaluation results, license: MIT}", "{name: Model card, license: MIT}"),
    *("{name: Data card, license: MIT}", "{name: Technical report, license: MIT}"),
)


def test_a_model_file_gives_class_and_percentages_at_full_precision(tmp_path: Path) -> None:
    file = tmp_path / "heron.yml"
    file.write_text(mof(*CLASS_3, "{name: Training code, license: MIT}"))
    [line], whole = scored("mof", file)
    assert whole
    assert list(line) == [*KEYS, "c1", "c2", "c3", "class", "checks", "notes"]
    assert (line["file"], line["name"], line["edition"]) == ("heron.yml", "Heron", "2026-05")
    assert (line["c1"], line["c2"], line["c3"], line["class"]) == (0.0, 70.0, 100.0, 3)
    assert (line["grade"], line["low"]) == ("class_3", round(170 / 3, 6))


@pytest.mark.parametrize(
    ("entries", "licenses", "c3"),
    [
        # A license of one's own goes first, and if it is blank nothing follows.
        (["{name: Model card, license: MIT}"], "{}", 1),
        (["{name: Model card, license: ''}"], "{document: {name: MIT}}", 0),
        (["{name: Model card, license: '0'}"], "{document: {name: MIT}}", 0),
        (["{name: Model card, license: 0}"], "{document: {name: MIT}}", 0),
        (["{name: Model card, license: unlicensed}"], "{document: {name: MIT}}", 0),
        (["{name: Model card, license: Unlicensed}"], "{document: {name: MIT}}", 0),
        (["{name: Model card, license: ' '}"], "{document: {name: MIT}}", 0),
        # None is no license of one's own: that of the type counts, else that of the whole.
        (["{name: Model card, license: null}"], "{document: {name: MIT}}", 1),
        (["{name: Model card, license: }"], "{document: {name: MIT}}", 1),
        (["name: Model card"], "{document: {name: MIT}}", 1),
        (["name: Model card"], "{code: {name: MIT}}", 0),
        (["name: Model card"], "{document: {name: ''}, distribution: {name: MIT}}", 1),
        (["name: Model card"], "{document: null, distribution: {name: MIT}}", 1),
        (["name: Model card"], "{document: {path: x}, distribution: {name: MIT}}", 1),
        (["name: Model card"], "{document: {name: custom}, distribution: {name: MIT}}", 0),
        (["name: Model card"], "{distribution: {name: unlicensed}}", 0),
        (["name: Model card"], "[]", 0),
        (["name: Model card"], "null", 0),
        # Ids are compared letter by letter.
        (["{name: Model card, license: mit}"], "{}", 0),
        (["{name: Model card, license: 'MIT '}"], "{}", 0),
        (["{name: Model card, license: MIT OR Apache-2.0}"], "{}", 0),
        (["{name: Model card, license: PDDL-1.0}"], "{}", 0),
        (["{name: Model card, license: ODC-PDDL-1.0}"], "{}", 1),
        (["{name: Model card, license: OpenMDW-1.1}"], "{}", 0),
        # Of two entries the later one counts, and a name that is none counts for the data.
        (["{name: Model card, license: MIT}", "{name: Model card, license: ''}"], "{}", 0),
        (["{name: model card, license: MIT}"], "{}", 0),
        # Whatever else an entry holds does not matter.
        (["{name: Model card, license: MIT, links: [a, {b: c}]}"], "{}", 1),
        # The paper stands in for the report.
        (["{name: Research paper, license: MIT}"], "{}", 1),
        (
            [
                "{name: Research paper, license: MIT}",
                "{name: Technical report, license: MIT}",
            ],
            "{}",
            1,
        ),
    ],
)
def test_a_component_counts_as_in_the_tool(
    tmp_path: Path, entries: list[str], licenses: str, c3: int
) -> None:
    file = tmp_path / "heron.yml"
    file.write_text(mof(*entries, licenses=licenses))
    [line], _whole = scored("mof", file)
    assert line["c3"] == pytest.approx(c3 / 6 * 100)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: "# a comment\n---\n" + text + "...\n",
        lambda text: text.replace("name: Heron", "name: 'Heron'\t# a tab"),
        lambda text: text.replace("name: Heron", 'name: " Heron "'),
        lambda text: text.replace("release:", "extra: [1, {a: 2}]\nrelease:"),
    ],
    ids=["mark", "lines", "document", "tab", "spaces", "extra"],
)
def test_the_same_file_in_another_spelling_gives_the_same(tmp_path: Path, change: Any) -> None:
    text = mof(*CLASS_3)
    for name, body in (("plain.yml", text), ("other.yml", change(text))):
        (tmp_path / name).write_bytes(body.encode())
    other, plain = scored("mof", tmp_path)[0]
    assert other | {"file": ""} == plain | {"file": ""}


def test_a_file_of_the_european_index_tells_its_edition(tmp_path: Path) -> None:
    body = "system:\n  name: Tern\npaper:\n  class: open\nmodelcard:\n  class: partial\n"
    (tmp_path / "a.yaml").write_text(body)
    (tmp_path / "b.yaml").write_text(body + "api:\n")
    (new, old), whole = scored("osai", tmp_path)
    assert whole
    assert list(new) == [*KEYS, "checks", "notes"]
    assert (new["edition"], new["low"]) == ("2026-06", 0.125)
    assert (old["edition"], old["low"]) == ("2026-03", round(1.5 / 14, 6))
    assert len(new["checks"]) == 12
    assert len(old["checks"]) == 14
    [asked] = scored("osai", tmp_path / "b.yaml", "--edition", "2026-06")[0]
    assert (asked["edition"], asked["low"]) == ("2026-06", 0.125)


@pytest.mark.parametrize(
    ("word", "points"),
    [
        ("open", 1.0),
        ("'open'", 1.0),
        ("partial", 0.5),
        ("closed", 0.0),
        ("", 0.0),
        ("Open", 0.0),
        ("ajar", 0.0),
        ("1", 0.0),
    ],
)
def test_a_class_counts_as_written(tmp_path: Path, word: str, points: float) -> None:
    file = tmp_path / "tern.yaml"
    file.write_text(f"project:\n  name: Tern\npaper:\n  class: {word}\nnews:\n  class: open\n")
    [line], _whole = scored("opening-up", file)
    assert (line["low"], line["high"], line["grade"]) == (points, points, "")


def test_evidence_gives_a_line_a_project(tmp_path: Path) -> None:
    file = tmp_path / "evidence.json"
    file.write_text('{"Tern": {"params_b": [6, 8], "access": "public", "use": "open"}, "无": {}}')
    (tern, nothing), whole = scored("open-to-whom", file)
    assert whole
    assert list(tern) == [
        *("file", "project", "lens", "low", "high", "proven", "unknown", "out_of_reach"),
        *("withheld", "reach", "cells"),
    ]
    assert tern["reach"]["run"] == "laptop"
    assert tern["cells"]["run"]["laptop"] == [1.0, 1.0, []]
    assert (nothing["project"], nothing["low"], nothing["high"]) == ("无", 0.0, 100.0)


BAD = {
    "binary.yml": b"\x7fELF\x00\xff\xfe",
    "bomb.yml": b"a: &a [x,x,x,x,x,x,x,x,x]\n"
    + b"".join(
        b"%c: &%c [%s]\n" % (98 + at, 98 + at, b",".join([b"*%c" % (97 + at)] * 9))
        for at in range(9)
    ),
    "empty.yml": b"",
    "huge.yml": b"# " + b"x" * 1_000_001,
    "list.yml": b"- a\n- b\n",
    "nameless.yml": mof(name="''").encode(),
    "no-list.yml": b"release:\n  name: Heron\n  components: {a: b}\n",
    "not-yaml.yml": b"release: [\n\tname: Heron",
    "nul.yml": b'release: {name: "He\\0ron", components: []}',
    "number.yml": b"release: 7\n",
    "tag.yml": b"release: !!python/object:os.system {}\n",
    "two.yml": b"release: {name: A, components: []}\n---\nrelease: {}\n",
    "utf-16.yml": "release:".encode("utf-16"),
}


def test_a_bad_file_is_named_and_the_others_are_scored(tmp_path: Path) -> None:
    for name, body in BAD.items():
        (tmp_path / name).write_bytes(body)
    (tmp_path / "whole.yml").write_text(mof(*CLASS_3))
    lines, whole = scored("mof", tmp_path / "absent.yml", tmp_path, "a" * 5000)
    assert not whole
    errors = {line["file"]: line["error"] for line in lines if "error" in line}
    assert [set(line) for line in lines if "error" in line] == [{"file", "error"}] * len(errors)
    assert set(errors) == {str(tmp_path / "absent.yml"), *BAD, "a" * 5000}
    assert "no project name" in errors["nameless.yml"]
    assert "larger than 1,000,000 bytes" in errors["huge.yml"]
    assert [line["class"] for line in lines if "error" not in line] == [3]


def test_a_folder_without_such_files_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("x")
    for lens in ("mof", "osai", "opening-up", "open-to-whom"):
        [line], whole = scored(lens, tmp_path)
        assert not whole
        assert "holds no file that ends in" in line["error"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["fmti", "x"], "fmti scores no files; open-to-whom, mof, osai, opening-up do"),
        (["osai", "x", "--edition", "2020-01"], "osai has no edition 2020-01: 2026-06, 2026-03"),
    ],
)
def test_nonsense_is_answered_in_a_sentence(arguments: list[str], reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        call_command("score_file", *arguments)


def test_it_needs_no_database_and_prints_ascii_whatever_the_locale(tmp_path: Path) -> None:
    (tmp_path / "鹭.yml").write_text(mof(*CLASS_3, name="鹭"), encoding="utf-8")
    nowhere = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "LC_ALL": "C"}
    run = subprocess.run(
        [sys.executable, "manage.py", "score_file", "mof", tmp_path, tmp_path / "absent"],
        cwd=PROJECT,
        env=os.environ | nowhere | {"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
        timeout=60,
    )
    first, second = (json.loads(line) for line in run.stdout.decode("ascii").splitlines())
    assert (first["file"], first["name"], first["class"]) == ("鹭.yml", "鹭", 3)
    assert "no such file or folder" in second["error"]
    assert run.returncode == 1
    assert run.stderr.decode().splitlines() == ["CommandError: 1 could not be scored."]


def test_the_results_at_hand_are_those_of_the_publishers(shared: Path) -> None:
    with (shared / "oracles/mof_models.csv").open(encoding="utf-8", newline="") as rows:
        published = {row["file"]: row for row in csv.DictReader(rows)}
    lines, whole = scored("mof", shared / "data/mof/models")
    assert whole
    for line in lines:
        row = published[line["file"]]
        assert line["class"] == int(row["class"])
        for part in ("c1", "c2", "c3"):
            assert line[part] == pytest.approx(float(row[part]), abs=5e-7)
