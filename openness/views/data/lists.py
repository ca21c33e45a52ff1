"""Organizations, licenses and changes as CSV and JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse, QueryDict
from django.views.decorators.http import require_safe

from openness.exports.lists import (
    CHANGES,
    LICENSE_COLUMNS,
    ORGANIZATIONS,
    asked_licenses,
    asked_organizations,
    change_rows,
    license_rows,
    organization_rows,
)
from openness.exports.tables import LICENSE, Column, Rows, csv_text, csvw, json_text
from openness.filters import Ignored
from openness.history import asked as asked_changes
from openness.rankings import current_revision
from openness.views.data.answers import CSV, CSVM, JSON, one_state, refused, streamed

COLUMNS: dict[str, Sequence[Column]] = {
    "organizations": ORGANIZATIONS,
    "licenses": LICENSE_COLUMNS,
    "changes": CHANGES,
}


def _answer(request: HttpRequest, name: str, suffix: str, rows: Rows) -> HttpResponseBase:
    columns = COLUMNS[name]
    if suffix == "csv":
        return streamed(
            request,
            csv_text(columns, rows),
            content_type=CSV,
            name=f"{name}.csv",
            described=f"/{name}.csv-metadata.json",
        )
    head = {"revision": current_revision(), "license": LICENSE}
    text = json_text(head, columns, rows)
    return streamed(request, text, content_type=JSON, name=f"{name}.json")


def _listed(
    request: HttpRequest,
    name: str,
    suffix: str,
    read: Callable[[QueryDict], tuple[dict[str, str], tuple[Ignored, ...]]],
    rows: Callable[[Mapping[str, str]], Rows],
) -> HttpResponseBase:
    """The rows and order of a page by its own parameters; 400 for what it would ignore."""
    asked, ignored = read(request.GET)
    wrong = [f"{one.name}={one.value}: {one.reason}" for one in ignored]
    wrong += [f"{one}: unknown parameter" for one in sorted(request.GET.keys() - asked.keys())]
    if wrong:
        return refused("; ".join(wrong))
    return _answer(request, name, suffix, rows(asked))


@require_safe
@one_state()
def organizations(request: HttpRequest, suffix: str) -> HttpResponseBase:
    """`/organizations.csv` and `.json`: all rows of the page, by its `q`, `kind` and `sort`."""
    return _listed(request, "organizations", suffix, asked_organizations, organization_rows)


@require_safe
@one_state()
def licenses(request: HttpRequest, suffix: str) -> HttpResponseBase:
    """`/licenses.csv` and `.json`: all rows of the page, by its `q` and `class`."""
    return _listed(request, "licenses", suffix, asked_licenses, license_rows)


@require_safe
@one_state()
def changes_csv(request: HttpRequest) -> HttpResponseBase:
    """`/changes.csv`: the record, newest first, with the parameters of the feeds."""
    changes, ignored = asked_changes(request.GET)
    if ignored:
        return refused("; ".join(f"{i.name}={i.value}: {i.reason}" for i in ignored))
    return _answer(request, "changes", "csv", change_rows(changes))


@require_safe
@one_state()
def metadata(request: HttpRequest, name: str) -> HttpResponseBase:
    """`/<list>.csv-metadata.json`: what the columns are, in CSVW."""
    if name not in COLUMNS:
        raise Http404(name)
    described = csvw(f"/{name}.csv", COLUMNS[name], current_revision())
    return JsonResponse(described, content_type=CSVM)
