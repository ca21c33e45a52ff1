"""Our evidence in the classes of the European index (conversions: spec/evidence.md, section 3).

Each cell is a span of open, partial and closed, since part of what the index judges may not be on
record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from scoring.facts import Access, Hosting, Span, Stage, State, exactly, span, stricter
from scoring.profile import Profile

Cell = Span[State]

_OPEN, _PARTIAL, _CLOSED = State.OPEN, State.PARTIAL, State.CLOSED
_UNKNOWN = exactly(State.UNKNOWN)
_WITHHELD, _GIVEN = exactly(_CLOSED), exactly(_OPEN)
_OF_ACCESS = {
    Access.NONE: _CLOSED,
    Access.BY_REQUEST: _PARTIAL,
    Access.CLICK_THROUGH: _PARTIAL,
    Access.PUBLIC: _OPEN,
}
_OF_HOSTING = {
    Hosting.NONE: _CLOSED,
    Hosting.UI_ONLY: _CLOSED,
    Hosting.RESTRICTED: _PARTIAL,
    Hosting.PAID_API: _PARTIAL,
    Hosting.FREE_API: _OPEN,
}
# How open a document can be at most: what nobody has judged may be either.
_CAPS: dict[str, Cell] = {
    "full": _GIVEN,
    "all": _GIVEN,
    "partial": exactly(_PARTIAL),
    "some": exactly(_PARTIAL),
    "": span(_PARTIAL, _OPEN),
}
TRAINING_CODE = ("data_prep_code", "training_code")
LICENSED_CODE = (*TRAINING_CODE, "inference_code", "architecture_code")
LICENSED_DATA = ("training_data_base", "training_data_end")


def _joined(cells: Iterable[Cell]) -> Cell:
    """Open if all are, closed if none is, else partial."""
    lows, highs = zip(*(cell.ends for cell in cells), strict=True)
    return span(_mixed(lows), _mixed(highs))


def _mixed(states: Iterable[State]) -> State:
    found = set(states)
    return found.pop() if len(found) == 1 else _PARTIAL


def _twin(profile: Profile, key: str, other: str) -> Cell:
    """A base or end cell; where there is one stage only, each mirrors the other."""
    cell = profile.state(key)
    if not cell.known and profile.stage is Stage.SINGLE:
        return profile.state(other)
    return cell


def _weights(profile: Profile, key: str, other: str) -> Cell:
    """Open if public, partial behind any gate; access is on record for what is released."""
    cell = _twin(profile, key, other)
    released = "weights_end" if profile.state("weights_end").known else "weights_base"
    if profile.access.known and (key == released or profile.stage is Stage.SINGLE):
        by_access = span(*(_OF_ACCESS[end] for end in profile.access.ends))
        return stricter(cell, by_access) if cell.known else by_access
    return cell


def _document(profile: Profile, key: str) -> Cell:
    """Open only if somebody judged it complete; there but not judged, it may be either."""
    return stricter(profile.state(key), _CAPS[profile.completeness.get(key, "")])


def _paper(profile: Profile, key: str) -> Cell:
    """Open only if it covers base model and tuning."""
    return stricter(profile.state(key), _CAPS[profile.coverage.get(key, "")])


def _licenses(profile: Profile) -> Cell:
    """As judged; else open if weights, code and data all stand under open terms, partial if two."""
    judged = profile.state("license_coverage")
    if judged.known:
        return judged
    weights = "weights_end" if profile.state("weights_end").known else "weights_base"
    parts = [
        _joined(_licensed(profile, key) for key in keys)
        for keys in ((weights,), LICENSED_CODE, LICENSED_DATA)
    ]
    return span(*(_two_of_three([part.ends[end] for part in parts]) for end in (0, 1)))


def _licensed(profile: Profile, key: str) -> Cell:
    """Open if a component is there under open terms, closed if not."""
    least, most = profile.state(key).ends
    approved = profile.osi.get(key)
    if approved is False or most is _CLOSED:
        return _WITHHELD
    if approved is None or least is _CLOSED:
        return _UNKNOWN
    return _GIVEN


def _two_of_three(parts: list[State]) -> State:
    if all(part is _OPEN for part in parts):
        return _OPEN
    return _PARTIAL if sum(part is not _CLOSED for part in parts) >= 2 else _CLOSED


def _api(profile: Profile) -> Cell:
    if not profile.hosted.known:
        return _UNKNOWN
    least, most = (_OF_HOSTING[end] for end in profile.hosted.ends)
    return span(least, most)


CELLS: dict[str, Callable[[Profile], Cell]] = {
    "datasources_basemodel": lambda p: _twin(p, "training_data_base", "training_data_end"),
    "datasources_endmodel": lambda p: _twin(p, "training_data_end", "training_data_base"),
    "weights_basemodel": lambda p: _weights(p, "weights_base", "weights_end"),
    "weights_endmodel": lambda p: _weights(p, "weights_end", "weights_base"),
    "trainingcode": lambda p: _joined(p.state(key) for key in TRAINING_CODE),
    "code": lambda p: _document(p, "code_doc"),
    "hardware_architecture": lambda p: _document(p, "hardware_doc"),
    "preprint": lambda p: _paper(p, "preprint"),
    "paper": lambda p: _paper(p, "peer_reviewed_paper"),
    "modelcard": lambda p: _document(p, "model_card"),
    "datasheet": lambda p: _document(p, "data_card"),
    "licenses": _licenses,
    "package": lambda p: p.state("package"),
    "api": _api,
}
"""Dimension -> how a profile is read for it."""
