"""Long lists a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest

RowT = TypeVar("RowT")
PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Slice(Generic[RowT]):
    """One page of rows, where it lies among the others, and the query string of each page."""

    rows: list[RowT]
    total: int
    page: int
    pages: int
    first: int  # number of the first row, from 1
    numbers: list[int | None]
    rest: dict[str, str]  # the other parameters

    def address(self, page: int) -> str:
        """The query string of this page of the list."""
        return urlencode(self.rest | ({"page": str(page)} if page > 1 else {}))


def sliced(
    rows: QuerySet[Any, RowT], request: HttpRequest, kept: dict[str, str], per_page: int = PER_PAGE
) -> Slice[RowT]:
    """The page that `page` in the address asks for; nonsense is the first, too far is the last."""
    total = rows.count()
    pages = max(1, -(-total // per_page))
    asked = request.GET.get("page", "")
    page = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 8 else 1
    page = min(max(page, 1), pages)
    start = (page - 1) * per_page
    return Slice(
        rows=list(rows[start : start + per_page]),
        total=total,
        page=page,
        pages=pages,
        first=start + 1,
        numbers=numbers(page, pages),
        rest={name: value for name, value in kept.items() if value},
    )


def numbers(page: int, pages: int) -> list[int | None]:
    """The pages that are linked: the ends and the neighbors; None stands for those left out."""
    near = sorted({1, pages, *range(max(1, page - 2), min(pages, page + 2) + 1)})
    shown: list[int | None] = []
    for number in near:
        if shown and shown[-1] is not None and number - shown[-1] > 1:
            shown.append(None)
        shown.append(number)
    return shown
