"""What a lens answers: a value, and on request the checks and sentences behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self


class Sentence(str):
    """An English sentence that can be said in another language.

    It is its own English text. `template` is the message id for gettext; `params` fill its
    {places} and may be sentences themselves.
    """

    template: str
    params: Mapping[str, str]

    def __new__(cls, template: str, **params: str) -> Self:
        sentence = super().__new__(cls, template.format(**params) if params else template)
        sentence.template = template
        sentence.params = params
        return sentence

    def say(self, translate: Callable[[str], str]) -> str:
        """The sentence in the language of `translate`, which maps a message id to its text."""
        words = {
            place: word.say(translate) if isinstance(word, Sentence) else word
            for place, word in self.params.items()
        }
        text = translate(self.template)
        return text.format(**words) if words else text


class Outcome(StrEnum):
    """The answer to one criterion. UNKNOWN is never folded into NO."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Check:
    """One criterion of a lens, its outcome and the sentence that says why."""

    criterion: str
    outcome: Outcome
    reason: str
    points: tuple[float, float] = (0.0, 0.0)  # low, high that it adds; equal where known
    component: str = ""  # id of the component it reads, if one
    link: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """What is stored of a lens's answer: low and high rounded to 6 decimals, and a grade.

    None where the lens gives no number (osaid) or does not cover the subject.
    """

    low: float | None
    high: float | None
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """A value with its reasons, made only when somebody asks."""

    value: Value
    checks: tuple[Check, ...] = ()
    notes: tuple[str, ...] = ()  # oddities of the publisher's rule that touched this subject
    detail: Mapping[str, object] = field(default_factory=dict)  # what only this lens has
