"""One meaning of a query string: what it says, what it refuses, and how it is written."""

import pytest

from openness.filters import Query


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("", ""),
        ("lens=open-to-whom&page=1&view=ranking&sort=rank&per_page=50", ""),
        ("basis=derived", ""),
        ("lens=opening-up&basis=published", "lens=opening-up"),
        ("q=olmo&kind=model", "q=olmo&kind=model"),
        ("kind=model&q=olmo", "q=olmo&kind=model"),
        ("training_data=open&q=a", "q=a&training_data=open"),
        ("q=", ""),
        ("parameters_max=7000000000", "parameters_max=7000000000"),
        ("page=3", "page=3"),
    ],
)
def test_equal_views_have_equal_addresses(text: str, canonical: str) -> None:
    query = Query.of(text)
    assert query.string() == canonical
    assert query.ignored == ()
    assert Query.of(canonical).string() == canonical


@pytest.mark.parametrize(
    ("text", "name", "reason"),
    [
        ("color=red", "color", "unknown parameter"),
        ("lens=stars", "lens", "one of: open-to-whom"),
        ("kind=robot", "kind", "one of: model, software"),
        ("page=0", "page", "whole number"),
        ("page=two", "page", "whole number"),
        ("per_page=1000", "per_page", "from 1 to 200"),
        ("per_page=²", "per_page", "whole number"),
        ("weights=free", "weights", "one of: unknown, public"),
        ("training_data=closed", "training_data", "one of: open, partial"),
        ("sourced=none", "sourced", "whole number"),
        ("q=" + "a" * 201, "q", "200 characters"),
        ("q=a%00b", "q", "plain text"),
        ("lens=opening-up&basis=derived", "basis", "only published"),
        ("lens=opening-up&edition=1999-01", "edition", "one of:"),
        ("q=a&q=b", "q", "more than once"),
    ],
)
def test_what_makes_no_sense_is_named_and_left_out(text: str, name: str, reason: str) -> None:
    query = Query.of(text)
    [ignored] = query.ignored
    assert ignored.name == name
    assert reason in ignored.reason
    assert name in query.malformed


def test_a_change_of_any_condition_goes_back_to_the_first_page() -> None:
    query = Query.of("q=olmo&page=4")
    assert query.string(kind="model") == "q=olmo&kind=model"
    assert query.string(page=5) == "q=olmo&page=5"


def test_a_new_lens_drops_basis_and_edition_of_the_old_one() -> None:
    query = Query.of("lens=opening-up&kind=model&sort=-score")
    assert query.string(lens="open-to-whom") == "kind=model"


def test_a_condition_is_taken_out_by_none() -> None:
    query = Query.of("license=MIT&training_data=open")
    assert query.string(license=None) == "training_data=open"
    assert query.string(training_data=None) == "license=MIT"


def test_several_values_of_a_condition_are_joined_by_commas() -> None:
    assert Query.of("runs_on=laptop,workstation").runs_on == "laptop,workstation"
    assert Query.of("runs_on=laptop,phone").ignored[0].name == "runs_on"
