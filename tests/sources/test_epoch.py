"""Epoch's notable models: accessibility in its own words, sizes with its own confidence."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from openness.sources import epoch
from openness.sources.reading import Document, Reading, Refused
from scoring.facts import Access, Hosting, Right, State, Trust, exactly, span
from tests.sources.asked import claims, read_all

ROW = dict.fromkeys(epoch.COLUMNS, "") | {
    "Model": "OPT-175B",
    "Organization": "Meta AI",
    "Publication date": "2022-05-02",
    "Model accessibility": "Open weights (non-commercial)",
    "Link": "https://arxiv.org/abs/2205.01068 \nhttps://ai.meta.com/blog/",
}


def table(*rows: dict[str, str]) -> Document:
    """A table of these rows."""
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, epoch.COLUMNS)
    writer.writeheader()
    writer.writerows(ROW | row for row in rows)
    return Document("models.csv", stream.getvalue().encode(), "text/csv")


def read_row(fields: dict[str, str]) -> Reading:
    (reading,) = epoch.read(table(fields))
    return reading


def test_rows_with_organization_and_accessibility_are_read_with_all_their_columns(
    shared: Path,
) -> None:
    file = shared / "data/sources/epoch_notable_models_2025-02-24.csv"
    readings, refused = read_all("epoch", file)
    assert not refused
    with file.open(newline="", encoding="utf-8-sig") as stream:
        rows = [
            row
            for row in csv.DictReader(stream)
            if row["Organization"] and row["Model accessibility"]
        ]
    assert [reading.said[0].attributes for reading in readings] == rows
    assert len(readings) == 469
    assert all("weights_end" in claims(reading) for reading in readings)


OPEN = (State.PARTIAL, State.OPEN, span(Access.BY_REQUEST, Access.PUBLIC))
KEPT = (State.CLOSED, None, exactly(Access.NONE))
PAID_OR_FREE = span(Hosting.PAID_API, Hosting.FREE_API)


@pytest.mark.parametrize(
    ("words", "weights", "use", "hosted"),
    [
        ("Open weights (unrestricted)", OPEN, Right.OPEN, {}),
        ("Open weights (restricted use)", OPEN, Right.CONDITIONAL, {}),
        ("Open weights (non-commercial)", OPEN, Right.NONCOMMERCIAL, {}),
        ("API access", KEPT, None, {"hosted_api": PAID_OR_FREE}),
        ("Hosted access (no API)", KEPT, None, {"hosted_ui": exactly(Hosting.UI_ONLY)}),
        ("Unreleased", KEPT, None, {}),
    ],
)
def test_accessibility_says_what_can_be_had_and_what_is_offered(
    words: str, weights: object, use: Right | None, hosted: dict[str, object]
) -> None:
    told = claims(read_row({"Model accessibility": words}))
    claim = told["weights_end"]
    assert (claim.state, claim.state_most, claim.access) == weights
    assert (claim.use, claim.modify, claim.share, claim.trust) == (
        use,
        None,
        None,
        Trust.THIRD_PARTY,
    )
    assert {key: c.hosting for key, c in told.items() if c.hosting} == hosted
    assert {c.expires_at for c in told.values() if c.hosting} <= {date(2025, 8, 23)}


def test_a_word_that_epoch_never_used_claims_nothing() -> None:
    assert read_row({"Model accessibility": "By carrier pigeon"}).claims == ()


@pytest.mark.parametrize(
    ("words", "state", "use"),
    [
        ("Open source", State.OPEN, None),
        ("Open (non-commercial)", State.OPEN, Right.NONCOMMERCIAL),
        ("Open access (restricted use)", State.OPEN, Right.CONDITIONAL),
        ("Unreleased", State.CLOSED, None),
    ],
)
def test_accessibility_of_code_is_a_state_of_its_component(
    words: str, state: State, use: Right | None
) -> None:
    fields = {"Training code accessibility": words, "Inference code accessibility": words}
    told = claims(read_row(fields))
    for component in ("training_code", "inference_code"):
        assert (told[component].state, told[component].use) == (state, use)
    assert set(claims(read_row({}))) == {"weights_end"}


@pytest.mark.parametrize(
    ("confidence", "access", "factor"),
    [
        ("Confident", "Unreleased", 1),
        ("Likely", "Unreleased", 10),
        ("Speculative", "API access", 10**1.5),
        ("", "Unreleased", 1),
        ("Speculative", "Open weights (unrestricted)", 1),
    ],
)
def test_a_guessed_size_of_a_closed_model_is_a_range(
    confidence: str, access: str, factor: float
) -> None:
    fields = {"Parameters": "1750.0000001", "Confidence": confidence, "Model accessibility": access}
    (quantity,) = read_row(fields).quantities
    assert (quantity.low, quantity.high) == pytest.approx((1750 / factor, 1750 * factor))


@pytest.mark.parametrize(
    ("confidence", "orders"),
    [("Confident", 0.5), ("Likely", 1), ("Speculative", 1.5), ("Unknown", 1.5), ("", 1.5)],
)
def test_training_compute_has_the_spread_of_its_confidence(confidence: str, orders: float) -> None:
    fields = {"Training compute (FLOP)": "4.3e+23", "Confidence": confidence}
    (quantity,) = read_row(fields).quantities
    assert quantity.name == "flop"
    assert (quantity.low, quantity.high) == pytest.approx(
        (4.3e23 / 10**orders, 4.3e23 * 10**orders)
    )


def test_all_links_are_kept_and_the_first_is_cited() -> None:
    reading = read_row({"Accessibility notes": "on request"})
    assert reading.said[0].links == (
        "https://arxiv.org/abs/2205.01068",
        "https://ai.meta.com/blog/",
    )
    assert reading.claims[0].link == reading.url == "https://arxiv.org/abs/2205.01068"
    assert (reading.said[0].note, reading.claims[0].note) == ("on request", "")
    assert reading.released == "2022-05-02"


def test_a_long_list_of_makers_is_cut_behind_one_of_them() -> None:
    makers = ",".join(f"University {number:03}" for number in range(30))
    assert read_row({"Organization": "Mila,Meta"}).maker == "Mila,Meta"
    assert makers.startswith(cut := read_row({"Organization": makers}).maker)
    assert cut.endswith("University 019")
    assert len(cut) < 300


@pytest.mark.parametrize("blank", ["Organization", "Model accessibility"])
def test_a_row_without_organization_or_accessibility_is_left_out(blank: str) -> None:
    assert epoch.read(table({blank: ""})) == []


@pytest.mark.parametrize(
    ("document", "complaint"),
    [
        (table({}, {}), "lists a model twice"),
        (table({"Model": ""}), "no model name"),
        (table({"Parameters": "many"}), "has 'many' as Parameters"),
        (table({"Parameters": "-1"}), "has '-1' as Parameters"),
        (table({"Training compute (FLOP)": "inf"}), "has 'inf' as Training compute"),
        (table({"Training compute (FLOP)": "nan"}), "has 'nan' as Training compute"),
        (Document("models.csv", b"Model\nOPT\n"), "has no column Organization"),
    ],
)
def test_a_bad_table_is_refused_whole(document: Document, complaint: str) -> None:
    with pytest.raises(Refused) as refused:
        epoch.read(document)
    assert complaint in str(refused.value)
