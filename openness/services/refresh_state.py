"""What a visit makes of an address: well, gated, moved, suspected, gone.

A path is not an identity, and one answer that finds nothing proves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction

from openness.models import Identifier
from openness.services.refresh_schedule import confirms_gone
from openness.sources.http import Answer
from openness.sources.live import Meaning, Target, Verdict


@dataclass(slots=True)
class Asked:
    """The answers of one visit and what they come to."""

    target: Target
    answers: list[Answer]
    verdict: Verdict
    wait: float = 0.0
    canary_is_well: bool | None = None  # None: it was not asked
    held: Mapping[str, str] | None = None  # observed before, by field; None: not looked at
    read_in: dict[str, int] = field(default_factory=dict)  # field: which of the answers, if not 0


def is_another(row: Identifier, verdict: Verdict) -> bool:
    """Whether the path now leads to another repository: a path is not an identity."""
    return bool(
        row.immutable_id and verdict.immutable_id and row.immutable_id != verdict.immutable_id
    )


def move(row: Identifier, verdict: Verdict, asked: Asked, now: datetime) -> Mapping[str, str]:
    """Bring the unsaved row's own state up to date; what is to be observed."""
    match verdict.meaning:
        case Meaning.OK:
            row.etag = asked.answers[0].headers.get("etag", "")[:200]
            row.last_modified = asked.answers[0].headers.get("last-modified", "")[:60]
            return found(row, verdict, asked.held or {}, now)
        case Meaning.UNCHANGED:
            _well(row, "ok" if row.state in _TROUBLED else row.state, now)
            return {}
        case Meaning.GATED:
            _well(row, "gated", now)
            return {}
        case Meaning.DISABLED:
            _well(row, "disabled", now)
            return {"disabled": "true"}
        case Meaning.REPLACED:
            _well(row, "moved", now)
            return {}
        case Meaning.MISSING:
            return _missing(row, asked, now)
        case _:
            # An outage says nothing of the target, so a suspicion is neither fed nor dropped.
            if row.state != "gone_suspected":
                _failed(row, "failing" if row.state != "gone" else "gone", now)
            return {}


def found(
    row: Identifier, verdict: Verdict, held: Mapping[str, str], now: datetime
) -> Mapping[str, str]:
    """Bring the unsaved row up to date with what is there; what is to be observed."""
    _well(row, verdict.state, now)
    row.immutable_id = row.immutable_id or verdict.immutable_id[:120]
    back = {"gone": "false"} if held.get("gone") == "true" else {}
    return {**verdict.observed, **back}


_TROUBLED = ("new", "failing", "gone_suspected", "gone")


def _well(row: Identifier, state: str, now: datetime) -> None:
    row.state, row.fails, row.first_failed_at, row.last_ok_at = state, 0, None, now


def _failed(row: Identifier, state: str, now: datetime) -> None:
    if row.state != state or row.first_failed_at is None:
        row.fails, row.first_failed_at = 0, now
    row.state, row.fails = state, row.fails + 1


def _missing(row: Identifier, asked: Asked, now: datetime) -> Mapping[str, str]:
    """Three visits over two days that find nothing, while the source is well: it is gone."""
    if row.state == "gone":
        return {}
    confirmed = confirms_gone(row, now) and asked.canary_is_well is True
    # The answer that is conditional on this would be 304 for a body that we no longer trust.
    row.etag = row.last_modified = ""
    if confirms_gone(row, now) and not confirmed:
        return {}  # the source is not itself: this visit does not count
    _failed(row, "gone_suspected", now)
    if not confirmed:
        return {}
    row.state = "gone"
    return {"gone": "true"}


def rename(row: Identifier, reference: str) -> None:
    """Follow a rename, unless another row already stands for the new path."""
    if not reference or reference == row.reference:
        return
    before = row.reference, row.listed_as
    row.reference, row.listed_as = reference[:500], row.listed_as or row.reference
    try:
        with transaction.atomic():
            row.save(update_fields=["reference", "listed_as"])
    except IntegrityError:
        row.reference, row.listed_as = before
