"""How each source stands: those that are visited, the price lists, and the links together.

The number of questions to the database and the broker does not grow with what they hold.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q

from openness.models import Fetch, Identifier, LinkCheck, SourceState
from openness.sources import LIVE, PRICE_LISTS
from openness.sources.budget import BrokerAway, Budget
from openness.sources.http import host_of
from openness.sources.live import HEALTHY, LiveSource
from openness.sources.price_lists import EVERY

# Due for longer than this: the workers do not keep up. The schedule looks at lists once a day.
OVERDUE = timedelta(hours=1)
OVERDUE_LIST = timedelta(days=1)
COUNTED = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatus:
    """How one source stands. Budget: None where the broker does not say, or there is none.

    A price list is one address; links are those of all sites together.
    """

    key: str
    name: str
    last_ok_at: datetime | None
    paused_until: datetime | None
    reason: str  # of the pause, or why a list could not be read
    budget_used: int | None  # questions in the running window
    budget: int | None  # questions that a window may have
    rest: float | None  # seconds until anybody may ask again
    addresses: int
    due: int
    overdue: int
    leased: int
    failing: int  # addresses whose last visit failed
    gone: int
    visits: dict[str, int] = field(default_factory=dict)  # of the last day, by their meaning

    @property
    def asked(self) -> int:
        """Visits of the last day."""
        return sum(self.visits.values())

    @property
    def failures(self) -> dict[str, int]:
        """Visits of the last day that say nothing of their target, by kind."""
        return {kind: n for kind, n in self.visits.items() if kind not in HEALTHY}


def source_statuses(now: datetime, *, ask_budget: bool) -> list[SourceStatus]:
    """All of them, in the order in which they are listed to readers."""
    states = {row.key: row for row in SourceState.objects.all()}
    counts, visits = _addresses(now), _last_day(now)
    found = []
    for key, source in LIVE.items():
        state = states.get(key) or SourceState(key=key)
        used, budget, rest = _budget(source) if ask_budget else (None, None, None)
        found.append(
            SourceStatus(
                key=key,
                name=source.name,
                last_ok_at=state.last_ok_at,
                **_pause(state, now),
                budget_used=used,
                budget=budget,
                rest=rest,
                visits=visits.get(key, {}),
                **counts.get(key, dict.fromkeys(_COUNTS, 0)),
            )
        )
    found += [
        _list(key, states.get(key) or SourceState(key=key), visits.get(key, {}), now)
        for key in PRICE_LISTS
    ]
    return [*found, _links(states.get("links") or SourceState(), visits.get("links", {}), now)]


_COUNTS = ("addresses", "due", "overdue", "leased", "failing", "gone")


def _pause(state: SourceState, now: datetime) -> dict[str, Any]:
    if state.paused_until and state.paused_until > now:
        return {"paused_until": state.paused_until, "reason": state.reason}
    return {"paused_until": None, "reason": ""}


_NO_BUDGET: dict[str, Any] = dict.fromkeys(("budget_used", "budget", "rest"))


def _list(key: str, state: SourceState, visits: dict[str, int], now: datetime) -> SourceStatus:
    """A price list, which is read whole once a week."""
    since = state.last_ok_at + EVERY if state.last_ok_at else None
    due = since is None or since <= now
    return SourceStatus(
        key=key,
        name=PRICE_LISTS[key].name,
        last_ok_at=state.last_ok_at,
        paused_until=None,
        reason=state.reason,
        **_NO_BUDGET,
        addresses=1,
        due=int(due),
        overdue=int(since is not None and since <= now - OVERDUE_LIST),
        leased=0,
        failing=int(bool(state.reason)),
        gone=0,
        visits=visits,
    )


def _links(state: SourceState, visits: dict[str, int], now: datetime) -> SourceStatus:
    """The links that statements rest on, all sites together; each site has a budget of its own."""
    due = Q(next_due_at__lte=now) & (Q(leased_until__isnull=True) | Q(leased_until__lt=now))
    counts = LinkCheck.objects.aggregate(
        last_ok_at=Max("last_ok_at"),
        addresses=Count("pk"),
        due=Count("pk", filter=due),
        overdue=Count("pk", filter=due & Q(next_due_at__lte=now - OVERDUE)),
        leased=Count("pk", filter=Q(leased_until__gt=now)),
        failing=Count("pk", filter=Q(state="suspected")),
        gone=Count("pk", filter=Q(state__in=("dead", "soft_404"))),
    )
    return SourceStatus(
        key="links", name="Links", **_pause(state, now), **_NO_BUDGET, **counts, visits=visits
    )


def _addresses(now: datetime) -> dict[str, dict[str, Any]]:
    """How many addresses of each source there are, by what holds of them."""
    ours = Q(pk__in=())
    for source in LIVE.values():
        ours |= Q(source=source.key, kind__in=source.kinds)
    due = Q(next_due_at__lte=now) & (Q(leased_until__isnull=True) | Q(leased_until__lt=now))
    rows = (
        Identifier.objects.filter(ours)
        .order_by()
        .values_list("source")
        .annotate(
            addresses=Count("pk"),
            due=Count("pk", filter=due),
            overdue=Count("pk", filter=due & Q(next_due_at__lt=now - OVERDUE)),
            leased=Count("pk", filter=Q(leased_until__gt=now)),
            failing=Count("pk", filter=Q(state="failing")),
            gone=Count("pk", filter=Q(state="gone")),
        )
    )
    return {source: dict(zip(_COUNTS, counts, strict=True)) for source, *counts in rows}


def _last_day(now: datetime) -> dict[str, dict[str, int]]:
    """Visits of each source by their meaning, the most frequent first."""
    found: dict[str, dict[str, int]] = {}
    for source, meaning, n in (
        Fetch.objects.filter(at__gt=now - COUNTED)
        .values_list("source", "meaning")
        .annotate(n=Count("pk"))
        .order_by("source", "-n", "meaning")
    ):
        found.setdefault(source, {})[meaning] = n
    return found


def _budget(source: LiveSource) -> tuple[int | None, int | None, float | None]:
    try:
        return Budget(host_of(source.base()), source.token(), source.assumed).spent()
    except BrokerAway:
        return None, None, None
