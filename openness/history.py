"""Changes: which ones an address asks for, with one meaning everywhere, and each in a sentence."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from openness import asof, called, words
from openness.filters import Ignored, Query
from openness.models import Change
from openness.models.record import CHANGE_CLASSES
from openness.rankings import filtered, paths
from openness.spoken import gettext as _

PARAMETERS = ("project", "change_class", "field", "since")
"""Besides those of a ranking, which choose the projects."""
OF_A_LIST = ("view", "sort", "page", "per_page")
"""Parameters of a ranking that choose no projects."""
REVISION_MOST = 2**31 - 1


def asked(params: QueryDict) -> tuple[QuerySet[Change], tuple[Ignored, ...]]:
    """(changes, newest first, with project and revision; what was not understood).

    `project` is a slug, `change_class` and `field` a word, `since` the revision after which the
    changes came. Any other parameter is one of a ranking and keeps the projects of its rows;
    `as_of` or `rev` besides leaves out what came later.
    """
    found = Change.objects.select_related("project__organization", "revision").order_by("-pk")
    try:
        moment = asof.asked(params)
    except ValueError:
        moment = None  # `chosen` says why
    ignored: list[Ignored] = []
    for name in PARAMETERS:
        text = str(params.get(name, "")).strip()
        if not text:
            continue
        if reason := _wrong(name, text):
            ignored.append(Ignored(name, text, reason))
        elif name == "since":
            found = found.filter(revision__gt=int(text))
        elif name == "project":
            found = found.filter(project=called.named(text, moment))
        else:
            found = found.filter(**{name: text})
    projects, others = chosen(params, beside=PARAMETERS)
    if projects is not None:
        found = found.filter(project__in=projects)
    if moment:
        found = found.filter(revision__lte=moment.number)
        found = found.annotate(slug_then=called.slug_then(moment))
    return found, (*ignored, *others)


def chosen(
    params: QueryDict, *, beside: Collection[str]
) -> tuple[QuerySet[Any] | None, tuple[Ignored, ...]]:
    """(keys of the projects in the rows of a ranking, what was not understood).

    `beside` are parameters with another meaning. None where the others name no condition.
    """
    of_ranking = QueryDict(mutable=True)
    for name in params:
        if name not in beside and str(params[name]).strip():
            of_ranking.setlist(name, params.getlist(name))
    query = Query.parse(of_ranking)
    unfit = [
        Ignored(name, str(of_ranking[name]), _("there is no such parameter here"))
        for name in OF_A_LIST
        if name in of_ranking
    ]
    rows = filtered(query).values(paths(query)["key"]) if of_ranking else None
    return rows, (*query.ignored, *unfit)


def _wrong(name: str, text: str) -> str:
    if name == "since" and not (
        text.isascii() and text.isdigit() and len(text) < 11 and int(text) <= REVISION_MOST
    ):
        return _("a whole number from %(least)s to %(most)s") % {
            "least": 0,
            "most": REVISION_MOST,
        }
    if name == "change_class" and text not in CHANGE_CLASSES:
        return _("one of: %(words)s") % {"words": ", ".join(CHANGE_CLASSES)}
    if len(text) > 200 or "\x00" in text:
        return _("at most 200 characters of plain text")
    return ""


def sentence(row: Change) -> str:
    """What became of a fact, without the name of the project."""
    if row.field == "project":
        return _("Entered.")
    what = words.component(row.field)
    said = {"what": what, "old": _value(row.old), "new": _value(row.new)}
    if row.change_class == "disputed":
        return _("%(what)s: disputed. A person found %(old)s, its source shows %(new)s.") % said
    if row.old and row.new:
        return _("%(what)s: from %(old)s to %(new)s.") % said
    return (_("%(what)s: %(new)s.") if row.new else _("%(what)s: withdrawn.")) % said


def _value(text: str) -> str:
    return words.ladder(words.STATES, text) if text.partition("..")[0] in words.STATES else text
