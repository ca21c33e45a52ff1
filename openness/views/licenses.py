"""Licenses: all that we know with what each permits, and each with who uses it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from openness import words
from openness.exports.lists import asked_licenses, licenses_asked, licenses_used
from openness.filters import Query
from openness.rankings import page_of
from openness.views.lines import lines
from openness.views.page import page
from scoring.facts import Right
from scoring.licenses import LICENSES, License, license_class


@dataclass(frozen=True, slots=True)
class LicenseLine:
    """One row of the list: a license, what it comes to, and how many projects use it."""

    license: License
    rights: list[str]  # use, modify, share, as words of `words.RIGHTS`
    used: int


@dataclass(frozen=True, slots=True)
class LicenseGroup:
    """Licenses that come to the same, the most used first."""

    key: str
    name: str
    lines: list[LicenseLine]


@require_safe
def licenses(request: HttpRequest) -> HttpResponse:
    """`/licenses/`: `q` and `class` in the address; all on one page, by what they come to."""
    asked, _ignored = asked_licenses(request.GET)
    text, class_ = asked["q"], asked["class"]
    used = licenses_used()
    groups = _groups(licenses_asked(asked, used), used)
    known = sum(n for key, n in used.items() if key in LICENSES)
    context = {
        "text": text,
        "class_": class_,
        "groups": groups,
        "total": sum(len(group.lines) for group in groups),
        "all": len(LICENSES),
        "open_used": sum(
            n for key, n in used.items() if key in LICENSES and _class_of(LICENSES[key]) == "open"
        ),
        "known": known,
        "others": sorted(
            ((key, n) for key, n in used.items() if key not in LICENSES), key=lambda one: -one[1]
        )[:OTHERS],
    }
    kept = {name: value for name, value in (("q", text), ("class", class_)) if value}
    return page(request, "licenses.html", context, canonical=urlencode(kept))


OTHERS = 40
"""How many of the licenses that our table lacks are listed."""


def _class_of(row: License) -> str:
    return license_class(row.rights)


def _groups(found: Iterable[License], used: Mapping[str, int]) -> list[LicenseGroup]:
    """These licenses, in their order, by what they come to."""
    lines: dict[str, list[LicenseLine]] = {}
    for row in found:
        rights = [str(row.use), str(row.modify), str(row.share)]
        line = LicenseLine(row, rights, used.get(row.id, 0))
        lines.setdefault(_class_of(row), []).append(line)
    return [LicenseGroup(key, words.of(words.LICENSE_CLASSES, key), lines[key]) for key in lines]


@require_safe
def license_page(request: HttpRequest, key: str) -> HttpResponse:
    """`/licenses/<id>/`; the ids of our own table, which say what they permit."""
    if key not in LICENSES:
        raise Http404(key)
    row = LICENSES[key]
    query = Query.of(urlencode({"license": key}))
    found = page_of(query)
    context = {
        "license": row,
        "summary": summary(row),
        "conditions": list(conditions(row)),
        "found": found,
        "lines": lines(query, found.rows),
        "query": query,
    }
    return page(request, "license.html", context, canonical="")


def summary(row: License) -> str:
    """What the license comes to, in one sentence of ours."""
    rights = {row.use, row.modify, row.share}
    if rights == {Right.OPEN}:
        text = _("Anybody may use, change and pass on what is under it, for any purpose.")
        return (
            f"{text} {_('What is made from it must stay under it.')}" if row.share_alike else text
        )
    if Right.UNKNOWN in rights:
        return _("Nobody has put on record all that it permits.")
    if Right.FORBIDDEN in rights:
        return _("It forbids at least one of using, changing and passing on.")
    if Right.UNSTATED in rights:
        return _("It leaves unsaid whether one may do all of using, changing and passing on.")
    if Right.NONCOMMERCIAL in rights:
        return _("It permits noncommercial use only.")
    return _("It permits a good deal, under conditions that no open license sets.")


NOTHING = {"no", "none", "none stated", "unverified", "yes"}
"""What the table says where a column tells a reader nothing."""
SAID = {
    "notice": gettext_lazy("keep the notice"),
    "patent suits": gettext_lazy("a suit over patents"),
}


def conditions(row: License) -> Iterator[tuple[str, str | Promise]]:
    """(label, what the table says) of each condition that the license sets."""
    for label, text in (
        (_("Attribution"), row.attribution),
        (_("Limits of use"), row.restrictions),
        (_("From a certain size on"), row.threshold),
        (_("Training other models"), row.train_others),
        (_("Not in"), row.excluded_territory),
        (_("Patents"), row.patent_grant),
        (_("Ends upon"), row.termination),
        (_("Can be changed or taken back"), row.revocable),
        (_("To be noted"), row.caveat),
    ):
        if text and text not in NOTHING:
            yield label, SAID.get(text, text)
