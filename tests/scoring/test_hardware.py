"""Memory and compute arithmetic against published figures."""

from math import inf

import pytest

from scoring.facts import Kind, Quantity, Trust
from scoring.hardware import (
    ACTORS,
    CHIPS,
    FULL,
    UNKNOWN,
    Compute,
    fit_adapt,
    fit_run,
    fit_train,
    fits,
    known,
    needs,
    own_machine,
    peak,
    software_memory,
    training_compute,
)


def sizes(**given: tuple[float, float] | float) -> dict[str, list[Quantity]]:
    """One statement for each quantity."""
    pairs = {k: v if isinstance(v, tuple) else (v, v) for k, v in given.items()}
    return {name: [Quantity(name, *pair)] for name, pair in pairs.items()}


@pytest.mark.parametrize(
    ("actor", "memory", "sustained"),
    [
        ("laptop", 12, 1e12),
        ("workstation", 0.9 * 24, 165e12 * 0.4),
        ("lab", 0.9 * 640, 8 * CHIPS["H100"] * 0.4),
        ("cluster", inf, inf),
    ],
)
def test_the_four_machines(actor: str, memory: float, sustained: float) -> None:
    assert ACTORS[actor].memory == pytest.approx(memory)
    assert ACTORS[actor].sustained == pytest.approx(sustained)


@pytest.mark.parametrize(
    ("billions", "memory", "fit"),
    [
        (7, 12, 1.0),  # 8.4 GB at 8 bits
        (10, 12, 1.0),  # exactly 12 GB
        (10.1, 12, 0.5),
        (20, 12, 0.5),  # exactly 12 GB at 4 bits
        (20.1, 12, 0),
        (32, 21.6, 0.5),
        (405, 576, 1.0),
        (671, 576, 0.5),
        (1000, 576, 0),
    ],
)
def test_what_runs(billions: float, memory: float, fit: float) -> None:
    assert fit_run(billions, memory) == fit


@pytest.mark.parametrize(
    ("billions", "memory", "fit"),
    [
        (65, 48, 0.5),  # QLoRA tuned 65B on one 48 GB GPU,
        (33, 24, 0.5),  # and 33B on one of 24 GB
        (65, 40, 0),
        (7, 21.6, 1.0),  # 16-bit LoRA: 18.2 GB
        (7, 12, 0.5),
        (32, 576, 1.0),  # Ai2: 7B to 32B on one H100 node
    ],
)
def test_what_can_be_tuned(billions: float, memory: float, fit: float) -> None:
    assert fit_adapt(billions, memory) == fit


@pytest.mark.parametrize(("days", "fit"), [(1, 1.0), (30, 1.0), (31, 0.5), (365, 0.5), (366, 0)])
def test_what_can_be_trained(days: float, fit: float) -> None:
    assert fit_train(days * 86400 * 1e12, 1e12) == fit


@pytest.mark.parametrize(
    ("name", "flops"),
    [
        ("A100", 312e12),
        ("NVIDIA A100-SXM4-80GB", 312e12),
        ("H100", 989e12),
        ("H100 PCIe", 756e12),
        ("8x H800", 989e12),
        ("V100", 125e12),
        ("L40S", 362e12),
        ("L40", 181e12),
        ("TPU v4", 275e12),
        ("TPUv4", 275e12),
        ("Cloud TPU v5p", 459e12),
        ("AMD MI250X", 383e12),
        ("3.12e14", 3.12e14),
        ("3.120000e+14", 3.12e14),
        ("312000000000000.0", 3.12e14),
        ("A1000", None),
        ("some GPU", None),
        ("nan", None),
        ("", None),
    ],
)
def test_a_chip_is_known_by_its_name_or_its_figure(name: str, flops: float | None) -> None:
    assert peak(name) == flops


def test_llama_405b_matches_what_its_maker_reports() -> None:
    compute = training_compute(sizes(parameters=405e9, tokens=15.6e12))
    assert compute is not None
    assert (compute.low * compute.high) ** 0.5 == pytest.approx(3.79e25, rel=0.001)


def test_two_estimates_for_bloom_narrow_each_other() -> None:
    hours = Quantity("gpu_hours", 1_082_990, 1_082_990, detail="A100")
    compute = training_compute({**sizes(parameters=176e9, tokens=366e9), "gpu_hours": [hours]})
    assert compute is not None
    assert (compute.low, compute.high) == pytest.approx((2.12e23, 7.71e23), rel=0.003)
    assert (compute.basis, compute.conflict) == ("gpu-hours+6ND", False)


def test_only_active_parameters_compute_but_all_of_them_fill_the_memory() -> None:
    expert_mixture = sizes(parameters=671e9, active_parameters=37e9, tokens=14.8e12)
    dense = sizes(parameters=37e9, tokens=14.8e12)
    assert training_compute(expert_mixture) == training_compute(dense)
    assert fits(Kind.MODEL, expert_mixture).run[2] == (0.5, 0.5)
    assert fits(Kind.MODEL, dense).run[2] == FULL


def test_estimates_that_exclude_each_other_are_a_conflict_and_the_best_source_wins() -> None:
    disclosed = sizes(parameters=7e9, tokens=1e12, flop=1e20)
    assert training_compute(disclosed) == Compute(1e20, 1e20, "disclosed", conflict=True)
    hours = Quantity("gpu_hours", 10, 10, detail="A100")
    by_hours = training_compute({**sizes(parameters=7e9, tokens=1e12), "gpu_hours": [hours]})
    assert by_hours is not None
    assert (by_hours.basis, by_hours.conflict) == ("gpu-hours", True)


@pytest.mark.parametrize(
    "quantities",
    [{}, sizes(parameters=7e9), sizes(tokens=1e12), {"gpu_hours": [Quantity("gpu_hours", 1, 1)]}],
)
def test_compute_without_a_whole_estimate_is_unknown(quantities: dict[str, list[Quantity]]) -> None:
    assert training_compute(quantities) is None


def test_parameters_times_tokens_says_nothing_of_models_without_tokens() -> None:
    assert training_compute(sizes(parameters=1e9, tokens=1e12), token_model=False) is None


def test_hours_on_an_unknown_chip_leave_the_word_to_other_estimates() -> None:
    given = {
        **sizes(parameters=7e9, tokens=1e12),
        "gpu_hours": [
            Quantity("gpu_hours", 9, 9, detail="our own chip", trust=Trust.REVIEWED),
            Quantity("gpu_hours", 100_000, 100_000, detail="A100"),
        ],
    }
    compute = training_compute(given)
    assert compute is not None
    assert compute.basis == "gpu-hours+6ND"


@pytest.mark.parametrize(
    ("statements", "held"),
    [
        ([], None),
        ([(7e9, 7e9, 2)], (7e9, 7e9)),
        ([(6e9, 8e9, 2), (7e9, 9e9, 2)], (7e9, 8e9)),  # what they have in common
        ([(6e9, 6e9, 2), (7e9, 7e9, 2)], (6e9, 7e9)),  # or all between them
        ([(6e9, 6e9, 2), (7e9, 7e9, 6)], (7e9, 7e9)),  # the more trusted alone
    ],
)
def test_several_statements_of_one_quantity(
    statements: list[tuple[float, float, int]], held: tuple[float, float] | None
) -> None:
    given = [Quantity("parameters", low, high, trust=Trust(rank)) for low, high, rank in statements]
    assert known({"parameters": given}, "parameters") == held


def test_nothing_known_fits_perhaps_and_a_cluster_for_sure() -> None:
    unknown = fits(Kind.MODEL, {})
    assert unknown.run == unknown.adapt == unknown.train == (UNKNOWN, UNKNOWN, UNKNOWN, FULL)


def test_a_range_of_sizes_gives_a_range_of_fits() -> None:
    between = fits(Kind.MODEL, sizes(parameters=(7e9, 30e9)))
    assert between.run[:3] == ((0.0, 1.0), (0.5, 1.0), FULL)


def test_software_fits_by_its_stated_need_or_one_gigabyte() -> None:
    assert software_memory({}) == (1.0, 1.0)
    assert fits(Kind.SOFTWARE, {}).run == (FULL,) * 4
    heavy = fits(Kind.SOFTWARE, sizes(memory_gb=(10, 40)))
    assert heavy.run == heavy.adapt == ((0.0, 1.0), (0.0, 1.0), FULL, FULL)
    assert heavy.train == (FULL,) * 4


@pytest.mark.parametrize(
    ("ram", "vram", "memory"), [(16, 0, 12), (32, 24, 28), (8, 24, 21.6), (2, 0, 0)]
)
def test_a_visitors_machine_counts_its_roomier_memory(
    ram: float, vram: float, memory: float
) -> None:
    assert own_machine(ram=ram, vram=vram).memory == pytest.approx(memory)


def test_needs_are_those_by_which_fits_are_judged() -> None:
    assert needs("run", (10e9, 10e9)) == ((12.0, 12.0), (6.0, 6.0))
    assert needs("adapt", (65e9, 65e9))[1] == pytest.approx((40.625, 40.625))
