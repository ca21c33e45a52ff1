"""Formulas over pairs: their value, and the names that bind it."""

import pytest

from scoring.lenses.formula import Best, Formula, Half, Mean, Scaled, Values, Weakest

GIVEN = {
    "none": (0.0, 0.0),
    "maybe": (0.0, 1.0),
    "half": (0.5, 0.5),
    "most": (0.75, 0.75),
    "full": (1.0, 1.0),
}

CASES = [
    # formula, value, what binds
    (Weakest("half", "full"), (0.5, 0.5), ("half",)),
    (Weakest("half", "none", "maybe"), (0.0, 0.0), ("none", "maybe")),
    (Weakest("full", "full"), (1.0, 1.0), ()),
    (Best("half", "most"), (0.75, 0.75), ("most",)),
    (Best("half", "full"), (1.0, 1.0), ()),
    (Best("none", "maybe"), (0.0, 1.0), ("none", "maybe")),
    (Mean("half", "full"), (0.75, 0.75), ("half",)),
    (Mean("maybe", "full"), (0.5, 1.0), ("maybe",)),
    (Half("full"), (0.5, 0.5), ()),
    (Half("most"), (0.375, 0.375), ("most",)),
    # a black box that is fully open shows half; more takes the other way in
    (Best("none", Half("full")), (0.5, 0.5), ("none",)),
    (Best("half", Half("full")), (0.5, 0.5), ("half",)),
    (Scaled("full", "full"), (1.0, 1.0), ()),
    (Scaled("full", "none"), (1 / 3, 1 / 3), ("none",)),
    (Scaled("half", "half"), (1 / 3, 1 / 3), ("half",)),
    (Scaled("half", "most"), (5 / 12, 5 / 12), ("half", "most")),
    (Scaled("none", "none"), (0.0, 0.0), ("none",)),
    (Scaled("none", "maybe"), (0.0, 0.0), ("none",)),
    (Mean(Weakest("half", "none"), Best("half", "most")), (0.375, 0.375), ("none",)),
]


@pytest.mark.parametrize(("formula", "value", "binding"), CASES)
def test_a_formula_gives_its_value_and_what_binds_it(
    formula: Formula, value: tuple[float, float], binding: tuple[str, ...]
) -> None:
    values = Values(GIVEN)
    assert values[formula] == pytest.approx(value)
    assert formula.binding(values) == binding


def test_a_formula_is_worked_out_once_and_kept_in_copies() -> None:
    formula = Mean("half", "full")
    values = Values(GIVEN)
    assert values[formula] is values[formula]
    assert formula in Values(values)


def test_a_name_without_a_value_is_an_error() -> None:
    with pytest.raises(KeyError, match="nothing"):
        _ = Values(GIVEN)[Weakest("nothing")]


def test_a_formula_knows_its_names_and_the_formulas_inside() -> None:
    inner = Best("b", "c")
    outer = Weakest("a", inner)
    assert outer.names() == {"a", "b", "c"}
    assert list(outer.within()) == [inner, outer]


def test_a_joining_says_how_it_joins() -> None:
    with pytest.raises(NotImplementedError):
        _ = Values(GIVEN)[Formula("half")]
    with pytest.raises(NotImplementedError):
        Formula("half").binding(Values(GIVEN))
