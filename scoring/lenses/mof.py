"""The Model Openness Framework, as its tool evaluates it, and our reading of it on our evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from scoring.facts import Facts, Kind, Stage, State
from scoring.lenses.lens import Judged, Lens, rounded
from scoring.lenses.mof_rule import (
    DATASETS,
    GRADES,
    PAPER,
    REPORT,
    Rule,
    Slot,
    class_of,
    total,
)
from scoring.licenses import normalize
from scoring.mof_licenses import UNLICENSED, Verdict, verdict
from scoring.profile import Profile, profile_of
from scoring.result import Check, Outcome, Result, Sentence, Value


@dataclass(frozen=True, slots=True)
class _Listed:
    """A listed component: its license as the tool resolves it, and what the tool makes of it."""

    license: str
    verdict: Verdict
    own: object  # the license of the entry itself; None where it has no such key
    path: object  # where the entry's license lies


class ModelOpenness(Lens):
    """Class and percentages; the number is the mean of the three gated percentages."""

    def __init__(self) -> None:
        super().__init__(__file__)
        self.rule = Rule(
            Slot(row["name"], row["type"], row["class"], row["required"], tuple(row["ours"]))
            for row in self.texts["components"]
        )
        self._components = {name: slot.ours[0] for name, slot in self.rule.slots.items()}

    # --- As published ---------------------------------------------------------------------------

    def explain_published(self, said: Sequence[Judged], edition: str = "") -> Result:
        """The tool's own evaluation, and in `detail`:

        c1, c2, c3    percent at full precision, gated as in the tool
        class         0 to 3
        ungated       {class: percent}
        buckets       {class: {missing, included, optional, unlicensed, invalid: names}}
        licenses      {name: license as resolved}
        warnings      names whose license is open but made for another type
        counters      {letter: number}, by which the tool's test files are named
        next          a sentence: how far the next class is
        """
        self.edition(edition)
        listed = self._listed(said)
        verdicts = {name: held.verdict for name, held in listed.items()}
        included = frozenset(name for name, word in verdicts.items() if word.counts)
        progress = self.rule.gated(included)
        value = total(progress)
        return Result(
            rounded(value, value, GRADES[class_of(progress)]),
            checks=tuple(self._check(name, listed) for name in self.rule.slots),
            notes=tuple(self._notes(said, listed)),
            detail={
                **{f"c{class_}": progress[class_] for class_ in (1, 2, 3)},
                "class": class_of(progress),
                "ungated": self.rule.shares(included),
                "buckets": {k: b.as_lists() for k, b in self.rule.buckets(verdicts).items()},
                "licenses": {name: held.license for name, held in listed.items()},
                "warnings": [n for n, word in verdicts.items() if word is Verdict.WARNING],
                "counters": _counters(said, listed),
                "next": self._next(included, class_of(progress)),
            },
        )

    def _listed(self, said: Sequence[Judged]) -> dict[str, _Listed]:
        """Component -> what is listed of it; a later entry replaces an earlier one wholly."""
        defaults = _defaults(said)
        listed = {}
        for entry in _entries(said):
            name = self._named(entry)
            own = entry.attributes.get("license")
            license_ = _resolved(own, self.rule.slots[name].type, defaults)
            word = verdict(license_, self.rule.slots[name].type)
            listed[name] = _Listed(license_, word, own, entry.attributes.get("license_path"))
        return listed

    def _named(self, entry: Judged) -> str:
        """The component that an entry means; the tool takes an unknown name for the first one."""
        return entry.dimension if entry.dimension in self.rule.slots else DATASETS

    def _check(self, name: str, listed: Mapping[str, _Listed]) -> Check:
        held = listed.get(name)
        if held is not None:
            outcome = Outcome.YES if held.verdict.counts else Outcome.NO
            reason = self._say(str(held.verdict), license=held.license)
        elif not self.rule.slots[name].required:
            outcome, reason = Outcome.NOT_APPLICABLE, self._say("optional")
        elif name == REPORT and PAPER in listed:
            outcome, reason = Outcome.NOT_APPLICABLE, self._say("waived")
        else:
            outcome, reason = Outcome.NO, self._say("missing")
        return Check(name, outcome, reason, component=self._components[name])

    def _say(self, key: str, **params: str) -> Sentence:
        template = self.texts["sentences"][key]
        used = {place: word for place, word in params.items() if f"{{{place}}}" in template}
        return Sentence(template, **used)

    def _next(self, included: frozenset[str], reached: int) -> Sentence:
        """How far the next class is, in words."""
        if reached == 1:
            return self._say("done")
        class_ = 3 if reached == 0 else reached - 1
        either = self._say("or", first=Sentence(REPORT), second=Sentence(PAPER))
        short = self.rule.short(included, class_)
        names = [either if name == REPORT else Sentence(name) for name in short]
        joined = reduce(lambda one, two: self._say("list", first=one, second=two), names)
        class_name = Sentence(self.texts["grades"][GRADES[class_]])
        form = "next_one" if len(names) == 1 else "next_many"
        return self._say(form, components=joined, class_name=class_name, count=str(len(names)))

    def _notes(self, said: Sequence[Judged], listed: Mapping[str, _Listed]) -> Iterator[Sentence]:
        """The oddities of the tool that touched this file."""
        seen: set[str] = set()
        for entry in _entries(said):
            if entry.dimension not in self.rule.slots:
                yield self._say("unknown_name", name=entry.dimension)
            elif entry.dimension in seen:
                yield self._say("repeated", name=entry.dimension)
            seen.add(self._named(entry))
        given = bool(_defaults(said))
        for name, held in listed.items():
            yield from self._license_notes(name, held, given=given)
        counting = {name for name, held in listed.items() if held.verdict.counts}
        if PAPER in counting and REPORT not in counting:
            yield self._say("stands_in")

    def _license_notes(self, name: str, held: _Listed, *, given: bool) -> Iterator[Sentence]:
        if held.own == "0":
            yield self._say("zero", name=name)
        elif held.own in ("", UNLICENSED) and given:
            yield self._say("blank_stops", name=name)
        if held.license == "CC0-1.0" and self.rule.slots[name].type == "data":
            yield self._say("cc0_data", name=name)
        if held.license == "PDDL-1.0":
            yield self._say("pddl", name=name)
        meant = normalize(held.license) if held.verdict is Verdict.INVALID else ""
        if meant and meant != held.license and verdict(meant, self.rule.slots[name].type).counts:
            yield self._say("spelling", name=name, license=held.license, id=meant)

    # --- Our reading ----------------------------------------------------------------------------

    def derive(self, profile: Profile) -> Value:
        """The rule on our evidence: low counts what surely counts, high what may. Models only.

        The grade is the class that is proven.
        """
        if profile.kind not in (Kind.MODEL, Kind.SERVICE):
            return Value(None, None)
        standing = self._standing(profile)
        return self._value(standing)

    def _value(self, standing: Mapping[str, tuple[bool, bool]]) -> Value:
        proven = frozenset(name for name, (sure, _) in standing.items() if sure)
        possible = frozenset(name for name, (_, may) in standing.items() if may)
        low = self.rule.gated(proven)
        return rounded(total(low), total(self.rule.gated(possible)), GRADES[class_of(low)])

    def _standing(self, profile: Profile) -> dict[str, tuple[bool, bool]]:
        """Component -> whether it counts for sure, and whether it may count."""
        return {
            slot.name: self._counts(profile, slot, self._parts(profile, slot))
            for slot in self.rule.slots.values()
        }

    @staticmethod
    def _parts(profile: Profile, slot: Slot) -> tuple[str, ...]:
        """The components of ours that speak for a slot: of a base model only the base data."""
        if slot.name == DATASETS and profile.stage in (Stage.BASE, Stage.SINGLE):
            return slot.ours[:1]
        return slot.ours

    @staticmethod
    def _counts(profile: Profile, slot: Slot, parts: Sequence[str]) -> tuple[bool, bool]:
        """All parts of the data are asked for, but any one of the papers will do."""
        if len(parts) == 1:
            return _part_counts(profile, parts[0])
        each = [_part_counts(profile, part) for part in parts]
        join = any if slot.name == PAPER else all
        return join([sure for sure, _ in each]), join([may for _, may in each])

    def explain(self, facts: Facts) -> Result:
        """`derive` with a check for each component; `detail` says how far the next class is."""
        profile = profile_of(facts)
        if facts.kind not in (Kind.MODEL, Kind.SERVICE):
            return Result(self.derive(profile))
        standing = self._standing(profile)
        proven = frozenset(name for name, (sure, _) in standing.items() if sure)
        progress = self.rule.gated(proven)
        return Result(
            self._value(standing),
            checks=tuple(
                self._derived_check(profile, slot, standing[slot.name])
                for slot in self.rule.slots.values()
            ),
            detail={
                **{f"c{class_}": progress[class_] for class_ in (1, 2, 3)},
                "class": class_of(progress),
                "next": self._next(proven, class_of(progress)),
            },
        )

    def _derived_check(self, profile: Profile, slot: Slot, counts: tuple[bool, bool]) -> Check:
        sure, may = counts
        parts = self._parts(profile, slot)
        there = [profile.state(part).known and _present(profile, part)[0] for part in parts]
        if sure:
            outcome, reason = Outcome.YES, "surely"
        elif may:
            outcome, reason = Outcome.UNKNOWN, "torn" if all(there) else "perhaps"
        elif not slot.required:
            outcome, reason = Outcome.NOT_APPLICABLE, "optional"
        else:
            outcome, reason = Outcome.NO, "rejected" if any(there) else "closed"
        return Check(slot.name, outcome, self._say(reason), component=self._components[slot.name])


def _present(profile: Profile, key: str) -> tuple[bool, bool]:
    """Whether a component is listed for sure, and whether it may be: open or partial is."""
    least, most = profile.state(key).ends
    return least is not State.CLOSED, most is not State.CLOSED


def _part_counts(profile: Profile, key: str) -> tuple[bool, bool]:
    sure, may = _present(profile, key)
    word = profile.mof.get(key)
    if word is None:
        return False, may
    return sure and word.counts, may and word.counts


def _entries(said: Sequence[Judged]) -> list[Judged]:
    return [cell for cell in said if cell.dimension]


def _given(said: Sequence[Judged]) -> dict[str, Mapping[str, object]]:
    """Part (distribution, code, data, document) -> {name, path} of the license for all of it."""
    header = next((cell for cell in said if not cell.dimension), None)
    release = header.attributes.get("release") if header else None
    given = release.get("license") if isinstance(release, Mapping) else None
    if not isinstance(given, Mapping):
        return {}
    return {str(part): one for part, one in given.items() if isinstance(one, Mapping)}


def _defaults(said: Sequence[Judged]) -> dict[str, str]:
    """Part -> name of the license for all of it, blanks left out."""
    names = {part: one.get("name") for part, one in _given(said).items()}
    return {part: str(name) for part, name in names.items() if _truthy(name)}


def _truthy(name: object) -> bool:
    """Whether PHP, in which the tool is written, takes a text for true: not blank, not "0"."""
    return name is not None and str(name) not in ("", "0")


def _resolved(own: object, content_type: str, defaults: Mapping[str, str]) -> str:
    """The license of an entry: its own, though blank; else its type's; else the distribution's."""
    if own is not None:
        return str(own) if _truthy(own) else UNLICENSED
    return defaults.get(content_type) or defaults.get("distribution") or UNLICENSED


def _counters(said: Sequence[Judged], listed: Mapping[str, _Listed]) -> dict[str, int]:
    """Components, global licenses, own licenses, valid, invalid, unlicensed, type-appropriate.

    A license path that is a global license's counts as an own license (spec: mof.md, section 8).
    """
    given = _given(said)
    paths = {one.get("path") for one in given.values() if one.get("name") and one.get("path")}
    verdicts = [held.verdict for held in listed.values()]
    return {
        "C": len(listed),
        "G": len(given),
        "L": sum(bool(held.own) or held.path in paths for held in listed.values()),
        "V": sum(word.counts for word in verdicts),
        "I": verdicts.count(Verdict.INVALID),
        "U": verdicts.count(Verdict.UNLICENSED),
        "T": verdicts.count(Verdict.OK),
    }


LENS = ModelOpenness()
