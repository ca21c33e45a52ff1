"""Cells of class, link and notes: the form that the two indexes of openness share.

Conversions: spec/evidence.md section 3. The same word means another thing in another cell, so what
a partial cell lacks stands in each rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from openness.sources.addresses import first_address
from openness.sources.documents import checked_name
from openness.sources.reading import Said
from openness.sources.safe_yaml import Value, mapping, scalar, texts
from scoring.facts import Access, Claim, Hosting, Stage, State, exactly, span
from scoring.licenses import normalize, says_nothing

HOSTING_DAYS = 180  # open-to-whom.md section 8: an offer that nobody has seen since is unknown

_NAMELESS = frozenset(
    {"-", "na", "n/a", "none", "unknown", "unspecified", "undisclosed", "not specified"}
)
_STATES = {"open": State.OPEN, "partial": State.PARTIAL, "closed": State.CLOSED}
_COMPLETENESS = {State.OPEN: "full", State.PARTIAL: "partial", State.CLOSED: ""}
# Any gate is "partial" in these indexes, and a gate is at least a click.
_ACCESS = {
    State.OPEN: exactly(Access.PUBLIC),
    State.PARTIAL: span(Access.BY_REQUEST, Access.CLICK_THROUGH),
    State.CLOSED: exactly(Access.NONE),
}
_HOSTING = {
    State.OPEN: exactly(Hosting.FREE_API),
    State.PARTIAL: span(Hosting.RESTRICTED, Hosting.PAID_API),
    State.CLOSED: exactly(Hosting.NONE),
}


@dataclass(frozen=True, slots=True)
class Rule:
    """Which component a cell speaks of, and what its words mean there."""

    component: str
    partial_reason: str = ""
    stage: Stage | None = None
    merged: bool = False
    publication: str = ""
    covers: str = ""  # what an open paper covers
    judged: bool = False  # the class judges completeness, not mere presence


def cells(blocks: Mapping[str, Value], headers: Iterable[str], where: str) -> Iterator[Said]:
    """The cells of a file in its own order, from position 1.

    Raises Refused for a cell that is not a mapping of class, link and notes.
    """
    position = 0
    for dimension, value in blocks.items():
        if dimension in headers:
            continue
        position += 1
        cell = dict(mapping(value, dimension, where))
        yield Said(
            position=position,
            dimension=dimension,
            value=scalar(cell.pop("class", None), f"{dimension}.class", where),
            links=texts(cell.pop("link", None), f"{dimension}.link", where),
            note=scalar(cell.pop("notes", None), f"{dimension}.notes", where),
            attributes=cell,
        )


def header(
    blocks: Mapping[str, Value], main: str, where: str, **more: Mapping[str, str]
) -> tuple[Said, Mapping[str, Value], Mapping[str, Value]]:
    """(header, main block, block of the organization) of a file.

    The header's attributes are both blocks as they stand, and `more`. Raises Refused if the main
    block has no name.
    """
    block = mapping(blocks.get(main), main, where)
    org = mapping(blocks.get("org"), "org", where)
    said = Said(
        position=0,
        dimension="",
        value=checked_name(scalar(block.get("name"), f"{main}.name", where), main, where),
        links=(
            *texts(block.get("link"), f"{main}.link", where),
            *texts(org.get("link"), "org.link", where),
        ),
        note=scalar(block.get("notes"), f"{main}.notes", where),
        attributes={main: dict(block), "org": dict(org), **more},
    )
    return said, block, org


def named(text: str) -> str:
    """The name that a field gives, or "" where it only says that there is none or none is known."""
    return "" if text.strip().lower() in _NAMELESS else text.strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What holds for every claim of one file."""

    source: str
    record: str
    stated_on: date
    single: bool = False  # base and end model are one, so twin cells speak of the same
    license_text: str = ""  # the license that the file names beside its cells
    license_source: str = "component"  # component: of the released weights; distribution: of all


def claims_of(
    cells: Iterable[Said], rules: Mapping[str, tuple[Rule, ...]], context: Context
) -> tuple[Claim, ...]:
    """Our reading of the cells. A blank or any word but the three claims nothing."""
    return tuple(
        _claim(cell, state, rule, context)
        for cell in cells
        if (state := _STATES.get(cell.value.strip().lower()))
        for rule in rules.get(cell.dimension, ())
    )


def _claim(cell: Said, state: State, rule: Rule, context: Context) -> Claim:
    stage = Stage.SINGLE if context.single and rule.stage else rule.stage
    claim = Claim(
        component=rule.component,
        state=state,
        partial_reason=rule.partial_reason if state is State.PARTIAL else "",
        stage=stage,
        merged=rule.merged,
        publication=rule.publication if state is not State.CLOSED else "",
        covers=rule.covers if state is State.OPEN else "",
        completeness=_COMPLETENESS[state] if rule.judged else "",
        source=context.source,
        link=first_address(cell.links),
        record=context.record,
        stated_on=context.stated_on,
        confidence=4,
    )
    if rule.component in ("weights_base", "weights_end"):
        claim = replace(claim, access=_ACCESS[state], gate="none" if state is State.OPEN else "")
    if _is_release(rule.component, stage) and state is not State.CLOSED:
        claim = licensed(claim, context)
    if rule.component == "hosted_api":
        claim = _hosted(claim, context.stated_on)
    return claim


def _is_release(component: str, stage: Stage | None) -> bool:
    """Whether the weights are those that the file's license speaks of."""
    return component == "weights_end" or (component == "weights_base" and stage is Stage.SINGLE)


def licensed(claim: Claim, context: Context) -> Claim:
    """The claim under the license that the file names beside its cells, if it names one."""
    text = context.license_text
    if says_nothing(text):
        return claim
    return replace(
        claim, license_raw=text, license_id=normalize(text), license_source=context.license_source
    )


def _hosted(claim: Claim, stated_on: date) -> Claim:
    is_free = claim.state is State.OPEN
    return replace(
        claim,
        hosting=_HOSTING[claim.state],
        price="free" if is_free else "",
        audience="anyone" if is_free else "",
        expires_at=stated_on + timedelta(days=HOSTING_DAYS),
    )
