"""One license: what it lets one do, in our words, and who uses it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from openness.filters import Query
from openness.rankings import page_of
from openness.views.lines import lines
from openness.views.page import page
from scoring.facts import Right
from scoring.licenses import LICENSES, License


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
