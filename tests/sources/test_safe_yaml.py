"""A publisher's YAML is kept as written, and a bomb is refused while it unfolds."""

import pytest

from openness.sources.reading import Refused
from openness.sources.safe_yaml import BUDGET, DEPTH, SIZE, parse, texts

LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2025-12", "2025-12"),
        ("2025-12-03", "2025-12-03"),
        ("7B", "7B"),
        ("0", "0"),
        ("1.10", "1.10"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("12:30:45", "12:30:45"),
        ("yes", "yes"),
        ("True", "True"),
        ("'null'", "null"),
        ("''", ""),
        ("", None),
        ("~", None),
        ("null", None),
        ("!!int 7", "7"),
        ("! 12", "12"),
        ('"schönes \\u6df1"', "schönes 深"),
    ],
)
def test_a_scalar_stays_as_written(text: str, value: str | None) -> None:
    assert parse(f"key: {text}", "one.yaml") == {"key": value}


def test_lists_mappings_and_block_texts_are_built() -> None:
    text = "a:\n  - b: 1\n    c: [d, {e: f}]\n  - |\n    two\n    lines\nempty: []\n"
    assert parse(text, "one.yaml") == {
        "a": [{"b": "1", "c": ["d", {"e": "f"}]}, "two\nlines\n"],
        "empty": [],
    }


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (LAUGHS, "unfolds to more than it may hold"),
        ("a: &a " + "x" * 900_000 + "\nb: [*a, *a]", "unfolds to more than it may hold"),
        ("a: &a [*a]", "stands for nothing complete"),
        ("a: *nowhere", "stands for nothing complete"),
        ("[" * 900_000, f"nested deeper than {DEPTH} levels"),
        ("- " * 400_000, f"nested deeper than {DEPTH} levels"),
        (f"a: &a {'[' * 10}{']' * 10}\nb: {'[' * 8}*a{']' * 8}", "nested deeper than"),
        ("x" * (SIZE + 1), f"longer than {SIZE:,} characters"),
        ("a: 1\nb: 2\na: 3", "line 3: the key 'a' is given twice"),
        ("a:\n  b: 1\n  'b': 2", "line 3: the key 'b' is given twice"),
        ("a: &a {b: 1}\nc:\n  <<: *a", "line 3: merge keys"),
        ("[a]: b", "a key has to be a word"),
        ("- &a x\n- *a : y", "a key has to be a word"),
        ("a: !!python/object/apply:os.system [id]", "line 1: the tag"),
        ("a: !!binary aGk=", "the tag"),
        ("!local {a: 1}", "the tag !local"),
        ("a: 1\n---\nb: 2", "line 2: a second document"),
        ("a:\n\tb: 1", "line 2: is not YAML"),
        ("a: [1, 2", "is not YAML"),
        ('a: "\\0"', "NUL"),
        ("a: \x01", "is not YAML"),
        ('a: "\\ud800"', "is not YAML"),
    ],
)
def test_what_is_not_plain_is_refused_with_file_and_line(text: str, complaint: str) -> None:
    with pytest.raises(Refused, match=r"^one\.yaml") as refused:
        parse(text, "one.yaml")
    assert complaint in str(refused.value)


def test_a_modest_alias_is_followed_and_the_budget_leaves_room_for_the_largest_file() -> None:
    assert parse("a: &a {class: open}\nb: *a", "one.yaml") == {
        "a": {"class": "open"},
        "b": {"class": "open"},
    }
    lines = "- a\n" * (SIZE // 4)
    value = parse(lines, "one.yaml")
    assert isinstance(value, list)
    assert len(value) == SIZE // 4 < BUDGET


def test_an_empty_text_is_nothing() -> None:
    assert parse("", "one.yaml") is None
    assert parse("# only a remark\n", "one.yaml") is None


def test_a_field_may_hold_one_text_or_several_but_no_mapping() -> None:
    assert texts("a", "link", "one.yaml") == ("a",)
    assert texts(["a", None, "b", ""], "link", "one.yaml") == ("a", "b")
    assert texts(None, "link", "one.yaml") == ()
    with pytest.raises(Refused, match="link is not a single value"):
        texts([{"a": "b"}], "link", "one.yaml")
