"""Which of several claims counts, and what they come to.

The most trusted claims count (`Trust`). Several of the same trust may be ranges ("partial or
open"): where all of them can be true, what they have in common holds; where they exclude each
other, the pair from the least open to the most open. Machines never overrule a reviewed claim; but
a newer observation at the vendor that contradicts it makes it disputed, and the less open of the
two holds until a person has looked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from scoring.facts import (
    Access,
    Claim,
    Right,
    Span,
    State,
    Trust,
    between,
    span,
    steps,
    stricter,
)

_VENDOR = (Trust.VENDOR_PAGE, Trust.VENDOR_API, Trust.LICENSE_TEXT)

SaidT = TypeVar("SaidT", State, Access, Right)


@dataclass(frozen=True, slots=True)
class Weighed(Generic[SaidT]):
    """What claims come to: the value, the claims that gave it, and whether it is disputed."""

    value: Span[SaidT]
    counting: tuple[Claim, ...]
    disputed: bool = False


def weigh(
    claims: Iterable[Claim], says: Callable[[Claim], Span[SaidT] | None]
) -> Weighed[SaidT] | None:
    """The value that counts; None where no claim says anything."""
    said = [(claim, value) for claim in claims if (value := says(claim)) and value.known]
    if not said:
        return None
    top = max(claim.trust for claim, _ in said)
    best = [(claim, value) for claim, value in said if claim.trust == top]
    counting = tuple(claim for claim, _ in best)
    value = _agreed([value for _, value in best])
    against = [other for claim, other in said if overrides(claim, counting)]
    contradicting = [other for other in against if not compatible(value, other)]
    if contradicting:
        return Weighed(stricter(value, *contradicting), counting, disputed=True)
    return Weighed(value, counting)


def overrides(claim: Claim, counting: Sequence[Claim]) -> bool:
    """Whether this is an observation at the vendor, newer than the reviewed claims that count."""
    reviewed_on = max((one.stated_on for one in counting if one.stated_on), default=None)
    return (
        counting[0].trust is Trust.REVIEWED
        and claim.trust in _VENDOR
        and claim.stated_on is not None
        and reviewed_on is not None
        and claim.stated_on > reviewed_on
    )


def _agreed(values: Sequence[Span[SaidT]]) -> Span[SaidT]:
    """What ranges have in common; where two exclude each other, all from the least to the most."""
    ladder = steps(type(values[0].least))
    least = max((value.ends[0] for value in values), key=ladder.index)
    most = min((value.ends[1] for value in values), key=ladder.index)
    if ladder.index(least) <= ladder.index(most):
        return span(least, most)
    return between(*values)


def compatible(one: Span[SaidT], other: Span[SaidT]) -> bool:
    """Whether some step lies in both."""
    ladder = steps(type(one.least))
    (low, high), (other_low, other_high) = one.ends, other.ends
    return ladder.index(max(low, other_low, key=ladder.index)) <= ladder.index(
        min(high, other_high, key=ladder.index)
    )


def state_said(claim: Claim) -> Span[State]:
    return span(claim.state, claim.state_most or claim.state)


def standing(claim: Claim) -> tuple[int, int, date, str]:
    """Orders claims by trust, confidence and date; the source's name makes it a total order."""
    return claim.trust, claim.confidence, claim.stated_on or date.min, claim.source
