"""Whether anybody offers it hosted: dated, vouched for by the vendor, or seen by two others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from scoring.facts import Claim, Hosting, Span, State, Trust, exactly, most_open, span, steps

HOSTING_COMPONENTS = ("hosted_api", "hosted_ui")
FRESH_FOR = timedelta(days=180)
"""How long an observation by others counts as one of two sources of a hosted offer (o2w-1)."""


def _hosting_said(claim: Claim) -> Span[Hosting] | None:
    """What a claim says of an offer: outright, or by its state, price and audience."""
    if claim.hosting is not None and claim.hosting.known:
        return claim.hosting
    if claim.state is State.UNKNOWN:
        return None
    if claim.state is State.CLOSED:
        return exactly(Hosting.NONE)
    if claim.audience not in ("", "anyone"):
        return exactly(Hosting.RESTRICTED)
    if claim.component == "hosted_ui":
        return exactly(Hosting.UI_ONLY)
    by_price = {"free": exactly(Hosting.FREE_API), "paid": exactly(Hosting.PAID_API)}
    return by_price.get(claim.price, span(Hosting.RESTRICTED, Hosting.FREE_API))


def hosted(told: Mapping[str, Sequence[Claim]], on: date) -> Span[Hosting]:
    """The best offer on record, by anyone.

    It counts as far as the vendor or a reviewer says so, or as two independent sources of the last
    180 days agree; beyond that it is possible up to the best claim. No offer seen is unknown.
    """
    offers = [
        (claim, offer)
        for key in HOSTING_COMPONENTS
        for claim in _reviewed_or_all(told.get(key, ()))
        if (offer := _hosting_said(claim))
    ]
    if not offers:
        return exactly(Hosting.UNKNOWN)
    certain = [offer.ends[0] for claim, offer in offers if _vouched(claim)]
    certain += _seen_twice(offers, on)
    ladder = steps(Hosting)
    best = most_open(*(offer for _, offer in offers)).ends[1]
    return span(max(certain, key=ladder.index, default=ladder[0]), best)


def _vouched(claim: Claim) -> bool:
    return claim.origin == "own" or claim.trust is Trust.REVIEWED


def _reviewed_or_all(claims: Sequence[Claim]) -> Sequence[Claim]:
    return [claim for claim in claims if claim.trust is Trust.REVIEWED] or claims


def _seen_twice(offers: Sequence[tuple[Claim, Span[Hosting]]], on: date) -> list[Hosting]:
    """The best offer that a second, independent source of late also sees."""
    ladder = steps(Hosting)
    best_of: dict[str, Hosting] = {}
    for claim, offer in offers:
        if claim.stated_on is not None and on - claim.stated_on < FRESH_FOR:
            seen = (best_of.get(claim.source, ladder[0]), offer.ends[0])
            best_of[claim.source] = max(seen, key=ladder.index)
    ranked = sorted(best_of.values(), key=ladder.index, reverse=True)
    return ranked[1:2]
