"""Webhooks: who has registered is told of changes as they are recorded, signed, until it answers.

Messages follow Standard Webhooks (standardwebhooks.com, specification 1.0): three headers, an id
that is the same at each attempt, HMAC-SHA256 over id, time and body. Addresses are those of
strangers, so the guarded client alone goes there. What waits, waits as a date in a row.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
import uuid
from collections.abc import Iterator
from datetime import timedelta
from time import monotonic
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from openness.exports.lists import CHANGES, change_values
from openness.exports.tables import instant, objects
from openness.history import asked
from openness.models import Change, Delivery, Receiver, Revision
from openness.rankings import current_revision
from openness.services.letters import tell_owner
from openness.sources.http import Answer, Strangers

RECEIVERS_MOST = 20
"""Receivers of one owner."""
WAITS = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 5 * 60, 30 * 60, *(hours * 3600 for hours in (2, 5, 10, 14, 20, 24)))
)
"""Between attempts, as the specification proposes; after the last one a receiver has failed."""
JITTER = 0.1
LOOK = timedelta(seconds=20)
"""How often a receiver for which nothing waits is looked at again."""
SETTLED = timedelta(hours=1)
"""A revision that began earlier has been committed, or never will be: no task may run as long."""
CHANGES_MOST = 100
"""Changes in one message; where there are more, it says where they are."""
KEPT = timedelta(days=30)
"""How long it is on record what was sent."""
GONE = 410
# Not for secrets: chance only keeps attempts apart.
_chance = random.Random()  # noqa: S311 spreads dates, keeps no secret


class NotRegistered(Exception):
    """Why an address cannot be registered, in one word: `many` or `twice`."""


def register(*, owner: User, url: str, query: str, language: str = "") -> Receiver:
    """Have an address told of the changes that a query string of the feeds names, from now on.

    Raises NotRegistered where the owner has as many as one may, or this one already.
    """
    if owner.receivers.count() >= RECEIVERS_MOST:
        raise NotRegistered("many")
    try:
        with transaction.atomic():
            return Receiver.objects.create(
                owner=owner, url=url, asked=query, language=language, told=current_revision()
            )
    except IntegrityError:
        raise NotRegistered("twice") from None


@transaction.atomic
def pause(receiver: Receiver) -> None:
    """Send nothing more until it is resumed."""
    _settle(receiver, state="paused")


@transaction.atomic
def resume(receiver: Receiver) -> None:
    """Go on with what is recorded from now on; the feed has what was missed meanwhile."""
    receiver.deliveries.filter(delivered_at__isnull=True, revision__isnull=False).delete()
    _settle(receiver, state="active", told=current_revision(), next_due_at=timezone.now())


def _settle(receiver: Receiver, **values: Any) -> None:
    values |= {"fails": 0, "first_failed_at": None, "leased_until": None, "lease_token": None}
    for name, value in values.items():
        setattr(receiver, name, value)
    receiver.save(update_fields=list(values))


def forget_deliveries() -> int:
    """Remove from the record what was delivered long ago; how many."""
    old = Delivery.objects.filter(delivered_at__lt=timezone.now() - KEPT, revision__isnull=False)
    return old.filter(revision__lte=F("receiver__told")).delete()[0]


def deliver_due(*, seconds: float, client: Strangers | None = None) -> Iterator[Delivery]:
    """Send what waits for so many seconds, one message after the other; each as it is then."""
    until = monotonic() + seconds
    with client or Strangers() as strangers:
        while monotonic() < until and (receiver := _lease()):
            try:
                message = _next(receiver)
                answer = _send(strangers, receiver, message) if message else None
            except BaseException:
                _put_back(receiver, timedelta())
                raise
            if message is None or answer is None:
                _put_back(receiver, LOOK)
            elif _record(receiver, message, answer):
                yield message


@transaction.atomic
def _lease() -> Receiver | None:
    rows = Receiver.objects.due().select_for_update(skip_locked=True)
    row = rows.order_by("next_due_at", "pk").first()
    if row is not None:
        row.lease_token = uuid.uuid4()
        row.leased_until = timezone.now() + timedelta(seconds=settings.REFRESH_LEASE)
        row.save(update_fields=["lease_token", "leased_until"])
    return row


def _put_back(row: Receiver, after: timedelta) -> None:
    Receiver.objects.filter(pk=row.pk, lease_token=row.lease_token).update(
        lease_token=None, leased_until=None, next_due_at=timezone.now() + after
    )


def _next(receiver: Receiver) -> Delivery | None:
    """What is to be sent: what failed, else the first word, else the next revision that fits."""
    sent = receiver.deliveries.all()
    if failed := sent.filter(delivered_at__isnull=True).order_by("revision").first():
        return failed
    if not sent.exists():
        return Delivery(receiver=receiver)
    # One that was begun earlier may be committed later: all since `told` are looked at each time.
    known = sent.filter(revision__gt=receiver.told).values("revision")
    wanted = _changes(receiver).filter(revision__gt=receiver.told).exclude(revision__in=known)
    first = wanted.order_by("revision_id").select_related("revision").first()
    if first is not None:
        return Delivery(receiver=receiver, revision=first.revision)
    settled = Revision.objects.filter(at__lt=timezone.now() - SETTLED).first()
    if settled is not None and settled.pk > receiver.told:
        Receiver.objects.filter(pk=receiver.pk).update(told=settled.pk)
    return None


def _changes(receiver: Receiver) -> QuerySet[Change]:
    found, ignored = asked(QueryDict(receiver.asked))
    # Without a condition that makes no sense any more it would be told of everything.
    return found.none() if ignored else found


def _send(client: Strangers, receiver: Receiver, message: Delivery) -> Answer:
    body = json.dumps(content(message), ensure_ascii=False).encode()
    stamp = str(int(timezone.now().timestamp()))
    headers = {
        "Content-Type": "application/json",
        "webhook-id": message.message,
        "webhook-timestamp": stamp,
        "webhook-signature": signature(receiver.secret, message.message, stamp, body),
    }
    return client.post(receiver.url, body, headers)


def signature(secret: str, message: str, stamp: str, body: bytes) -> str:
    """`v1,` and HMAC-SHA256 in base64 over id, seconds since 1970 and body, with dots between."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b".".join((message.encode(), stamp.encode(), body))
    return f"v1,{base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()}"


def content(message: Delivery) -> dict[str, Any]:
    """The body of a message: `type`, `timestamp` and `data`."""
    receiver, revision = message.receiver, message.revision
    if revision is None:
        data = {"receiver": receiver.key, "filter": receiver.asked}
        return {"type": "ping", "timestamp": instant(receiver.created_at), "data": data}
    rows = _changes(receiver).filter(revision=revision)
    total = rows.count()
    asked_for = "&".join(filter(None, (receiver.asked, f"since={revision.pk - 1}")))
    more = f"{settings.SITE_URL}{reverse('api-changes')}?{asked_for}"
    return {
        "type": "changes.recorded",
        "timestamp": instant(revision.at),
        "data": {
            "receiver": receiver.key,
            "filter": receiver.asked,
            "revision": revision.pk,
            "kind": revision.kind,
            "summary": revision.summary,
            "total": total,
            "changes": list(objects(CHANGES, map(change_values, rows[:CHANGES_MOST]))),
            "more": more if total > CHANGES_MOST else None,
        },
    }


def _record(leased: Receiver, message: Delivery, answer: Answer) -> bool:
    """Write what came of an attempt; False if the lease was lost. Tells the owner of the end."""
    with transaction.atomic():
        rows = Receiver.objects.select_for_update()
        row = rows.filter(pk=leased.pk, lease_token=leased.lease_token).first()
        if row is None:
            return False
        now = timezone.now()
        message.attempts += 1
        message.tried_at, message.status = now, answer.status
        message.seconds = round(answer.seconds, 4)
        message.words = _words(answer)
        if not message.words:
            message.delivered_at = now
        message.save()
        row.lease_token = row.leased_until = None
        ended = _move(row, answer, failed=bool(message.words))
        row.save()
    if ended:
        tell_owner(row)
    return True


def _words(answer: Answer) -> str:
    """Why an attempt failed; blank if it did not. A redirect is none of ours to follow."""
    if 200 <= answer.status < 300 and not answer.error:
        return ""
    return answer.error or f"it answered {answer.status}"


def _move(row: Receiver, answer: Answer, *, failed: bool) -> bool:
    """Set the next date, or the end; whether it is the end."""
    now = timezone.now()
    if not failed:
        row.fails, row.first_failed_at, row.next_due_at = 0, None, now
        return False
    row.first_failed_at = row.first_failed_at or now
    if answer.status == GONE:
        row.state = "gone"
    elif row.fails == len(WAITS):
        row.state = "failed"
    else:
        row.next_due_at = now + WAITS[row.fails] * _chance.uniform(1.0, 1.0 + JITTER)
    row.fails += 1
    return row.state != "active"
