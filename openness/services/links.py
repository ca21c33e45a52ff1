"""Whether the links that statements rest on still lead anywhere: each is asked once a month.

They are addresses that strangers gave, so the guarded client alone visits them, by the rules of
each site's robots.txt and seldom. One failure proves nothing: dead is what failed three times over
a week, while other sites answered.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from openness.models import Evidence, Fetch, LinkCheck, Submission
from openness.models.links import last_checks
from openness.services.refresh_health import pause_if_ill, paused, recovered
from openness.sources.budget import BrokerAway, Budget, Window
from openness.sources.http import Answer, Strangers
from openness.sources.live import Meaning
from openness.sources.pages import BEGINNING, Finding, Found, judge, may_ask, robots_of

# spec/refresh.md section 7.
MONTH = timedelta(days=30)
AGAIN = timedelta(days=3.6)
DEAD_AFTER_CHECKS = 3
DEAD_AFTER = timedelta(days=7)
JITTER = 0.15
# A site is asked this often at most, whatever it would grant: a page and its robots.txt in a burst.
PER_HOST = Window(3, 15.0)
ROBOTS_KEPT = 24 * 3600  # seconds; RFC 9309 section 2.4
# Nobody can say that a site is away unless another one answered within this time.
NETWORK_PROVEN = timedelta(hours=1)
LONGEST = 1000  # bytes of a link that can be kept

_MEANINGS = {
    Finding.DEAD: Meaning.MISSING,
    Finding.SOFT_404: Meaning.MISSING,
    Finding.UNREACHABLE: Meaning.OUTAGE,
}
# Not for secrets: chance only keeps checks apart.
_chance = random.Random()  # noqa: S311 spreads dates, keeps no secret


@dataclass(frozen=True, slots=True)
class _Links:
    key: str = "links"


LINKS = _Links()
"""All links together, as a source that can be ill."""


class _NotNow(Exception):
    def __init__(self, seconds: float) -> None:
        self.seconds = seconds


def last_check(url: str) -> LinkCheck | None:
    """What the last check of a link found; None if it was never checked."""
    return last_checks([url]).get(url)


def enroll() -> int:
    """Note the links that statements and open submissions rest on; how many are new.

    Those of statements are spread over a month, those that a reviewer waits for are due now.
    """
    held = Evidence.objects.in_force()
    urls = {url for field in ("link", "record") for url in held.values_list(field, flat=True)}
    waiting = {
        value
        for payload in Submission.objects.filter(status="pending").values_list("payload", flat=True)
        for value in _texts(payload)
    }
    return note(urls) + note(waiting, now=True)


def note(urls: Iterable[str], *, now: bool = False) -> int:
    """Keep these links to be checked, at some time within a month or now; how many are new."""
    fit = {url for url in urls if url.startswith(("http://", "https://"))}
    fit = {url for url in fit if len(url.encode()) <= LONGEST and " " not in url}
    fit -= set(LinkCheck.objects.filter(url__in=fit).values_list("url", flat=True))
    start = timezone.now()
    rows = [
        LinkCheck(
            url=url,
            host=_host(url),
            next_due_at=start if now else start + MONTH * _chance.random(),
        )
        for url in sorted(fit)
    ]
    LinkCheck.objects.bulk_create(rows, batch_size=2000, ignore_conflicts=True)
    return len(rows)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "")[:255]
    except ValueError:
        return ""


def check_due(*, seconds: float, client: Strangers | None = None) -> Iterator[LinkCheck]:
    """Check links that are due for so many seconds, one after the other; each as it is then.

    Ends early where most sites do not answer: then it is our own network, and nothing is concluded.
    """
    until = monotonic() + seconds
    if paused(LINKS):
        return
    with client or Strangers() as strangers:
        resting: set[str] = set()
        try:
            if not recovered(LINKS, ask=lambda: _canary(strangers)):
                return
            while monotonic() < until and (row := _lease(resting)):
                try:
                    found, answer = _check(strangers, row)
                except _NotNow as later:
                    resting.add(row.host)
                    _put_back(row, later.seconds)
                    continue
                except BaseException:
                    _put_back(row, 0)
                    raise
                if _record(row, found, answer):
                    yield row
                if pause_if_ill(LINKS):
                    return
        except BrokerAway:
            return


@transaction.atomic
def _lease(resting: Collection[str]) -> LinkCheck | None:
    now = timezone.now()
    row = (
        LinkCheck.objects.idle()
        .filter(next_due_at__lte=now)
        .exclude(host__in=resting)
        .select_for_update(skip_locked=True)
        .order_by("next_due_at", "pk")
        .first()
    )
    if row is not None:
        row.lease_token = uuid.uuid4()
        row.leased_until = now + timedelta(seconds=settings.REFRESH_LEASE)
        row.save(update_fields=["lease_token", "leased_until"])
    return row


def _put_back(row: LinkCheck, seconds: float) -> None:
    LinkCheck.objects.filter(pk=row.pk, lease_token=row.lease_token).update(
        lease_token=None,
        leased_until=None,
        next_due_at=timezone.now() + timedelta(seconds=seconds),
    )


def _check(client: Strangers, row: LinkCheck) -> tuple[Found, Answer]:
    """Ask for the beginning of a page, if its site lets us. Raises _NotNow, BrokerAway.

    A ranged GET, not a HEAD: servers answer a HEAD otherwise than what a reader sees, and a page in
    place of the one that was there shows itself by its title only.
    """
    rules = _rules(client, row)
    if rules is None:
        return Found(Finding.UNREACHABLE), Answer(row.url, 0, error="unreachable")
    if not may_ask(rules, row.url):
        return Found(Finding.BLOCKED), Answer(row.url, 0, error="robots")
    _take(row)
    answer = client.get(row.url, first_bytes=BEGINNING)
    return judge(row.url, answer, title=row.title, size=row.size), answer


def _rules(client: Strangers, row: LinkCheck) -> str | None:
    """The site's robots.txt, kept for a day; None if the site cannot be asked."""
    parts = urlsplit(row.url)
    key = f"robots:{parts.scheme}:{parts.netloc}"
    rules: str | None = cache.get(key)
    if rules is None:
        _take(row)
        rules = robots_of(client.get(f"{parts.scheme}://{parts.netloc}/robots.txt"))
        if rules is not None:
            cache.set(key, rules, ROBOTS_KEPT)
    return rules


def _take(row: LinkCheck) -> None:
    if wait := Budget(row.host, None, PER_HOST).take():
        raise _NotNow(wait)


@transaction.atomic
def _record(leased: LinkCheck, found: Found, answer: Answer) -> bool:
    """Write what a check brought, and its line in the log; False if the lease was lost."""
    rows = LinkCheck.objects.select_for_update()
    if not rows.filter(pk=leased.pk, lease_token=leased.lease_token).exists():
        return False
    now = timezone.now()
    _move(leased, found, now)
    leased.status = answer.status
    leased.lease_token = leased.leased_until = None
    leased.save()
    _log(answer, found, now)
    return True


def _move(row: LinkCheck, found: Found, now: datetime) -> None:
    """Bring the row up to date; what is in doubt needs more checks over more days."""
    match found.finding:
        case Finding.OK | Finding.REDIRECTED:
            row.state, row.last_ok_at, row.leads_to = found.finding, now, found.leads_to
            row.title, row.size = found.title, found.size
        case Finding.BLOCKED:
            row.state = "blocked"
        case Finding.UNREACHABLE if not _network_works(row, now):
            row.next_due_at = _in(timedelta(days=1), now)
            return
        case _:
            _doubt(row, found.finding, now)
            return
    row.checked_at, row.fails, row.first_failed_at = now, 0, None
    row.next_due_at = _in(MONTH, now)


def _doubt(row: LinkCheck, finding: Finding, now: datetime) -> None:
    row.checked_at = now
    row.fails += 1
    row.first_failed_at = row.first_failed_at or now
    lasting = row.fails >= DEAD_AFTER_CHECKS and now - row.first_failed_at >= DEAD_AFTER
    if lasting or row.state in ("dead", "soft_404"):
        row.state = "soft_404" if finding is Finding.SOFT_404 else "dead"
        row.next_due_at = _in(MONTH, now)
        return
    row.state = "suspected"
    row.next_due_at = _in(AGAIN, now)


def _network_works(row: LinkCheck, now: datetime) -> bool:
    others = LinkCheck.objects.exclude(host=row.host)
    return others.filter(last_ok_at__gte=now - NETWORK_PROVEN).exists()


def _in(time: timedelta, now: datetime) -> datetime:
    return now + time * _chance.uniform(1.0, 1.0 + JITTER)


def _log(answer: Answer, found: Found, now: datetime) -> None:
    Fetch.objects.create(
        source=LINKS.key,
        at=now,
        url=answer.url[:2000],
        status=answer.status,
        meaning=_MEANINGS.get(found.finding, Meaning.OK),
        words=found.finding if not answer.error else f"{found.finding}: {answer.error}",
        seconds=round(answer.seconds, 4),
        size=len(answer.body),
    )


def _canary(client: Strangers) -> bool:
    """Whether our network works: the link that answered last does so again, or any that is due."""
    well = LinkCheck.objects.filter(last_ok_at__isnull=False).order_by("-last_ok_at").first()
    row = well or LinkCheck.objects.order_by("next_due_at").first()
    if row is None:
        return True
    answer = client.get(row.url, first_bytes=BEGINNING)
    found = judge(row.url, answer)
    _log(answer, found, timezone.now())
    return found.finding is not Finding.UNREACHABLE
