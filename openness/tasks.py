"""What workers do: fetch an id and call a service. Each task may run twice without harm."""

import logging
from dataclasses import asdict
from functools import partial
from typing import Any

from celery import shared_task
from django.conf import settings
from django.db import transaction

from openness.models import Lookup, Submission
from openness.services import (
    drafts,
    letters,
    links,
    lookups,
    maintainers,
    price_lists,
    refresh_makers,
    watches,
    webhooks,
)
from openness.services.assess import assess
from openness.services.refresh import visit_due
from openness.services.refresh_health import Rest
from openness.services.refresh_prune import prune_log
from openness.services.refresh_runs import end_runs
from openness.services.refresh_scores import score_pending as score_what_changed
from openness.sources import LIVE, PRICE_LISTS
from openness.sources.reading import Refused, Unavailable

log = logging.getLogger(__name__)


@shared_task
def rescore_project(project_id: int) -> dict[str, Any]:
    """Settle and score one project and what derives from it; the counts."""
    return asdict(assess(projects=[project_id]))


# Settling the whole catalogue may outlast the limits that suit one project.
@shared_task(soft_time_limit=1500, time_limit=1800)
def rescore_all(lens: str | None = None) -> dict[str, Any]:
    """Settle and score every project, by all lenses or one; the counts."""
    done = asdict(assess(lens=lens))
    log.info("scored the catalogue: %s", done)
    return done


@shared_task(ignore_result=True)
def tell_senders() -> None:
    """Write to those whose submission was decided."""
    if told := letters.tell_senders():
        log.info("told %s senders", told)


@shared_task(ignore_result=True)
def tell_watchers() -> None:
    """Send links to new watchers and news to confirmed ones; forget those who never confirmed."""
    links, told = watches.write_links(), watches.tell_watchers()
    forgotten = watches.forget_unconfirmed()
    if links or told or forgotten:
        log.info("watchers: %s links sent, %s told, %s forgotten", links, told, forgotten)


def have_watchers_told() -> None:
    """Have a worker do so once the wish is there; the schedule does it as well, a little later."""
    transaction.on_commit(tell_watchers.delay, robust=True)


@shared_task(ignore_result=True)
def forget_drafts() -> None:
    """Remove drafts that nobody has come back to."""
    if forgotten := drafts.forget_drafts():
        log.info("forgot %s old drafts", forgotten)


@shared_task(ignore_result=True)
def heartbeat() -> None:
    """Say in the log that the schedule and a worker are alive."""
    log.info("schedule and worker are alive")


# Some seconds for thousands of projects, minutes for a million.
@shared_task(soft_time_limit=1500, time_limit=1800, ignore_result=True)
def write_dataset() -> None:
    """Write the open data set of today, if there is none yet."""
    from openness.services.datasets import (  # noqa: PLC0415 with it comes pyarrow, 45 MB for others
        write_of_the_day,
    )

    done = write_of_the_day()
    log.info("data set: %s", done.reason or done.folder)


# A round ends by itself long before; the limits are for a visit that hangs against all odds.
@shared_task(soft_time_limit=90, time_limit=120, ignore_result=True)
def visit(source: str) -> None:
    """Visit what is due at a source for one round, and have what changed scored."""
    changed = False
    for done in visit_due(source=LIVE[source], seconds=settings.REFRESH_ROUND):
        if isinstance(done, Rest):
            level = logging.INFO if done.news else logging.DEBUG
            log.log(level, "%s rests for %.0f s: %s", source, done.seconds, done.words)
            continue
        changed = changed or bool(done.evidence)
        log.info(
            "%s %s: %s (%d), %d changed",
            source,
            done.target,
            done.words,
            done.status,
            len(done.changed),
            extra=asdict(done),
        )
    end_runs()
    if changed:
        # The schedule would do it as well, a little later.
        score_pending.delay()


@shared_task(soft_time_limit=90, time_limit=120, ignore_result=True)
def check_links() -> None:
    """Check links that are due for one round."""
    for row in links.check_due(seconds=settings.REFRESH_ROUND):
        log.info("link %s: %s (%d)", row.url, row.state, row.status)


@shared_task(ignore_result=True)
def note_links() -> None:
    """Note the links of new statements and submissions, to be checked."""
    if new := links.enroll():
        log.info("noted %d new links", new)


@shared_task(soft_time_limit=90, time_limit=120, ignore_result=True)
def deliver_webhooks() -> None:
    """Send what waits for receivers for one round."""
    for sent in webhooks.deliver_due(seconds=settings.REFRESH_ROUND):
        log.info("webhook %s: %s", sent.message, sent.words or "delivered")


@shared_task(ignore_result=True)
def forget_deliveries() -> None:
    """Remove old messages from the record of what was sent."""
    if forgotten := webhooks.forget_deliveries():
        log.info("forgot %s old messages", forgotten)


@shared_task(soft_time_limit=90, time_limit=120, ignore_result=True)
def ask_makers() -> None:
    """Ask the Hub about organizations that are due, for one round."""
    for row, verdict in refresh_makers.ask_makers(seconds=settings.REFRESH_ROUND):
        log.info("hub organization %s: %s", row.hub_name, verdict.words)


# A download may take minutes; what is read of it takes seconds.
@shared_task(soft_time_limit=540, time_limit=600, ignore_result=True)
def read_price_list(key: str, *, even_if_fresh: bool = False) -> None:
    """Read a price list, unless that was done this week."""
    source = PRICE_LISTS[key]
    if not even_if_fresh and not price_lists.due(source):
        return
    try:
        done = price_lists.read_price_list(source)
    except (Unavailable, Refused) as error:
        log.warning("price list %s: %s", key, error)
    else:
        log.info("price list %s: %s", key, done.as_json())


@shared_task(ignore_result=True)
def prune_visits() -> None:
    """Remove old visits from the log."""
    if removed := prune_log():
        log.info("removed %d old visits from the log", removed)


@shared_task(ignore_result=True)
def score_pending() -> None:
    """Score the projects whose evidence changed."""
    if done := score_what_changed():
        log.info("scored what changed: %s", asdict(done))


@shared_task(soft_time_limit=45, time_limit=60, ignore_result=True)
def look_up(look_id: int) -> None:
    """Visit one address for somebody who waits before a form."""
    if look := Lookup.objects.filter(pk=look_id).first():
        done = lookups.look_up(look)
        log.info("look url=%s meaning=%s why=%r", done.url, done.meaning, done.words)


# Sixty links of ten seconds each, at worst.
@shared_task(soft_time_limit=660, time_limit=720, ignore_result=True)
def look_at_links(submission_id: int) -> None:
    """Visit every link of a submission, so that its reviewer sees what stands there."""
    if sent := Submission.objects.filter(pk=submission_id).first():
        for look in lookups.look_at_links(sent):
            lookups.look_up(look)


@shared_task(soft_time_limit=45, time_limit=60, ignore_result=True)
def look_for_token(look_id: int) -> None:
    """Look for a sender's token at the release's own address."""
    if look := Lookup.objects.filter(pk=look_id).select_related("submission").first():
        maintainers.look_for_token(look)


def send_out(look: Lookup) -> None:
    """Have a worker do a look once its row is there. A broker that is away breaks no page."""
    task = look_for_token if look.purpose == lookups.TOKEN else look_up
    # Whoever waits has given up by then.
    ask = partial(
        task.apply_async,
        (look.pk,),
        queue=lookups.queue_of(look),
        expires=lookups.WAITED_FOR.total_seconds(),
    )
    transaction.on_commit(ask, robust=True)


def have_links_checked(sent: Submission) -> None:
    """Have a worker visit the links of a submission; it can be reviewed without."""
    ask = partial(look_at_links.apply_async, (sent.pk,), queue="links")
    transaction.on_commit(ask, robust=True)


def have_webhooks_delivered() -> None:
    """Have a worker send what waits now; the schedule would do it as well, a little later."""
    transaction.on_commit(partial(deliver_webhooks.apply_async, queue="webhooks"), robust=True)
