"""One project: what each lens says of it and why, who can do what, and the evidence beneath."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from openness import asof, called, figures, words
from openness.cells import Cell, blocks, grid, own_column
from openness.citations import of_project
from openness.dossiers import Dossier, NotYet, Published, dossier
from openness.exports.formats import ADDRESSES, formats_of
from openness.models import Evidence, Quantity, Score
from openness.models.links import last_checks
from openness.raises import newest
from openness.spoken import gettext as _
from openness.views.changes import changes
from openness.views.disputes import disputes
from openness.views.errors import no_record
from openness.views.families import family_of
from openness.views.machines import Machine, machine_of
from openness.views.page import Link, page
from openness.views.raises import raisings
from openness.views.sharing import chosen_badge, shared
from scoring.components import COMPONENTS
from scoring.facts import QUANTITIES, Claim, Kind
from scoring.lenses import LENSES, osaid
from scoring.licenses import LICENSES
from scoring.result import Check, Result


@dataclass(frozen=True, slots=True)
class Verdict:
    """One lens in the strip: its result in its own unit, and one line beside it."""

    lens: str
    result: str
    unit: str
    note: str
    worded: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One component: what is held of it, the rows that say so, and whether they agree."""

    component: str
    state: str  # least, or `least..most`
    sourced: bool
    rows: list[Evidence]
    disputed: bool
    conflicts: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """One lens with its reasons: derived from our evidence, published, or both.

    `notes` are the oddities of the publisher's rule that touched the project, by edition. `checks`
    are its answers where the publisher lists components and judges none in words, by edition.
    """

    lens: str
    derived: Result | None
    published: list[Published]
    notes: Mapping[str, tuple[str, ...]]
    checks: Mapping[str, tuple[Check, ...]]
    validated: str


@require_safe
def project(request: HttpRequest, slug: str) -> HttpResponse:
    """`/projects/<slug>/`."""
    try:
        moment = asof.asked(request.GET)
        if (found := called.named(slug, moment)) is None:
            raise Http404(slug)
        held = dossier(found, moment)
    except ValueError as error:
        return no_record(request, str(error))
    except NotYet:
        return no_record(request, _("The project was not on record then."), 404)
    row = held.project
    cells = cells_of(held)
    machine = machine_of(request)
    badge = chosen_badge(request)
    context: dict[str, Any] = {
        "project": row,
        "moment": moment,
        "held": held,
        "worked": held.worked,
        "grid": {verb: blocks(by_actor) for verb, by_actor in cells.items()},
        "machine": machine,
        "own": own_of(held, machine),
        # What its family is and what would raise it are questions of today.
        "family": None if moment else family_of(row),
        "raisings": [] if moment else raisings(held),
        "disputes": disputes(held),
        "parts": parts_of(held),
        "lead": lead(held, cells),
        "verdicts": verdicts(held),
        "groups": groups(held),
        "blank": blank(held),
        "link_checks": last_checks(row.link or row.record for row in held.evidence),
        "readings": readings(held),
        "sizes": sizes(held),
        "addresses": addresses(held),
        "changes": changes(held.changes),
        "formats": formats_of(held),
        "license_known": held.facts.license_id in LICENSES,
        "cited": partial(of_project, row),
        "badge": badge,
        "lenses": LENSES,
        "shared": [] if moment else shared(row, badge),
    }
    return page(request, "project/page.html", context, canonical=moment.asked if moment else "")


def cells_of(held: Dossier) -> dict[str, dict[str, Cell]]:
    """The grid in words; empty for a kind that our lens does not cover."""
    result = held.results.get("open-to-whom")
    return grid(held.project.pk, held.facts, result.detail) if result else {}


def own_of(held: Dossier, machine: Machine) -> dict[str, Cell]:
    """The visitor's own column of the grid; empty where no machine was named."""
    result = held.results.get("open-to-whom")
    if machine.actor is None or not result or "cells" not in result.detail:
        return {}
    return own_column(held.facts, result.detail, machine.actor)


def parts_of(held: Dossier) -> dict[str, float]:
    """The hundred points in four parts: proven, unknown, out of reach, withheld."""
    result = held.results.get("open-to-whom")
    if not result or "cells" not in result.detail:
        return {}
    return {part: float(str(result.detail[part])) for part in words.PARTS}


def lead(held: Dossier, cells: Mapping[str, Mapping[str, Cell]]) -> str:
    """What can be said of a project in two sentences, from the grid alone."""
    if not cells:
        return _(
            "Our own lens does not cover this kind of project; what is on record stands below."
        )
    able = {
        verb: next((actor for actor in by_actor if by_actor[actor].low >= 0.5), "")
        for verb, by_actor in cells.items()
    }
    if all(cell.look == "unknown" for by_actor in cells.values() for cell in by_actor.values()):
        return _("Nothing is on record yet that would say who can do what with it.")
    software = held.facts.kind is Kind.SOFTWARE
    run = {
        "laptop": _("A laptop can run it"),
        "workstation": _("It takes a workstation to run it"),
        "lab": _("It takes a lab node of eight GPUs to run it"),
        "cluster": _("It takes a cluster to run it"),
        "": _("Nobody is on record as able to run it"),
    }[able["run"]]
    if all(cells["run"][actor].look == "withheld" for actor in cells["run"]):
        run = _("Nobody outside can run it")
    made = {
        "laptop": _("a laptop could make it again"),
        "workstation": _("a workstation could make it again"),
        "lab": _("a lab node could make it again within a year"),
        "cluster": _("only a cluster could make it again"),
        "": _("nobody outside has all it takes to make it again"),
    }[able["retrain"]]
    if software and able["retrain"] == "laptop":
        made = _("anybody can build it from its source")
    return _("%(run)s, and %(made)s.") % {"run": run, "made": made}


def verdicts(held: Dossier) -> list[Verdict]:
    """One verdict a lens, the publisher's own where there is one."""
    return [_verdict(held, key) for key in LENSES]


def _verdict(held: Dossier, key: str) -> Verdict:
    said = newest(held, key)
    published = said.score if said else None
    score = published or held.scores.get(key)
    if score is None:
        why = _("Judges companies") if key == "fmti" else _("Not covered by this lens")
        return Verdict(key, figures.DASH, "", why, False)
    note = (
        _("as published, edition %(edition)s") % {"edition": score.version}
        if published
        else _("our reading")
    )
    if key == "open-to-whom":
        note = ""
    if key == "gradient" and score.low is not None:
        step = _("step %(step)s of %(last)s") % {
            "step": figures.score(score.low, score.high, key),
            "last": f"{LENSES[key].maximum:g}",
        }
        note = words.clauses([step, note])
    elif score.rank and key != "osaid":
        note = words.clauses([_("rank %(rank)s") % {"rank": score.rank}, note])
    return _worded(key, score, note)


def _worded(key: str, score: Score, note: str) -> Verdict:
    if score.grade and key in WORDED:
        grade = capfirst(words.grade(key, score.grade))
        return Verdict(key, grade, "", note, True)
    maximum = LENSES[key].maximum
    unit = _("of %(maximum)s") % {"maximum": f"{maximum:g}"} if maximum and maximum != 1 else ""
    return Verdict(key, figures.score(score.low, score.high, key), unit, note, False)


WORDED = {"mof", "osaid", "gradient"}
"""Lenses whose result is a word; the others give a number."""


def groups(held: Dossier) -> dict[str, list[Entry]]:
    """{content type: its components on record}, in the order of the vocabulary."""
    rows: dict[str, list[Evidence]] = defaultdict(list)
    for row in held.evidence:
        rows[row.component].append(row)
    found: dict[str, list[Entry]] = {}
    for key, info in COMPONENTS.items():
        if key in rows:
            found.setdefault(str(info.content_type), []).append(_entry(held, key, rows[key]))
    return found


def _entry(held: Dossier, key: str, rows: list[Evidence]) -> Entry:
    component = held.facts.components.get(key)
    return Entry(
        component=key,
        state=str(component.state) if component else "unknown",
        sourced=any(row.sourced for row in rows),
        rows=rows,
        disputed=component.disputed if component else False,
        conflicts=component.conflicts if component else (),
    )


def blank(held: Dossier) -> list[str]:
    """Names of the components that are asked of this kind and of which nothing is on record."""
    there = {row.component for row in held.evidence}
    return [
        words.component(key)
        for key, info in COMPONENTS.items()
        if key not in there
        and info.applies_to(held.facts.kind)
        and info.content_type != "judgement"
    ]


def readings(held: Dossier) -> list[Reading]:
    """Each lens that says something, with its reasons."""
    return list(_readings(held))


def _readings(held: Dossier) -> Iterator[Reading]:
    for key in LENSES:
        published = [one for one in held.published if one.edition.index == key]
        derived = held.results.get(key)
        # Our own lens has told its reasons cell by cell.
        if derived and (key == "open-to-whom" or not (derived.checks or derived.notes)):
            derived = None
        if derived or published:
            explained = {one.edition.key: one.explained() for one in published}
            notes = {edition: result.notes for edition, result in explained.items() if result}
            checks = {
                one.edition.key: result.checks
                for one in published
                if (result := explained[one.edition.key]) and not any(c.value for c in one.cells)
            }
            yield Reading(key, derived, published, notes, checks, _validated(key, held))


def _validated(key: str, held: Dossier) -> str:
    """What the publisher of the definition itself concluded of this very system."""
    maker = held.project.organization
    return osaid.LENS.validated(held.project.name, maker.name) if key == "osaid" and maker else ""


def sizes(held: Dossier) -> dict[str, dict[str, list[Quantity]]]:
    """{name: {value in words: the rows that give it}}, in the order of the vocabulary."""
    found: dict[str, dict[str, list[Quantity]]] = {}
    for row in sorted(held.quantities, key=lambda row: QUANTITIES.index(row.name)):
        text = figures.quantity(row.name, row.low, row.high, row.detail)
        found.setdefault(row.name, {}).setdefault(text, []).append(row)
    return found


def addresses(held: Dossier) -> list[Link]:
    """Where the project is found elsewhere; its own home page first."""
    found = [Link(figures.host(home), home)] if (home := held.project.homepage) else []
    for place in held.identifiers:
        form = ADDRESSES.get((place.source, place.kind), "{}" if place.source == "url" else "")
        address = form.format(place.reference)
        found.append(Link(place.reference, address if address.startswith("http") else ""))
    return found
