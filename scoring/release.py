"""How one comes by what is released, and under which terms it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from scoring import licenses
from scoring.facts import (
    Access,
    Claim,
    Facts,
    Kind,
    Right,
    Span,
    State,
    between,
    exactly,
    span,
    steps,
    stricter,
)
from scoring.licenses import UNKNOWN_RIGHTS, Rights
from scoring.weighing import overrides, standing, state_said, weigh

_RELEASED = {
    Kind.MODEL: ("weights_end", "weights_base"),
    Kind.SERVICE: ("weights_end", "weights_base"),
    Kind.SOFTWARE: ("source_code",),
    Kind.DATASET: ("training_data_base", "training_data_end"),
}
_GATES = {
    "none": Access.PUBLIC,
    "click_through": Access.CLICK_THROUGH,
    "by_request": Access.BY_REQUEST,
}


@dataclass(frozen=True, slots=True)
class BaseUnknown:
    """The release is derived from something of which we hold nothing: named, but not resolved."""

    name: str = ""


def _released(told: Mapping[str, list[Claim]], kind: Kind) -> list[Claim]:
    """The claims about what users are given.

    A model's tuned weights; its base weights where only those are on record, or where nothing is
    said of the tuned ones, since then the base model is the release.
    """
    first, *others = (told.get(key, []) for key in _RELEASED[kind])
    if any(_access_said(claim) or _speaks(claim) for claim in first):
        return first
    return next((claims for claims in others if claims), first)


def _access_said(claim: Claim) -> Span[Access] | None:
    """What a claim says of access: outright, by its gate, or by its state as far as that goes."""
    if claim.access is not None and claim.access.known:
        return claim.access
    if claim.state is State.UNKNOWN:
        return None
    if claim.gate in _GATES:
        return exactly(_GATES[claim.gate])
    least, most = state_said(claim).ends
    return span(
        Access.NONE if least is State.CLOSED else Access.BY_REQUEST,
        Access.NONE if most is State.CLOSED else Access.PUBLIC,
    )


def _source_access_said(claim: Claim) -> Span[Access] | None:
    """As `_access_said`, but open source code is public (o2w-1, software)."""
    stated = claim.access is not None and claim.access.known
    if not stated and not claim.gate and state_said(claim) == exactly(State.OPEN):
        return exactly(Access.PUBLIC)
    return _access_said(claim)


def access(told: Mapping[str, list[Claim]], kind: Kind) -> Span[Access]:
    """How one comes by the weights, or by the source of software."""
    says = _source_access_said if kind is Kind.SOFTWARE else _access_said
    weighed = weigh(_released(told, kind), says)
    return weighed.value if weighed else exactly(Access.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Terms:
    """What one may do, and the license by which it is known: an expression, our id or raw text."""

    granted: Rights = UNKNOWN_RIGHTS
    license_id: str = ""


def terms(told: Mapping[str, list[Claim]], kind: Kind) -> Terms:
    """The terms of the release: between them where the best speakers name different licenses."""
    speakers = _speakers(told, kind)
    if not speakers:
        return Terms()
    top = max(claim.trust for claim in speakers)
    counting = [claim for claim in speakers if claim.trust == top]
    newer = [_granted(claim) for claim in speakers if overrides(claim, counting)]
    granted = _each(between, [_granted(claim) for claim in counting])
    names = map(_license_name, sorted(counting, key=standing, reverse=True))
    return Terms(_each(stricter, [granted, *newer]), min(names, key=_openness))


def _each(join: Callable[..., Span[Right]], given: Iterable[Rights]) -> Rights:
    return Rights(*(join(*spans) for spans in zip(*given, strict=True)))


def _speakers(told: Mapping[str, list[Claim]], kind: Kind) -> list[Claim]:
    """The claims that say under which terms the release stands.

    First those about the release itself, then a judgement of the licenses as a whole, then a
    license given for everything in the distribution. Of weights that nobody is given only those
    who say so themselves can name the terms: whoever lists them under a license is mistaken.
    """
    if access(told, kind) == exactly(Access.NONE):
        return [
            claim
            for claim in _released(told, kind)
            if _speaks(claim) and _access_said(claim) == exactly(Access.NONE)
        ]
    whole = told.get("license_coverage", [])
    distribution = [
        claim for said in told.values() for claim in said if claim.license_source == "distribution"
    ]
    candidates = (
        [claim for claim in group if _speaks(claim)]
        for group in (_released(told, kind), whole, distribution)
    )
    return next((speaking for speaking in candidates if speaking), [])


def _speaks(claim: Claim) -> bool:
    stated = claim.use or claim.modify or claim.share
    return bool(stated or claim.license_id or not licenses.says_nothing(claim.license_raw))


def _granted(claim: Claim) -> Rights:
    """The rights that a claim gives: those stated outright, else those of its license."""
    by_license = licenses.rights(claim.license_id or claim.license_raw)
    stated = (claim.use, claim.modify, claim.share)
    return Rights(
        *(exactly(own) if own else of for own, of in zip(stated, by_license, strict=True))
    )


def _license_name(claim: Claim) -> str:
    return claim.license_id or licenses.normalize(claim.license_raw) or claim.license_raw.strip()


def _openness(license_id: str) -> int:
    """Orders licenses by their strictest right; what is not known comes last."""
    least = stricter(*licenses.rights(license_id))
    return steps(Right).index(least.least) if least.known else len(steps(Right))


def bound_by(base: Facts | BaseUnknown | None, own: Rights) -> Rights:
    """The stricter of a release and what it was derived from."""
    if base is None:
        return own
    if isinstance(base, BaseUnknown):
        return _each(stricter, [own, UNKNOWN_RIGHTS])
    return _each(stricter, [own, Rights(base.use, base.modify, base.share)])
