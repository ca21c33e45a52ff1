"""How the refresh stands, in words for the page of the status."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from openness import figures, words
from openness.refresh_status import RefreshStatus, RunStatus, SourceStatus
from openness.sources import LIVE


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source in the table."""

    name: str
    mark: str  # glyph: open, partial, closed, unknown
    state: str
    why: str  # of a pause or a failure, as the workers wrote it, in English
    last_ok: datetime | None
    budget: str
    addresses: int
    due: int
    overdue: int
    failing: int
    asked: int
    failures: str


@dataclass(frozen=True, slots=True)
class RunLine:
    """A refresh under way, or the last one."""

    sentence: str
    visited: int
    total: int
    under_way: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A queue with its age, or a worker with its queues."""

    name: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Freshness:
    """All that the page says of it. Queues and workers: None where the broker is away."""

    at: datetime
    sources: list[SourceLine]
    runs: list[RunLine]
    queues: list[Row] | None
    workers: list[Row] | None
    waiting: int | None  # tasks in all queues
    scores: str


def freshness(found: RefreshStatus) -> Freshness:
    """The words for what was found."""
    return Freshness(
        at=found.at,
        sources=[_source(one) for one in found.sources],
        runs=[_run(one) for one in found.runs],
        queues=None
        if found.queues is None
        else [
            Row(
                one.name,
                figures.count(one.waiting),
                figures.DASH if one.oldest is None else figures.duration(one.oldest),
            )
            for one in found.queues
        ],
        workers=None
        if found.workers is None
        else [
            Row(one.name, ", ".join(one.queues), figures.duration(one.seen))
            for one in found.workers
        ],
        waiting=None if found.queues is None else sum(one.waiting for one in found.queues),
        scores=_scores(found),
    )


def clock(at: datetime) -> str:
    """A moment to the minute, in the site's time zone (UTC)."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def _source(one: SourceStatus) -> SourceLine:
    mark, state = _state(one)
    return SourceLine(
        name=words.of(words.SOURCES, one.key),
        mark=mark,
        state=state,
        why=one.reason,
        last_ok=one.last_ok_at,
        budget=figures.DASH
        if one.budget is None or one.budget_used is None
        else _("%(left)s of %(all)s")
        % {
            "left": figures.count(max(0, one.budget - one.budget_used)),
            "all": figures.count(one.budget),
        },
        addresses=one.addresses,
        due=one.due,
        overdue=one.overdue,
        failing=one.failing,
        asked=one.asked,
        failures=", ".join(
            f"{words.of(words.MEANINGS, kind)}: {figures.count(n)}"
            for kind, n in one.failures.items()
        ),
    )


def _state(one: SourceStatus) -> tuple[str, str]:
    if one.paused_until:
        return "closed", _("paused until %(time)s") % {"time": clock(one.paused_until)}
    if one.rest:
        return "partial", _("rests for %(time)s") % {"time": figures.duration(one.rest)}
    if one.reason:
        return "partial", _("could not be read")
    if one.last_ok_at is None and not one.asked - sum(one.failures.values()):
        return "unknown", _("not reached yet")
    return "open", _("well")


def _run(run: RunStatus) -> RunLine:
    said = {
        "number": run.id,
        "visited": figures.count(run.visited),
        "total": figures.count(run.total),
        "rate": figures.count(run.per_minute),
        "source": LIVE[run.source].name if run.source in LIVE else _("all sources"),
    }
    if run.ended_at:
        took = (run.ended_at - run.started_at).total_seconds()
        said |= {"took": figures.duration(took), "time": clock(run.ended_at)}
        text = ngettext(
            "Refresh %(number)s of %(source)s: %(total)s address in %(took)s, done %(time)s.",
            "Refresh %(number)s of %(source)s: %(total)s addresses in %(took)s, done %(time)s.",
            run.total,
        )
    elif run.remaining is None:
        text = _(
            "Refresh %(number)s of %(source)s: %(visited)s of %(total)s addresses visited;"
            " none in the last five minutes."
        )
    else:
        said["left"] = figures.duration(run.remaining)
        text = _(
            "Refresh %(number)s of %(source)s: %(visited)s of %(total)s addresses visited,"
            " %(rate)s a minute, about %(left)s to go."
        )
    return RunLine(text % said, run.visited, run.total, run.ended_at is None)


def _scores(found: RefreshStatus) -> str:
    if found.pending_since is None:
        return _("Every score knows the newest evidence.")
    return ngettext(
        "%(n)s project waits to be scored, since %(time)s.",
        "%(n)s projects wait to be scored, the first since %(time)s.",
        found.pending_scores,
    ) % {"n": figures.count(found.pending_scores), "time": clock(found.pending_since)}
