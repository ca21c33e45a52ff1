"""Refresh: what is due is leased, asked for, and its answer recorded whole or not at all.

A lease is a date and a token in the row of the address. Whoever comes back with a token that is no
longer there has been too slow, and what it brings is dropped: nothing is recorded twice. Nobody
waits here; what has to wait gets a later date.
"""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Collection, Generator, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from redis.exceptions import LockError, RedisError
from redis.lock import Lock

from openness.models import Identifier
from openness.services.refresh_evidence import observed_at
from openness.services.refresh_health import (
    Pulse,
    Rest,
    healthy,
    lately_well,
    pause,
    paused,
    recovered,
    rest,
)
from openness.services.refresh_pages import visit_pages
from openness.services.refresh_record import (
    Leased,
    Visit,
    give_back,
    put_back,
    record,
    validators,
)
from openness.services.refresh_schedule import confirms_gone, due_rows, news_of, spread
from openness.services.refresh_state import Asked, is_another
from openness.sources.asking import NoBudget, question
from openness.sources.budget import BrokerAway, Budget
from openness.sources.http import Api
from openness.sources.live import LiveSource, Meaning, Target, Verdict, trouble
from scoring.facts import Kind

# Asking the database for one address at a time would cost as much as the visit itself; a killed
# worker's addresses wait for the end of their lease, so they are not many.
LEASED_AT_ONCE = 20


class _Ill(Exception):
    """The source does not show its canary, so it says nothing of others."""


def due(source: LiveSource, *, only: Collection[int] | None = None) -> bool:
    """Whether an address of a source is due and not leased."""
    return due_rows(source, timezone.now(), only).exists()


def visit_due(
    *, source: LiveSource, seconds: float, only: Collection[int] | None = None
) -> Iterator[Visit | Rest]:
    """Visit what is due at one source for so many seconds, one after the other.

    One worker at a time has the turn of a host; the budget is asked before each question. Ends
    with a `Rest` if something other than time or the end of the work stopped it.
    """
    until = monotonic() + seconds
    spread(source)
    if why := paused(source):
        yield Rest(source.key, why.words, why.seconds, news=False)
        return
    if not due(source, only=only):
        return
    with Api(source.base(), token=source.token()) as api:
        budget = Budget(api.host, source.token(), source.assumed)
        turn = budget.turn(settings.REFRESH_TURN)
        try:
            if not turn.acquire():
                yield Rest(source.key, "another worker has the turn", 0.0, news=False)
                return
        except RedisError:
            yield Rest(source.key, "the broker that keeps the budget is away", 0.0)
            return
        try:
            if not recovered(source, ask=lambda: _canary(source, api, budget)):
                yield Rest(source.key, "the source has not recovered", 0.0)
                return
            yield from _Round(source, api, budget, turn).visits(until, only)
        except NoBudget as rested:
            yield Rest(source.key, "the budget is spent", rested.seconds, news=False)
        except BrokerAway:
            yield Rest(source.key, "the broker that keeps the budget is away", 0.0)
        except LockError:
            yield Rest(source.key, "the turn went to another worker", 0.0)
        except RedisError:
            yield Rest(source.key, "the broker went away", 0.0)
        finally:
            with suppress(LockError, RedisError):  # it opens by itself
                turn.release()


@transaction.atomic
def lease(
    source: LiveSource, *, at_most: int = 1, only: Collection[int] | None = None
) -> list[Leased]:
    """Take the addresses that have waited longest; they are ours until `leased_until`."""
    now = timezone.now()
    rows = list(
        due_rows(source, now, only)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("project")
        .order_by("next_due_at", "pk")[:at_most]
    )
    token, until = uuid.uuid4(), now + timedelta(seconds=settings.REFRESH_LEASE)
    for row in rows:
        row.lease_token, row.leased_until = token, until
    Identifier.objects.filter(pk__in=[row.pk for row in rows]).update(
        lease_token=token, leased_until=until
    )
    news = news_of(rows)
    return [Leased(row, news[row.pk]) for row in rows]


class _Round:
    """The visits of one worker to one source, as long as it has the turn."""

    def __init__(self, source: LiveSource, api: Api, budget: Budget, turn: Lock) -> None:
        self.source = source
        self.api = api
        self.budget = budget
        self.turn = turn
        self.taken = monotonic()
        self.pulse = Pulse(source)

    def visits(self, until: float, only: Collection[int] | None) -> Iterator[Visit | Rest]:
        """Visit what is due until that time of the monotonic clock, or until a `Rest`.

        Pages of a listing answer first, where somebody wished for them; what they leave is asked
        alone. Raises BrokerAway, RedisError, LockError.
        """
        try:
            if (yield from self._listed(until, only)):
                yield from self._alone(until, only)
        finally:
            self.pulse.keep()

    def _listed(
        self, until: float, only: Collection[int] | None
    ) -> Generator[Visit | Rest, None, bool]:
        """The visits that pages answer; returns whether the round may go on."""
        ask = partial(question, self.api, self.budget, accept=self.source.accept)
        try:
            for done in visit_pages(self.source, ask=ask, until=until, only=only):
                yield done
                if isinstance(done, Rest):
                    return False
                if ill := self.pulse.felt(done, 1):
                    yield Rest(self.source.key, ill.words, ill.seconds)
                    return False
                self._keep_the_turn()
        except NoBudget as rested:
            yield Rest(self.source.key, "the budget is spent", rested.seconds, news=False)
            return False
        return True

    def _alone(self, until: float, only: Collection[int] | None) -> Iterator[Visit | Rest]:
        """The visits of one address each.

        Several addresses are leased with one question to the database; those that are not visited
        are given back with the date that they had.
        """
        while monotonic() < until and (
            leased := lease(self.source, at_most=LEASED_AT_ONCE, only=only)
        ):
            waiting = deque(leased)
            try:
                while waiting and monotonic() < until:
                    done = self._visit(waiting[0])
                    waiting.popleft()
                    if done is not None:
                        yield done
                    if isinstance(done, Rest):
                        return
                    self._keep_the_turn()
            finally:
                # Also when the worker is told to stop: the next one need not wait.
                give_back([one.row for one in waiting])

    def _visit(self, leased: Leased) -> Visit | Rest | None:
        source, row = self.source, leased.row
        try:
            asked = _ask(source, self.api, self.budget, row)
        except NoBudget as rested:
            put_back(row, seconds=rested.seconds)
            return Rest(source.key, "the budget is spent", rested.seconds, news=False)
        except _Ill:
            paused_now = pause(source, "what is always there is not")
            put_back(row, seconds=paused_now.seconds)
            return Rest(source.key, paused_now.words, paused_now.seconds)
        if asked.verdict.meaning is Meaning.THROTTLED:
            asked.wait = asked.wait or self.budget.rest_unnamed()
            rest(source, asked)
            put_back(row, seconds=asked.wait)
            return Rest(source.key, asked.verdict.words, asked.wait)
        done = record(source, leased, asked)
        if done is not None and (ill := self.pulse.felt(done, len(asked.answers))):
            return Rest(source.key, ill.words, ill.seconds)
        return done

    def _keep_the_turn(self) -> None:
        """Renew it now and then: a question to the broker after each visit would be one too many.

        Raises LockError where it went to another worker.
        """
        if monotonic() - self.taken > settings.REFRESH_TURN / 4:
            self.turn.reacquire()
            self.taken = monotonic()


def _ask(source: LiveSource, api: Api, budget: Budget, leased: Identifier) -> Asked:
    """Ask about one address and judge the answer; further questions only if something changed."""
    target = Target(leased.kind, leased.reference, Kind(leased.project.kind))
    well = None
    if confirms_gone(leased, timezone.now()):
        # First, and not anew each time: a budget of one question has no room for both at once.
        well = lately_well(source) or _canary(source, api, budget)
        if not well:
            raise _Ill
    answer, wait = question(
        api,
        budget,
        source.path(leased.kind, leased.reference),
        accept=source.accept,
        etag=leased.etag,
        last_modified=leased.last_modified,
    )
    verdict = source.judge(target, answer)
    asked = Asked(target, [answer], verdict, wait=wait, canary_is_well=well)
    if verdict.meaning is not Meaning.OK or is_another(leased, verdict):
        return asked
    asked.held = observed_at([leased])[leased.pk]
    named = Target(target.kind, verdict.reference or target.reference, target.project_kind)
    further = source.also(named, asked.held, verdict.observed)
    known = validators(leased, [api.base + more.path for more in further if more.read_before])
    for more in further:
        etag = known.get(api.base + more.path, "")
        answer, wait = question(api, budget, more.path, accept=source.accept, etag=etag)
        asked.answers.append(answer)
        if (bad := trouble(answer)) or answer.status in (401, 403):
            words = bad.words if bad else "a second question was refused"
            throttled = answer.status in (403, 429) or (bad and bad.meaning is Meaning.THROTTLED)
            meaning = Meaning.THROTTLED if throttled else Meaning.OUTAGE
            asked.verdict, asked.wait = Verdict(meaning=meaning, words=words), wait
            return asked
        seen = more.observe(answer)
        asked.read_in |= dict.fromkeys(seen, len(asked.answers) - 1)
        verdict = replace(verdict, observed={**verdict.observed, **seen})
    asked.verdict = verdict
    return asked


def _canary(source: LiveSource, api: Api, budget: Budget) -> bool:
    """Whether the source still shows what is always there."""
    kind, reference = source.canary
    target = Target(kind, reference, Kind.MODEL)
    answer, _ = question(api, budget, source.path(kind, reference), accept=source.accept)
    return healthy(source, answer, source.judge(target, answer))
