"""What a statement would change before it counts: every lens with and without it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from openness.facts import Settler
from openness.models import Project
from scoring.facts import Claim, Facts, Kind, Quantity
from scoring.lenses import LENSES
from scoring.profile import Profile, profile_of
from scoring.raising import Raise, what_would_raise
from scoring.reconcile import settle
from scoring.result import Value

LIFT = 10.0
"""Points of open-to-whom from which two reviewers have to agree (features: review)."""
_MOF_CLASSES = ("unclassified", "class_3", "class_2", "class_1")


@dataclass(frozen=True, slots=True)
class Effect:
    """One lens without and with what is proposed; `before` is None for a new release."""

    lens: str
    before: Value | None
    after: Value


def supposed(
    project: Project, claims: Sequence[Claim], *, instead_of: Callable[[Claim], bool]
) -> Facts:
    """The facts of a project as they would be with these claims in place of some."""
    settler = Settler()
    settler.load([project])
    settler.suppose(project.pk, claims, instead_of=instead_of)
    return settler.facts(project.pk)


def described(kind: str, claims: Iterable[Claim], sizes: Iterable[Quantity] = ()) -> Facts:
    """The facts of a release that is not here yet."""
    return settle(claims, kind=Kind(kind), quantities=sizes, on=timezone.localdate())


def effects(before: Facts | None, after: Facts) -> list[Effect]:
    """Every lens that derives a value of this kind of release, in the order of display."""
    old = profile_of(before) if before else None
    new = profile_of(after)
    return [
        Effect(key, derived(key, old) if old else None, value)
        for key in LENSES
        if (value := derived(key, new)) is not None
    ]


def derived(lens: str, profile: Profile) -> Value | None:
    """The lens's reading of a profile; None where it does not cover the kind of release."""
    if "derived" not in LENSES[lens].bases:
        return None
    value = LENSES[lens].derive(profile)
    return value if value.grade or value.low is not None else None


def lifts(found: Iterable[Effect]) -> bool:
    """Whether a release would rise by a class of the MOF or by ten points of open-to-whom."""
    return any(_lifts(one) for one in found)


def _lifts(one: Effect) -> bool:
    if one.lens == "mof":
        old = one.before.grade if one.before else _MOF_CLASSES[0]
        return _class(one.after.grade) > _class(old)
    if one.lens == "open-to-whom":
        low = (one.before.low if one.before else None) or 0.0
        return (one.after.low or 0.0) - low >= LIFT
    return False


def _class(grade: str) -> int:
    return _MOF_CLASSES.index(grade) if grade in _MOF_CLASSES else 0


def raises(facts: Facts) -> dict[str, Raise]:
    """{lens: the first thing that would raise its value}, where anything would."""
    canonical = profile_of(facts).canonical()
    found = {
        key: what_would_raise(key, canonical, lens.version, 1)
        for key, lens in LENSES.items()
        if "derived" in lens.bases
    }
    return {key: some[0] for key, some in found.items() if some}
