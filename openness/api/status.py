"""How the site stands, by the API: sources, queues, workers, refreshes under way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from openness.api import shapes
from openness.api.base import View, known_only
from openness.exports.tables import instant
from openness.refresh_status import RunStatus, refresh_status

EXAMPLE = OpenApiExample(
    "One source, nothing under way",
    response_only=True,
    value={
        "revision": 812,
        "at": "2026-11-24T09:30:00Z",
        "pending_scores": 0,
        "pending_since": None,
        "sources": [
            {
                "key": "hub",
                "name": "Hugging Face Hub",
                "last_ok_at": "2026-11-24T09:29:41Z",
                "paused_until": None,
                "reason": "",
                "budget_used": 12,
                "budget": 450,
                "rest": 0.0,
                "addresses": 403,
                "due": 3,
                "overdue": 0,
                "leased": 1,
                "failing": 2,
                "gone": 1,
                "visits": {"ok": 180, "unchanged": 201},
            }
        ],
        "queues": [{"name": "hub", "waiting": 0, "oldest": None}],
        "workers": [{"name": "refresh@a", "queues": ["hub"], "processes": 2, "seen": 1.5}],
        "runs": [],
    },
)


class Status(View):
    """How the site stands."""

    kept = False

    @extend_schema(
        operation_id="status",
        summary="How fresh the data are, and what waits",
        responses=shapes.Status,
        examples=[EXAMPLE],
    )
    def get(self, request: Request) -> Response:
        """What `/status/` shows of sources, queues and workers, at this moment."""
        known_only(request, ())
        found = refresh_status()
        return Response(
            {
                "revision": self.revision,
                "at": instant(found.at),
                "pending_scores": found.pending_scores,
                "pending_since": instant(found.pending_since) if found.pending_since else None,
                "sources": list(_plain(found.sources)),
                "queues": None if found.queues is None else list(_plain(found.queues)),
                "workers": None if found.workers is None else list(_plain(found.workers)),
                "runs": [_run(one) for one in found.runs],
            }
        )


def _plain(rows: Iterable[Any]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield {
            name: instant(value) if isinstance(value, datetime) else value
            for name, value in asdict(row).items()
        }


def _run(one: RunStatus) -> dict[str, Any]:
    [said] = _plain([one])
    return said | {"visited": one.visited, "remaining": one.remaining}
