"""Submissions: keep a proposal as it was typed, once, find what it may double, and withdraw it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.contrib.postgres.search import TrigramSimilarity
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from openness.models import Project, Submission
from openness.services.addresses import address
from openness.services.subjects import projects_at

# Trigram similarity from which a name is shown as a likely duplicate; PostgreSQL's own default
# of 0.3 shows too many strangers among names such as "Llama 3 8B".
SIMILAR = 0.45


class AlreadyDecided(ValueError):
    """The submission or statement is not pending any more; somebody else decided it."""


def duplicates(*, name: str, links: Iterable[str] = ()) -> list[Project]:
    """Projects that this one may be: at the same address first, then of similar name; at most 5."""
    same = list(at_address(links))
    similar = (
        Project.objects.annotate(similarity=TrigramSimilarity("name", name))
        .filter(similarity__gte=SIMILAR)
        .exclude(pk__in=[project.pk for project in same])
        .order_by("-similarity", "name")
    )
    return [*same, *similar.select_related("organization")][:5]


def waiting(*, name: str, links: Iterable[str] = ()) -> QuerySet[Submission]:
    """Proposals of this very name or address that wait for a reviewer already."""
    same = Q(name__iexact=name.strip())
    for link in links:
        same |= Q(payload__weights_link=link) | Q(payload__code_link=link)
    return Submission.objects.filter(same, kind="project", status="pending")


def at_address(links: Iterable[str]) -> Iterable[Project]:
    """The projects that live at one of these links; a paper may tell of many, so it names none."""
    refs = [ref for link in links if (ref := address(link)) and ref.kind != "paper"]
    return Project.objects.filter(pk__in=projects_at(refs).values()).select_related("organization")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends, as far as we know it; `once` is the same for the same form sent again."""

    email: str = ""
    author: User | None = None
    language: str = ""
    once: str = ""


ANYBODY = Sender()


def sum_of(stamp: str, *said: Any) -> str:
    """What is the same only for one form, opened at one time and saying the same."""
    text = json.dumps([stamp, *said], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def submit(*, payload: Mapping[str, Any], sender: Sender = ANYBODY) -> Submission:
    """Keep a proposed project as it was typed. `payload` holds the cleaned fields of the form."""
    return _kept(sender, **_proposed(payload))


def save_draft(
    *, payload: Mapping[str, Any], sender: Sender = ANYBODY, draft: Submission | None = None
) -> Submission:
    """Keep what there is of a proposal for later; nobody but who has its link sees it.

    Raises AlreadyDecided for one that was sent meanwhile.
    """
    if draft is None:
        return _kept(sender, status="draft", **_proposed(payload))
    with transaction.atomic():
        row = _draft(draft)
        _write(row, payload, sender)
        row.save()
    return row


def send(*, draft: Submission, payload: Mapping[str, Any], sender: Sender = ANYBODY) -> Submission:
    """Send a draft, once: whoever sends it again gets what was sent.

    Raises AlreadyDecided for one that was withdrawn.
    """
    with transaction.atomic():
        row = locked(draft)
        if row.status == "pending":
            return row
        row = _draft(row)
        _write(row, payload, sender)
        row.status, row.created_at = "pending", timezone.now()
        row.save()
    return row


def _proposed(payload: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": str(payload.get("name") or ""),
        "organization": str(payload.get("organization") or ""),
        "payload": dict(payload),
    }


def _draft(draft: Submission) -> Submission:
    row = locked(draft)
    if row.status != "draft":
        raise AlreadyDecided(_("This is no draft any more."))
    return row


def _write(row: Submission, payload: Mapping[str, Any], sender: Sender) -> None:
    for name, value in _proposed(payload).items():
        setattr(row, name, value)
    row.email, row.language = sender.email, sender.language
    row.author = row.author or sender.author


def correct(
    *,
    project: Project,
    components: Mapping[str, Mapping[str, str]],
    sender: Sender = ANYBODY,
) -> Submission:
    """Keep a correction of a project: {component: answers}, as they were typed."""
    return _kept(
        sender,
        kind="correction",
        project=project,
        name=project.name,
        organization=project.organization.name if project.organization else "",
        payload={"components": {key: dict(answers) for key, answers in components.items()}},
    )


def report(
    *, project: Project, message: str, link: str = "", sender: Sender = ANYBODY
) -> Submission:
    """Keep a report that something is wrong with a project as a whole."""
    return _kept(
        sender,
        kind="report",
        project=project,
        name=project.name,
        organization=project.organization.name if project.organization else "",
        payload={"message": message, "link": link},
    )


def _kept(sender: Sender, **fields: Any) -> Submission:
    """The new row; where the same form was sent before, also a moment ago, the row of that."""
    try:
        with transaction.atomic():
            return Submission.objects.create(
                email=sender.email,
                author=sender.author,
                language=sender.language,
                once=sender.once,
                **fields,
            )
    except IntegrityError:
        sent = Submission.objects.filter(once=sender.once).first() if sender.once else None
        if sent is None:
            raise
        return sent


def locked(submission: Submission) -> Submission:
    """The row, locked and fresh, so that of two who decide at once one comes second."""
    return Submission.objects.select_for_update().get(pk=submission.pk)


@transaction.atomic
def withdraw(*, submission: Submission) -> Submission:
    """Take one's own proposal back while nothing of it is decided; it stays on record.

    Raises AlreadyDecided.
    """
    row = locked(submission)
    if row.status not in ("draft", "pending"):
        raise AlreadyDecided(_("This has been decided already."))
    if row.reviews.filter(undone_at__isnull=True, decides=True).exists():
        raise AlreadyDecided(_("A part of this has been decided already."))
    row.status, row.decided_at = "withdrawn", timezone.now()
    row.save()
    return row
