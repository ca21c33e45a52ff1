"""What search engines and link previews read of each page, and how they find it."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from openness.models import Project

KEPT = [
    *("/", "/rankings/?runs_on=laptop&q=7b", "/rankings/?lens=mof", "/plots/", "/data/"),
    *("/compare/?p=heron-7b&p=rumor", "/projects/heron-7b/", "/projects/heron-7b/history/"),
    *("/organizations/", "/organizations/shore/", "/licenses/", "/licenses/Apache-2.0/"),
    *("/methods/", "/methods/mof/", "/changes/", "/status/", "/review/", "/webhooks/", "/submit/"),
]
"""Pages that a search engine may keep."""


def tags(html: str, pattern: str) -> list[str]:
    return re.findall(pattern, html)


@pytest.mark.parametrize("prefix", ["", "/zh-hans"])
@pytest.mark.parametrize("address", KEPT)
def test_each_page_names_itself_its_languages_and_what_it_is_about(
    client: Client, shelf: Project, address: str, prefix: str
) -> None:
    html = client.get(prefix + address).content.decode()
    head = html[: html.index("</head>")]
    [canonical] = tags(head, r'<link rel="canonical" href="([^"]+)">')
    assert urlsplit(canonical).path == prefix + urlsplit(address).path
    languages = dict(tags(head, r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">'))
    assert set(languages) == {"en", "zh-Hans", "x-default"}
    assert languages["zh-Hans" if prefix else "en"] == canonical
    assert languages["x-default"] == languages["en"]
    said = dict(tags(head, r'<meta property="og:(\w+)" content="([^"]*)">'))
    assert said["url"] == canonical
    assert said["locale"] == ("zh_CN" if prefix else "en_US")
    [about] = tags(head, r'<meta name="description" content="([^"<>]+)">')
    assert said["description"] == about
    assert len(about) > 5
    [title] = tags(head, r"<title>([^<]+)</title>")
    assert title.startswith(said["title"])


def test_one_view_has_one_address_however_it_was_asked_for(client: Client, shelf: Project) -> None:
    found = {
        tags(client.get(address).content.decode(), r'<link rel="canonical" href="([^"]+)">')[0]
        for address in (
            "/rankings/?runs_on=laptop&q=7b",
            "/rankings/?q=7b&runs_on=laptop&lens=open-to-whom",
            "/rankings/?colour=red&q=7b&page=1&runs_on=laptop",
        )
    }
    assert found == {f"{settings.SITE_URL}/rankings/?q=7b&amp;runs_on=laptop"}


def structured(client: Client, address: str) -> dict[str, Any]:
    html = client.get(address).content.decode()
    [block] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html)
    return dict(json.loads(block))


def test_a_project_is_software_and_the_data_are_a_data_set(client: Client, shelf: Project) -> None:
    heron = structured(client, "/projects/heron-7b/")
    assert heron["@type"] == "SoftwareApplication"
    assert heron["license"] == "https://spdx.org/licenses/Apache-2.0"
    assert heron["creator"]["name"] == "Shore Institute"
    data = structured(client, "/data/")
    assert data["@type"] == "Dataset"
    assert data["license"] == "https://creativecommons.org/licenses/by/4.0/"
    for file in data["distribution"]:
        assert client.get(urlsplit(file["contentUrl"]).path).status_code == 200


def test_a_data_set_on_record_is_a_data_set(client: Client, shelf: Project) -> None:
    Project.objects.filter(slug="rumor").update(kind="dataset")
    from openness.services.assess import assess  # noqa: PLC0415 Django must be set up

    assess(projects=list(Project.objects.filter(slug="rumor").values_list("pk", flat=True)))
    assert structured(client, "/projects/rumor/")["@type"] == "Dataset"


def test_every_page_of_the_map_is_there_and_calls_itself_what_the_map_does(
    client: Client, shelf: Project
) -> None:
    body = client.get("/sitemap-pages.xml").content.decode()
    body += client.get("/sitemap-projects-1.xml").content.decode()
    entries = [address.replace("&amp;", "&") for address in re.findall(r"<loc>([^<]+)</loc>", body)]
    assert f"{settings.SITE_URL}/zh-hans/projects/heron-7b/" in entries
    mapped = [one for one in entries if "/licenses/" not in one or one.endswith("Apache-2.0/")]
    for address in mapped:
        at = urlsplit(address)
        answer = client.get(at.path + (f"?{at.query}" if at.query else ""))
        assert answer.status_code == 200, address
        [canonical] = tags(answer.content.decode(), r'<link rel="canonical" href="([^"]+)">')
        assert canonical.replace("&amp;", "&") == address


def test_private_pages_are_kept_from_search_engines(client: Client, shelf: Project) -> None:
    robots = client.get("/robots.txt").content.decode()
    for path in ("/admin/", "/submissions/", "/watches/"):
        assert f"Disallow: {path}" in robots
