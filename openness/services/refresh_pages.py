"""Many addresses visited by the pages of their source's listing, each page recorded whole.

One question answers for a hundred addresses. Who is not shown on any page may be private, renamed
or gone, so nothing is concluded of it: it stays due, and is asked alone afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from django.db import connection, transaction
from django.db.models.functions import Lower
from django.utils import timezone

from openness.models import Fetch, Identifier, RefreshRun, Revision
from openness.services.periods import keep_projects
from openness.services.refresh_evidence import (
    Changed,
    differing,
    hold_observed,
    keep,
    observe,
    observed_at,
)
from openness.services.refresh_health import Rest, pause_if_ill
from openness.services.refresh_record import Visit, log_of
from openness.services.refresh_schedule import due_rows, news_of, next_visit
from openness.services.refresh_state import found, is_another, rename
from openness.sources.budget import allowance
from openness.sources.http import Answer
from openness.sources.live import LiveSource, Meaning, Page, Verdict, trouble

Ask = Callable[[str], tuple[Answer, float]]
"""A path -> its answer and the seconds that the source wants to be left alone."""


def visit_pages(
    source: LiveSource, *, ask: Ask, until: float, only: Collection[int] | None
) -> Iterator[Visit | Rest]:
    """Go on with the listing of a run, if one waits, until a moment of the monotonic clock."""
    if source.pages is None:
        return
    run = RefreshRun.objects.filter(source=source.key, ended_at__isnull=True).exclude(cursor="")
    walk = run.order_by("pk").first()
    while walk and walk.cursor and monotonic() < until:
        if not due_rows(source, timezone.now(), only).filter(run=walk).exists():
            return
        answer, wait = ask(walk.cursor)
        page = source.pages.read(answer)
        if page is None:
            if rest := _no_page(source, walk, answer, wait):
                yield rest
            return
        yield from record_page(source, walk, answer, page, only=only)


def _no_page(source: LiveSource, walk: RefreshRun, answer: Answer, wait: float) -> Rest | None:
    """What follows from an answer that is no page: a rest, or the end of this way of asking."""
    verdict = trouble(answer) or Verdict(
        meaning=Meaning.OUR_ERROR, words=f"no page of a listing ({answer.status})"
    )
    log_of(source, None, answer, verdict).save()
    if verdict.meaning is Meaning.THROTTLED:
        return Rest(source.key, verdict.words, wait)
    if verdict.meaning is Meaning.OUR_ERROR:
        # A cursor does not live for ever; what is left is asked alone.
        walk.cursor = ""
        walk.save(update_fields=["cursor"])
        return None
    ill = pause_if_ill(source)
    return Rest(source.key, ill.words, ill.seconds) if ill else None


@transaction.atomic
def record_page(
    source: LiveSource,
    walk: RefreshRun,
    answer: Answer,
    page: Page,
    *,
    only: Collection[int] | None,
) -> list[Visit]:
    """Write what a page says of our addresses that are due, and which page follows.

    An address that was leased meanwhile is another worker's; one that stands for another
    repository now, or was missed before, is left to a visit of its own.
    """
    now = timezone.now()
    rows = [
        row
        for row in due_rows(source, now, only)
        .annotate(folded=Lower("reference"))
        .filter(kind=source.pages.kind if source.pages else "", folded__in=list(page.shown))
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("project")
        .order_by("pk")
        if not is_another(row, page.shown[row.reference.lower()])
    ]
    record = _Recording(source, answer, page, now)
    visits = record.all(rows) if rows else []
    walk.cursor = page.after
    walk.save(update_fields=["cursor"])
    return visits


# One statement for a page: a CASE a row, as bulk_update writes it, costs ten times as much.
_WELL = """
    UPDATE openness_identifier AS row
    SET last_ok_at = %s, fails = 0, first_failed_at = NULL, run_id = NULL, lease_token = NULL,
        leased_until = NULL, next_due_at = page.due, state = page.state
    FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[]) AS page (id, due, state)
    WHERE row.id = page.id
"""


@dataclass(frozen=True, slots=True)
class _Recording:
    """One page and the moment at which it is recorded."""

    source: LiveSource
    answer: Answer
    page: Page
    now: datetime

    def all(self, rows: Sequence[Identifier]) -> list[Visit]:
        before = {row.pk: (row.reference, row.last_ok_at) for row in rows}
        held = observed_at(rows)
        seen = {row.pk: self._found(row, held[row.pk]) for row in rows}
        changed = {pk: differing(held[pk], fields) for pk, fields in seen.items()}
        moved = [row for row in rows if changed[row.pk]]
        evidence: Mapping[int, tuple[str, ...]] = {}
        if moved:
            [snapshot] = keep(self.source, [self.answer])
            confirmed = {pk: at for pk, (_, at) in before.items()}
            observe(self.source, changed, confirmed=confirmed, snapshot=snapshot, now=self.now)
            evidence = hold_observed(self.source, moved, self.now)
        renamed = [row for row in rows if row.reference != before[row.pk][0]]
        if renamed:
            words = f"{self.source.name}: {len(renamed)} addresses are written otherwise"
            kept = Revision(kind="refresh", summary=words)
            keep_projects(kept, [row.project_id for row in renamed])
        self._save(rows, moved)
        self._log(rows, changed)
        return [
            self._visit(row, seen[row.pk], changed[row.pk], evidence.get(row.project_id, ()))
            for row in rows
        ]

    def _verdict(self, row: Identifier) -> Verdict:
        return self.page.shown[row.reference.lower()]

    def _found(self, row: Identifier, held: Mapping[str, str]) -> Mapping[str, str]:
        verdict = self._verdict(row)
        seen = found(row, verdict, held, self.now)
        rename(row, verdict.reference)
        return seen

    def _save(self, rows: Sequence[Identifier], moved: Sequence[Identifier]) -> None:
        """The rows' own state; the validator of a body that has changed since is forgotten."""
        news = news_of(rows)
        for row in rows:
            row.next_due_at = next_visit(row, Meaning.OK, self.now, news[row.pk])
        for row in moved:
            row.etag = row.last_modified = ""
        with connection.cursor() as cursor:
            cursor.execute(
                _WELL,
                [
                    self.now,
                    [row.pk for row in rows],
                    [row.next_due_at for row in rows],
                    [row.state for row in rows],
                ],
            )
        Identifier.objects.bulk_update(
            moved, ["immutable_id", "reference", "etag", "last_modified"]
        )

    def _log(
        self,
        rows: Sequence[Identifier],
        changed: Mapping[int, Changed],
    ) -> None:
        Fetch.objects.bulk_create(
            Fetch(
                source=self.source.key,
                identifier=row,
                at=self.now,
                url=self.answer.url[:2000],
                status=self.answer.status,
                meaning=Meaning.OK if changed[row.pk] else Meaning.UNCHANGED,
                words=self._verdict(row).words[:200],
                # Of time and bytes each has its share.
                seconds=round(self.answer.seconds / len(rows), 4),
                size=len(self.answer.body) // len(rows),
                quota_left=self._left(),
                changed=len(changed[row.pk]),
            )
            for row in rows
        )

    def _left(self) -> int | None:
        return allowance(self.answer.headers, status=200, now=self.now.timestamp()).left

    def _visit(
        self,
        row: Identifier,
        seen: Mapping[str, str],
        changed: Changed,
        evidence: tuple[str, ...],
    ) -> Visit:
        return Visit(
            project=row.project.slug,
            source=self.source.key,
            target=row.reference,
            meaning=Meaning.OK if changed else Meaning.UNCHANGED,
            words=self._verdict(row).words,
            status=self.answer.status,
            state=row.state,
            observed=len(seen),
            changed=changed,
            evidence=evidence,
            project_id=row.project_id,
            next_visit=row.next_due_at,
            quota_left=self._left(),
        )
