"""Numbers as readers want them."""

from datetime import date

import pytest

from openness import figures


@pytest.mark.parametrize(
    ("low", "high", "lens", "text"),
    [
        (97.2, 97.2, "open-to-whom", "97"),
        (57.7, 96.0, "open-to-whom", "58–96"),
        (12.5, 12.5, "opening-up", "12.5"),
        (12.0, 12.0, "opening-up", "12"),
        (0.9583, 0.9583, "osai", "0.96"),
        (66.6667, 66.6667, "mof", "66.7"),
        (None, None, "osaid", "–"),
    ],
)
def test_a_score_is_shown_in_the_precision_of_its_lens(
    low: float | None, high: float | None, lens: str, text: str
) -> None:
    assert figures.score(low, high, lens) == text


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        (7e9, "7B"),
        (6.9e9, "6.9B"),
        (175e9, "175B"),
        (999.6e6, "1B"),
        (350e6, "350M"),
        (1.04e12, "1T"),
        (1.8e12, "1.8T"),
        (512, "512"),
        (None, ""),
    ],
)
def test_sizes_read_as_makers_write_them(parameters: float | None, text: str) -> None:
    assert figures.size(parameters) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0216, "22 MB"),
        (0.084, "0.1 GB"),
        (8.4, "8.4 GB"),
        (21.6, "21.6 GB"),
        (105, "105 GB"),
        (1744.6, "1,745 GB"),
    ],
)
def test_memory_has_a_decimal_where_it_matters(value: float, text: str) -> None:
    assert figures.gigabytes(value) == text


def test_large_numbers_are_powers_of_ten() -> None:
    assert figures.power(3.79e25) == "3.8 × 10²⁵"
    assert figures.power(1e12) == "1 × 10¹²"


def test_a_range_names_both_ends_and_a_number_stands_alone() -> None:
    assert figures.quantity("parameters", 7e9, 7e9) == "7B"
    assert figures.quantity("flop", 1e23, 1e24) == "1 × 10²³ to 1 × 10²⁴ FLOP"
    assert figures.quantity("gpu_hours", 1082990, 1082990, "A100") == "1,082,990 (A100)"


def test_dates_are_iso_and_hosts_are_short() -> None:
    assert figures.day(date(2026, 11, 24)) == "2026-11-24"
    assert figures.day(None) == ""
    assert figures.host("https://www.huggingface.co/x") == "huggingface.co"
    assert figures.host("not an address") == ""


def test_a_date_within_a_text_stays_in_one_line_and_the_text_is_escaped() -> None:
    assert figures.dated("rank 1, edition 2025-03 <b>") == (
        'rank 1, edition <span class="nowrap">2025-03</span> &lt;b&gt;'
    )
