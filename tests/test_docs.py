"""Documentation is tested: what the project has, its documents name."""

import re
from pathlib import Path

from openness.environment import PROJECT
from openness.exports.dataset.documents import dictionary
from openness.exports.dataset.rows import rows
from openness.exports.rankings import COLUMNS
from openness.services.statements import SOURCE as STATEMENTS
from openness.sources import LIVE, SOURCES
from scoring.lenses import LENSES
from tests.test_catalogue import rows as shipped

DOCS = PROJECT / "docs"


def section(text: str, title: str) -> str:
    """The part of a document under one heading of the second level."""
    found = re.search(rf"^## {re.escape(title)}$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"no section {title}"
    return found[1]


def in_code(text: str) -> set[str]:
    """All words set as code."""
    return set(re.findall(r"`([^`]+)`", text))


def test_the_data_dictionary_is_that_of_the_code() -> None:
    """`manage.py export_dataset --dictionary` prints what has to stand there."""
    assert dictionary() in (DOCS / "data-dictionary.md").read_text()


def test_the_data_dictionary_names_every_column_of_a_ranking() -> None:
    text = section((DOCS / "data-dictionary.md").read_text(), "`/rankings.csv`")
    assert {column.name for column in COLUMNS} <= in_code(text)


def test_every_source_is_named_with_its_terms() -> None:
    named = {row[0]: row[5] for row in rows("sources")}
    assert set(named) >= {*SOURCES, *LIVE, STATEMENTS}
    for table in ("evidence", "quantities", "organizations"):
        assert set(named) >= {row["source"] for row in shipped(table) if row["source"]}, table
    assert all(named.values())


def test_every_variable_of_the_environment_is_explained() -> None:
    example = (PROJECT / ".env.example").read_text()
    text = (PROJECT / "openness" / "environment.py").read_text()
    names = re.findall(r"values\.get\(\"([A-Z_]+)\"", text)
    assert names
    assert [name for name in set(names) if name not in example] == []


def test_every_lens_says_what_it_asks_and_who_publishes_it() -> None:
    for lens in LENSES.values():
        assert lens.question.endswith("?"), lens.key
        assert lens.publisher, lens.key
        assert lens.name, lens.key


def test_every_make_target_is_explained() -> None:
    text = (PROJECT / "Makefile").read_text()
    for target in re.findall(r"^([a-z-]+):(?!=)", text, re.MULTILINE):
        if target != "browser":
            assert re.search(rf"^{target}:.*##", text, re.MULTILINE), target


def test_links_between_documents_lead_somewhere() -> None:
    documents = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *DOCS.rglob("*.md")]
    for document in documents:
        for link in re.findall(r"\]\(([^)#\s]+)", document.read_text()):
            if "://" not in link:
                assert (document.parent / link).exists(), f"{document}: {link}"


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(path.name[:4]) for path in sorted((DOCS / "decisions").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_no_document_or_code_names_a_place_of_one_machine() -> None:
    here = Path(__file__).resolve()
    for path in PROJECT.rglob("*"):
        parts = path.relative_to(PROJECT).parts
        if path.suffix not in {".py", ".md", ".toml", ".html", ".txt"} or path == here:
            continue
        if parts[0] in {".venv", "var", ".git"} or "node_modules" in parts:
            continue
        assert "/work/" not in path.read_text(), path
