"""One project as data: all that its page shows, and where each statement of it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.forms.models import model_to_dict
from django.urls import reverse

from openness import words
from openness.asof import Moment
from openness.dossiers import Dossier, Published, dossier
from openness.exports.formats import formats_of
from openness.exports.lists import CHANGES, change_values
from openness.exports.tables import LICENSE, Column, Rows, csv_text, csvw, objects, plain
from openness.figures import day
from openness.models import Evidence, Project, Score
from openness.rankings import span
from scoring.components import COMPONENTS
from scoring.facts import Facts
from scoring.lenses import LENSES
from scoring.licenses import Rights, license_class
from scoring.reconcile import sourced, statements
from scoring.result import Result

EVIDENCE = (
    Column("project"),
    Column("component"),
    Column("state"),
    Column("counts"),  # counts, agrees or contradicts
    Column("partial_reason"),
    Column("gate"),
    Column("access"),
    Column("hosting"),
    Column("license"),
    Column("license_raw"),
    Column("right_use"),
    Column("right_modify"),
    Column("right_share"),
    Column("stage"),
    Column("publication"),
    Column("completeness"),
    Column("origin"),
    Column("price"),
    Column("audience"),
    Column("note"),
    Column("source"),
    Column("trust", "integer"),
    Column("link"),
    Column("record"),
    Column("stated_on", "date"),
    Column("expires_at", "date"),
    Column("method"),
    Column("confidence", "integer"),
    Column("author"),
    Column("since", "integer"),  # the revision in which it was entered
)
DETAIL = ("proven", "unknown", "out_of_reach", "withheld", "reach", "cells", "c1", "c2", "c3")
"""What a result has besides its value and its checks, as far as a lens gives it."""


def evidence_values(row: Evidence, slug: str, counts: str = "") -> tuple[object, ...]:
    """One statement in the order of `EVIDENCE`."""
    return (
        slug,
        row.component,
        span(row.state, row.state_most),
        counts,
        row.partial_reason,
        row.gate,
        span(row.access_least, row.access_most),
        span(row.hosting_least, row.hosting_most),
        row.license_id,
        row.license_raw,
        row.right_use,
        row.right_modify,
        row.right_share,
        row.stage,
        row.publication,
        row.completeness,
        row.origin,
        row.price,
        row.audience,
        row.note,
        row.source,
        row.trust,
        row.link,
        row.record,
        row.stated_on,
        row.expires_at,
        row.method,
        row.confidence,
        row.author,
        row.since_id,
    )


def _evidence(held: Dossier) -> Rows:
    """Every statement in force, by component in the order of display, what counts first."""
    order = list(COMPONENTS)
    rows = [(row, _counts(row, held.facts)) for row in held.evidence]
    rows.sort(key=lambda pair: (order.index(pair[0].component), _STANDINGS.index(pair[1])))
    return [evidence_values(row, held.project.slug, counts) for row, counts in rows]


_STANDINGS = ("counts", "agrees", "contradicts")


def _counts(row: Evidence, facts: Facts) -> str:
    component = facts.components.get(row.component)
    claim = row.claim()
    if component and claim == component.claim:
        return "counts"
    return "contradicts" if component and claim in component.conflicts else "agrees"


def project_csv(project: Project, moment: Moment | None = None) -> Iterator[str]:
    """The statements in force, or at a moment, as CSV. Raises `dossiers.NotYet`."""
    return csv_text(EVIDENCE, _evidence(dossier(project, moment)))


def project_csvw(project: Project, revision: int) -> dict[str, Any]:
    """CSVW metadata of `/projects/<slug>.csv`."""
    return csvw(f"/projects/{project.slug}.csv", EVIDENCE, revision)


def document(project: Project, revision: int, moment: Moment | None = None) -> dict[str, Any]:
    """All that is held of a project: statements, facts, sizes, and every lens with its reasons.

    With a moment, what was held then. Raises `dossiers.NotYet`.
    """
    held = dossier(project, moment)
    sources = {row.source for row in held.evidence} | {row.source for row in held.quantities}
    return {
        "revision": moment.number if moment else revision,
        "license": LICENSE,
        "url": f"{settings.SITE_URL}{held.project.get_absolute_url()}"
        + (f"?{moment.asked}" if moment else ""),
        "project": about(held.project),
        "formats": {
            form: f"{settings.SITE_URL}{reverse(f'project-{form}', args=[held.project.slug])}"
            for form in formats_of(held)
        },
        "identifiers": [
            {"source": i.source, "kind": i.kind, "reference": i.reference} for i in held.identifiers
        ],
        "facts": _facts(held.facts),
        "quantities": [
            _plain(model_to_dict(q, exclude=["id", "project"])) for q in held.quantities
        ],
        "evidence": list(objects(EVIDENCE, _evidence(held))),
        "lenses": {key: _lens(held, key) for key in LENSES},
        "published": [_published(one) for one in held.published],
        "changes": list(objects(CHANGES, map(change_values, held.changes))),
        "sources": [{"key": key, "name": words.of(words.SOURCES, key)} for key in sorted(sources)],
    }


def about(project: Project) -> dict[str, Any]:
    """Who and what a project is."""
    names = ("slug", "name", "kind", "family", "is_largest", "modality", "released", "homepage")
    maker, base = project.organization, project.derived_from
    return {
        **_plain({name: getattr(project, name) for name in names}),
        "summary": plain(project.summary),
        "organization": {"slug": maker.slug, "name": maker.name} if maker else None,
        "derived_from": {"slug": base.slug, "name": base.name} if base else None,
        "derived_from_name": plain(project.derived_from_name),
    }


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    return {name: plain(value) for name, value in values.items()}


def _facts(facts: Facts) -> dict[str, Any]:
    """What is settled of a project; a span is one word, or `least..most`."""
    return {
        "license": plain(facts.license_id),
        "license_class": license_class(Rights(facts.use, facts.modify, facts.share)),
        **{
            name: str(getattr(facts, name))
            for name in ("access", "hosted", "use", "modify", "share")
        },
        "stage": plain(facts.stage or ""),
        "statements": statements(facts),
        "sourced": sourced(facts),
        "components": {
            key: {"state": str(held.state), "disputed": held.disputed}
            for key, held in facts.components.items()
        },
    }


def _lens(held: Dossier, key: str) -> dict[str, Any] | None:
    """Our reading by this lens with its reasons; None where it does not cover the project."""
    score, result = held.scores.get(key), held.results.get(key)
    if score is None or result is None:
        return None
    return {**score_values(score), **reasons(result)}


def score_values(score: Score) -> dict[str, Any]:
    """A stored value."""
    names = ("lens", "basis", "version", "low", "high", "grade", "rank")
    return _plain({name: getattr(score, name) for name in names})


def reasons(result: Result) -> dict[str, Any]:
    """Why a value is what it is."""
    return {
        "checks": [
            {
                "criterion": check.criterion,
                "outcome": str(check.outcome),
                "reason": str(check.reason),
                "points": list(check.points),
                "component": plain(check.component),
            }
            for check in result.checks
        ],
        "notes": [str(note) for note in result.notes],
        "detail": {name: result.detail[name] for name in DETAIL if name in result.detail},
    }


def _published(one: Published) -> dict[str, Any]:
    """What a publisher said, verbatim, with its own result and its terms."""
    return {
        "index": one.edition.index,
        "edition": one.edition.key,
        "stated_on": day(one.edition.stated_on) or None,
        "terms": plain(one.edition.terms),
        "citation": plain(one.edition.citation),
        "subject": one.subject.name,
        "score": score_values(one.score) if one.score else None,
        "judgements": [
            {
                "dimension": said.dimension,
                "value": said.value,
                "links": said.links,
                "note": plain(said.note),
            }
            for said in one.cells
        ],
    }
