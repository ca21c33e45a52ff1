"""Importing publishers' files: whole or rejected, once or twice the same, nothing lost."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from openness.models import Evidence, Identifier, Judgement, Project, Score, Snapshot, Subject
from openness.ranks import rank
from openness.services.catalogue import write_catalogue
from openness.services.imports import import_index
from openness.sources import SOURCES
from tests.factories import OrganizationFactory, ProjectFactory

pytestmark = pytest.mark.django_db

HERON = """\
project:
    name: Heron 7B Chat
    link: https://example.org/heron
    notes: A bird that talks.
    llmbase: Heron 7B
    license: MIT
org:
    name: AllenAI
    link: https://allenai.org
opencode:
    class: open
    link: https://github.com/ai2/heron
    notes: Everything is there.
llmweights:
    class: partial
    link: https://huggingface.co/ai2/heron
api:
    class: closed
    link:
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "heron.yaml").write_text(HERON)
    (tmp_path / "nameless.yaml").write_text("project:\n    name:\n")
    (tmp_path / "broken.yaml").write_text("project: [\n")
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *args: str) -> dict[str, object]:
    call_command("import_index", *args)
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_a_bad_file_is_rejected_whole_with_its_reason_and_the_others_go_in(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = run(capsys, "opening-up", str(folder))
    assert (found["read"], found["created"]) == (1, 1)
    rejected = {row["file"]: row["reason"] for row in found["rejected"]}
    assert "no project name" in rejected["nameless.yaml"]
    assert "line" in rejected["broken.yaml"]
    assert Project.objects.get().name == "Heron 7B Chat"


def test_twice_is_the_same_as_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "opening-up", str(folder))
    counts = [model.objects.count() for model in (Project, Judgement, Evidence, Score, Snapshot)]
    again = run(capsys, "opening-up", str(folder))
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, 1)
    assert counts == [
        model.objects.count() for model in (Project, Judgement, Evidence, Score, Snapshot)
    ]


def test_an_imported_system_is_scored_by_its_publishers_rule(folder: Path) -> None:
    import_index(source=SOURCES["opening-up"], path=folder)
    score = Score.objects.get(lens="opening-up")
    rank([score])
    assert (score.low, score.high, score.rank) == (1.5, 1.5, 1)


def test_a_changed_file_updates_what_it_says_and_keeps_what_it_said(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "opening-up", str(folder))
    (folder / "heron.yaml").write_text(HERON.replace("class: partial", "class: open"))
    found = run(capsys, "opening-up", str(folder))
    assert (found["created"], found["updated"]) == (0, 1)
    assert Score.objects.get(lens="opening-up").low == 2
    rows = Evidence.objects.filter(component="weights_base").order_by("pk")
    assert [row.state for row in rows] == ["partial", "open"]
    assert [row.superseded_id is None for row in rows] == [False, True]
    assert {HERON.encode()} <= {row.plain for row in Snapshot.objects.all()}


def test_a_subject_is_matched_by_its_exact_address_never_by_its_name(
    tmp_path: Path,
) -> None:
    same = ProjectFactory(name="Another name")
    Identifier.objects.create(project=same, source="hub", kind="model", reference="ai2/Heron-7B")
    ProjectFactory(name="Egret-7B")
    for name, hub in (("Heron", "AI2/heron-7b"), ("Egret-7B", "")):
        (tmp_path / f"{name}.yml").write_text(
            "framework: {name: Model Openness Framework, version: '1.0', date: '2024-12-15'}\n"
            f"release:\n  name: {name}\n  version: 7B\n  producer: Ai2\n"
            f"  huggingface: '{f'https://huggingface.co/{hub}' if hub else ''}'\n"
            "  license: {distribution: {name: MIT, path: ''}}\n  components: []\n"
        )
    import_index(source=SOURCES["mof"], path=tmp_path)
    assert Subject.objects.get(name="Heron").project == same
    assert Subject.objects.get(name="Egret-7B").project.slug == "egret-7b"
    assert Project.objects.filter(name="Egret-7B").count() == 2


def test_an_organization_is_found_by_its_alias(folder: Path) -> None:
    ai2 = OrganizationFactory(name="Ai2", aliases=["AllenAI"])
    import_index(source=SOURCES["opening-up"], path=folder)
    assert Project.objects.get().organization == ai2


def test_with_known_only_nothing_new_is_made(folder: Path) -> None:
    summary = import_index(source=SOURCES["opening-up"], path=folder, known_only=True)
    assert (summary.read, summary.created) == (0, 0)
    assert not Project.objects.exists()


def test_with_facts_only_no_sentence_of_a_publisher_is_kept(folder: Path, tmp_path: Path) -> None:
    import_index(source=SOURCES["opening-up"], path=folder, facts_only=True)
    write_catalogue(tmp_path / "out")
    text = "".join(path.read_text() for path in (tmp_path / "out").iterdir())
    assert "Heron 7B" in text
    assert "A bird that talks" not in text
    assert "Everything is there" not in text


def test_a_judgement_of_a_family_never_feeds_a_release(folder: Path) -> None:
    project = ProjectFactory()
    Subject.objects.create(
        index="opening-up", key="heron", name="Heron", project=project, feeds=False, matched_by="me"
    )
    import_index(source=SOURCES["opening-up"], path=folder)
    assert not project.evidence.exists()
    assert Judgement.objects.filter(subject__project=project).exists()


def test_a_path_to_nothing_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no such file or folder"):
        call_command("import_index", "mof", str(tmp_path / "nowhere"))


def test_an_unknown_key_names_the_known_ones() -> None:
    with pytest.raises(CommandError, match="opening-up"):
        call_command("import_index", "stars", "x")
