"""Maintainers: whoever can put a line of ours where only the makers of a release can write.

The line goes with one submission, so that reading it there helps nobody else. The README of the
repository or the model card is the place; a worker reads it by the source's own interface.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from openness.models import Identifier, Lookup, Project, Submission
from openness.services.addresses import address
from openness.services.lookups import TOKEN, asked_source, keep, links_of
from openness.sources import LIVE
from openness.sources.http import Answer
from openness.sources.live import Meaning, Target, Verdict, object_of, trouble
from openness.sources.reading import Ref
from scoring.facts import Kind

PLACES = (("hub", "model"), ("hub", "dataset"), ("github", "repository"))
"""(source, kind) of addresses whose README only a maintainer can write."""
AGAIN_AFTER = timedelta(seconds=20)
"""A sender may have the place looked at again after this."""
PLACES_MOST = 6


def line_of(submission: Submission) -> str:
    """The line that the sender of this submission puts into the README."""
    proof = salted_hmac("openness.maintainer", submission.token, algorithm="sha256").hexdigest()
    return f"openness-maintainer-{proof[:32]}"


def places(submission: Submission) -> list[Ref]:
    """Where the line may stand: the release's own repositories, each once."""
    return list(dict.fromkeys(_places(submission)))[:PLACES_MOST]


def _places(submission: Submission) -> Iterator[Ref]:
    if submission.project_id:
        rows = Identifier.objects.filter(project=submission.project_id).order_by("pk")
        yield from (
            Ref(row.source, row.kind, row.reference)
            for row in rows
            if (row.source, row.kind) in PLACES
        )
    # The links of a correction are the sender's word; those of a new release are the release's.
    elif submission.kind == "project":
        for link in links_of(submission):
            if (ref := address(link)) and (ref.source, ref.kind) in PLACES:
                yield ref


def page_of(ref: Ref) -> str:
    """The address of a release's page, for people."""
    if ref.source == "github":
        return f"https://github.com/{ref.reference}"
    return f"https://huggingface.co/{'datasets/' if ref.kind == 'dataset' else ''}{ref.reference}"


def ask_for_look(submission: Submission) -> list[Lookup]:
    """New looks for the sender's line, for workers to do; none where one was just asked for."""
    recent = submission.lookups.filter(
        purpose=TOKEN, asked_at__gt=timezone.now() - AGAIN_AFTER
    ).exists()
    if recent or submission.maintainer_at or submission.status not in ("draft", "pending"):
        return []
    return Lookup.objects.bulk_create(
        Lookup(purpose=TOKEN, submission=submission, url=page_of(ref), source=ref.source)
        for ref in places(submission)
    )


def look_for_token(look: Lookup) -> Lookup:
    """Read the README at an address; if the line stands in it, its sender is a maintainer."""
    sent, ref = look.submission, address(look.url)
    if look.done_at is not None or sent is None or ref is None:
        return look
    target = Target(ref.kind, ref.reference, Kind.MODEL)
    answer, _verdict = asked_source(LIVE[look.source], target, path=_path(ref))
    seen = line_of(sent) in _text(answer, ref)
    done = keep(look, answer, _meaning(answer, seen))
    if seen:
        with transaction.atomic():
            row = Submission.objects.select_for_update().get(pk=sent.pk)
            row.maintainer_at, row.maintainer_seen = timezone.now(), look.url
            row.save(update_fields=["maintainer_at", "maintainer_seen"])
    return done


def _path(ref: Ref) -> str:
    if ref.source == "github":
        return f"/repos/{ref.reference}/readme"
    return f"/{'datasets/' if ref.kind == 'dataset' else ''}{ref.reference}/resolve/main/README.md"


def _text(answer: Answer, ref: Ref) -> str:
    if answer.status != 200:
        return ""
    if ref.source != "github":
        return answer.body.decode("utf-8", errors="replace")
    content = (object_of(answer) or {}).get("content")
    try:
        return base64.b64decode(content if isinstance(content, str) else "").decode(
            "utf-8", errors="replace"
        )
    except (binascii.Error, ValueError):
        return ""


def _meaning(answer: Answer, seen: bool) -> Verdict:
    if seen:
        return Verdict(meaning=Meaning.OK, words="the line is there")
    if verdict := trouble(answer):
        return verdict
    if answer.status == 200:
        return Verdict(meaning=Meaning.MISSING, words="the line is not in its README")
    return Verdict(meaning=Meaning.MISSING, words="it has no README that everyone may read")


def maintains(user: User, project: Project) -> bool:
    """Whether somebody has shown, signed in, that they maintain a project."""
    return Submission.objects.filter(
        author=user, project=project, maintainer_at__isnull=False
    ).exists()


def by_maintainer(submission: Submission) -> bool:
    """Whether a submission comes from a maintainer: by its line, or by whom its account is."""
    if submission.maintainer_at is not None:
        return True
    author, project = submission.author, submission.project
    return author is not None and project is not None and maintains(author, project)
