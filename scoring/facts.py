"""The words in which everything about a project is said: states, ladders, claims and facts.

Every ladder is ordered from the least open step to the most open one, so that `min` and `max`
over `ladder.index` mean "stricter" and "more open". UNKNOWN stands outside of each ladder: it is
never a step, and never closed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from functools import cache, lru_cache
from typing import Any, Generic, TypeVar


class Kind(StrEnum):
    """What a project is; decides which components apply (never chosen per project)."""

    MODEL = "model"
    SOFTWARE = "software"
    DATASET = "dataset"
    SERVICE = "service"


class State(StrEnum):
    """How open one component is."""

    CLOSED = "closed"
    PARTIAL = "partial"
    OPEN = "open"
    UNKNOWN = "unknown"


class Access(StrEnum):
    """How one comes by the weights (for software: the source)."""

    NONE = "none"
    BY_REQUEST = "by_request"
    CLICK_THROUGH = "click_through"
    PUBLIC = "public"
    UNKNOWN = "unknown"


class Hosting(StrEnum):
    """The best hosted offer on record, by anyone."""

    NONE = "none"
    RESTRICTED = "restricted"
    UI_ONLY = "ui_only"
    PAID_API = "paid_api"
    FREE_API = "free_api"
    UNKNOWN = "unknown"


class Right(StrEnum):
    """What the terms say of one freedom (use, modify, share)."""

    FORBIDDEN = "forbidden"
    UNSTATED = "unstated"
    NONCOMMERCIAL = "noncommercial"
    CONDITIONAL = "conditional"
    OPEN = "open"
    UNKNOWN = "unknown"


class Stage(StrEnum):
    """Which training stage the weights or data belong to; SINGLE: base and end are one."""

    BASE = "base"
    END = "end"
    SINGLE = "single"


class Method(StrEnum):
    """How a statement came to us. A machine fills blanks; it never overrules a person."""

    HUMAN = "human"
    IMPORT = "import"
    DETECTOR = "detector"


class Trust(IntEnum):
    """Whose word counts more for the same component (spec/refresh.md section 6), best last."""

    PRICE_CATALOGUE = 1
    THIRD_PARTY = 2
    VENDOR_PAGE = 3
    VENDOR_API = 4
    LICENSE_TEXT = 5
    REVIEWED = 6


LadderT = TypeVar("LadderT", State, Access, Hosting, Right)


@dataclass(frozen=True, slots=True)
class Span(Generic[LadderT]):
    """A value between its least and its most open reading; both UNKNOWN if nothing is known."""

    least: LadderT
    most: LadderT
    ends: tuple[LadderT, LadderT] = field(init=False, repr=False, compare=False)
    """Least and most as steps of the ladder; unknown is its whole length."""
    places: tuple[int, int] = field(init=False, repr=False, compare=False)
    """Where the ends stand on the ladder, from 0; spans are compared far oftener than made."""

    def __post_init__(self) -> None:
        ladder = steps(type(self.least))
        ends = (self.least, self.most) if self.known else (ladder[0], ladder[-1])
        object.__setattr__(self, "ends", ends)
        object.__setattr__(self, "places", (ladder.index(ends[0]), ladder.index(ends[1])))

    @property
    def known(self) -> bool:
        """Whether anything at all is known."""
        return self.least != "unknown"

    def __str__(self) -> str:
        return str(self.least) if self.least == self.most else f"{self.least}..{self.most}"


@cache
def steps(ladder: type[LadderT]) -> tuple[LadderT, ...]:
    """The steps of a ladder from the least open to the most open one, without UNKNOWN."""
    return tuple(step for step in ladder if step != "unknown")


def span(least: LadderT, most: LadderT) -> Span[LadderT]:
    """A span in its one spelling: a whole ladder, or an unknown end, says that nothing is known."""
    made: Span[LadderT] = _made(least, most)
    return made


@lru_cache(maxsize=None, typed=True)  # typed, since equal words stand on several ladders
def _made(least: Any, most: Any) -> Span[Any]:
    ladder = [step for step in type(least) if step != "unknown"]
    if "unknown" in (least, most) or (least, most) == (ladder[0], ladder[-1]):
        unknown = type(least)("unknown")
        return Span(unknown, unknown)
    return Span(least, most)


def exactly(step: LadderT) -> Span[LadderT]:
    """The span of one step."""
    return span(step, step)


def stricter(*spans: Span[LadderT]) -> Span[LadderT]:
    """What is left where all of them bind: the less open end of each side."""
    lows, highs = zip(*[one.places for one in spans], strict=True)
    return _at(spans[0], min(lows), min(highs))


def most_open(*spans: Span[LadderT]) -> Span[LadderT]:
    """What is won where one may choose among them: the more open end of each side."""
    lows, highs = zip(*[one.places for one in spans], strict=True)
    return _at(spans[0], max(lows), max(highs))


def between(*spans: Span[LadderT]) -> Span[LadderT]:
    """From the least open of what they say to the most open."""
    lows, highs = zip(*[one.places for one in spans], strict=True)
    return _at(spans[0], min(lows), max(highs))


def _at(like: Span[LadderT], low: int, high: int) -> Span[LadderT]:
    """The span between two places of the ladder of another one."""
    ladder = steps(type(like.least))
    return span(ladder[low], ladder[high])


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One statement about one component of one release: the fields of an evidence row.

    Readers of sources produce claims, the table `openness.Evidence` keeps them, and
    `scoring.reconcile` decides which one counts. Fields: spec/evidence.md section 2.
    """

    component: str
    state: State
    state_most: State | None = None  # the most open reading, where the source leaves it open
    partial_reason: str = ""  # subset, sample_only, gated, one_stage_only, incomplete_doc, ...
    gate: str = ""  # none, click_through, by_request
    listed: str = ""  # yes, no, not_recorded: Model Openness Tool reads listing, not state
    access: Span[Access] | None = None  # weights_* and source_code only
    hosting: Span[Hosting] | None = None  # hosted_* only
    license_raw: str = ""  # verbatim
    license_id: str = ""  # normalized: an SPDX expression or an id of licenses.toml, else ""
    license_source: str = ""  # component, type, distribution, none
    use: Right | None = None  # rights only where they differ from the license table's
    modify: Right | None = None
    share: Right | None = None
    stage: Stage | None = None
    merged: bool = False  # the value came from a cell that covers several parts
    publication: str = ""  # report, preprint, peer_reviewed
    covers: str = ""  # of data, base, tuning: words separated by spaces
    completeness: str = ""  # full, partial, not_judged
    origin: str = ""  # own, third_party
    price: str = ""  # free, paid
    audience: str = ""  # anyone, waitlist, region, customers
    source: str = ""  # key of the source: mof, osai, hub-models, epoch, submission, ...
    trust: Trust = Trust.THIRD_PARTY
    link: str = ""  # the primary material that the source points to
    record: str = ""  # the source's own record of the statement
    note: str = ""
    stated_on: date | None = None  # the source's date
    expires_at: date | None = None
    method: Method = Method.IMPORT
    confidence: int = 3  # 1 to 5


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number or a range with its source, in base units (parameters, tokens, hours, FLOP, GB)."""

    name: str  # one of QUANTITIES
    low: float
    high: float
    detail: str = ""  # gpu_hours: the accelerator's name as in hardware.toml, or its peak FLOP/s
    source: str = ""
    link: str = ""
    record: str = ""
    stated_on: date | None = None
    note: str = ""
    trust: Trust = Trust.THIRD_PARTY


QUANTITIES = ("parameters", "active_parameters", "tokens", "gpu_hours", "flop", "memory_gb")


@dataclass(frozen=True, slots=True)
class Component:
    """What is held of one component after reconciliation."""

    state: Span[State]
    claim: Claim | None = None  # the one that counts (the least open of several of one trust)
    conflicts: tuple[Claim, ...] = ()  # those that say otherwise
    agreeing: tuple[Claim, ...] = ()  # the others, which it does not contradict
    disputed: bool = False  # a newer observation at the vendor contradicts a reviewed claim

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Everything that was said of it: first the claim that counts, last what contradicts it."""
        counting = (self.claim,) if self.claim else ()
        return (*counting, *self.agreeing, *self.conflicts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that is held of one project release; what derived lenses read and explain from."""

    kind: Kind
    components: Mapping[str, Component] = field(default_factory=dict)
    access: Span[Access] = Span(Access.UNKNOWN, Access.UNKNOWN)
    hosted: Span[Hosting] = Span(Hosting.UNKNOWN, Hosting.UNKNOWN)
    use: Span[Right] = Span(Right.UNKNOWN, Right.UNKNOWN)
    modify: Span[Right] = Span(Right.UNKNOWN, Right.UNKNOWN)
    share: Span[Right] = Span(Right.UNKNOWN, Right.UNKNOWN)
    license_id: str = ""  # of the weights (software: the source); expression, our id or raw text
    stage: Stage | None = None  # of the released weights
    quantities: Mapping[str, tuple[Quantity, ...]] = field(default_factory=dict)
    token_model: bool = True  # 6ND holds for token models only
    data_information_sufficient: bool | None = None
    staged_release: bool | None = None
