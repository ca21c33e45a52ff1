"""Transparency index: 37 companies in three editions, 100 cells each, in three different forms."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from openness.sources import fmti
from openness.sources.reading import Document, Reading, Refused

EDITIONS = {"Dec2025": 13, "May2024": 14, "October2023": 10}


@pytest.fixture(scope="module")
def readings(shared: Path) -> list[Reading]:
    return [r for document in fmti.load(shared / "data/fmti") for r in fmti.read(document)]


def test_3700_cells_equal_the_joined_table(readings: list[Reading], shared: Path) -> None:
    told = {
        (reading.edition.key, reading.name, said.position): (
            said.value,
            said.attributes["domain"],
            said.attributes["subdomain"],
        )
        for reading in readings
        for said in reading.said[1:]
    }
    with (shared / "data/fmti/fmti_cells.csv").open(newline="", encoding="utf-8") as file:
        expected = {
            (row["edition"], row["company"], int(row["indicator_id"][-3:])): (
                row["value"],
                row["domain"],
                row["subdomain"],
            )
            for row in csv.DictReader(file)
        }
    assert len(told) == 3_700
    assert told == expected


def test_scores_by_domain_equal_the_published_ones(readings: list[Reading], shared: Path) -> None:
    told = {
        (reading.edition.key, reading.name, domain): sum(
            int(said.value) for said in reading.said[1:] if said.attributes["domain"] == domain
        )
        for reading in readings
        for domain in ("Upstream", "Model", "Downstream")
    }
    with (shared / "oracles/fmti.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        assert told[row["edition"], row["company"], row["domain"]] == int(row["score"])
    assert len(rows) == len(told) == 111


def test_subjects_are_organizations_and_nothing_is_claimed_of_components(
    readings: list[Reading],
) -> None:
    assert len(readings) == 37
    assert {reading.kind for reading in readings} == {None}
    assert not any(reading.claims or reading.quantities for reading in readings)


def test_a_space_behind_a_name_makes_no_twentieth_subdomain(readings: list[Reading]) -> None:
    of_2025 = next(reading for reading in readings if reading.edition.key == "2025-12")
    assert len({said.attributes["subdomain"] for said in of_2025.said[1:]}) == 19


def test_an_edition_names_its_own_100_indicators(readings: list[Reading]) -> None:
    for reading in readings:
        assert reading.edition.dimensions == tuple(said.dimension for said in reading.said[1:])
        assert len(set(reading.edition.dimensions)) == 100
    of_2024 = next(reading for reading in readings if reading.edition.key == "2024-05")
    told = {said.dimension: said.attributes["indicator"] for said in of_2024.said[1:]}
    assert told["Data copyright status"] == "Copyrighted data"
    assert sum(name != indicator for name, indicator in told.items()) == 8


@pytest.mark.parametrize(("folder", "companies"), EDITIONS.items())
def test_an_edition_is_read_from_its_folder_or_its_score_file_alike(
    folder: str, companies: int, shared: Path
) -> None:
    path = shared / "data/fmti" / folder
    (of_folder,) = fmti.load(path)
    (of_file,) = fmti.load(path / f"{folder}_scores.csv")
    assert fmti.read(of_folder) == fmti.read(of_file)
    assert len(fmti.read(of_folder)) == companies


def test_the_words_of_reports_and_of_the_matrix_are_kept_verbatim(
    readings: list[Reading], shared: Path
) -> None:
    told = {(reading.edition.key, reading.name): reading.said[1:] for reading in readings}
    for file in sorted((shared / "data/fmti").glob("*/reports/*.csv")):
        edition = "2025-12" if "Dec2025" in file.name else "2024-05"
        company = file.name.split("_fmtransparencyreport")[0].replace("_", " ")
        with file.open(newline="", encoding="utf-8-sig") as stream:
            rows = list(csv.DictReader(stream))
        for said, row in zip(told[edition, company], rows, strict=True):
            assert said.note == row["Disclosure"]
            assert said.attributes["references"] == row["References"]
            assert said.attributes["justification"] == row["Justification"]
            assert all(link in row["References"] for link in said.links)
    without_report = told["2024-05", "BigCode"]
    assert "783GB of code" in without_report[0].note


def scores(shared: Path, folder: str) -> Document:
    (document,) = fmti.load(shared / "data/fmti" / folder)
    return document


def swap(old: str, new: str) -> Callable[[Document], Document]:
    def change(document: Document) -> Document:
        text = document.body.decode("utf-8-sig")
        assert old in text
        return replace(document, body=text.replace(old, new, 1).encode())

    return change


@pytest.mark.parametrize(
    ("folder", "change", "complaint"),
    [
        ("October2023", swap("Data size,1,1", "Data size,2,1"), "neither 0 nor 1"),
        ("October2023", swap("Data size,1,1", "Data size,,1"), "neither 0 nor 1"),
        ("October2023", swap("Data size,1,1", "Data size,0,1"), "is not the sum of its column"),
        ("October2023", swap("1,0,0,0,4", "1,0,0,0,5"), "is not its row's sum"),
        ("October2023", swap("Meta,", "Amazon,"), "names a company twice"),
        ("October2023", swap("Indicator,", "Name,"), "indicators, not 100"),
        ("May2024", swap("Total", "All"), "has 101 indicators, not 100"),
        ("Dec2025", swap("Crawling,1", "Crawling,0"), "its score of Crawling is not the index's"),
        ("Dec2025", swap("Alibaba", "Baidu"), "Alibaba has no scores in this edition"),
        ("Dec2025", lambda d: replace(d, name="Mar2030_scores.csv"), "none of the editions"),
        ("Dec2025", lambda d: replace(d, companions=()), "no Dec2025_indicators.csv lies beside"),
        ("May2024", lambda d: replace(d, companions=()), "no fmti-indicators.csv lies beside"),
        ("Dec2025", lambda d: replace(d, body=b""), "is empty"),
        ("Dec2025", lambda d: replace(d, problem="is larger than 1 byte."), "is larger than"),
    ],
)
def test_a_bad_edition_is_refused_whole(
    folder: str, change: Callable[[Document], Document], complaint: str, shared: Path
) -> None:
    with pytest.raises(Refused) as refused:
        fmti.read(change(scores(shared, folder)))
    assert complaint in str(refused.value)


@pytest.mark.parametrize(
    ("name", "body", "complaint"),
    [
        ("Dec2025_indicators.csv", b"Domain,Subdomain,Indicator\na,b,c\n", "no list of 100"),
        ("IBM_fmtransparencyreport_Dec2025.csv", b"Indicator,Score\na,1\n", "no report on 100"),
        ("Dec2025_disclosures.csv", b"Indicator,IBM\na,b\n", "has 1 indicators"),
    ],
)
def test_a_bad_file_beside_the_scores_refuses_the_edition(
    name: str, body: bytes, complaint: str, shared: Path
) -> None:
    document = scores(shared, "Dec2025")
    kept = tuple(companion for companion in document.companions if companion.name != name)
    with pytest.raises(Refused) as refused:
        fmti.read(replace(document, companions=(*kept, Document(name, body))))
    assert str(refused.value).startswith(name)
    assert complaint in str(refused.value)


def test_the_first_edition_names_its_domains_itself(shared: Path) -> None:
    assert len(fmti.read(replace(scores(shared, "October2023"), companions=()))) == 10


def test_a_report_that_a_link_brings_in_from_elsewhere_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "elsewhere.csv").write_text("Indicator,Disclosure,Score\n")
    folder = tmp_path / "fmti" / "Dec2025"
    (folder / "reports").mkdir(parents=True)
    (folder / "Dec2025_scores.csv").write_text("Indicator,IBM\n")
    (folder / "reports" / "IBM_fmtransparencyreport_Dec2025.csv").symlink_to(
        tmp_path / "elsewhere.csv"
    )
    (document,) = fmti.load(tmp_path / "fmti")
    assert document.companions == ()


def test_a_report_alone_is_no_edition(shared: Path) -> None:
    report = shared / "data/fmti/Dec2025/reports/IBM_fmtransparencyreport_Dec2025.csv"
    with pytest.raises(Refused, match="is no score file"):
        fmti.load(report)
