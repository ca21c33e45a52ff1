"""Ecosystem Graphs: facts as pointers, none of its sentences, and numbers only from plain words."""

import csv
from datetime import date
from pathlib import Path

import pytest
import yaml

from openness.sources import ecosystem_graphs, ecosystem_sizes
from openness.sources.reading import Reading, Ref, Refused
from scoring.facts import Access, Hosting, Kind, Span, State, exactly, span
from scoring.hardware import CHIPS
from scoring.licenses import NONE_DECLARED
from tests.sources.asked import claims, document, read_all, read_one, scalars, words_said

ABOUT = {"name": "OPT", "type": "model", "organization": "Meta"}


def asset(**fields: str) -> str:
    """A file of one asset."""
    lines = [f"{key}: {value}" for key, value in (ABOUT | fields).items()]
    return "- " + "\n  ".join(lines) + "\n"


@pytest.fixture(scope="module")
def readings(shared: Path) -> list[Reading]:
    found, refused = read_all("ecosystem-graphs", shared / "data/ecosystem-graphs")
    assert not refused
    return found


def test_639_assets_are_read_and_no_word_of_them_is_lost(
    readings: list[Reading], shared: Path
) -> None:
    kinds = [reading.kind for reading in readings]
    assert len(readings) == len({reading.key for reading in readings}) == 639
    assert [kinds.count(k) for k in (Kind.MODEL, Kind.DATASET, Kind.SERVICE)] == [429, 112, 98]
    told: dict[str, set[str]] = {}
    for reading in readings:
        told.setdefault(reading.key.split("/")[0], set()).update(words_said(reading))
    for file in (shared / "data/ecosystem-graphs/assets").glob("*.yaml"):
        written = yaml.load(file.read_bytes(), Loader=yaml.CBaseLoader)  # noqa: S506 - makes text
        assert set(scalars(written)) <= told[file.stem], file.name


def test_parameters_equal_the_extract(readings: list[Reading], shared: Path) -> None:
    told = {
        reading.key: quantity.low
        for reading in readings
        for quantity in reading.quantities
        if quantity.name == "parameters"
    }
    with (shared / "data/ecosystem-graphs/models_extract.csv").open(newline="") as file:
        expected = {
            f"{row['file'].removesuffix('.yaml')}/{row['name']}": float(row["params_b"]) * 1e9
            for row in csv.DictReader(file)
            if row["params_b"]
        }
    # The extract wants the word "parameters", which one size (306M) leaves out.
    assert told == pytest.approx(expected | {"meta/FLAVA": 306e6})


def test_none_of_its_sentences_reaches_a_claim(readings: list[Reading]) -> None:
    sentences = {
        said.note for reading in readings for said in reading.said if len(said.note.split()) > 3
    }
    assert sentences
    for reading in readings:
        for claim in reading.claims:
            assert claim.note == ""
            assert len(claim.license_raw) <= ecosystem_graphs.LICENSE_NAME
            assert claim.license_raw not in sentences


def test_a_sentence_is_a_note_and_a_word_of_a_scale_a_value() -> None:
    text = asset(
        access="{value: open, explanation: see there}",
        monitoring="{value: none known, explanation: we asked}",
        sample="[one, {chosen: two}]",
        dependencies="[The Pile]",
        url="none",
    )
    cells = {s.dimension: s for s in read_one("ecosystem-graphs", text).said}
    assert (cells["access"].value, cells["access"].note) == ("open", "see there")
    assert (cells["monitoring"].value, cells["monitoring"].note) == ("", "none known")
    assert cells["monitoring"].attributes == {"explanation": "we asked"}
    assert cells["sample"].attributes == {"note": ["one", {"chosen": "two"}]}
    assert cells["dependencies"].attributes == {"value": ["The Pile"]}
    assert cells[""].attributes == ABOUT | {"url": "none"}


@pytest.mark.parametrize(
    ("word", "state", "most", "access"),
    [
        ("open", State.PARTIAL, State.OPEN, span(Access.BY_REQUEST, Access.PUBLIC)),
        ("Open", State.PARTIAL, State.OPEN, span(Access.BY_REQUEST, Access.PUBLIC)),
        ("limited", State.CLOSED, State.PARTIAL, span(Access.NONE, Access.BY_REQUEST)),
        ("closed", State.CLOSED, None, exactly(Access.NONE)),
        ("{value: closed, explanation: why}", State.CLOSED, None, exactly(Access.NONE)),
    ],
)
def test_access_to_weights_is_a_span(
    word: str, state: State, most: State | None, access: Span[Access]
) -> None:
    claim = claims(read_one("ecosystem-graphs", asset(access=word)))["weights_end"]
    assert (claim.state, claim.state_most, claim.access) == (state, most, access)
    assert (claim.source, claim.stated_on) == ("ecosystem-graphs", date(2025, 1, 24))
    assert claim.record.endswith("/blob/576655a/assets/one.yaml")


@pytest.mark.parametrize("word", ["unknown", "''", "maybe", "[]"])
def test_unknown_access_claims_nothing(word: str) -> None:
    assert read_one("ecosystem-graphs", asset(access=word)).claims == ()


def test_an_application_is_a_service_that_is_offered_not_released() -> None:
    reading = read_one("ecosystem-graphs", asset(type="application", access="open", license="MIT"))
    (claim,) = reading.claims
    assert (reading.kind, claim.component) == (Kind.SERVICE, "hosted_ui")
    assert claim.hosting == span(Hosting.UI_ONLY, Hosting.FREE_API)
    assert claim.expires_at == date(2025, 7, 23)


def test_a_dataset_speaks_of_its_data_and_its_datasheet() -> None:
    text = asset(type="dataset", access="closed", license="ODC-By 1.0", datasheet="https://a.org/b")
    told = claims(read_one("ecosystem-graphs", text))
    assert set(told) == {"training_data_base", "data_card"}
    assert told["training_data_base"].license_id == "ODC-By-1.0"
    assert told["data_card"].link == "https://a.org/b"


@pytest.mark.parametrize(
    ("written", "raw", "license_id", "source"),
    [
        ("Apache 2.0", "Apache 2.0", "Apache-2.0", "distribution"),
        ("{value: LLaMA 2, explanation: see there}", "LLaMA 2", "Llama-2", "distribution"),
        ("AI2 ImpACT", "AI2 ImpACT", "", "distribution"),
        ("none", "none", NONE_DECLARED, "none"),
        ("custom", "", "", ""),
        ("Any use must abide by the terms of the original licenses of all parts", "", "", ""),
        *((spelling, "", "", "") for spelling in ("unknown", "Unknown", "unknwon", "unknkown")),
        ("unknokwn", "", "", ""),
        ("''", "", "", ""),
    ],
)
def test_a_license_is_a_name_or_a_statement_that_there_is_none(
    written: str, raw: str, license_id: str, source: str
) -> None:
    claim = claims(read_one("ecosystem-graphs", asset(access="open", license=written)))[
        "weights_end"
    ]
    assert (claim.license_raw, claim.license_id, claim.license_source) == (raw, license_id, source)


@pytest.mark.parametrize(
    ("card", "link"),
    [
        ("https://a.org/card", "https://a.org/card"),
        ("Can be found in appendix B of https://a.org/p.pdf", "https://a.org/p.pdf"),
        ("none", ""),
        ("unknown", ""),
        ("''", ""),
    ],
)
def test_a_model_card_is_open_where_its_address_is_given(card: str, link: str) -> None:
    told = claims(read_one("ecosystem-graphs", asset(model_card=card)))
    assert {key: claim.link for key, claim in told.items()} == (
        {"model_card": link} if link else {}
    )


def test_the_explanation_cites_the_primary_material() -> None:
    access = "{value: open, explanation: 'from the [[repository]](https://github.com/a/b).'}"
    text = asset(access=access, url="https://a.org/paper")
    assert read_one("ecosystem-graphs", text).claims[0].link == "https://github.com/a/b"
    text = asset(access="open", url="https://a.org/paper")
    assert read_one("ecosystem-graphs", text).claims[0].link == "https://a.org/paper"


@pytest.mark.parametrize(
    ("fields", "reference"),
    [
        ({"url": "https://huggingface.co/coqui/XTTS-v2"}, "coqui/XTTS-v2"),
        ({"url": "https://huggingface.co/allenai/Tulu-3-8B", "size": "70B parameters"}, None),
        ({"url": "https://huggingface.co/blog/idefics"}, None),
        ({"url": "https://huggingface.co/a/b", "type": "dataset"}, None),
        ({"url": "none"}, None),
    ],
)
def test_a_model_page_on_the_hub_is_an_exact_address(
    fields: dict[str, str], reference: str | None
) -> None:
    expected = (Ref("hub", "model", reference),) if reference else ()
    assert read_one("ecosystem-graphs", asset(**fields)).refs == expected


@pytest.mark.parametrize(
    ("size", "total", "active"),
    [
        ("15B parameters (dense)", 15e9, None),
        ("1.75T parameters (dense)", 1.75e12, None),
        ("710M parameters (dense)", 710e6, None),
        ("14B parameters with 2.7B parameters for activation (MoE)", 14e9, 2.7e9),
        ("61B parameters (sparse); 6.6B active parameters", 61e9, 6.6e9),
        ("306M", 306e6, None),
        ("3 trillion parameters", 3e12, None),
        ("2024-05-29", None, None),
        ("105k judge samples", None, None),
        ("6 TB", None, None),
        ("unknown", None, None),
        ("", None, None),
    ],
)
def test_a_size_is_read_in_plain_words(
    size: str, total: float | None, active: float | None
) -> None:
    assert ecosystem_sizes.parameters(size) == total
    assert ecosystem_sizes.active_parameters(size) == active


@pytest.mark.parametrize(
    ("size", "tokens"),
    [
        ("6.3 trillion tokens", 6.3e12),
        ("106B tokens", 106e9),
        ("1,200B tokens", 1.2e12),
        ("43B English tokens with 101.2M documents", None),
        ("500 billion words", None),
    ],
)
def test_tokens_are_read_where_nothing_else_is_said(size: str, tokens: float | None) -> None:
    assert ecosystem_sizes.tokens(size) == tokens


@pytest.mark.parametrize(
    ("hardware", "time", "hours", "gpu"),
    [
        ("32 A100-40G GPUs", "8 days", 6144, "A100"),
        ("4 80GB NVIDIA A40 GPUs", "54 hours", 216, "A40"),
        ("510 V100s", "4 weeks", 342_720, "V100"),
        ("128 A100 NVIDIA GPUs", "6.79 days", 20_858.88, "A100"),
        ("LUMI supercomputer, using 128 AMD MI250X GPUs", "48 days", 147_456, "MI250X"),
        ("3072 H100 80GB SXM5 GPUs across 384 DGX H100 nodes", "13 days", 958_464, "H100"),
        (
            "64 x each 8 NVIDIA 40GB A100 GPUs (i.e. total 512 A100 GPUs)",
            "53 days",
            651_264,
            "A100",
        ),
        ("8 NVIDIA A100 40G GPUs", "63 hours on p4d.24xlarge EC2 instance", 504, "A100"),
        (
            "248 V100 GPUs, according to [[it]](https://a.org)",
            "24 days, according",
            142_848,
            "V100",
        ),
        ("320 A100 GPUs according to [[it]](https://a.org)", "18 days according", 138_240, "A100"),
        ("512 A100 80GB GPUs across 64 nodes", "320,256 GPU hours", 320_256, "A100"),
        ("432 H100 GPUs", "145,152 hours (cumulative)", 145_152, "H100"),
        ("H800 GPUs", "2.788M GPU hours", 2.788e6, "H800"),
        ("unknown", "4096 A100 days", 98_304, "A100"),
        ("256 A100 40GB GPUs", "47k A100 hours", 47_000, "A100"),
    ],
)
def test_gpu_hours_follow_from_one_type_a_count_and_a_definite_time(
    hardware: str, time: str, hours: float, gpu: str
) -> None:
    found = ecosystem_sizes.gpu_hours(hardware, time)
    assert found is not None
    assert found[0] == pytest.approx((hours, hours))
    assert found[1] == gpu


def test_a_span_of_days_is_a_span_of_gpu_hours() -> None:
    assert ecosystem_sizes.gpu_hours("8 A100 GPUs", "2.5 to 5 days") == ((480, 960), "A100")


@pytest.mark.parametrize(
    ("hardware", "time"),
    [
        ("over 1000 A800 GPUs", "10 days"),
        ("256 NVIDIA A100 GPUs for 32 days, and 64 GPUs for 3 days", "35 days"),
        ("27 nodes, with each node containing 8x NVIDIA A100-40GB GPUs", "10 days"),
        ("8 NVIDIA A100 GPUs and 8 NVIDIA H800 GPUs", "10 days"),
        ("4096 A100 40GB GPUs", "9 months"),
        ("1024 A100 GPUs", "unknown"),
        ("2x A100 80GB GPUs", "Approximately 15 days, totaling over 350 GPU hours."),
        ("1 NVIDIA Tesla K80 GPU", "Less than 1 V100-hour"),
        ("8 A100 GPUs", "less than 9 hours"),
        ("128 TPUv3 cores", "11 days"),
        ("unknown", "10 days"),
        ("8 V100 GPUs", "10,000 steps in 7 hours"),
        ("", ""),
    ],
)
def test_vague_hardware_or_time_gives_no_number(hardware: str, time: str) -> None:
    assert ecosystem_sizes.gpu_hours(hardware, time) is None


@pytest.mark.parametrize(
    ("time", "low", "high"),
    [
        ("3640 petaflop/s-days", 3640, 3640),
        ("7303.24 petaflop/s-day", 7303.24, 7303.24),
        ("100-1000 petaflop/s-days", 100, 1000),
        ("60 petaflops/s-days", 60, 60),
    ],
)
def test_petaflop_days_are_flop_with_the_spread_of_hardware(
    time: str, low: float, high: float
) -> None:
    assert ecosystem_sizes.training_flop(time) == pytest.approx(
        (low * 8.64e19 / 10**0.36, high * 8.64e19 * 10**0.36)
    )


@pytest.mark.parametrize("time", ["4 petaflops", "petaflop/s-days", "10 days", ""])
def test_other_words_give_no_flop(time: str) -> None:
    assert ecosystem_sizes.training_flop(time) is None


def test_every_gpu_it_counts_is_known_to_the_arithmetic(readings: list[Reading]) -> None:
    assert set(ecosystem_sizes.GPUS) <= set(CHIPS)
    names = [quantity.name for reading in readings for quantity in reading.quantities]
    assert [names.count(n) for n in ("parameters", "gpu_hours", "flop", "tokens")] == [
        315,
        43,
        10,
        14,
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "is not a list of assets"),
        ("name: OPT\n", "is not a list of assets"),
        ("- OPT\n", "asset 1 is not a mapping"),
        ("- {type: model}\n", "no asset name"),
        (asset(type="weapon"), "OPT has the unknown type 'weapon'"),
        (asset() + asset(), "two assets have the key one/OPT"),
        (asset(access="{value: {a: b}}"), "access is not a single value"),
        (
            asset(access="{value: open, explanation: [a]}"),
            "access.explanation is not a single value",
        ),
    ],
)
def test_a_bad_file_is_refused_whole(text: str, complaint: str) -> None:
    with pytest.raises(Refused) as refused:
        ecosystem_graphs.read(document(text))
    assert complaint in str(refused.value)
