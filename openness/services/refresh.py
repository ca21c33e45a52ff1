"""Refresh: what is due is leased, asked for, and its answer recorded whole or not at all.

A lease is a date and a token in the row of the address. Whoever comes back with a token that is no
longer there has been too slow, and what it brings is dropped: nothing is recorded twice. Nobody
waits here; what has to wait gets a later date.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from redis.exceptions import LockError, RedisError

from openness.models import Identifier, Observation
from openness.services.refresh_health import (
    Rest,
    healthy,
    pause_if_ill,
    paused,
    recovered,
    rest,
)
from openness.services.refresh_pages import visit_pages
from openness.services.refresh_record import Visit, put_back, record
from openness.services.refresh_schedule import confirms_gone, due_rows, spread
from openness.services.refresh_state import Asked, is_another
from openness.sources.budget import UNNAMED_WAIT, BrokerAway, Budget, allowance
from openness.sources.http import Answer, Api
from openness.sources.live import LiveSource, Meaning, Target, Verdict, trouble
from scoring.facts import Kind


class _NoBudget(Exception):
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds


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
            for listed in _listed(source, api, budget, until, only):
                yield listed
                if isinstance(listed, Rest):
                    return
                turn.reacquire()
            while monotonic() < until and (leased := lease(source, only=only)):
                done = _visit(source, api, budget, leased)
                if isinstance(done, Rest):
                    yield done
                    return
                if done is not None:
                    yield done
                turn.reacquire()
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
def lease(source: LiveSource, *, only: Collection[int] | None = None) -> Identifier | None:
    """Take the address that has waited longest; it is ours until `leased_until`."""
    now = timezone.now()
    row = (
        due_rows(source, now, only)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("project")
        .order_by("next_due_at", "pk")
        .first()
    )
    if row is None:
        return None
    row.lease_token = uuid.uuid4()
    row.leased_until = now + timedelta(seconds=settings.REFRESH_LEASE)
    row.save(update_fields=["lease_token", "leased_until"])
    return row


def _listed(
    source: LiveSource, api: Api, budget: Budget, until: float, only: Collection[int] | None
) -> Iterator[Visit | Rest]:
    """The visits that pages of a listing answer, where somebody wished for them."""
    ask = partial(_question, source, api, budget)
    try:
        yield from visit_pages(source, ask=ask, until=until, only=only)
    except _NoBudget as rested:
        yield Rest(source.key, "the budget is spent", rested.seconds, news=False)


def _visit(source: LiveSource, api: Api, budget: Budget, leased: Identifier) -> Visit | Rest | None:
    try:
        asked = _ask(source, api, budget, leased)
    except _NoBudget as rested:
        put_back(leased, seconds=rested.seconds)
        return Rest(source.key, "the budget is spent", rested.seconds, news=False)
    except BaseException:
        # Also when the worker is told to stop: the next one need not wait for the lease to end.
        put_back(leased, seconds=0)
        raise
    if asked.verdict.meaning is Meaning.THROTTLED:
        asked.wait = asked.wait or budget.rest(UNNAMED_WAIT)
        rest(source, asked)
        put_back(leased, seconds=asked.wait)
        return Rest(source.key, asked.verdict.words, asked.wait)
    done = record(source, leased, asked)
    if ill := pause_if_ill(source):
        return Rest(source.key, ill.words, ill.seconds)
    return done


def _ask(source: LiveSource, api: Api, budget: Budget, leased: Identifier) -> Asked:
    """Ask about one address and judge the answer; further questions only if something changed."""
    target = Target(leased.kind, leased.reference, Kind(leased.project.kind))
    answer, wait = _question(
        source,
        api,
        budget,
        source.path(leased.kind, leased.reference),
        etag=leased.etag,
        last_modified=leased.last_modified,
    )
    verdict = source.judge(target, answer)
    asked = Asked(target, [answer], verdict, wait=wait)
    if verdict.meaning is Meaning.MISSING and confirms_gone(leased, timezone.now()):
        asked.canary_is_well = _canary(source, api, budget)
    if verdict.meaning is not Meaning.OK or is_another(leased, verdict):
        return asked
    before = dict(
        Observation.objects.filter(identifier=leased, ended_at__isnull=True).values_list(
            "field", "value"
        )
    )
    named = Target(target.kind, verdict.reference or target.reference, target.project_kind)
    for more in source.also(named, before, verdict.observed):
        answer, wait = _question(source, api, budget, more.path)
        asked.answers.append(answer)
        if (bad := trouble(answer)) or answer.status in (401, 403):
            words = bad.words if bad else "a second question was refused"
            throttled = answer.status in (403, 429) or (bad and bad.meaning is Meaning.THROTTLED)
            meaning = Meaning.THROTTLED if throttled else Meaning.OUTAGE
            asked.verdict, asked.wait = Verdict(meaning=meaning, words=words), wait
            return asked
        verdict = replace(verdict, observed={**verdict.observed, **more.observe(answer)})
    asked.verdict = verdict
    return asked


def _question(
    source: LiveSource,
    api: Api,
    budget: Budget,
    path: str,
    *,
    etag: str = "",
    last_modified: str = "",
) -> tuple[Answer, float]:
    """One answer within the budget, and the seconds that the source wants to be left alone."""
    if wait := budget.take():
        raise _NoBudget(wait)
    answer = api.get(path, etag=etag, last_modified=last_modified, accept=source.accept)
    for _ in answer.hops:
        budget.take()  # each hop was a question too
    said = allowance(answer.headers, status=answer.status, now=timezone.now().timestamp())
    return answer, budget.learn(said)


def _canary(source: LiveSource, api: Api, budget: Budget) -> bool:
    """Whether the source still shows what is always there."""
    kind, reference = source.canary
    target = Target(kind, reference, Kind.MODEL)
    answer, _ = _question(source, api, budget, source.path(kind, reference))
    return healthy(source, answer, source.judge(target, answer))
