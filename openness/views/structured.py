"""What search engines and link previews read of a page: schema.org and the card of a project."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from openness.dossiers import Dossier
from openness.exports.dataset.shelf import Package
from openness.exports.tables import LICENSE_URL
from openness.models import Project
from scoring.facts import Kind
from scoring.licenses import LICENSES

JSON = "application/json"
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
    if name not in ("data", "dataset"):
        return ""
    packages = context.get("packages") or [context.get("package")]
    return _safe(_catalogue(packages[0]))


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


def _catalogue(package: Package | None) -> dict[str, Any]:
    """The data set, with the files of a package (None: none was written yet)."""
    if package is None:
        address = f"{settings.SITE_URL}{reverse('data')}"
        files = [(reverse("rankings-csv"), "text/csv"), (reverse("rankings-json"), JSON)]
        dated: dict[str, Any] = {"distribution": [_download(*one) for one in files]}
    else:
        address = package.citation.address
        dated = {
            "identifier": address,
            "version": package.day,
            "datePublished": package.day,
            "distribution": [_file(package, one) for one in package.resources],
        }
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": "Openness",
        "description": "Evidence on how open AI projects are, and to whom, with its sources.",
        "url": address,
        "creator": {"@type": "Organization", "name": "Openness", "url": settings.SITE_URL},
        "license": LICENSE_URL,
        "isAccessibleForFree": True,
        **dated,
    }


def _file(package: Package, resource: Mapping[str, Any]) -> dict[str, str]:
    path = reverse("dataset-file", args=[package.day, resource["path"]])
    return _download(path, resource["mediatype"]) | {
        "name": resource["name"],
        "contentSize": str(resource["bytes"]),
        "sha256": resource["hash"].removeprefix("sha256:"),
    }


def _download(path: str, form: str) -> dict[str, str]:
    return {
        "@type": "DataDownload",
        "encodingFormat": form,
        "contentUrl": f"{settings.SITE_URL}{path}",
    }


def _safe(value: dict[str, Any]) -> str:
    """JSON without a character that could end the block it stands in."""
    return json.dumps(value, ensure_ascii=False).translate(
        {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}
    )
