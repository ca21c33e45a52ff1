"""What every lens has."""

import pytest

from scoring.facts import Facts, Kind
from scoring.lenses import LENSES, Judged, Lens, Unanswered, opening_up
from scoring.profile import profile_of
from scoring.result import Sentence, Value

ORDER = ["open-to-whom", "mof", "osai", "opening-up", "osaid", "gradient", "fmti"]


def test_lenses_stand_in_the_order_of_display() -> None:
    assert list(LENSES) == [key for key in ORDER if key in LENSES]
    assert all(lens.key == key for key, lens in LENSES.items())


@pytest.mark.parametrize("lens", LENSES.values(), ids=LENSES)
def test_a_lens_says_what_it_is(lens: Lens) -> None:
    assert lens.name
    assert lens.publisher
    assert lens.question.endswith("?")
    assert lens.terms
    assert lens.citation
    assert set(lens.method) == {"in_words", "example", "ignores", "differs", "changes"}
    assert set(lens.bases) <= {"published", "derived"}
    assert bool(lens.editions) == ("published" in lens.bases)
    assert bool(lens.version) == ("derived" in lens.bases)
    assert lens.default_edition == (lens.editions[0] if lens.editions else "")


@pytest.mark.parametrize("lens", LENSES.values(), ids=LENSES)
def test_a_lens_answers_in_its_bases_and_in_no_other(lens: Lens) -> None:
    facts = Facts(kind=Kind.MODEL)
    if "derived" in lens.bases:
        assert lens.derive(profile_of(facts)) == lens.explain(facts).value
    else:
        with pytest.raises(Unanswered):
            lens.explain(facts)
    if "published" not in lens.bases:
        with pytest.raises(Unanswered):
            lens.publish([Judged(0, "")])


def test_a_value_between_the_ends_of_a_lens_has_no_rank() -> None:
    lens = opening_up.LENS
    assert lens.rank_key(Value(0, 14)) is None
    assert lens.rank_key(Value(None, None)) is None
    assert lens.rank_key(Value(0, 0)) == (0, 0)
    assert lens.rank_key(Value(3.5, 3.5)) == (3.5, 3.5)


def test_a_sentence_is_its_own_english_text() -> None:
    plain = Sentence("Nothing {to} fill.")
    assert plain == "Nothing {to} fill."
    assert plain.say(str.upper) == "NOTHING {TO} FILL."
    nested = Sentence("{who} sees {what}.", who=Sentence("a lab"), what="7B")
    assert nested == "a lab sees 7B."
    assert nested.say(lambda text: {"a lab": "ein Labor"}.get(text, text)) == "ein Labor sees 7B."
