"""Whether a source is well: a breaker that pauses all visits, and a canary that ends the pause.

While a source is paused nothing is asked and nothing concluded: what is known stays as it was.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

from django.db.models import Max
from django.utils import timezone

from openness.models import Fetch, SourceState
from openness.services.refresh_record import Visit, log_of
from openness.services.refresh_state import Asked
from openness.sources.http import Answer
from openness.sources.live import HEALTHY, LiveSource, Meaning, Verdict, Watched

# spec/refresh.md section 7: more than a fifth of the last fifty.
LOOK_BACK = 50
TOLERATED = 0.2
# Fewer visits than this say nothing of a source.
ENOUGH = 5
FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=6)
# How the source stands is shown to people: seconds between two writes of it.
KEPT_EVERY = 5.0


@dataclass(frozen=True, slots=True)
class Pause:
    """Why a source is left alone, and for how many seconds more."""

    words: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Rest:
    """Why a round ended before everything due was visited, and for how many seconds at least.

    It is no news where that is the ordinary course of things.
    """

    source: str
    words: str
    seconds: float
    news: bool = True


def _state(source: Watched) -> SourceState:
    return SourceState.objects.get_or_create(key=source.key)[0]


def paused(source: Watched) -> Pause | None:
    """The pause that holds now, if one does."""
    state, now = _state(source), timezone.now()
    if state.paused_until and state.paused_until > now:
        return Pause(f"paused: {state.reason}", (state.paused_until - now).total_seconds())
    return None


def recovered(source: Watched, *, ask: Callable[[], bool]) -> bool:
    """Whether visits may go on: always, unless a pause has just run out; then the canary says."""
    state = _state(source)
    if state.paused_until is None:
        return True
    if not ask():
        _pause(state, "it is still not itself")
        return False
    newest = Fetch.objects.filter(source=source.key).aggregate(at=Max("pk"))["at"] or 0
    state.paused_until, state.pauses, state.reason = None, 0, ""
    state.judged_from = newest
    state.save()
    return True


def pause(source: Watched, reason: str) -> Pause:
    """Leave the source alone for a while, longer each time in a row."""
    return _pause(_state(source), reason)


def pause_if_ill(source: Watched) -> Pause | None:
    """Pause the source if too many of its last visits failed."""
    return Pulse(source).pause_if_ill()


class Pulse:
    """How the last visits to a source went: read once, felt visit by visit by who has the turn."""

    def __init__(self, source: Watched) -> None:
        self.state = _state(source)
        newest = (
            Fetch.objects.filter(source=source.key, pk__gt=self.state.judged_from)
            .order_by("-pk")
            .values_list("meaning", flat=True)[:LOOK_BACK]
        )
        self.last = deque(reversed(newest), maxlen=LOOK_BACK)
        self.kept = monotonic()

    def felt(self, done: Visit, answers: int) -> Pause | None:
        """Take one more visit of so many answers in; the pause that follows, if one does."""
        self.last.extend([done.meaning] * answers)
        if done.meaning in HEALTHY and done.meaning != Meaning.MISSING:
            self.state.last_ok_at = timezone.now()
            self.state.quota_left = done.quota_left
        if monotonic() - self.kept > KEPT_EVERY:
            self.keep()
        return self.pause_if_ill()

    def pause_if_ill(self) -> Pause | None:
        """Pause the source if too many of its last visits failed."""
        failed = sum(one not in HEALTHY and one != Meaning.THROTTLED for one in self.last)
        if len(self.last) < ENOUGH or failed <= TOLERATED * len(self.last):
            return None
        return _pause(self.state, f"{failed} of the last {len(self.last)} visits failed")

    def keep(self) -> None:
        """Write for pages when the source last answered and what it has left."""
        self.state.save(update_fields=["last_ok_at", "quota_left"])
        self.kept = monotonic()


def _pause(state: SourceState, reason: str) -> Pause:
    length = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(state.pauses, 10))
    state.paused_until = timezone.now() + length
    state.pauses += 1
    state.reason = reason
    state.save()
    return Pause(f"paused: {reason}", length.total_seconds())


_WELL = (Meaning.OK, Meaning.UNCHANGED, Meaning.GATED)


def healthy(source: LiveSource, answer: Answer, verdict: Verdict) -> bool:
    """Log the canary's answer; whether it is there as always."""
    log_of(source, None, answer, verdict).save()
    return verdict.meaning in _WELL


def lately_well(source: LiveSource) -> bool:
    """Whether the canary was there some minutes ago."""
    place = source.base() + source.path(*source.canary)
    since = timezone.now() - FIRST_PAUSE
    seen = Fetch.objects.filter(source=source.key, identifier__isnull=True, url=place, at__gt=since)
    return seen.filter(meaning__in=_WELL).exists()


def rest(source: LiveSource, asked: Asked) -> None:
    """Log that the source asked to be left alone; the budget keeps for how long."""
    log_of(source, None, asked.answers[-1], asked.verdict).save()
