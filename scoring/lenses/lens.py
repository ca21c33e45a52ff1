"""What every lens has: the words and numbers of its .toml, and the four questions one may ask it.

Derived: `derive` (profile -> value) and `explain` (facts -> value with reasons).
Published: `publish` (what the publisher said -> value) and `explain_published`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scoring.facts import Facts
from scoring.profile import Profile, profile_of
from scoring.result import Result, Value


@dataclass(frozen=True, slots=True)
class Judged:
    """One cell of a publisher's table, verbatim; dimension "" is the subject's header."""

    position: int
    dimension: str
    value: str = ""
    attributes: Mapping[str, object] = field(default_factory=dict)


class Unanswered(LookupError):
    """A question that the lens does not answer: a basis or an edition that it does not have."""


class Lens:
    """A way of measuring openness.

    key, name, short_name, publisher, question, unit   words
    version         id of our method, for derived values
    bases           published, derived or both
    editions        of the publisher, newest first
    minimum, maximum    between which its number lies
    terms, citation, url    of the publisher's data
    order           how its list is sorted: "-low" descends; ties go on to the next
    ranked_grades   best first; not empty where the grade ranks and not the number
    method          the page of the lens: in_words, example, ignores, differs, changes
    texts           the tables of the .toml, by name
    """

    def __init__(self, file: str) -> None:
        """Read the .toml beside the module `file`."""
        text = Path(file).with_suffix(".toml").read_text(encoding="utf-8")
        self.texts: dict[str, Any] = tomllib.loads(text)
        self.key: str = self.texts["key"]
        self.name: str = self.texts["name"]
        self.short_name: str = self.texts["short_name"]
        self.publisher: str = self.texts["publisher"]
        self.question: str = self.texts["question"]
        self.unit: str = self.texts.get("unit", "")
        self.version: str = self.texts.get("version", "")
        self.bases: tuple[str, ...] = tuple(self.texts["bases"])
        self.editions: tuple[str, ...] = tuple(self.texts.get("editions", ()))
        self.minimum: float = self.texts.get("minimum", 0.0)
        self.maximum: float = self.texts.get("maximum", 0.0)
        self.terms: str = self.texts.get("terms", "")
        self.citation: str = self.texts.get("citation", "")
        self.url: str = self.texts.get("url", "")
        self.order: tuple[str, ...] = tuple(self.texts["order"])
        self.method: Mapping[str, Any] = self.texts["method"]
        self.ranked_grades: tuple[str, ...] = tuple(self.texts.get("ranked_grades", ()))

    @property
    def default_edition(self) -> str:
        """The newest edition, "" for a lens without editions."""
        return self.editions[0] if self.editions else ""

    def edition(self, key: str) -> str:
        """The edition asked for, or the newest. Raises Unanswered for one that there is not."""
        if key and key not in self.editions:
            raise Unanswered(f"{self.key} has no edition {key}: {', '.join(self.editions)}")
        return key or self.default_edition

    def edition_of(self, said: Sequence[Judged], asked: str = "") -> str:
        """The edition by which to read what is said: the one asked for, else the newest."""
        return self.edition(asked)

    def rank_key(self, value: Value) -> tuple[float, ...] | None:
        """The better, the larger; equal keys share a rank. None where nothing is known."""
        if self.ranked_grades:
            known = value.grade in self.ranked_grades
            return (-self.ranked_grades.index(value.grade),) if known else None
        if value.low is None or value.high is None:
            return None
        unknown = value.low < value.high
        unknown = unknown and value.low <= self.minimum and value.high >= self.maximum
        return None if unknown else (value.low, value.high)

    def derive(self, profile: Profile) -> Value:
        """Our reading of the rule on our own evidence. Raises Unanswered if there is none."""
        raise Unanswered(f"{self.key} has no derived reading of {profile.kind}")

    def explain(self, facts: Facts) -> Result:
        """`derive` with its reasons."""
        return Result(self.derive(profile_of(facts)))

    def publish(self, said: Sequence[Judged], edition: str = "") -> Value:
        """The publisher's own result, to the last digit. Raises Unanswered if there is none."""
        return self.explain_published(said, edition).value

    def explain_published(self, said: Sequence[Judged], edition: str = "") -> Result:
        """`publish` with its reasons."""
        raise Unanswered(f"{self.key} has no published rule: {len(said)} cells {edition}".rstrip())


def rounded(low: float, high: float, grade: str = "") -> Value:
    """A value as it is stored: to 6 decimals, so that ties are equality."""
    return Value(round(low, 6), round(high, 6), grade)
