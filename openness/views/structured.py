"""What search engines and link previews read of a page: schema.org and the card of a project."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from openness.exports.tables import LICENSE_URL
from openness.facts import Dossier
from openness.models import Project
from scoring.facts import Kind
from scoring.licenses import LICENSES

TYPES = {Kind.DATASET: "Dataset", Kind.SERVICE: "WebApplication"}
"""schema.org has no type for a model: it is software that one runs."""


def card_of(context: Mapping[str, Any]) -> str:
    """The card of the project that a page is about, blank if it is about none."""
    project = context.get("project")
    if not isinstance(project, Project):
        return ""
    return f"{settings.SITE_URL}{reverse('card', args=[project.slug])}"


def structured(request: HttpRequest, context: Mapping[str, Any]) -> str:
    """The page's subject as JSON-LD that may stand in a `<script>` data block; mostly blank."""
    name = request.resolver_match.url_name if request.resolver_match else ""
    held = context.get("held")
    if name == "project" and isinstance(held, Dossier):
        return _safe(_project(held))
    return _safe(_catalogue()) if name == "data" else ""


def _project(held: Dossier) -> dict[str, Any]:
    project, license_ = held.project, held.facts.license_id
    maker = project.organization
    found = {
        "@context": "https://schema.org",
        "@type": TYPES.get(held.facts.kind, "SoftwareApplication"),
        "name": project.name,
        "description": project.summary,
        "url": f"{settings.SITE_URL}{project.get_absolute_url()}",
        "sameAs": project.homepage,
        "datePublished": project.released,
        "license": f"https://spdx.org/licenses/{license_}" if _is_spdx(license_) else license_,
        "applicationCategory": "AI model" if held.facts.kind is Kind.MODEL else "",
        "creator": {"@type": "Organization", "name": maker.name} if maker else "",
    }
    return {key: value for key, value in found.items() if value}


def _is_spdx(license_: str) -> bool:
    row = LICENSES.get(license_)
    return row is not None and row.spdx


def _catalogue() -> dict[str, Any]:
    def download(name: str, form: str) -> dict[str, str]:
        return {
            "@type": "DataDownload",
            "encodingFormat": form,
            "contentUrl": f"{settings.SITE_URL}{reverse(name)}",
        }

    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": "Openness",
        "description": "Evidence on how open AI projects are, and to whom, with its sources.",
        "url": f"{settings.SITE_URL}{reverse('data')}",
        "license": LICENSE_URL,
        "isAccessibleForFree": True,
        "distribution": [
            download("rankings-csv", "text/csv"),
            download("rankings-json", "application/json"),
        ],
    }


def _safe(value: dict[str, Any]) -> str:
    """JSON without a character that could end the block it stands in."""
    return json.dumps(value, ensure_ascii=False).translate(
        {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}
    )
