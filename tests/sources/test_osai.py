"""European index: twin cells, two editions, and facts that stand in comments only."""

import csv
from pathlib import Path

import pytest
import yaml

from openness.sources import osai
from openness.sources.osai_comments import FACTS, comment_facts, flop_interval, training_flop
from openness.sources.reading import Ref, Refused
from scoring.facts import Access, Hosting, Stage, State, exactly, span
from tests.sources.asked import claims, document, read_all, read_one, scalars, words_said


def system(cells: str = "", comments: str = "", **fields: str) -> str:
    """A system file with these cells, comments and fields of its system."""
    lines = {"name": "Olmo", "basemodelname": "Olmo-Base", "endmodelname": "Olmo-Chat"} | fields
    body = "".join(f"  {key}: {value}\n" for key, value in lines.items())
    return f"{comments}system:\n{body}org:\n  name: Ai2\n{cells}"


def test_every_file_but_the_template_is_read_and_no_word_is_lost(shared: Path) -> None:
    readings, refused = read_all("osai", shared / "data/osai")
    assert len(readings) == 128
    assert refused == {"a_submission_template.yaml": "a_submission_template.yaml: no system name."}
    for reading in readings:
        file = shared / f"data/osai/projects/{reading.key}.yaml"
        written = yaml.load(file.read_bytes(), Loader=yaml.CBaseLoader)  # noqa: S506 - makes text
        assert set(scalars(written)) <= words_said(reading), file.name
        assert reading.edition is osai.EDITION_2026_06
        assert {s.dimension for s in reading.said[1:]} == set(reading.edition.dimensions)


def test_the_facts_in_comments_equal_the_table_of_tags(shared: Path) -> None:
    readings, _ = read_all("osai", shared / "data/osai")
    with (shared / "data/osai/comment_tags.csv").open(newline="", encoding="utf-8") as file:
        tags = {row["slug"]: row for row in csv.DictReader(file)}
    compared = 0
    for reading in readings:
        said = reading.said[0].attributes["comments"]
        assert isinstance(said, dict)
        expected = {fact: tags[reading.key][fact] for fact in FACTS if tags[reading.key][fact]}
        assert {fact: value for fact, value in said.items() if value} == expected, reading.key
        compared += len(expected)
    assert compared > 300


# cell -> components, stage, why partial, merged
TABLE = [
    ("datasources_basemodel", ("training_data_base",), Stage.BASE, "subset", False),
    ("datasources_endmodel", ("training_data_end",), Stage.END, "subset", False),
    ("weights_basemodel", ("weights_base",), Stage.BASE, "gated", False),
    ("weights_endmodel", ("weights_end",), Stage.END, "gated", False),
    ("trainingcode", ("training_code", "data_prep_code"), None, "covers_parts", True),
    ("code", ("code_doc",), None, "incomplete_doc", False),
    ("hardware_architecture", ("hardware_doc",), None, "incomplete_doc", False),
    ("architecture", ("architecture_doc",), None, "incomplete_doc", False),
    ("preprint", ("preprint",), None, "covers_parts", False),
    ("paper", ("peer_reviewed_paper",), None, "covers_parts", False),
    ("modelcard", ("model_card",), None, "incomplete_doc", False),
    ("datasheet", ("data_card",), None, "incomplete_doc", False),
    ("licenses", ("license_coverage",), None, "covers_parts", False),
    ("package", ("package",), None, "no_versioned_package", False),
    ("api", ("hosted_api",), None, "", False),
]


@pytest.mark.parametrize(("cell", "components", "stage", "reason", "merged"), TABLE)
@pytest.mark.parametrize("word", ["open", "partial", "closed"])
def test_a_cell_says_the_same_word_of_its_components(
    cell: str,
    components: tuple[str, ...],
    stage: Stage | None,
    reason: str,
    word: str,
    *,
    merged: bool,
) -> None:
    reading = read_one("osai", system(f"{cell}:\n  class: {word}\n"))
    assert tuple(claim.component for claim in reading.claims) == components
    for claim in reading.claims:
        assert (claim.state, claim.stage, claim.merged) == (State(word), stage, merged)
        assert claim.partial_reason == (reason if word == "partial" else "")


@pytest.mark.parametrize(
    ("word", "completeness"), [("open", "full"), ("partial", "partial"), ("closed", "")]
)
def test_the_class_of_a_card_judges_its_completeness(word: str, completeness: str) -> None:
    cells = (
        f"modelcard: {{class: {word}}}\ndatasheet: {{class: {word}}}\npreprint: {{class: {word}}}\n"
    )
    told = claims(read_one("osai", system(cells)))
    assert told["model_card"].completeness == told["data_card"].completeness == completeness
    assert told["preprint"].completeness == ""
    assert told["preprint"].covers == ("data base tuning" if word == "open" else "")


@pytest.mark.parametrize(
    ("cells", "edition"),
    [
        ("licenses: {class: open}\n", osai.EDITION_2026_06),
        ("package: {class: closed}\n", osai.EDITION_2026_03),
        ("api:\n", osai.EDITION_2026_03),
    ],
)
def test_a_file_with_package_or_api_is_of_the_older_edition(cells: str, edition: object) -> None:
    reading = read_one("osai", system(cells))
    assert reading.edition is edition
    assert all(claim.stated_on == reading.edition.stated_on for claim in reading.claims)
    assert all(f"/blob/{reading.edition.commit}/" in claim.record for claim in reading.claims)


def test_the_older_edition_judges_an_api() -> None:
    told = claims(read_one("osai", system("api: {class: partial}\n")))
    assert told["hosted_api"].hosting == span(Hosting.RESTRICTED, Hosting.PAID_API)
    assert len(osai.EDITION_2026_03.dimensions) == 14
    assert len(osai.EDITION_2026_06.dimensions) == 12


TWINS = "weights_basemodel: {class: open}\nweights_endmodel: {class: open}\n"


@pytest.mark.parametrize(
    ("base", "end", "cells", "stages"),
    [
        ("Olmo-Base", "Olmo-Chat", TWINS, (Stage.BASE, Stage.END)),
        ("Bark", "bark", TWINS, (Stage.SINGLE, Stage.SINGLE)),
        ("", "CSM-8B", TWINS, (Stage.SINGLE, Stage.SINGLE)),
        ("unknown", "Grok 2", TWINS.replace("open", "closed", 1), (Stage.BASE, Stage.END)),
        ("", "Solar", TWINS.replace("open", "closed", 1), (Stage.BASE, Stage.END)),
    ],
)
def test_base_cells_that_only_mirror_the_end_are_a_single_stage(
    base: str, end: str, cells: str, stages: tuple[Stage, Stage]
) -> None:
    reading = read_one("osai", system(cells, basemodelname=base, endmodelname=end))
    told = claims(reading)
    assert (told["weights_base"].stage, told["weights_end"].stage) == stages
    assert reading.base_name == ("Olmo-Base" if base == "Olmo-Base" else "")


@pytest.mark.parametrize(
    ("word", "access", "gate", "raw"),
    [
        ("open", exactly(Access.PUBLIC), "none", "MIT License"),
        ("partial", span(Access.BY_REQUEST, Access.CLICK_THROUGH), "", "MIT License"),
        ("closed", exactly(Access.NONE), "", ""),
    ],
)
def test_the_license_belongs_to_end_weights_that_are_released(
    word: str, access: object, gate: str, raw: str
) -> None:
    cells = f"weights_endmodel: {{class: {word}}}\nweights_basemodel: {{class: open}}\n"
    told = claims(read_one("osai", system(cells, endmodellicense="MIT License")))
    end = told["weights_end"]
    assert (end.access, end.gate, end.license_raw) == (access, gate, raw)
    assert end.license_id == ("MIT" if raw else "")
    assert told["weights_base"].license_raw == ""


@pytest.mark.parametrize(
    ("link", "end", "reference"),
    [
        ("https://huggingface.co/allenai/Olmo-Chat", "Olmo-Chat", "allenai/Olmo-Chat"),
        (
            "https://huggingface.co/Intel/neural-chat-7b-v3-3",
            "Neural-Chat-7B-v3.3",
            "Intel/neural-chat-7b-v3-3",
        ),
        ("https://huggingface.co/x/grok-2/tree/main", "Grok 2", "x/grok-2"),
        ("https://huggingface.co/jondurbin/airoboros-dpo-110b-3.3", "SaulLM-141B-Instruct", None),
        ("https://huggingface.co/sesame/csm-1b", "CSM-8B", None),
        ("[https://huggingface.co/a/b, https://huggingface.co/a/c]", "b", None),
        ("https://github.com/a/b", "b", None),
        ("", "b", None),
    ],
)
def test_the_weights_link_is_an_exact_address_if_it_bears_the_models_name(
    link: str, end: str, reference: str | None
) -> None:
    cells = f"weights_endmodel:\n  class: open\n  link: {link}\n"
    expected = (Ref("hub", "model", reference),) if reference else ()
    assert read_one("osai", system(cells, endmodelname=end)).refs == expected


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("6.74e+24 FLOP (from preprint)", (6.74e24, 6.74e24)),
        ("~1e+21 FLOP +- 1 OoM (hardware figures)", (1e20, 1e22)),
        ("~9.85e+21 +- 0 OoM (tuning on 64xA100)", (9.85e21, 9.85e21)),
        ("~2.8e22 FLOP +- 1.0 OoM [Epoch AI]", (2.8e21, 2.8e23)),
        ("~3e+20 FLOP to ~1e+21 FLOP (hardware estimation)", (3e20, 1e21)),
        (">= 1.18e+24 FLOP (lower bound from 2x Chinchilla)", None),
        (">= 1.81e+22 FLOP +- 0.5 OoM (param count & dataset size)", None),
        ("unknown (~1e23?)", None),
        ("unknown (likely negligible)", None),
        ("~1e23 FLOP", None),
        ("-", None),
        ("", None),
    ],
)
def test_an_estimate_of_compute_keeps_its_spread(
    text: str, interval: tuple[float, float] | None
) -> None:
    found = flop_interval(text)
    assert found == (pytest.approx(interval) if interval else None)


NEGLIGIBLE = "unknown (likely negligible)"


@pytest.mark.parametrize(
    ("base", "end", "interval"),
    [
        ("6e24 FLOP", NEGLIGIBLE, (6e24, 6e24)),
        ("-", "6e24 FLOP", (6e24, 6e24)),
        ("~1e24 FLOP +- 1 OoM", "2e24 FLOP", (1e23, 1.2e25)),
        ("unknown", "2e24 FLOP", None),
        ("6e24 FLOP", "unknown", None),
        (">= 6e24 FLOP", NEGLIGIBLE, None),
        ("", "", None),
    ],
)
def test_compute_of_a_release_is_that_of_base_and_end(
    base: str, end: str, interval: tuple[float, float] | None
) -> None:
    facts = {"Base model training compute": base, "End model training compute": end}
    assert training_flop(facts) == (pytest.approx(interval) if interval else None)


def test_a_comment_gives_a_quantity_with_its_record() -> None:
    comments = (
        "# - Base model training compute: 6e24 FLOP\r\n"
        f"# - End model training compute: {NEGLIGIBLE}\r\n"
    )
    (quantity,) = read_one("osai", system(comments=comments), "Olmo 3.yaml").quantities
    assert (quantity.name, quantity.low, quantity.high) == ("flop", 6e24, 6e24)
    assert quantity.record.endswith("/blob/5a388e8/projects/Olmo%203.yaml")


def test_comment_facts_are_read_from_comments_only() -> None:
    assert comment_facts(
        "#   - National origin:   France  \nnotes: '- National origin: Mars'\n"
    ) == {"National origin": "France"}


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2025-12", "2025-12"),
        ("2024", "2024"),
        ("2024-05-01", "2024-05-01"),
        ("2024 NOV", "2024-11"),
        ("soon", ""),
        ("", ""),
        ("2024 BRUMAIRE", ""),
        ("24 NOV", ""),
    ],
)
def test_a_release_date_has_one_of_three_forms(text: str, date: str) -> None:
    assert osai.released(text) == date


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "no system name"),
        ("system:\n  link: https://a.org\n", "no system name"),
        ("system: [Olmo]\n", "system is not a mapping"),
        (system("paper: open\n"), "paper is not a mapping"),
        (system(type="[text, code]"), "system.type is not a single value"),
        (system(name="a: b"), "is not YAML"),
    ],
)
def test_a_bad_file_is_refused_whole(text: str, complaint: str) -> None:
    with pytest.raises(Refused) as refused:
        osai.read(document(text))
    assert complaint in str(refused.value)
