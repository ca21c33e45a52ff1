"""Looks: a worker visits an address that a person gave and keeps what it found there.

A source that we know is asked through its interface, within its budget; any other page by the
guarded client. A look that cannot be had now says so and is over: whoever waits for it fills in
the form by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from django.utils import timezone

from openness.models import Lookup, Submission
from openness.models.lookup import PURPOSES
from openness.services.addresses import address
from openness.services.refresh_health import paused
from openness.sources import LIVE
from openness.sources.asking import NoBudget, question
from openness.sources.budget import BrokerAway, Budget, Window
from openness.sources.http import Answer, Api, Strangers
from openness.sources.live import LiveSource, Meaning, Target, Verdict, trouble
from openness.sources.reading import Ref
from scoring.facts import Kind

FORM, LINK, TOKEN = PURPOSES
GOOD_FOR = timedelta(hours=1)
"""How long what was found is shown to the next who asks, instead of asking the source again."""
WAITED_FOR = timedelta(minutes=1)
"""After this nobody waits for a look any more."""
# A page of a stranger's site: one visitor would not open more of them.
PAGES = Window(10, 60.0)
BEGINNING = 64 * 1024  # bytes of a page that are asked for; it is not kept
LINKS_MOST = 60
_PROJECT_KINDS = {"dataset": Kind.DATASET, "repository": Kind.SOFTWARE}


def asked(url: str) -> tuple[Lookup | None, bool]:
    """(the look at an address for the form, whether it is new and wants a worker).

    None for an address of no source that could be asked.
    """
    ref = address(url)
    if ref is None or ref.source not in LIVE:
        return None, False
    now = timezone.now()
    last = Lookup.objects.filter(purpose=FORM, url=url).first()
    if last and last.asked_at > now - (GOOD_FOR if last.done_at else WAITED_FOR):
        return last, False
    return Lookup.objects.create(purpose=FORM, url=url, source=ref.source), True


def found(url: str) -> Lookup | None:
    """The newest finished look at an address for the form."""
    rows = Lookup.objects.filter(purpose=FORM, url=url, done_at__isnull=False)
    return rows.first() if url else None


def queue_of(look: Lookup) -> str:
    """The queue of the workers that may do it."""
    return LIVE[look.source].queue if look.source else "links"


def target_of(ref: Ref) -> Target:
    """The release that an address names, as its source is asked about it."""
    return Target(ref.kind, ref.reference, _PROJECT_KINDS.get(ref.kind, Kind.MODEL))


def look_up(look: Lookup) -> Lookup:
    """Visit the address and keep what it said; once, for a look that is done stays as it is."""
    if look.done_at is not None:
        return look
    source = LIVE.get(look.source)
    ref = address(look.url)
    if source is not None and ref is not None:
        answer, verdict = asked_source(source, target_of(ref))
    else:
        answer, verdict = _seen_page(look.url)
    return keep(look, answer, verdict)


def keep(look: Lookup, answer: Answer, verdict: Verdict) -> Lookup:
    """The look with what came of it."""
    look.status, look.meaning, look.words = answer.status, verdict.meaning, verdict.words[:200]
    look.observed = dict(verdict.observed)
    look.content_type = answer.content_type[:100].replace("\0", "")
    look.landed = answer.url[:2000] if answer.hops else ""
    look.done_at = timezone.now()
    look.save()
    return look


def asked_source(source: LiveSource, target: Target, *, path: str = "") -> tuple[Answer, Verdict]:
    """One question to a source, for somebody who waits: the budget holds, no turn is waited for.

    `path` asks for something else than the release's own record.
    """
    base = source.base()
    if paused(source):
        return _not_now(base, "the source is not itself at the moment")
    with Api(base, token=source.token()) as api:
        budget = Budget(api.host, source.token(), source.assumed)
        try:
            asked_for = path or source.path(target.kind, target.reference)
            answer, _ = question(api, budget, asked_for, accept=source.accept)
        except NoBudget:
            return _not_now(base, "too much is asked of the source at the moment")
        except BrokerAway:
            return _not_now(base, "the broker that keeps the budget is away")
    return answer, source.judge(target, answer)


def _not_now(url: str, words: str) -> tuple[Answer, Verdict]:
    return Answer(url, 0), Verdict(meaning=Meaning.THROTTLED, words=words)


def _seen_page(url: str) -> tuple[Answer, Verdict]:
    """A stranger's page: whether it is there. Nothing of it is kept but its status and type."""
    budget = Budget(urlsplit(url).netloc.rpartition("@")[2][:200], None, PAGES)
    try:
        if budget.take():
            return _not_now(url, "its server has been asked often enough for now")
    except BrokerAway:
        return _not_now(url, "the broker that keeps the budget is away")
    with Strangers() as strangers:
        answer = strangers.get(url, first_bytes=BEGINNING)
    return answer, page_verdict(answer)


def page_verdict(answer: Answer) -> Verdict:
    """What the answer of any page means (spec/refresh.md section 7, link rot)."""
    # More than we wanted came: it is there.
    if answer.error == "too_large":
        return Verdict(meaning=Meaning.OK, words="there; a large file")
    if answer.error == "refused":
        return Verdict(meaning=Meaning.OUR_ERROR, words="an address that is not visited")
    if verdict := trouble(answer):
        return verdict
    match answer.status:
        case 404 | 410:
            return Verdict(meaning=Meaning.MISSING, words="there is no such page")
        case 401 | 402 | 403 | 407 | 451:
            return Verdict(meaning=Meaning.GATED, words="it wants a sign-in, or lets no worker in")
        case status if 200 <= status < 300:
            moved = ", after a redirect" if answer.hops else ""
            return Verdict(meaning=Meaning.OK, words=f"there{moved}")
    return Verdict(meaning=Meaning.OUTAGE, words=f"it answers {answer.status}")


def links_of(submission: Submission) -> list[str]:
    """Every address in a submission, once, in the order in which it was given."""
    return list(dict.fromkeys(_links(submission)))[:LINKS_MOST]


def _links(submission: Submission) -> Iterator[str]:
    payload = submission.payload
    said = [payload, *dict(payload.get("components") or {}).values()]
    for answers in said:
        for name, value in answers.items():
            if (name == "link" or name.endswith("_link") or name == "homepage") and value:
                yield str(value)


def look_at_links(submission: Submission) -> list[Lookup]:
    """New looks at every link of a submission, for the worker to do."""
    return Lookup.objects.bulk_create(
        Lookup(
            purpose=LINK,
            submission=submission,
            url=url,
            source=ref.source if (ref := _named(url)) else "",
        )
        for url in links_of(submission)
    )


def _named(url: str) -> Ref | None:
    """The release whose very page the link is; None for a page inside it, which has to be seen."""
    ref = address(url)
    whole = ref is not None and url.rstrip("/").lower().endswith(ref.reference.lower())
    return ref if ref is not None and whole and ref.source in LIVE else None


def seen(submission: Submission) -> dict[str, Lookup]:
    """{link: the newest look at it} of a submission."""
    rows = submission.lookups.filter(purpose=LINK).order_by("id")
    return {row.url: row for row in rows}
