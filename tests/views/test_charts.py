"""Pictures tell the truth: their areas are the numbers they stand for."""

import re

import pytest

from openness import charts
from openness.charts import Bar
from scoring.facts import Access, Hosting, Kind, Right, State, exactly
from scoring.hardware import fits
from scoring.lenses.open_to_whom import LENS, parts
from scoring.profile import Profile


def area(svg: str, part: str) -> float:
    """Square px that one part covers."""
    path = re.search(rf'<path class="m-{part}"[^>]* d="([^"]+)"', svg)
    pieces = re.findall(r"h([\d.]+)v([\d.]+)", path[1]) if path else []
    return sum(float(wide) * float(tall) for wide, tall in pieces)


def profile(access: Access, right: Right, state: State, hosted: Hosting) -> Profile:
    machine = fits(Kind.MODEL, {})
    return Profile(
        kind=Kind.MODEL,
        components={"training_code": exactly(state), "model_card": exactly(state)},
        access=exactly(access),
        hosted=exactly(hosted),
        use=exactly(right),
        modify=exactly(right),
        share=exactly(right),
        fit_run=machine.run,
        fit_adapt=machine.adapt,
        fit_train=machine.train,
    )


@pytest.mark.parametrize(
    "sample",
    [
        profile(Access.PUBLIC, Right.OPEN, State.OPEN, Hosting.FREE_API),
        profile(Access.BY_REQUEST, Right.NONCOMMERCIAL, State.PARTIAL, Hosting.NONE),
        profile(Access.NONE, Right.FORBIDDEN, State.CLOSED, Hosting.PAID_API),
        profile(Access.UNKNOWN, Right.UNKNOWN, State.CLOSED, Hosting.UNKNOWN),
    ],
)
def test_the_ink_of_the_grid_is_the_score(sample: Profile) -> None:
    grid = LENS.grid(sample)
    svg = charts.mosaic(grid.cells, width=500, height=500, gap=0)
    for part, points in parts(grid).items():
        # A piece thinner than a thousandth of its cell is left out.
        assert area(svg, part) / 2500 == pytest.approx(points, abs=0.2), part


def test_the_split_bar_is_as_wide_as_its_parts() -> None:
    told = {"proven": 40.0, "unknown": 10.0, "out_of_reach": 30.0, "withheld": 20.0}
    svg = charts.split(told, label="a sentence")
    assert re.findall(r'x="([\d.]+)%" y="0" width="([\d.]+)%"', svg) == [
        ("0", "40"),
        ("40", "10"),
        ("50", "30"),
        ("80", "20"),
    ]


@pytest.mark.parametrize(
    ("value", "place"), [(0, "2"), (7, "50"), (14, "98"), (99, "98"), (-1, "2")]
)
def test_a_dot_stands_where_its_score_is_and_never_leaves_the_axis(
    value: float, place: str
) -> None:
    svg = charts.interval(value, value, 14, label="x")
    assert f'<circle class="dot" cx="{place}%"' in svg


def test_what_is_possible_runs_on_from_what_is_proven() -> None:
    svg = charts.interval(25, 75, 100, label="25 proven, 75 possible")
    assert '<line class="possible" x1="26%" x2="74%"' in svg


def test_an_interval_without_a_number_has_an_axis_and_no_dot() -> None:
    svg = charts.interval(None, None, 100, label="no score")
    assert "circle" not in svg
    assert svg.count('class="ax"') == 3


@pytest.mark.parametrize(
    ("bar", "css", "height"),
    [
        (Bar("open"), "b-open", "22"),
        (Bar("partial"), "b-open", "11"),
        (Bar("open", sourced=False), "b-faded", "21"),
        (Bar("closed"), "b-closed", "2.5"),
        (Bar("unknown"), "b-unknown", "1"),
    ],
)
def test_states_differ_in_how_much_ink_they_get(bar: Bar, css: str, height: str) -> None:
    svg = charts.bars([[bar]], label="one")
    assert f'<path class="{css}"' in svg
    assert f"v{height}h" in svg


def test_a_label_cannot_break_out_of_the_picture() -> None:
    svg = charts.interval(1, 1, 2, label='"><script>alert(1)</script>')
    assert "<script>" not in svg


def test_a_picture_without_a_label_is_hidden_from_readers() -> None:
    assert 'aria-hidden="true"' in charts.meter(0.5, 1)
    assert 'role="img" aria-label="all"' in charts.split(
        {"proven": 100, "unknown": 0, "out_of_reach": 0, "withheld": 0}, label="all"
    )
