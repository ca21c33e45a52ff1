"""Ask the Hub, once a month, who the organizations are that release there.

The id that came first is kept: if the name answers with another one, it is another's now.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from redis.exceptions import LockError, RedisError

from openness.models import Organization
from openness.services.refresh_evidence import keep
from openness.services.refresh_health import pause_if_ill, paused
from openness.services.refresh_record import log_of
from openness.sources import hub, hub_makers
from openness.sources.asking import NoBudget, question
from openness.sources.budget import BrokerAway, Budget
from openness.sources.http import Answer, Api
from openness.sources.live import HEALTHY, Meaning, Verdict

# An identity is not news: spec/refresh.md section 3 has no shorter interval for it.
MONTH = timedelta(days=30)
AFTER_TROUBLE = timedelta(days=1)
JITTER = 0.15

# Not for secrets: chance only keeps questions apart.
_chance = random.Random()  # noqa: S311 spreads dates, keeps no secret


def makers_due() -> QuerySet[Organization]:
    """Organizations at the Hub that nobody has asked about for a month, the longest first."""
    now = timezone.now()
    rows = Organization.objects.exclude(hub_name="")
    due = rows.filter(Q(hub_due_at__isnull=True) | Q(hub_due_at__lte=now))
    return due.order_by(F("hub_due_at").asc(nulls_first=True), "pk")


def ask_makers(*, seconds: float) -> Iterator[tuple[Organization, Verdict]]:
    """Ask about those that are due, one after the other, within the budget of the Hub.

    Whoever visits repositories has the turn of the host; then the next call goes on.
    """
    source, until = hub.SOURCE, monotonic() + seconds
    if paused(source) or not makers_due().exists():
        return
    with Api(source.base(), token=source.token()) as api:
        budget = Budget(api.host, source.token(), source.assumed)
        turn = budget.turn(settings.REFRESH_TURN)
        # Trouble with the budget or its broker ends the round: what is due stays due.
        with suppress(NoBudget, BrokerAway, LockError, RedisError):
            if not turn.acquire():
                return
            try:
                while monotonic() < until and (row := makers_due().first()):
                    answer, _ = question(api, budget, hub_makers.path(row.hub_name))
                    yield row, record_maker(row, answer)
                    if pause_if_ill(source):
                        return
                    turn.reacquire()
            finally:
                turn.release()


@transaction.atomic
def record_maker(row: Organization, answer: Answer) -> Verdict:
    """Write what an answer says of an organization, with its line in the log; what it means."""
    verdict = hub_makers.judge(answer)
    if row.hub_id and verdict.immutable_id not in ("", row.hub_id):
        words = "the name belongs to another organization now"
        verdict = replace(verdict, meaning=Meaning.REPLACED, words=words)
    entry = log_of(hub.SOURCE, None, answer, verdict)
    if verdict.meaning is Meaning.OK:
        [entry.snapshot] = keep(hub.SOURCE, [answer])
        row.hub_id = verdict.immutable_id
        if "verified" in verdict.observed:
            row.hub_verified = verdict.observed["verified"] == "true"
    elif verdict.meaning is Meaning.REPLACED:
        row.hub_verified = None  # it was said of somebody else
    entry.save()
    again = MONTH if verdict.meaning in HEALTHY else AFTER_TROUBLE
    row.hub_due_at = timezone.now() + again * _chance.uniform(1 - JITTER, 1 + JITTER)
    row.save(update_fields=["hub_id", "hub_verified", "hub_due_at"])
    return verdict
