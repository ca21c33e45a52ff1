"""Projects read further: what would raise a result, where sources disagree, several compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from openness import called
from openness.agreement import disagreements
from openness.api import parameters, shapes
from openness.api.asking import held_of, moment, project_of
from openness.api.base import View, known_only
from openness.api.problems import Absent, Malformed
from openness.api.throttles import ScoreThrottle
from openness.asof import Moment
from openness.comparison import MOST, Compared, gather
from openness.dossiers import dossier
from openness.exports.tables import plain
from openness.models import Project
from openness.raises import Raises, raises
from scoring.components import COMPONENTS
from scoring.facts import Claim
from scoring.lenses import LENSES

RAISES = OpenApiExample(
    "One step to a class",
    response_only=True,
    value={
        "revision": 812,
        "next": None,
        "previous": None,
        "results": [
            {
                "lens": "mof",
                "basis": "derived",
                "edition": "1",
                "low": 40.0,
                "high": 80.0,
                "grade": None,
                "next": "Class III lacks the model card.",
                "raises": [
                    {
                        "changes": [{"term": "model_card", "to": "open"}],
                        "low": 46.5,
                        "high": 80.0,
                        "grade": "class_3",
                    }
                ],
            }
        ],
    },
)


class WhatWouldRaise(View):
    """What would raise a project's results."""

    row = shapes.Raises

    daily = True
    throttle_classes = (ScoreThrottle,)

    @extend_schema(
        operation_id="raises",
        summary="What would raise the results of a project",
        parameters=[parameters.fields_of(row)],
        responses=shapes.page_of(shapes.Raises),
        examples=[RAISES],
    )
    def get(self, request: Request, slug: str) -> Response:
        """By lens the smallest changes that move its result, found by asking the lens itself."""
        return self.all(request, map(_raises, raises(dossier(project_of(slug)))))


def _raises(one: Raises) -> Mapping[str, Any]:
    step = one.result.detail.get("next")
    return {
        "lens": one.lens,
        "basis": "published" if one.published else "derived",
        "edition": one.version,
        "low": plain(one.result.value.low),
        "high": plain(one.result.value.high),
        "grade": plain(one.result.value.grade),
        "next": str(step) if step else None,
        "raises": [
            {
                "changes": [{"term": term, "to": to} for term, to in changes],
                "low": plain(low),
                "high": plain(high),
                "grade": plain(grade),
            }
            for changes, low, high, grade in one.found or ()
        ],
    }


def _side(state: str, source: str) -> dict[str, Any]:
    return {
        "state": state,
        "source": source,
        "link": None,
        "record": "https://example.org/index",
        "stated_on": "2026-06-01",
    }


DISAGREEMENTS = OpenApiExample(
    "Two indexes on one model card",
    response_only=True,
    value={
        "revision": 812,
        "next": None,
        "previous": None,
        "results": [
            {
                "component": "model_card",
                "why": "conflict",
                "more_open": _side("open", "osai"),
                "less_open": _side("partial", "opening-up"),
                "asked": [],
            }
        ],
    },
)


class Disagreements(View):
    """Where sources disagree on a project."""

    row = shapes.Disagreement

    daily = True

    @extend_schema(
        operation_id="disagreements",
        summary="Where sources disagree on a project, and why",
        parameters=[*parameters.OF_THE_PAST, parameters.fields_of(row)],
        responses=shapes.page_of(shapes.Disagreement),
        examples=[DISAGREEMENTS],
    )
    def get(self, request: Request, slug: str) -> Response:
        """Pairs of statements that cannot both be true of the release, the more open one first."""
        found = disagreements(held_of(slug, self.at(moment(request))))
        return self.all(
            request,
            (
                {
                    "component": one.component,
                    "why": str(one.why),
                    "more_open": _said(one.more_open),
                    "less_open": _said(one.less_open),
                    "asked": [text for text in one.asked if text],
                }
                for one in found
            ),
            ("as_of", "rev"),
        )


def _said(claim: Claim) -> dict[str, Any]:
    most = claim.state_most
    return {
        "state": f"{claim.state}..{most}" if most else str(claim.state),
        "source": claim.source,
        "link": plain(claim.link),
        "record": plain(claim.record),
        "stated_on": plain(claim.stated_on),
    }


COMPARED = OpenApiExample(
    "Two models, one row",
    response_only=True,
    value={
        "revision": 812,
        "projects": [
            {"slug": "a", "name": "A 7B", "kind": "model", "url": "https://example.org/a"},
            {"slug": "b", "name": "B 7B", "kind": "model", "url": "https://example.org/b"},
        ],
        "rows": [
            {
                "section": "components",
                "key": "model_card",
                "differs": True,
                "answers": [
                    {"low": None, "high": None, "word": "open"},
                    {"low": None, "high": None, "word": "unknown"},
                ],
            }
        ],
    },
)


class Comparison(View):
    """Several projects side by side."""

    daily = True

    @extend_schema(
        operation_id="comparison",
        summary="Two to six projects, row by row",
        parameters=[
            parameters.COMPARED,
            *parameters.OF_THE_PAST,
            parameters.fields_of(shapes.Comparison),
        ],
        responses=shapes.Comparison,
        examples=[COMPARED],
    )
    def get(self, request: Request) -> Response:
        """What one can do with each on which machine, what each lens says, what is on record."""
        known_only(request, ("p", "as_of", "rev", "fields"))
        then = self.at(moment(request))
        compared = gather(_slugs(request, then), then)
        rows = [
            {
                "section": section,
                "key": key,
                "differs": any(answer != answers[0] for answer in answers),
                "answers": answers,
            }
            for section, key, answers in _rows(compared)
        ]
        projects = [_short(one.project) for one in compared]
        said = {"revision": self.revision, "projects": projects, "rows": rows}
        return self.one(request, said, ("p", "as_of", "rev"))


def _slugs(request: Request, then: Moment | None) -> list[str]:
    """The projects that are asked for, by their slugs of now or then. Raises Malformed, Absent."""
    given = list(dict.fromkeys(request.query_params.getlist("p")))
    if not 2 <= len(given) <= MOST:
        raise Malformed(("p", f"2 to {MOST} projects are compared"))
    there = called.resolved([slug for slug in given if "\x00" not in slug], then)
    if unknown := [slug for slug in given if slug not in there]:
        raise Absent(*(("p", f"there is no project {slug[:120]}") for slug in unknown))
    return list(dict.fromkeys(there[slug] for slug in given))


def _short(project: Project) -> dict[str, Any]:
    return {
        "slug": project.slug,
        "name": project.name,
        "kind": project.kind,
        "url": f"{settings.SITE_URL}{project.get_absolute_url()}",
    }


Answers = Sequence[Mapping[str, Any]]


def _rows(compared: Sequence[Compared]) -> Iterator[tuple[str, str, Answers]]:
    """(section, key, an answer a project): the grid, each lens, each component."""
    shown = next((one.cells for one in compared if one.cells), {})
    for verb, by_actor in shown.items():
        for actor in by_actor:
            cells = [one.cells[verb][actor] if one.cells else None for one in compared]
            yield "grid", f"{verb}.{actor}", [_answer(cell, "look") for cell in cells]
    for lens in LENSES:
        yield "lenses", lens, [_answer(one.scores.get(lens), "grade") for one in compared]
    for key, info in COMPONENTS.items():
        if any(info.applies_to(one.facts.kind) for one in compared):
            states = (str(one.profile.state(key)) for one in compared)
            yield "components", key, [{"low": None, "high": None, "word": s} for s in states]


def _answer(one: Any, word: str) -> dict[str, Any]:
    """Low, high and a word of a cell or a score; nothing where there is none."""
    if one is None:
        return {"low": None, "high": None, "word": None}
    return {"low": plain(one.low), "high": plain(one.high), "word": plain(getattr(one, word))}
