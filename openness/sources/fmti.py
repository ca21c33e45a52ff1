"""Foundation Model Transparency Index: 100 yes-or-no indicators a company, three editions.

One document is one edition's score file; what stands beside it (indicators, reports, disclosures)
comes as companions. The forms differ: spec/published-indexes.md section 3. Subjects are companies,
so nothing here speaks of components.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from openness.sources import documents
from openness.sources.addresses import addresses
from openness.sources.reading import Document, EditionOf, FileSource, Reading, Refused, Said

KEY = "fmti"
NAME = "Foundation Model Transparency Index"
TERMS = "CC BY 4.0"
REPOSITORY = "stanford-crfm/fmti"
FORM = documents.Form((".csv",), folder="", limit=4_000_000, content_type="text/csv")
INDICATORS = 100


def _edition(key: str, stated_on: date, folder: str, citation: str) -> EditionOf:
    return EditionOf(
        index=KEY,
        key=key,
        title=f"Foundation Model Transparency Index, {stated_on:%B %Y}",
        commit="f4500c5",
        stated_on=stated_on,
        url=f"https://github.com/{REPOSITORY}/tree/f4500c5/{folder}",
        terms=TERMS,
        citation=citation,
    )


# Folder of the publisher -> edition; a reading's edition also names its indicators.
EDITIONS: dict[str, EditionOf] = {
    "Dec2025": _edition(
        "2025-12",
        date(2025, 12, 9),
        "Dec2025",
        "Stanford CRFM 2025, The 2025 Foundation Model Transparency Index",
    ),
    "May2024": _edition(
        "2024-05",
        date(2024, 5, 21),
        "May2024",
        "Bommasani et al. 2024, The Foundation Model Transparency Index v1.1, arXiv 2407.12929",
    ),
    "October2023": _edition(
        "2023-10",
        date(2023, 10, 18),
        "October2023",
        "Bommasani et al. 2023, The Foundation Model Transparency Index, arXiv 2310.12941",
    ),
}
# The list that gives an edition its domains, where the score file has none.
_INDICATOR_FILES = {"Dec2025": "Dec2025_indicators.csv", "May2024": "fmti-indicators.csv"}
_SCORES = "_scores.csv"
_REPORT = "_fmtransparencyreport"
_CRITERIA = ("Definition", "Notes")  # columns that say the same of all companies


@dataclass(frozen=True, slots=True)
class _Indicator:
    domain: str
    subdomain: str
    name: str


@dataclass(frozen=True, slots=True)
class _Scores:
    """A score file: its own names of the indicators, and {company: values in their order}."""

    names: tuple[str, ...]
    companies: dict[str, tuple[str, ...]]
    indicators: tuple[_Indicator, ...]  # empty where the file does not name domains


@dataclass(frozen=True, slots=True)
class _Detail:
    """What a report or a matrix of disclosures adds to one cell."""

    note: str = ""
    links: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)


def load(path: Path) -> Iterator[Document]:
    """One document an edition: from a score file, an edition's folder, or the folder of all."""
    if path.is_file():
        if not path.name.endswith(_SCORES):
            raise Refused(f"{path}: is no score file (*{_SCORES}); reports are read beside one.")
        return iter([_document(path, path.name)])
    if not path.is_dir():
        raise Refused(f"{path}: there is no such file or folder.")
    found = (*sorted(path.glob(f"*{_SCORES}")), *sorted(path.glob(f"*/*{_SCORES}")))
    files = [file for file in found if documents.is_inside(file, path)]
    if not files:
        raise Refused(f"{path}: holds no score file (*{_SCORES}).")
    return (_document(file, file.relative_to(path).as_posix()) for file in files)


def _document(file: Path, name: str) -> Document:
    folder = file.parent
    lists = [
        place / listed for place in (folder, folder.parent) for listed in _INDICATOR_FILES.values()
    ]
    beside = (
        *lists,
        *sorted(folder.glob("*_disclosures.csv")),
        *sorted(folder.glob(f"reports/*{_REPORT}*.csv")),
    )
    return replace(
        documents.take(file, name, FORM),
        companions=tuple(
            documents.take(found, found.name, FORM)
            for found in beside
            if documents.is_inside(found, folder.parent)
        ),
    )


def read(document: Document) -> list[Reading]:
    """One reading a company, each with a header and 100 cells.

    Raises Refused for an unknown edition, an incomplete score file, totals that do not add up, a
    report that contradicts the scores, or an edition whose domains no file names.
    """
    where = document.name
    folder = next((f for f in EDITIONS if f in where.rsplit("/", 1)[-1]), "")
    if not folder:
        raise Refused(f"{where}: is none of the editions {', '.join(EDITIONS)}.")
    scores = _scores(document)
    indicators = scores.indicators or _indicators(document, _INDICATOR_FILES.get(folder, ""))
    edition = replace(EDITIONS[folder], dimensions=scores.names)
    details = _disclosures(document) | _reports(document, scores)
    return [
        Reading(
            edition=edition,
            key=documents.checked_key(company, where),
            name=documents.checked_name(company, "company", where),
            maker=company,
            kind=None,
            said=(
                Said(position=0, dimension="", value=company),
                *_cells(scores.names, values, indicators, details.get(company, ())),
            ),
        )
        for company, values in scores.companies.items()
    ]


def _cells(
    names: Sequence[str],
    values: Sequence[str],
    indicators: Sequence[_Indicator],
    details: Sequence[_Detail],
) -> Iterator[Said]:
    """The company's cells. The three editions name an indicator in two ways; both are kept."""
    for at, (name, value, indicator) in enumerate(zip(names, values, indicators, strict=True)):
        detail = details[at] if details else _Detail()
        place = {"domain": indicator.domain, "subdomain": indicator.subdomain}
        yield Said(
            position=at + 1,
            dimension=name,
            value=value,
            links=detail.links,
            note=detail.note,
            attributes={**place, "indicator": indicator.name, **detail.attributes},
        )


def _scores(document: Document) -> _Scores:
    """The score file, its cells checked: 100 rows of 0 and 1, and totals where it has them."""
    where = document.name
    header, *rows = documents.table_of(documents.text_of(document), where)
    total_row = rows.pop() if rows and "Total" in rows[-1] else None
    if len(rows) != INDICATORS or "Indicator" not in header:
        raise Refused(f"{where}: has {len(rows)} indicators, not {INDICATORS}.")
    first = header.index("Indicator") + 1
    last = header.index("Total") if "Total" in header else len(header)
    companies = {
        name.strip(): tuple(row[at].strip() for row in rows)
        for at, name in enumerate(header[first:last], start=first)
    }
    if len(companies) != last - first:
        raise Refused(f"{where}: names a company twice.")
    for company, values in companies.items():
        if set(values) - {"0", "1"}:
            raise Refused(f"{where}: {company} has a cell that is neither 0 nor 1.")
    _check_totals(rows, total_row, header, first, last, where)
    return _Scores(
        names=tuple(row[first - 1].strip() for row in rows),
        companies=companies,
        indicators=_placed(header, rows) if "Domain" in header else (),
    )


def _check_totals(
    rows: list[list[str]],
    total_row: list[str] | None,
    header: list[str],
    first: int,
    last: int,
    where: str,
) -> None:
    """Raises Refused where the file's own totals are not the sums of its cells."""
    for at in range(first, last):
        total = str(sum(int(row[at]) for row in rows))
        if total_row and total_row[at].strip() != total:
            raise Refused(f"{where}: the total of {header[at]} is not the sum of its column.")
    for row in rows if last < len(header) else ():
        if row[last].strip() != str(sum(map(int, row[first:last]))):
            raise Refused(f"{where}: the total of {row[first - 1].strip()} is not its row's sum.")


def _placed(header: list[str], rows: list[list[str]]) -> tuple[_Indicator, ...]:
    """Domain, subdomain and name of each row; a space behind a name makes no second subdomain."""
    places = [header.index(column) for column in ("Domain", "Subdomain", "Indicator")]
    return tuple(_Indicator(*(row[at].strip() for at in places)) for row in rows)


def _companions(document: Document, part: str) -> Iterator[tuple[str, list[list[str]]]]:
    for companion in document.companions:
        if part in companion.name:
            yield companion.name, documents.table_of(documents.text_of(companion), companion.name)


def _indicators(document: Document, listed: str) -> tuple[_Indicator, ...]:
    """The indicators of the file beside the scores, joined by position since names differ."""
    for name, (header, *rows) in _companions(document, listed):
        if len(rows) != INDICATORS or not {"Domain", "Subdomain", "Indicator"} <= set(header):
            raise Refused(f"{name}: is no list of {INDICATORS} indicators with their domains.")
        return _placed(header, rows)
    raise Refused(f"{document.name}: names no domains, and no {listed} lies beside or above it.")


def _disclosures(document: Document) -> dict[str, tuple[_Detail, ...]]:
    """{company: what it disclosed, by indicator} of the matrix that one edition has."""
    found: dict[str, tuple[_Detail, ...]] = {}
    for name, (header, *rows) in _companions(document, "_disclosures.csv"):
        if len(rows) != INDICATORS:
            raise Refused(f"{name}: has {len(rows)} indicators, not {INDICATORS}.")
        for at, company in enumerate(header[1:], start=1):
            found[company.strip()] = tuple(_Detail(row[at]) for row in rows)
    return found


def _reports(document: Document, scores: _Scores) -> dict[str, tuple[_Detail, ...]]:
    """{company: its report, by indicator}. Raises Refused for one that contradicts the scores."""
    found: dict[str, tuple[_Detail, ...]] = {}
    for name, (header, *rows) in _companions(document, _REPORT):
        company = name.partition(_REPORT)[0].replace("_", " ")
        if company not in scores.companies:
            raise Refused(f"{name}: {company} has no scores in this edition.")
        if len(rows) != INDICATORS or not {"Disclosure", "Score"} <= set(header):
            raise Refused(f"{name}: is no report on {INDICATORS} indicators.")
        score = header.index("Score")
        for indicator, value, row in zip(
            scores.names, scores.companies[company], rows, strict=True
        ):
            if row[score].strip() != value:
                raise Refused(f"{name}: its score of {indicator} is not the index's.")
        found[company] = tuple(_detail(header, row) for row in rows)
    return found


def _detail(header: list[str], row: list[str]) -> _Detail:
    # The first column is the indicator, whatever its heading: one report heads it otherwise.
    own = {
        column.lower(): text
        for column, text in list(zip(header, row, strict=True))[1:]
        if column not in ("Disclosure", "Score", *_CRITERIA)
    }
    return _Detail(
        note=row[header.index("Disclosure")],
        links=addresses(own.get("references", "")),
        attributes=own,
    )


SOURCE = FileSource(
    key=KEY,
    name=NAME,
    terms=TERMS,
    editions=tuple(EDITIONS.values()),
    load=load,
    read=read,
)
