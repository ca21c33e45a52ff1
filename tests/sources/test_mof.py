"""Model Openness Tool: what is listed, under which license, and nothing read into silence."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from openness.sources import mof
from openness.sources.reading import Ref, Refused
from scoring.facts import Access, State, span
from scoring.licenses import NONE_DECLARED
from tests.sources.asked import claims, document, read_all, read_one, scalars, words_said


def model(components: str = "[]", **release: str) -> str:
    """A model file with these components and further lines of its release."""
    lines = {"name": "Olmo", "producer": "Ai2", "license": "{}"} | release
    body = "".join(f"  {key}: {value}\n" for key, value in lines.items())
    head = "framework: {name: Model Openness Framework}\nrelease:\n"
    return f"{head}{body}  components: {components}\n"


def test_every_model_file_is_read_and_no_word_of_it_is_lost(shared: Path) -> None:
    readings, refused = read_all("mof", shared / "data/mof")
    files = sorted((shared / "data/mof/models").glob("*.yml"))
    assert not refused
    assert len(readings) == len(files) == 203
    for reading, file in zip(readings, files, strict=True):
        written = yaml.load(file.read_bytes(), Loader=yaml.CBaseLoader)  # noqa: S506 - makes text
        assert set(scalars(written)) <= words_said(reading), file.name
        assert len(reading.said) == 1 + len(written["release"]["components"])


def test_the_test_files_of_the_tool_are_read_too(shared: Path) -> None:
    readings, refused = read_all("mof", shared / "data/mof/Test_Data")
    assert len(readings) == 13
    assert all(reason.endswith("has no release.") for reason in refused.values())


@pytest.mark.parametrize("slot", mof.SLOTS)
def test_each_listed_component_fills_ours_as_open(slot: str) -> None:
    reading = read_one("mof", model(f"[{{name: '{slot}', license: MIT}}]"))
    assert tuple(claims(reading)) == mof.SLOTS[slot].components
    for claim in reading.claims:
        assert (claim.state, claim.listed, claim.license_raw) == (State.OPEN, "yes", "MIT")
        assert claim.record.startswith("https://github.com/lfai/model_openness_tool/blob/8b5d30e/")
        assert (claim.source, claim.stated_on) == ("mof", date(2026, 5, 11))


def test_merged_cells_published_papers_and_unjudged_cards_are_marked() -> None:
    names = ("Datasets", "Research paper", "Technical report", "Model card", "Data card")
    told = claims(read_one("mof", model("".join(f"\n  - name: {name}" for name in names))))
    assert {key for key, claim in told.items() if claim.merged} == {
        "training_data_base",
        "training_data_end",
        "preprint",
    }
    assert told["preprint"].publication == "preprint"
    assert told["technical_report"].publication == "report"
    assert {key for key, claim in told.items() if claim.completeness == "not_judged"} == {
        "model_card",
        "data_card",
    }
    assert "peer_reviewed_paper" not in told


def test_listed_weights_may_be_had_somewhere_between_on_request_and_publicly() -> None:
    told = claims(read_one("mof", model("[{name: Model parameters (Final)}]")))
    assert told["weights_end"].access == span(Access.BY_REQUEST, Access.PUBLIC)


DEFAULTS = "{distribution: {name: MIT}, data: {name: CC-BY-4.0}, code: {name: ''}}"


@pytest.mark.parametrize(
    ("entry", "defaults", "raw", "license_id", "source"),
    [
        ("license: Apache 2.0", DEFAULTS, "Apache 2.0", "Apache-2.0", "component"),
        ("license: ' Apache-2.0'", DEFAULTS, " Apache-2.0", "Apache-2.0", "component"),
        ("license: unlicensed", DEFAULTS, "unlicensed", NONE_DECLARED, "none"),
        ("license: ''", DEFAULTS, "", "", "none"),
        ("license: '0'", DEFAULTS, "0", "", "none"),
        ("license: 0", DEFAULTS, "0", "", "none"),
        ("license: null", DEFAULTS, "CC-BY-4.0", "CC-BY-4.0", "type"),
        ("description: d", DEFAULTS, "CC-BY-4.0", "CC-BY-4.0", "type"),
        ("description: d", "{distribution: {name: MIT}}", "MIT", "MIT", "distribution"),
        (
            "description: d",
            "{data: {name: ''}, distribution: {name: MIT}}",
            "MIT",
            "MIT",
            "distribution",
        ),
        ("description: d", "{data: {name: unlicensed}}", "unlicensed", NONE_DECLARED, "none"),
        ("description: d", "{distribution: {name: null}}", "", "", "none"),
        ("description: d", "null", "", "", "none"),
        ("license: Undisclosed", "{}", "Undisclosed", "", "component"),
    ],
)
def test_a_license_is_the_components_own_then_its_types_then_the_distributions(
    entry: str, defaults: str, raw: str, license_id: str, source: str
) -> None:
    text = model(f"[{{name: Model parameters (Final), {entry}}}]", license=defaults)
    claim = claims(read_one("mof", text))["weights_end"]
    assert (claim.license_raw, claim.license_id, claim.license_source) == (raw, license_id, source)


@pytest.mark.parametrize(
    ("entry", "kept"),
    [
        ("name: Datasets", {}),
        ("{name: Datasets, license: ''}", {"license": ""}),
        ("{name: Datasets, license: null}", {"license": None}),
        ("{name: Datasets, license: 0}", {"license": "0"}),
    ],
)
def test_a_license_left_out_blank_or_null_are_three_things(
    entry: str, kept: dict[str, str | None]
) -> None:
    said = read_one("mof", model(f"\n  - {entry}")).said[1]
    assert said.attributes == kept


def test_duplicates_and_unknown_names_are_kept_and_the_last_of_a_name_counts() -> None:
    text = model(
        "\n  - {name: Model card, license: MIT}\n  - {name: Moon card}"
        "\n  - {name: Model card, license: CC-BY-4.0, component_path: 'https://a.org/card'}"
    )
    reading = read_one("mof", text)
    assert [said.dimension for said in reading.said] == [
        "",
        "Model card",
        "Moon card",
        "Model card",
    ]
    assert [said.position for said in reading.said] == [0, 1, 2, 3]
    (claim,) = reading.claims
    assert (claim.license_raw, claim.link) == ("CC-BY-4.0", "https://a.org/card")


def test_the_header_keeps_all_that_stands_beside_the_components() -> None:
    text = model(version="7B", date="2025-12-03", repository="https://github.com/a/b", origin="''")
    header = read_one("mof", text).said[0]
    assert header.attributes == {
        "framework": {"name": "Model Openness Framework"},
        "release": {
            "name": "Olmo",
            "producer": "Ai2",
            "license": {},
            "version": "7B",
            "date": "2025-12-03",
            "repository": "https://github.com/a/b",
            "origin": "",
        },
    }


def test_a_statement_bears_the_date_of_its_file() -> None:
    text = model("[{name: Model card}]", date="2025-12-03")
    assert read_one("mof", text).claims[0].stated_on == date(2025, 12, 3)
    assert read_one("mof", model("[{name: Model card}]", date="soon")).claims[0].stated_on == date(
        2026, 5, 11
    )


@pytest.mark.parametrize(
    ("hub", "name", "reference"),
    [
        ("https://huggingface.co/allenai/OLMo-7B", "OLMo-7B", "allenai/OLMo-7B"),
        ("xai-org/grok-1", "Grok-1", "xai-org/grok-1"),
        ("https://huggingface.co/01-ai/Yi-34B · Hugging Face", "Yi-34B", "01-ai/Yi-34B"),
        ("https://huggingface.co/Salesforce/codet5p-16b", "CodeT5+-220M", None),
        ("https://huggingface.co", "Test", None),
        ("", "Test", None),
    ],
)
def test_the_hub_page_of_the_release_itself_is_an_exact_address(
    hub: str, name: str, reference: str | None
) -> None:
    text = model(name=name, huggingface=f"'{hub}'", repository="https://github.com/a/b")
    expected = (Ref("hub", "model", reference),) if reference else ()
    assert read_one("mof", text).refs == expected


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "has no release"),
        ("- a", "the file is not a mapping"),
        ("release: text", "release is not a mapping"),
        ("release: {components: []}", "no project name"),
        ("release: {name: '', components: []}", "no project name"),
        ("release: {name: A}", "release.components is not a list"),
        ("release: {name: A, components: {a: b}}", "release.components is not a list"),
        ("release: {name: A, components: [text]}", "component 1 is not a mapping"),
        ("release: {name: A, components: [{license: MIT}]}", "component 1 has no name"),
        ("release: {name: A, components: [{name: [A]}]}", "component 1.name is not a single"),
        ("release: {name: A, components: [], license: MIT}", "release.license is not a mapping"),
        ("release: {name: [A], components: []}", "release.name is not a single value"),
        ("release: {name: A, name: B, components: []}", "given twice"),
    ],
)
def test_a_bad_file_is_refused_whole(text: str, complaint: str) -> None:
    with pytest.raises(Refused) as refused:
        mof.read(document(text, "bad.yml"))
    assert str(refused.value).startswith("bad.yml")
    assert complaint in str(refused.value)
