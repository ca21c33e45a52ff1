"""Letters, in the language of who gets them: what became of a submission, or of a webhook."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from openness import figures
from openness.models import Receiver, Submission
from openness.services.reviews import UNDO

BATCH = 100


def tell_senders() -> int:
    """Write to each sender whose submission was decided ten minutes ago or more; how many.

    A letter is marked before it leaves: one that fails is lost rather than sent twice.
    """
    told = 0
    while told < BATCH and (row := _next_untold()):
        _write(row)
        told += 1
    return told


@transaction.atomic
def _next_untold() -> Submission | None:
    row = (
        Submission.objects.select_for_update(skip_locked=True)
        .filter(
            status__in=["accepted", "returned"],
            told_at__isnull=True,
            decided_at__lt=timezone.now() - UNDO,
        )
        .exclude(email="")
        .first()
    )
    if row is not None:
        row.told_at = timezone.now()
        row.save(update_fields=["told_at"])
    return row


def _write(row: Submission) -> None:
    with translation.override(row.language or settings.LANGUAGE_CODE):
        # Mail headers hold one line; the name was checked for that when it was typed.
        subject = _SUBJECTS[row.status] % {"name": row.name}
        lines = [
            subject,
            *(["", _("The reviewer says:"), row.reason] if row.reason else []),
            "",
            _("All of it: %(address)s")
            % {"address": f"{settings.SITE_URL}{row.get_absolute_url()}"},
        ]
        send_mail(str(subject), "\n".join(map(str, lines)), None, [row.email])


_SUBJECTS = {
    "accepted": gettext_lazy("What you sent about %(name)s is accepted"),
    "returned": gettext_lazy("What you sent about %(name)s is returned"),
}


def tell_owner(receiver: Receiver) -> None:
    """Write to the owner of a receiver that is told of nothing more, if we know where.

    Whoever calls this has put its state on record, where the owner sees it as well.
    """
    if not receiver.owner.email:
        return
    with translation.override(receiver.language or settings.LANGUAGE_CODE):
        why = (
            _("It answered that it is gone for good (410).")
            if receiver.state == "gone"
            else _("It has not taken a message since %(day)s, in %(n)s attempts.")
            % {"day": figures.day(receiver.first_failed_at), "n": receiver.fails}
        )
        lines = [
            _("%(url)s is sent nothing more.") % {"url": receiver.url},
            why,
            "",
            _("Its last messages, and a way to go on: %(address)s")
            % {"address": f"{settings.SITE_URL}{receiver.get_absolute_url()}"},
        ]
        subject = _("Your webhook has stopped")
        send_mail(subject, "\n".join(lines), None, [receiver.owner.email])
