"""The tray: projects that a reader collects on several pages to compare them.

It is kept in a cookie of the reader's own, so the site remembers nothing of it, and every box is
one of a single form, so it works without script.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from openness.comparison import MOST
from openness.models import Project

COOKIE = "tray"
SHOWN = 500  # boxes that one page may have
A_MONTH = 30 * 24 * 3600  # seconds


@dataclass(frozen=True, slots=True)
class Tray:
    """What is collected, in the order in which it was, and what found no room in it."""

    projects: Sequence[Project] = ()
    left_out: Sequence[Project] = ()

    @property
    def slugs(self) -> list[str]:
        """The projects as they stand in an address."""
        return [project.slug for project in self.projects]

    @property
    def address(self) -> str:
        """The comparison of what is collected."""
        return f"{reverse('compare')}?{urlencode([('p', slug) for slug in self.slugs])}"


def tray_of(request: HttpRequest) -> Tray:
    """What the reader has collected so far; no query where that is nothing."""
    return _tray(_kept(request))


# It writes nothing but the reader's own cookie, and a token would put one on every page.
@csrf_exempt
@require_http_methods(["GET", "POST"])
def tray(request: HttpRequest) -> HttpResponse:
    """`/tray/`: of the boxes that the page has shown, those that are ticked now.

    POST parameters: `shown` (slugs, a space between them), `p` (a ticked one; several), `drop`
    (one that goes), `clear`, `then=compare`, and `next`, the page to come back to.
    """
    htmx = bool(request.htmx)  # type: ignore[attr-defined]  # set by django_htmx's middleware
    if request.method == "GET":
        return _part(request, tray_of(request)) if htmx else redirect("compare")
    found = _tray(_wanted(request))
    then = found.address if request.POST.get("then") == "compare" else ""
    if not htmx:
        answer: HttpResponse = HttpResponseRedirect(then or _back(request), status=303)
    elif then:
        answer = HttpResponse(headers={"HX-Redirect": then})
    else:
        answer = _part(request, found)
    if found.projects:
        answer.set_cookie(
            COOKIE,
            ".".join(found.slugs),
            max_age=A_MONTH,
            httponly=True,
            samesite="Lax",
            secure=request.is_secure(),
        )
    else:
        answer.delete_cookie(COOKIE, samesite="Lax")
    return answer


def _part(request: HttpRequest, found: Tray) -> HttpResponse:
    return render(request, "parts/trayed.html", {"tray": found, "renewed": True})


def _kept(request: HttpRequest) -> list[str]:
    return _clean(request.COOKIES.get(COOKIE, "").split("."))[:MOST]


def _clean(slugs: Sequence[str]) -> list[str]:
    """Each name once, in its order, without what can be none."""
    return list(dict.fromkeys(slug[:120] for slug in slugs if slug and "\x00" not in slug))


def _wanted(request: HttpRequest) -> list[str]:
    """The kept ones that the page did not show or that are still ticked; then the new ones."""
    if "clear" in request.POST:
        return []
    shown = set(request.POST.get("shown", "").split(" ", SHOWN)[:SHOWN])
    ticked = _clean(request.POST.getlist("p")[:SHOWN])
    kept = [slug for slug in _kept(request) if slug not in shown or slug in ticked]
    return [slug for slug in _clean([*kept, *ticked]) if slug != request.POST.get("drop")]


def _tray(slugs: Sequence[str]) -> Tray:
    """Those of them that are here, the first MOST of them."""
    if not slugs:
        return Tray()
    found = {row.slug: row for row in Project.objects.filter(slug__in=slugs)}
    here = [found[slug] for slug in slugs if slug in found]
    return Tray(here[:MOST], here[MOST:])


def _back(request: HttpRequest) -> str:
    """The page that was left, if it is one of ours."""
    address = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(address, None):
        return address
    return reverse("rankings")
