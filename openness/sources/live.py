"""A source that is asked, not read from a file: what an answer means, and what it lets us hold.

Everything here but the question itself is pure: the same answer always gives the same verdict, the
same body the same observations, and the same observations the same claims, so that a better parser
can be run again over what was received before.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from openness.sources.budget import Window
from openness.sources.http import Answer
from scoring.facts import Claim, Kind, Quantity


class Watched(Protocol):
    """Whatever can be ill and is left alone then, by its key."""

    @property
    def key(self) -> str:
        """Of its log and of its state."""


class Meaning(StrEnum):
    """What an answer says of the target; only OK carries a value to observe."""

    OK = "ok"
    UNCHANGED = "unchanged"
    MISSING = "missing"  # or private: it cannot be told apart, and one such answer proves nothing
    GATED = "gated"  # exists, its details need approval
    DISABLED = "disabled"  # taken down, and said so
    REPLACED = "replaced"  # the path is another's now
    THROTTLED = "throttled"
    OUTAGE = "outage"  # says nothing of the target
    OUR_ERROR = "our_error"  # our question was wrong, or our credential


# These say that the source works.
HEALTHY = frozenset(
    {Meaning.OK, Meaning.UNCHANGED, Meaning.MISSING, Meaning.GATED, Meaning.DISABLED}
    | {Meaning.REPLACED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The meaning of one answer, a sentence for the log, and what was read if it is OK."""

    meaning: Meaning
    words: str
    state: str = "ok"  # of the identifier, if the meaning is OK
    immutable_id: str = ""
    reference: str = ""  # the path as the source writes it now
    observed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Also:
    """A second question about the same target: its path, and how its answer is observed.

    `read_before`: what it tells is observed now, so "unchanged" would be an answer.
    """

    path: str
    observe: Callable[[Answer], Mapping[str, str]]
    read_before: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a listing: {lower-case reference: verdict, as if it had been asked alone}.

    `after` is the path of the page that follows, "" after the last. Who is not shown may be on
    another page, private or gone: nothing follows from it.
    """

    shown: Mapping[str, Verdict]
    after: str


@dataclass(frozen=True, slots=True)
class Pages:
    """How a source lists what it has of one kind.

    `first` gives the path of the first page of an owner, or of everyone ("").
    `read` gives the page in an answer; None for one that is no page.
    """

    kind: str
    first: Callable[[str], str]
    read: Callable[[Answer], Page | None]


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked about: an address at a source, and the release that it belongs to."""

    kind: str
    reference: str
    project_kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSource:
    """A source with an interface of its own.

    `canary` is a reference that is always there: if it is not, the source is ill. `also` names
    further questions, asked only when what was observed has changed; `parts` says how the answer
    to each is read, by the end of its path.
    """

    key: str  # of the identifiers and of the evidence
    name: str
    kinds: tuple[str, ...]
    queue: str
    parser_version: int
    assumed: Window  # the budget until the source says its own
    canary: tuple[str, str]  # kind, reference
    base: Callable[[], str]
    token: Callable[[], str | None]
    path: Callable[[str, str], str]  # kind, reference -> path
    judge: Callable[[Target, Answer], Verdict]
    claims: Callable[[Target, Mapping[str, str]], Sequence[Claim]]
    quantities: Callable[[Target, Mapping[str, str]], Sequence[Quantity]]
    also: Callable[[Target, Mapping[str, str], Mapping[str, str]], Sequence[Also]] = (
        lambda target, before, now: ()
    )
    accept: str = "application/json"
    pages: Pages | None = None
    parts: Mapping[str, Callable[[Answer], Mapping[str, str]]] = field(default_factory=dict)

    def read(self, target: Target, answer: Answer) -> Verdict | None:
        """What an answer that was kept says of a target: alone, as a part, or on a page of many.

        None if it says nothing of it.
        """
        address = answer.url.partition("?")[0]
        for part, observe in self.parts.items():
            if address.endswith(f"/{part}"):
                return Verdict(meaning=Meaning.OK, words="", observed=observe(answer))
        if self.pages and (page := self.pages.read(answer)):
            return page.shown.get(target.reference.lower())
        verdict = self.judge(target, answer)
        return verdict if verdict.meaning is Meaning.OK else None


def trouble(answer: Answer) -> Verdict | None:
    """The verdict on an answer that says nothing of the target; None if it may say something."""
    if not answer.status:
        return Verdict(meaning=Meaning.OUTAGE, words=_WORDS.get(answer.error, answer.error))
    if answer.status == 429:
        return Verdict(meaning=Meaning.THROTTLED, words="too many requests, the source says")
    if answer.status >= 500:
        return Verdict(meaning=Meaning.OUTAGE, words=f"the source is in trouble ({answer.status})")
    return None


_WORDS = {
    "timeout": "no whole answer in time",
    "unreachable": "the source cannot be reached",
    "too_large": "the answer is larger than any of this kind can be",
    "torn": "the answer broke off or was no HTTP",
    "encoded": "the answer came in an encoding that was not asked for",
    "redirect_elsewhere": "it sends us to another site, which is not followed",
    "too_many_hops": "it sends us on and on",
    "refused": "that is not an address that may be visited",
}


def object_of(answer: Answer) -> dict[str, Any] | None:
    """The JSON object in the body; None for anything else, such as a portal's page with 200."""
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def text_of(value: object) -> str:
    """A plain value as observations keep it: text; true, false; a list by spaces; "" for none."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, tuple)):
        return " ".join(text_of(item) for item in value if isinstance(item, (str, int, float)))
    if isinstance(value, (str, int, float)):
        return str(value).replace("\0", "").strip()
    return ""
