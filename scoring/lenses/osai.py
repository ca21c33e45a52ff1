"""European Open Source AI Index: the mean of its dimensions, as published and as we read it."""

from __future__ import annotations

from collections.abc import Sequence

from scoring.facts import Facts, Kind, Span, State, steps
from scoring.lenses.classes import WORTH, ClassLens, classes_of, worth
from scoring.lenses.lens import Judged, rounded
from scoring.lenses.osai_reading import CELLS
from scoring.profile import Profile, profile_of
from scoring.result import Check, Outcome, Result, Sentence, Value

_DROPPED = {"package", "api"}
_OUTCOMES = {"open": Outcome.YES, "partial": Outcome.PARTLY, "closed": Outcome.NO}
_WORTH = tuple(WORTH.get(state, 0.0) for state in steps(State))
"""What a class counts, by its place on the ladder."""


class EuropeanIndex(ClassLens):
    """Score = mean over the dimensions of the edition, 0 to 1; order by score, then path down."""

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self._newest = self.dimensions(self.default_edition)

    def edition_of(self, said: Sequence[Judged], asked: str = "") -> str:
        """The edition asked for, else the one whose dimensions a file has."""
        if not asked and any(cell.dimension in _DROPPED for cell in said):
            return self.editions[-1]
        return self.edition(asked)

    def explain_published(self, said: Sequence[Judged], edition: str = "") -> Result:
        """The index's score with a check for each dimension.

        `detail` has the classes, and the means of the categories, which do not make the score.
        """
        edition = self.edition_of(said, edition)
        classes = classes_of(said, self.dimensions(edition))
        score = sum(worth(word) for word in classes.values()) / len(classes)
        return Result(
            rounded(score, score),
            checks=tuple(self.check(key, word, 1 / len(classes)) for key, word in classes.items()),
            detail={"classes": classes, "categories": self.categories(edition, classes)},
        )

    def derive(self, profile: Profile) -> Value:
        """The mean over the dimensions of the newest edition, on our evidence. Models only."""
        if profile.kind not in (Kind.MODEL, Kind.SERVICE):
            return Value(None, None)
        places = [CELLS[key](profile).places for key in self._newest]
        low, high = (sum(_WORTH[place[end]] for place in places) / len(places) for end in (0, 1))
        return rounded(low, high)

    def _cells(self, profile: Profile) -> dict[str, Span[State]]:
        return {key: CELLS[key](profile) for key in self._newest}

    def explain(self, facts: Facts) -> Result:
        """`derive` with a check for each dimension; `detail` has the classes as spans."""
        profile = profile_of(facts)
        value = self.derive(profile)
        if value.low is None:
            return Result(value)
        cells = self._cells(profile)
        return Result(
            value,
            checks=tuple(self._reading(key, cell, 1 / len(cells)) for key, cell in cells.items()),
            detail={"classes": {key: str(cell) for key, cell in cells.items()}},
        )

    def _reading(self, dimension: str, cell: Span[State], weight: float) -> Check:
        criterion = self.texts["criteria"][dimension]
        sentences = self.texts["sentences"]
        least, most = cell.ends
        if cell.known and least is not most:
            reason = Sentence(sentences["range"], least=Sentence(least), most=Sentence(most))
        else:
            reason = Sentence(sentences[cell.least])
        return Check(
            criterion["name"],
            _OUTCOMES.get(str(cell), Outcome.UNKNOWN),
            reason,
            (_WORTH[cell.places[0]] * weight, _WORTH[cell.places[1]] * weight),
            component=criterion["component"],
        )


LENS = EuropeanIndex(__file__)
