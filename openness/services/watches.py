"""Watches: who asked for it, and has confirmed it, gets a letter when a project's openness moves.

A letter is marked before it leaves: one that fails is lost rather than sent twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from openness import words
from openness.history import sentence
from openness.models import Change, Project, Revision, Watch
from openness.services.reviews import UNDO

# spec/refresh.md section 7: what is first declared or only renamed is history and no letter.
TOLD_OF = ("withdrawn", "less_open", "more_open", "lateral", "unclassified")
CONFIRMED_WITHIN = timedelta(days=3)
# Nobody is to be written to at will by strangers who know the address.
WRITTEN_AGAIN = timedelta(hours=1)
WRITTEN_MOST = 5
"""Letters with a link that one address gets in an hour, for whatever projects."""
BATCH = 100


@transaction.atomic
def ask(*, project: Project, email: str, language: str) -> None:
    """Note that an address wants to watch a project; a letter asks it to confirm.

    The same again, or too often, changes nothing that the asker could see.
    """
    now = timezone.now()
    lately = Watch.objects.filter(email__iexact=email, written_at__gt=now - WRITTEN_AGAIN)
    waiting = Watch.objects.filter(email__iexact=email, written_at__isnull=True)
    if lately.count() + waiting.count() >= WRITTEN_MOST:
        return
    row = Watch.objects.select_for_update().filter(project=project, email__iexact=email).first()
    if row is None:
        # Somebody else may ask for the same in the same moment.
        Watch.objects.bulk_create(
            [Watch(project=project, email=email, language=language)], ignore_conflicts=True
        )
    elif row.written_at and row.written_at < now - WRITTEN_AGAIN:
        row.written_at, row.language = None, language
        row.save(update_fields=["written_at", "language"])


def confirm(row: Watch) -> None:
    """From now on it is told of what changes; what was before is no news."""
    newest = Revision.objects.values_list("pk", flat=True).first() or 0
    Watch.objects.filter(pk=row.pk, confirmed_at__isnull=True).update(
        confirmed_at=timezone.now(), told=newest
    )


def end(row: Watch) -> None:
    """End it and forget the address."""
    row.delete()


def forget_unconfirmed() -> int:
    """Forget addresses that have not confirmed in time; how many."""
    old = timezone.now() - CONFIRMED_WITHIN
    return Watch.objects.filter(confirmed_at__isnull=True, asked_at__lt=old).delete()[0]


def write_links() -> int:
    """Send each new watch the link that confirms it; how many letters."""
    sent = 0
    while sent < BATCH and (row := _next_unwritten()):
        with translation.override(row.language or settings.LANGUAGE_CODE):
            subject, lines = _link(row)
            _send(row, subject, lines)
        sent += 1
    return sent


def tell_watchers() -> int:
    """Write to each watcher whose project's openness has moved; how many letters.

    A change waits until a reviewer can no longer take it back.
    """
    told = 0
    while told < BATCH and (found := _next_untold()):
        row, changes = found
        with translation.override(row.language or settings.LANGUAGE_CODE):
            subject, lines = _news(row.project, changes)
            _send(row, subject, lines)
        told += 1
    return told


@transaction.atomic
def _next_unwritten() -> Watch | None:
    row = (
        Watch.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("project")
        .filter(written_at__isnull=True)
        .first()
    )
    if row is not None:
        row.written_at = timezone.now()
        row.save(update_fields=["written_at"])
    return row


@transaction.atomic
def _next_untold() -> tuple[Watch, list[Change]] | None:
    standing = Change.objects.filter(
        change_class__in=TOLD_OF, revision__at__lt=timezone.now() - UNDO
    )
    news = standing.filter(project=OuterRef("project"), revision__gt=OuterRef("told"))
    row = (
        Watch.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("project")
        .filter(Exists(news), confirmed_at__isnull=False)
        .first()
    )
    if row is None:
        return None
    changes = list(standing.filter(project=row.project, revision__gt=row.told).order_by("pk"))
    row.told = max(one.revision_id for one in changes)
    row.save(update_fields=["told"])
    return row, changes


def _link(row: Watch) -> tuple[str, list[str]]:
    name = {"name": row.project.name}
    if row.confirmed_at:
        return _("You watch %(name)s") % name, [
            _("This address is told when %(name)s becomes more or less open.") % name
        ]
    return _("Do you want to watch %(name)s?") % name, [
        _(
            "Somebody, probably you, asked that this address be told when %(name)s becomes more"
            " or less open."
        )
        % name,
        "",
        _("To confirm it, open the address at the end and press the button."),
        _("If it was not you, do nothing: in three days the address is forgotten."),
    ]


def _news(project: Project, changes: Iterable[Change]) -> tuple[str, list[str]]:
    classes = dict.fromkeys(one.change_class for one in changes)
    moved = words.clauses(words.of(words.CHANGE_CLASSES, name) for name in classes)
    return f"{project.name}: {moved}", [
        *(f"- {sentence(one)}" for one in changes),
        "",
        _("All of it: %(address)s")
        % {"address": f"{settings.SITE_URL}{project.get_absolute_url()}"},
    ]


def _send(row: Watch, subject: str, lines: Iterable[str]) -> None:
    address = f"{settings.SITE_URL}{row.get_absolute_url()}"
    last = _("To confirm or end this watch: %(address)s") % {"address": address}
    EmailMessage(
        subject=" ".join(subject.split()),  # a header holds one line
        body="\n".join([*lines, "", last]),
        to=[row.email],
        headers={"List-Unsubscribe": f"<{address}>"},
    ).send()
