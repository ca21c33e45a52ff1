"""The vocabulary: complete, in the published order, and asked of the right kinds."""

import csv
from pathlib import Path

import pytest

from scoring.components import COMPONENTS, DERIVED_COMPONENTS
from scoring.facts import Kind


def test_the_vocabulary_is_the_published_map_in_its_order(shared: Path) -> None:
    with (shared / "spec/component_map.csv").open(encoding="utf-8", newline="") as lines:
        rows = [(row["id"], row["content_type"], row["scope"]) for row in csv.DictReader(lines)]
    assert [(key, info.content_type, info.scope) for key, info in COMPONENTS.items()] == rows
    assert len(rows) == 36


def test_every_component_has_words_of_its_own() -> None:
    infos = [*COMPONENTS.values(), *DERIVED_COMPONENTS.values()]
    assert len({info.name for info in infos}) == len(infos)
    assert all("?" in info.question for info in infos)


@pytest.mark.parametrize(
    ("component", "kind", "applies"),
    [
        ("weights_end", Kind.MODEL, True),
        ("weights_end", Kind.SERVICE, True),
        ("weights_end", Kind.SOFTWARE, False),
        ("weights_end", Kind.DATASET, False),
        ("source_code", Kind.MODEL, False),
        ("source_code", Kind.SOFTWARE, True),
        ("model_card", Kind.SOFTWARE, False),
        ("data_card", Kind.SOFTWARE, True),
        ("data_card", Kind.DATASET, True),
        ("training_data_base", Kind.DATASET, True),
        ("tests", Kind.DATASET, False),
    ],
)
def test_the_kind_decides_what_is_asked(component: str, kind: Kind, applies: bool) -> None:
    assert COMPONENTS[component].applies_to(kind) is applies


def test_derived_keys_name_the_components_they_are_made_from() -> None:
    parts = [part for info in DERIVED_COMPONENTS.values() for part in info.parts]
    assert set(parts) <= set(COMPONENTS)
    assert not set(DERIVED_COMPONENTS) & set(COMPONENTS)
