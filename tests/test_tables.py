"""The tables of the open data set: a round trip is the identity, and nonsense is named."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from openness.exports.dataset.tables import CATALOGUE
from openness.models import Evidence, Identifier, Organization, Project, Revision
from openness.services.catalogue import load, write_catalogue
from openness.services.refresh_state import rename
from openness.services.tables import TableError
from tests.factories import ProjectFactory, component, project_with, weights

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two organizations, three projects of which one derives from another, with evidence."""
    tables = {
        "organizations": [
            "slug,name,kind,aliases",
            "ai2,Ai2,nonprofit,Allen Institute for AI|AllenAI",
            "=cmd,=cmd(),company,",
        ],
        "projects": [
            "slug,name,organization,kind,derived_from,released",
            "heron-chat,Heron Chat,ai2,model,heron,2024-02",
            "heron,Heron,ai2,model,,2024",
            "nest,Nest,,software,,",
        ],
        "identifiers": ["project,source,kind,reference", "heron,hub,model,ai2/heron"],
        "quantities": [
            "project,name,low,high,source",
            "heron,parameters,7000000000,7000000000,paper",
        ],
        "editions": ["index,key,title", "opening-up,2025-03,Opening up"],
        "subjects": [
            "index,key,name,project,feeds,matched_by,matched_on",
            "opening-up,heron,Heron,heron,true,curator,2026-11-24",
        ],
        "judgements": [
            "index,edition,subject,position,dimension,value,links,attributes",
            'opening-up,2025-03,heron,0,,,,"{""project"":{""name"":""Heron""}}"',
            'opening-up,2025-03,heron,1,opencode,open,"[""https://example.org""]",',
        ],
        "evidence": [
            "project,subject,component,state,access_least,access_most,license_raw,source,trust,method,confidence,author",
            "heron,,weights_end,open,public,public,MIT,curators,3,human,4,Openness curators",
            "heron,heron,preprint,open,,,,opening-up,2,import,3,",
        ],
    }
    for name, lines in tables.items():
        (tmp_path / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path


def test_loading_twice_is_the_same_as_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("load_catalogue", str(folder))
    first = json.loads(capsys.readouterr().out)
    assert first["changed"]
    assert first["evidence"] == {"created": 2, "updated": 0, "unchanged": 0}
    revision = Revision.objects.latest("id")
    call_command("load_catalogue", str(folder))
    second = json.loads(capsys.readouterr().out)
    assert not second["changed"]
    assert second["projects"] == {"created": 0, "updated": 0, "unchanged": 3}
    assert Revision.objects.latest("id") == revision
    assert Project.objects.get(slug="heron-chat").derived_from.slug == "heron"


def test_a_round_trip_is_the_identity(folder: Path, tmp_path: Path) -> None:
    load(folder)
    first, second = tmp_path / "first", tmp_path / "second"
    call_command("export_dataset", str(first), "--catalogue")
    assert not load(first).changed
    write_catalogue(second)
    for name in CATALOGUE:
        assert (first / f"{name}.csv").read_bytes() == (second / f"{name}.csv").read_bytes()
    assert "=cmd()" in (first / "organizations.csv").read_text()


def test_what_workers_saw_of_an_address_outlasts_a_table_that_does_not_say_it(
    folder: Path,
) -> None:
    load(folder)
    Identifier.objects.update(immutable_id="65a1")
    load(folder)
    assert Identifier.objects.get().immutable_id == "65a1"


@pytest.mark.parametrize("now", ["shore/heron", "AI2/Heron"])
def test_an_address_that_its_source_renamed_stays_one_when_the_tables_are_loaded_again(
    folder: Path, now: str
) -> None:
    call_command("load_catalogue", str(folder), stdout=StringIO())
    row = Identifier.objects.get()
    rename(row, now)
    for loaded in range(2):
        said = StringIO()
        call_command("load_catalogue", str(folder), stdout=said)
        assert not json.loads(said.getvalue())["changed"], loaded
    row.refresh_from_db()
    assert Identifier.objects.get() == row
    assert (row.reference, row.listed_as) == (now, "ai2/heron")


def test_a_path_that_a_newer_table_gives_to_another_row_is_that_ones(folder: Path) -> None:
    call_command("load_catalogue", str(folder), stdout=StringIO())
    rename(Identifier.objects.get(), "shore/heron")
    with (folder / "identifiers.csv").open("a", encoding="utf-8") as table:
        table.write("heron,hub,model,shore/heron\n")
    call_command("load_catalogue", str(folder), stdout=StringIO())
    paths = Identifier.objects.values_list("reference", flat=True)
    assert sorted(paths) == ["ai2/heron", "shore/heron"]


def test_a_changed_row_updates_and_a_changed_statement_supersedes(folder: Path) -> None:
    load(folder)
    for name, old, new in (
        ("organizations", "AllenAI", "allenai"),
        ("evidence", ",MIT,", ",Apache-2.0,"),
    ):
        path = folder / f"{name}.csv"
        path.write_text(path.read_text().replace(old, new))
    counts = load(folder).as_json()
    assert counts["organizations"]["updated"] == 1
    assert counts["evidence"]["updated"] == 1
    assert Evidence.objects.filter(component="weights_end").count() == 2
    assert Evidence.objects.in_force().get(component="weights_end").license_raw == "Apache-2.0"


def test_rows_that_the_tables_do_not_name_stay(folder: Path) -> None:
    project = project_with(weights(), component("tests"))
    load(folder)
    assert project.evidence.in_force().count() == 2


@pytest.mark.parametrize(
    ("table", "line", "message"),
    [
        ("projects", "heron,Heron,ai2,model,,2024", "heron twice"),
        ("projects", "x,X,nobody,model,,", "there is no 'nobody'"),
        ("projects", "x,X,ai2", "3 cells, 6 expected"),
        ("projects", ",X,ai2,model,,", "slug is blank"),
        ("projects", "x,X,ai2,model,y,", "there is no 'y'"),
        ("quantities", "heron,tokens,many,1,paper", "low 'many'"),
        ("subjects", "opening-up,a,A,heron,maybe,me,2026-11-24", "true, false or blank"),
        ("subjects", "opening-up,a,A,heron,true,me,someday", "matched_on 'someday'"),
        ("judgements", "opening-up,2025-03,stork,1,a,open,,", "there is no"),
        ("evidence", "heron,,tests,ajar,,,,curators,3,human,4,me", "'ajar' is not a valid State"),
    ],
)
def test_nonsense_is_named_with_file_and_line_and_nothing_is_loaded(
    folder: Path, table: str, line: str, message: str
) -> None:
    path = folder / f"{table}.csv"
    path.write_text(path.read_text() + line + "\n")
    number = path.read_text().count("\n")
    with pytest.raises(TableError, match=rf"{table}\.csv, line {number}: .*{message}"):
        load(folder)
    assert not Organization.objects.exists()


def test_a_missing_table_or_an_unknown_column_is_named(folder: Path) -> None:
    path = folder / "projects.csv"
    path.write_text(path.read_text().replace("released", "releasd"))
    with pytest.raises(CommandError, match=r"projects\.csv, line 1: unknown column releasd"):
        call_command("load_catalogue", str(folder))
    path.unlink()
    with pytest.raises(CommandError, match=r"projects\.csv is missing"):
        call_command("load_catalogue", str(folder))


def test_synthetic_projects_are_not_exported(tmp_path: Path) -> None:
    ProjectFactory(synthetic=True)
    ProjectFactory(name="Real", slug="real")
    assert write_catalogue(tmp_path)["projects"] == 1
