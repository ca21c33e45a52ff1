"""Opening up ChatGPT: three words in fourteen cells, each cell with its own meaning."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from openness.sources import opening_up
from openness.sources.reading import Refused
from scoring.components import COMPONENTS
from scoring.facts import Access, Hosting, Stage, State, exactly, span
from tests.sources.asked import claims, document, read_all, read_one, scalars, words_said


def project(cells: str = "", license_text: str = "") -> str:
    """A project file with these cells."""
    return f"project:\n  name: Olmo\n  license: {license_text}\norg:\n  name: Ai2\n{cells}"


def test_37_of_39_files_are_read_and_no_word_of_them_is_lost(shared: Path) -> None:
    readings, refused = read_all("opening-up", shared / "data/opening-up")
    assert len(readings) == 37
    assert refused == {
        name: f"{name}: no project name."
        for name in ("A_sample.yaml", "text-generation-webui.yaml")
    }
    for reading in readings:
        file = shared / f"data/opening-up/projects/{reading.key}.yaml"
        written = yaml.load(file.read_bytes(), Loader=yaml.CBaseLoader)  # noqa: S506 - makes text
        assert set(scalars(written)) <= words_said(reading), file.name
        assert [s.dimension for s in reading.said[1:]] == list(written)[2:]
        assert set(opening_up.EDITION.dimensions) == set(written) - {"project", "org"}


# cell -> component, stage, why partial, publication, what an open paper covers
TABLE = [
    ("opencode", "project_code", None, "covers_parts", "", ""),
    ("llmdata", "training_data_base", Stage.BASE, "subset", "", ""),
    ("llmweights", "weights_base", Stage.BASE, "gated", "", ""),
    ("rldata", "training_data_end", Stage.END, "subset", "", ""),
    ("rlweights", "weights_end", Stage.END, "gated", "", ""),
    ("license", "license_coverage", None, "covers_parts", "", ""),
    ("code", "code_doc", None, "incomplete_doc", "", ""),
    ("architecture", "architecture_doc", None, "incomplete_doc", "", ""),
    ("preprint", "preprint", None, "covers_parts", "preprint", "base tuning"),
    ("paper", "peer_reviewed_paper", None, "covers_parts", "peer_reviewed", "base tuning"),
    ("modelcard", "model_card", None, "incomplete_doc", "", ""),
    ("datasheet", "data_card", None, "incomplete_doc", "", ""),
    ("package", "package", None, "no_versioned_package", "", ""),
    ("api", "hosted_api", None, "", "", ""),
]


@pytest.mark.parametrize(("cell", "component", "stage", "reason", "publication", "covers"), TABLE)
@pytest.mark.parametrize("word", ["open", "partial", "closed"])
def test_a_cell_says_the_same_word_of_one_component(
    cell: str,
    component: str,
    stage: Stage | None,
    reason: str,
    publication: str,
    covers: str,
    word: str,
) -> None:
    text = project(f"{cell}:\n  class: {word}\n  link: https://a.org/b\n  notes: see there\n")
    reading = read_one("opening-up", text)
    (claim,) = reading.claims
    assert component in COMPONENTS
    assert (claim.component, claim.state, claim.stage) == (component, State(word), stage)
    assert claim.partial_reason == (reason if word == "partial" else "")
    assert claim.publication == ("" if word == "closed" else publication)
    assert claim.covers == (covers if word == "open" else "")
    assert (claim.link, claim.note, claim.stated_on) == ("https://a.org/b", "", date(2025, 3, 11))
    assert reading.said[1].note == "see there"


def test_the_legacy_architecture_is_never_code_and_all_code_is_one_merged_judgement() -> None:
    cells = "".join(f"{cell}: {{class: open}}\n" for cell in opening_up.EDITION.dimensions)
    told = claims(read_one("opening-up", project(cells)))
    assert len(told) == 14
    assert not {"architecture_code", "training_code", "inference_code"} & set(told)
    assert [key for key, claim in told.items() if claim.merged] == ["project_code"]


@pytest.mark.parametrize(
    ("word", "access", "hosting"),
    [
        ("open", exactly(Access.PUBLIC), exactly(Hosting.FREE_API)),
        (
            "partial",
            span(Access.BY_REQUEST, Access.CLICK_THROUGH),
            span(Hosting.RESTRICTED, Hosting.PAID_API),
        ),
        ("closed", exactly(Access.NONE), exactly(Hosting.NONE)),
    ],
)
def test_weights_and_hosting_become_spans(word: str, access: object, hosting: object) -> None:
    cells = f"rlweights: {{class: {word}}}\nllmweights: {{class: {word}}}\napi: {{class: {word}}}\n"
    told = claims(read_one("opening-up", project(cells)))
    assert told["weights_end"].access == told["weights_base"].access == access
    assert told["hosted_api"].hosting == hosting
    assert told["hosted_api"].expires_at == date(2025, 9, 7)
    free = ("free", "anyone") if word == "open" else ("", "")
    assert (told["hosted_api"].price, told["hosted_api"].audience) == free


@pytest.mark.parametrize(
    ("word", "license_text", "raw", "license_id"),
    [
        ("open", "Apache License 2.0", "Apache License 2.0", "Apache-2.0"),
        ("partial", "CC-BY-NC-4.0", "CC-BY-NC-4.0", "CC-BY-NC-4.0"),
        ("open", "AI2 ImpACT license", "AI2 ImpACT license", ""),
        ("open", "NA", "", ""),
        ("open", "", "", ""),
        ("closed", "MIT", "", ""),
    ],
)
def test_the_project_license_covers_released_weights_only(
    word: str, license_text: str, raw: str, license_id: str
) -> None:
    cells = f"rlweights: {{class: {word}}}\nllmweights: {{class: {word}}}\n"
    told = claims(read_one("opening-up", project(cells, license_text)))
    assert (told["weights_end"].license_raw, told["weights_end"].license_id) == (raw, license_id)
    assert told["weights_end"].license_source == ("distribution" if raw else "")
    assert told["weights_base"].license_raw == ""


@pytest.mark.parametrize(
    ("word", "value"), [("", ""), ("'?'", "?"), ("opne", "opne"), ("n/a", "n/a"), ("~", "")]
)
def test_a_blank_or_unknown_word_is_kept_and_claims_nothing(word: str, value: str) -> None:
    reading = read_one("opening-up", project(f"paper:\n  class: {word}\n"))
    assert reading.said[1].value == value
    assert reading.claims == ()


@pytest.mark.parametrize(
    ("link", "links", "address"),
    [
        ("https://a.org/b", ("https://a.org/b",), "https://a.org/b"),
        ("[NA, 'https://a.org/c']", ("NA", "https://a.org/c"), "https://a.org/c"),
        ("see the readme", ("see the readme",), ""),
        ("", (), ""),
    ],
)
def test_all_links_are_kept_and_the_first_that_is_an_address_is_cited(
    link: str, links: tuple[str, ...], address: str
) -> None:
    reading = read_one("opening-up", project(f"paper:\n  class: open\n  link: {link}\n"))
    assert reading.said[1].links == links
    assert reading.claims[0].link == address


def test_unknown_cells_and_further_fields_are_kept() -> None:
    reading = read_one("opening-up", project("moon: {class: open, phase: [new, full]}\npaper:\n"))
    assert reading.said[1].attributes == {"phase": ["new", "full"]}
    assert [said.dimension for said in reading.said] == ["", "moon", "paper"]
    assert reading.claims == ()


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    text = project("paper:\n  class: open\n  notes: schön\n")
    windows = "\ufeff" + text.replace("\n", "\r\n")
    assert read_one("opening-up", windows) == read_one("opening-up", text)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "no project name"),
        ("project:\n  name:\n", "no project name"),
        ("project: Olmo\n", "project is not a mapping"),
        (project("paper: open\n"), "paper is not a mapping"),
        (project("paper: {class: [open]}\n"), "paper.class is not a single value"),
        (project("paper: {link: {a: b}}\n"), "paper.link is not a single value"),
        (project("paper: {notes: [a]}\n"), "paper.notes is not a single value"),
        (project("paper: {class: open}\npaper: {class: closed}\n"), "'paper' is given twice"),
    ],
)
def test_a_bad_file_is_refused_whole(text: str, complaint: str) -> None:
    with pytest.raises(Refused) as refused:
        opening_up.read(document(text))
    assert complaint in str(refused.value)


@pytest.mark.parametrize(
    ("base", "tuned", "state", "most", "access"),
    [
        ("open", "closed", State.CLOSED, State.OPEN, None),
        ("partial", "closed", State.CLOSED, State.PARTIAL, None),
        ("closed", "closed", State.CLOSED, None, exactly(Access.NONE)),
        ("open", "open", State.OPEN, None, exactly(Access.PUBLIC)),
    ],
)
def test_no_weights_of_a_reinforcement_stage_does_not_say_that_nothing_is_released(
    base: str, tuned: str, state: State, most: State | None, access: object
) -> None:
    cells = f"llmweights: {{class: {base}}}\nrlweights: {{class: {tuned}}}\n"
    claim = claims(read_one("opening-up", project(cells, "MIT")))["weights_end"]
    assert claim.license_raw == ("" if access == exactly(Access.NONE) else "MIT")
    assert (claim.state, claim.state_most, claim.access) == (state, most, access)
