"""What would raise it: the smallest changes that move a result, found by asking the lens itself.

A change is something that somebody can do: publish a component whole and under an open license,
let anybody have the weights, offer an API, put the release under an open license, or have a
reviewer judge. Single changes come first, then pairs that do more than their parts; of equally many
changes the one that gains most comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations, islice
from typing import Any, Generic, TypeVar

from scoring import mof_licenses
from scoring.components import COMPONENTS, ContentType
from scoring.facts import Access, Hosting, Right, State, exactly
from scoring.lenses import LENSES, Judged, Lens, mof
from scoring.mof_licenses import Verdict
from scoring.profile import PAPERS, Profile
from scoring.result import Value

_PUBLISHABLE = (ContentType.CODE, ContentType.DATA, ContentType.DOCUMENT)
_WEIGHTS = ("weights_end", "weights_base")
Held = TypeVar("Held")
_NEGLIGIBLE = 1e-6  # values are stored to six decimals


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to do: `term` is a component id, access, hosted, terms or a judgement."""

    term: str
    to: str


@dataclass(frozen=True, slots=True)
class Raise:
    """Changes that together move a result: to which value, and by how much of the lens's unit.

    Where the grade ranks and not the number, the gain counts grades.
    """

    changes: tuple[Change, ...]
    value: Value
    gain: float


@dataclass(frozen=True, slots=True)
class _Option(Generic[Held]):
    """A change, and what it makes of what is: of a profile, or of what a publisher says."""

    change: Change
    apply: Callable[[Held], Held]


@lru_cache(maxsize=4096)
def what_would_raise(
    lens: str, canonical: str, version: str = "", most: int | None = None
) -> tuple[Raise, ...]:
    """The first raises (`most` of them; None: all) of a derived value on a profile, given in its
    canonical form.

    Kept, by profile and version of the lens, so that a page pays once. Empty for a kind that the
    lens does not cover. Pairs, which are many, are tried only where single changes are too few.
    """
    rule = LENSES[lens]
    profile = Profile.parse(canonical)
    before = rule.derive(profile)
    if rule.rank_key(before) is None and before.low is None:
        return ()
    return tuple(islice(_raises(rule, profile, _options(rule, profile), rule.derive), most))


def _raises(
    rule: Lens,
    now: Held,
    options: Iterable[_Option[Held]],
    ask: Callable[[Held], Value],
) -> Iterator[Raise]:
    before = _standing(rule, ask(now))

    def raised(state: Held, *some: _Option[Held]) -> Raise:
        value = ask(state)
        gain = round(_standing(rule, value) - before, 6)
        return Raise(tuple(option.change for option in some), value, gain)

    after = [(one, state) for one in options if (state := one.apply(now)) != now]
    singles = [(one, state, raised(state, one)) for one, state in after]
    yield from _ordered([single for _one, _state, single in singles if single.gain > _NEGLIGIBLE])
    pairs = []
    for (one, state, first), (other, _state, second) in combinations(singles, 2):
        both = raised(other.apply(state), one, other)
        if both.gain > max(first.gain, 0.0) + max(second.gain, 0.0) + _NEGLIGIBLE:
            pairs.append(both)
    yield from _ordered(pairs)


def _ordered(raises: list[Raise]) -> list[Raise]:
    return sorted(raises, key=lambda one: (-one.gain, [change.term for change in one.changes]))


def _standing(rule: Lens, value: Value) -> float:
    """The proven value, or the place of a grade that ranks."""
    if rule.ranked_grades:
        return float(-rule.ranked_grades.index(value.grade))
    return value.low or 0.0


def _options(rule: Lens, profile: Profile) -> Iterator[_Option[Profile]]:
    """Everything that somebody could do and the lens might notice."""
    for key, info in COMPONENTS.items():
        publishable = info.content_type in _PUBLISHABLE and key not in _WEIGHTS
        if publishable and rule.key in info.fills and info.applies_to(profile.kind):
            yield _Option(Change(key, "open"), _publishing(key))
    yield _Option(Change("access", "public"), _giving)
    for offer in (Hosting.PAID_API, Hosting.FREE_API):
        yield _Option(Change("hosted", offer), _hosting(offer))
    yield _Option(Change("terms", "open"), _licensing)
    yield _Option(Change("package", "open"), _publishing("package"))
    yield _Option(Change("data_information_sufficient", "yes"), _judging)
    if profile.staged_release:
        yield _Option(Change("staged_release", "no"), _completing)


def _publishing(key: str) -> Callable[[Profile], Profile]:
    """Publish a component: whole, judged complete, and under an open license."""

    def apply(profile: Profile) -> Profile:
        judged: dict[str, Any] = {}
        if key in PAPERS:
            judged["coverage"] = {**profile.coverage, key: "all"}
        elif COMPONENTS[key].content_type is ContentType.DOCUMENT:
            judged["completeness"] = {**profile.completeness, key: "full"}
        return replace(
            profile,
            components={**profile.components, key: exactly(State.OPEN)},
            mof={**profile.mof, key: Verdict.OK},
            osi={**profile.osi, key: True},
            **judged,
        )

    return apply


def _released(profile: Profile) -> str:
    return next((key for key in _WEIGHTS if key in profile.components), _WEIGHTS[0])


def _giving(profile: Profile) -> Profile:
    """Let anybody have the weights."""
    opened = {**profile.components, _released(profile): exactly(State.OPEN)}
    return replace(profile, access=exactly(Access.PUBLIC), components=opened)


def _hosting(offer: Hosting) -> Callable[[Profile], Profile]:
    def apply(profile: Profile) -> Profile:
        order = list(Hosting)
        known = profile.hosted.known
        if known and order.index(profile.hosted.least) >= order.index(offer):
            return profile
        return replace(profile, hosted=exactly(offer))

    return apply


def _licensing(profile: Profile) -> Profile:
    """Put the release under an open license."""
    free = exactly(Right.OPEN)
    key = _released(profile)
    return replace(
        profile,
        use=free,
        modify=free,
        share=free,
        mof={**profile.mof, key: Verdict.OK},
        osi={**profile.osi, key: True},
    )


def _judging(profile: Profile) -> Profile:
    return replace(profile, data_information_sufficient=True)


def _completing(profile: Profile) -> Profile:
    return replace(profile, staged_release=False)


# --- As published -----------------------------------------------------------------------------


Said = tuple[Judged, ...]


def what_would_raise_published(
    lens: str, said: Sequence[Judged], edition: str = "", most: int | None = None
) -> tuple[Raise, ...]:
    """The same of a published value: cells that would have to be judged or listed otherwise."""
    rule = LENSES[lens]
    edition = rule.edition_of(said, edition)
    now = tuple(said)
    options = _listings(now) if lens == "mof" else _judgements(now, _BEST.get(lens, "open"))
    found = _raises(rule, now, options, lambda cells: rule.publish(cells, edition))
    return tuple(islice(found, most))


_BEST = {"fmti": "1"}
"""The best value of a cell, where it is not "open"."""


def _judgements(said: Said, best: str) -> Iterator[_Option[Said]]:
    """Each cell that is not judged best, judged so."""
    for cell in said:
        if cell.dimension and cell.value != best:
            yield _Option(Change(cell.dimension, best), _replacing(replace(cell, value=best)))


def _replacing(better: Judged) -> Callable[[Said], Said]:
    def apply(said: Said) -> Said:
        return tuple(better if cell.position == better.position else cell for cell in said)

    return apply


def _listings(said: Said) -> Iterator[_Option[Said]]:
    """Each component of the framework that is asked for, listed under an open license."""
    last = max((cell.position for cell in said), default=0)
    for at, slot in enumerate(mof.LENS.rule.slots.values(), start=1):
        if slot.required:
            license_ = {"license": mof_licenses.FITS_EVERYTHING}
            listed = Judged(last + at, slot.name, attributes=license_)
            yield _Option(Change(slot.name, "open"), _adding(listed))


def _adding(entry: Judged) -> Callable[[Said], Said]:
    return lambda said: (*said, entry)
