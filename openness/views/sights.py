"""What a worker last saw at a link: for whoever has to decide whether it says what is claimed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from openness import words
from openness.models import Fetch, Identifier, Lookup, Observation, Submission
from openness.services import lookups
from openness.services.addresses import address
from openness.services.subjects import folded
from openness.sources.live import Meaning

SHOWN: words.Words = {
    "license": _("license"),
    "license_tags": _("license tags"),
    "license_name": _("license name"),
    "gated": _("gate"),
    "private": _("private"),
    "disabled": _("disabled"),
    "archived": _("archived"),
    "withdrawn": _("withdrawn"),
    "weight_files": _("weight files"),
    "parameters": _("parameters"),
    "live_providers": _("served by"),
    "release": _("newest release"),
}
"""Observations that tell something of openness, in the order of display."""


@dataclass(frozen=True, slots=True)
class Sight:
    """What stood at a link when a worker was there last."""

    meaning: str
    status: int
    at: datetime
    landed: str  # where redirects led, if they did
    found: list[tuple[str, str]]  # (field in words, value)

    @property
    def well(self) -> bool:
        """Whether something was there."""
        return self.meaning in (Meaning.OK, Meaning.UNCHANGED)


def sights(sent: Submission) -> dict[str, Sight]:
    """{link: what stood there}, for each link of a submission that anybody has visited."""
    links = lookups.links_of(sent)
    return dict(_visited(links)) | {
        url: _of_lookup(look) for url, look in lookups.seen(sent).items() if look.done_at
    }


def _of_lookup(look: Lookup) -> Sight:
    return Sight(
        meaning=look.meaning,
        status=look.status,
        at=look.done_at or look.asked_at,
        landed=look.landed,
        found=_found(look.observed),
    )


def _found(observed: Mapping[str, str]) -> list[tuple[str, str]]:
    return [
        (str(name), observed[key]) for key, name in SHOWN.items() if observed.get(key, "") != ""
    ]


def _visited(links: Iterable[str]) -> Iterator[tuple[str, Sight]]:
    """What the regular visits to a release's own addresses have found."""
    named = {folded(ref): url for url in links if (ref := address(url)) is not None}
    rows = Identifier.objects.annotate(folded=Lower("reference"))
    for row in rows.filter(folded__in={reference for _source, _kind, reference in named}):
        url = named.get((row.source, row.kind, row.reference.lower()))
        last = Fetch.objects.filter(identifier=row).first() if url else None
        if url is None or last is None:
            continue
        held = Observation.objects.filter(identifier=row, ended_at__isnull=True)
        observed = dict(held.values_list("field", "value"))
        yield url, Sight(last.meaning, last.status, last.at, "", _found(observed))
