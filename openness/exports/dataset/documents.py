"""What people read in a package: what it is, what its columns mean, what changed, whose it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from textwrap import dedent
from typing import Any

from openness.citations import Citation
from openness.exports.dataset.columns import Column
from openness.exports.dataset.diff import COLUMNS as DIFF_COLUMNS
from openness.exports.dataset.diff import Differences
from openness.exports.dataset.tables import CATALOGUE, RECORD, RESULTS, Table
from openness.exports.tables import LICENSE_URL

_PARTS = (
    (
        "What is held",
        "Our repository ships these, without the columns of the record (*).",
        CATALOGUE,
    ),
    ("How it came to be", "With these a copy is whole: `load_catalogue` takes them over.", RECORD),
    ("What follows from it", "Worked out from the other tables and from the code.", RESULTS),
)


def dictionary() -> str:
    """The data dictionary in Markdown: every table and column of a package."""
    lines = [
        *_paragraph(
            """
            UTF-8, header first, LF line ends. A reference is the slug or key of the other row, a
            boolean is `true` or `false`, a list or an object is JSON (aliases are joined by `|`),
            blank is nothing. In Parquet blank is null, a list of texts is a list, and a list of
            objects or an object stays JSON text. Rows with `since` and `until` name revisions: from
            the first on it stood so, and where `until` is blank it still does.
            """
        )
    ]
    for title, text, tables in _PARTS:
        lines += ["", f"## {title}", "", text]
        for name, table in tables.items():
            lines += ["", f"### {name}", "", *_of_table(table)]
    lines += ["", "### diff", "", "A row: a difference from the package before.", ""]
    return "\n".join([*lines, *_of_columns(DIFF_COLUMNS), ""])


def _of_table(table: Table) -> list[str]:
    keys = [f"Key: {_code(table.identity)}."] if table.key or table.unique else []
    references = [
        f"{_code(one.columns)} → {one.table or 'this table'} {_code(one.to)}"
        for one in table.references
    ]
    told = [f"References: {'; '.join(references)}."] if references else []
    return [" ".join([f"A row: {table.row}.", *keys]), *told, "", *_of_columns(table.columns)]


def _of_columns(columns: Sequence[Column]) -> list[str]:
    lines = ["| column | type | meaning |", "|---|---|---|"]
    for one in columns:
        name = f"`{one.name}`" + ("*" if one.record else "")
        kind = one.kind.type + (", never blank" if one.required else "")
        # Long vocabularies (the components) have their own page; datapackage.json has all words.
        words = f": {', '.join(one.words)}" if 0 < len(one.words) <= 12 else ""
        lines.append(f"| {name} | {kind} | {one.means}{words} |".replace("`|`", "`\\|`"))
    return lines


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def readme(
    described: Mapping[str, Any], citation: Citation, sources: Sequence[Mapping[str, str]]
) -> str:
    """The README of a package in Markdown."""
    revision, day = described["revision"], described["version"]
    tables = [one for one in described["resources"] if one["format"] == "csv"]
    parts = [
        f"# {described['title']}, {day}",
        f"State of revision {revision}. All tables are of one moment. License of our own data:"
        f" CC BY 4.0, {LICENSE_URL}. What others judged is theirs, under the terms below.",
        "\n".join(
            [
                "| table | rows | a row is |",
                "|---|---|---|",
                *(f"| {one['name']} | {one['rows']} | {one['description']} |" for one in tables),
            ]
        ),
        "A project is one release; `releases` says how it stood from one revision to the next."
        " `data-dictionary.md` explains every column, `datapackage.json` says the same to programs"
        " (Frictionless Data Package 2.0). Each table is there twice, as CSV and as Parquet. Text"
        " stands as it was entered: open a CSV in a spreadsheet as text, not as formulas.",
        "## Read it",
        _fenced(
            """
            import pandas as pd
            scores = pd.read_parquet("scores.parquet")

            -- DuckDB: the most open models that a laptop runs, by our own method
            SELECT p.name, s.low, s.high FROM 'scores.parquet' s
            JOIN 'projects.parquet' p ON p.slug = s.project
            JOIN 'releases.parquet' r ON r.project = p.slug AND r.until IS NULL
            JOIN 'profiles.parquet' f ON f.digest = r.profile
            WHERE s.lens = 'open-to-whom' AND f.runs_on = 'laptop' AND p.kind = 'model'
            ORDER BY s.low DESC LIMIT 10;
            """
        ),
        "## Check it, and make a site of it",
        _fenced(
            """
            sha256sum --check SHA256SUMS
            frictionless validate datapackage.json
            manage.py load_catalogue .    # into an empty site: everything, its record too
            """
        ),
        *_before(described),
        "## Cite it",
        citation.text(),
        "The same as `CITATION.cff`, `cite.bib` and `cite.csl.json`.",
        "## Whom we listened to, and their terms",
        "\n".join(
            [
                "| key | source | version | terms | attribution |",
                "|---|---|---|---|---|",
                *(
                    "| {key} | {title} {url} | {version} | {terms} | {attribution} |".format_map(
                        one
                    )
                    for one in sources
                ),
            ]
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _before(described: Mapping[str, Any]) -> list[str]:
    previous = described.get("previous")
    if previous is None:
        return []
    return [
        "## What changed",
        f"The one before is of {previous['version']}: `DIFF.md` says what changed since, `diff.csv`"
        " has every row and cell.",
    ]


def differences(since: str, found: Mapping[str, Differences]) -> str:
    """What changed since a package, for people, in Markdown."""
    lines = [
        f"# What changed since {since}",
        "",
        "| table | added | removed | changed |",
        "|---|---|---|---|",
        *(
            f"| {name} | {one.added} | {one.removed} | {one.changed} |"
            for name, one in found.items()
        ),
    ]
    for name, one in found.items():
        if one.examples:
            lines += ["", f"## {name}", "", *(f"- {_one_line(words)}" for words in one.examples)]
            if sum(one.counts().values()) > len(one.examples):
                lines.append("- ... the others stand in `diff.csv`")
    return "\n".join([*lines, ""])


def _one_line(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= 200 else f"{plain[:199]}…"


def _paragraph(text: str) -> list[str]:
    return dedent(text).strip().splitlines()


def _fenced(text: str) -> str:
    return f"```\n{dedent(text).strip()}\n```"
