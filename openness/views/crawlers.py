"""What search engines read first: robots.txt and the map of all pages worth keeping."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse, translate_url
from django.views.decorators.http import require_safe

from openness.filters import DEFAULT_LENS
from openness.models import Listing, Organization
from openness.views.data.answers import one_state
from openness.views.page import HTML_LANGUAGES
from scoring.lenses import LENSES
from scoring.licenses import LICENSES

MOST = 20_000  # projects in one map; the format allows 50,000 addresses
PAGES = (
    *("home", "rankings", "compare", "organizations", "licenses", "plots"),
    *("methods", "data", "changes", "status", "submit"),
)


@require_safe
@one_state()
def robots(request: HttpRequest) -> HttpResponseBase:
    """`/robots.txt`: everything but private pages and endless combinations."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in ("/admin/", "/submissions/", "/watches/", "/*?*theme=")),
        f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
@one_state()
def sitemap(request: HttpRequest) -> HttpResponseBase:
    """`/sitemap.xml`: an index of maps: the pages, and the projects in parts."""
    parts = -(-Listing.objects.count() // MOST)
    names = ["pages", *(f"projects-{at}" for at in range(1, parts + 1))]
    inner = "".join(
        f"<sitemap><loc>{settings.SITE_URL}{reverse('sitemap-part', args=[name])}</loc></sitemap>"
        for name in names
    )
    return _xml([f'<sitemapindex xmlns="{NAMESPACE}">{inner}</sitemapindex>'])


NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@require_safe
@one_state()
def sitemap_part(request: HttpRequest, name: str) -> HttpResponseBase:
    """`/sitemap-pages.xml` and `/sitemap-projects-1.xml` and so on, each in both languages."""
    kind, _dash, number = name.partition("-")
    if name == "pages":
        found = _pages()
    elif kind == "projects" and number.isdigit() and len(number) < 6 and int(number):
        found = _projects(int(number))
    else:
        raise Http404(name)
    head = f'<urlset xmlns="{NAMESPACE}" xmlns:xhtml="http://www.w3.org/1999/xhtml">'
    return _xml([head, *(_entry(path, day) for path, day in found), "</urlset>"])


def _pages() -> Iterator[tuple[str, str]]:
    yield from ((reverse(name), "") for name in PAGES)
    yield from ((f"{reverse('rankings')}?lens={key}", "") for key in LENSES if key != DEFAULT_LENS)
    yield from ((reverse("method", args=[key]), "") for key in LENSES)
    yield from ((reverse("license", args=[key]), "") for key in LICENSES)
    for slug in Organization.objects.values_list("slug", flat=True).iterator():
        yield reverse("organization", args=[slug]), ""


def _projects(part: int) -> Iterator[tuple[str, str]]:
    start = (part - 1) * MOST
    rows = Listing.objects.filter(project__synthetic=False).order_by("project_id")
    for slug, at in rows.values_list("project__slug", "updated_at")[start : start + MOST]:
        yield reverse("project", args=[slug]), f"{at:%Y-%m-%d}"


def _entry(path: str, day: str) -> str:
    """One page; both languages name each other."""
    addresses = {code: settings.SITE_URL + translate_url(path, code) for code in HTML_LANGUAGES}
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{HTML_LANGUAGES[code]}" href="{escape(address)}"/>'
        for code, address in addresses.items()
    )
    changed = f"<lastmod>{day}</lastmod>" if day else ""
    return "".join(
        f"<url><loc>{escape(address)}</loc>{changed}{others}</url>"
        for address in addresses.values()
    )


def _xml(lines: list[str]) -> HttpResponse:
    body = '<?xml version="1.0" encoding="UTF-8"?>\n' + "\n".join(lines) + "\n"
    return HttpResponse(body, content_type="application/xml; charset=utf-8")
