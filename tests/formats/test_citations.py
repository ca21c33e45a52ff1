"""Whoever cites a page names a state of it, in a form that reference managers read."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from django.core.cache import cache
from django.test import Client

from openness.citations import Citation, of_data, of_project
from openness.models import Project, Revision
from tests.factories import ProjectFactory, RevisionFactory
from tests.views.shelf import heron_7b

# The schema of the Citation File Format 1.2.0, as its authors publish it (CC BY 4.0).
CFF = json.loads((Path(__file__).parent / "cff-1.2.0.schema.json").read_text())
NASTY = [
    "100% {open} & $free_ #1 ~ ^ \\model",
    "Quote \"this\": and 'that'",
    "- yes: no # not a comment",
    "通义千问 7B",
    "Two\nlines",
]


@pytest.fixture
def heron(db: None) -> Project:
    """A project of which something is on record."""
    cache.clear()
    return heron_7b()


def cited(name: str) -> Citation:
    project = Project(name=name, slug="heron-7b")
    return of_project(project, Revision(pk=12, at=datetime(2026, 11, 24, 9, tzinfo=UTC)))


def test_the_text_names_title_revision_day_and_a_lasting_address() -> None:
    assert cited("Heron 7B").text() == (
        "Openness. (2026). Heron 7B: how open it is, and to whom (revision 12, 2026-11-24)"
        " [Data set]. http://127.0.0.1:8000/projects/heron-7b/?rev=12"
    )


@pytest.mark.parametrize("name", ["Heron 7B", *NASTY])
def test_every_name_is_valid_in_a_citation_file(name: str) -> None:
    said = yaml.safe_load(cited(name).cff())
    jsonschema.validate(said, CFF, format_checker=jsonschema.FormatChecker())
    assert said["title"].startswith(" ".join(name.split()))
    assert (said["version"], said["date-released"]) == ("revision 12", "2026-11-24")


def test_the_schema_would_refuse_a_citation_file_without_a_title() -> None:
    said = yaml.safe_load(cited("Heron 7B").cff())
    del said["title"]
    with pytest.raises(jsonschema.ValidationError, match="title"):
        jsonschema.validate(said, CFF)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Heron 7B", "Heron 7B"),
        ("100% {a} & $b_", r"100\% \{a\} \& \$b\_"),
        ("#1 ~ ^", r"\#1 \textasciitilde{} \textasciicircum{}"),
        ("a\\b", r"a\textbackslash{}b"),
    ],
)
def test_signs_that_mean_something_to_latex_are_escaped(name: str, title: str) -> None:
    entry = cited(name).bibtex()
    assert f"  title = {{{{{title}: how open it is, and to whom}}}}," in entry.splitlines()
    plain = entry.replace(r"\{", "").replace(r"\}", "")
    assert plain.count("{") == plain.count("}")


def test_a_bibtex_entry_is_whole() -> None:
    assert cited("Heron 7B").bibtex() == (
        "@misc{openness-heron-7b-r12,\n"
        "  author = {{Openness}},\n"
        "  title = {{Heron 7B: how open it is, and to whom}},\n"
        "  year = {2026},\n"
        "  month = {11},\n"
        "  version = {revision 12},\n"
        "  note = {Revision 12, 2026-11-24. CC-BY-4.0},\n"
        "  url = {http://127.0.0.1:8000/projects/heron-7b/?rev=12},\n"
        "}\n"
    )


@pytest.mark.parametrize("name", NASTY)
def test_csl_names_a_data_set_with_its_date(name: str) -> None:
    [item] = json.loads(cited(name).written("csl.json"))
    assert item["type"] == "dataset"
    assert item["issued"] == {"date-parts": [[2026, 11, 24]]}
    assert item["author"] == [{"literal": "Openness"}]


def test_before_the_first_revision_a_citation_has_no_date() -> None:
    citation = of_data(None)
    assert "(n.d.)" in citation.text()
    assert "year" not in citation.bibtex()
    jsonschema.validate(yaml.safe_load(citation.cff()), CFF)


@pytest.mark.parametrize(
    "place", ["/projects/heron-7b/", "/compare/?p=heron-7b&p=egret-7b", "/data/"]
)
def test_a_page_shows_how_to_cite_it_and_its_files_say_the_same(
    client: Client, heron: Project, place: str
) -> None:
    ProjectFactory(slug="egret-7b", name="Egret 7B")
    revision = Revision.objects.first()
    body = client.get(place).content.decode()
    assert f"(revision {revision.pk}, {revision.at:%Y-%m-%d})" in body
    path, _, query = place.partition("?")
    for name in ("cite.bib", "cite.csl.json", "CITATION.cff"):
        address = f"{path}{name}?{query}{'&' if query else ''}rev={revision.pk}"
        assert f'href="{address.replace("&", "&amp;")}"' in body, address
        response = client.get(address)
        assert response.status_code == 200
        assert f"rev={revision.pk}" in response.content.decode()
        again = client.get(address, headers={"if-none-match": response["ETag"]})
        assert again.status_code in (200, 304)


def test_a_citation_of_an_older_revision_stays_what_it_was(client: Client, heron: Project) -> None:
    first = Revision.objects.first()
    before = client.get(f"/projects/heron-7b/cite.bib?rev={first.pk}").content
    RevisionFactory()
    assert client.get(f"/projects/heron-7b/cite.bib?rev={first.pk}").content == before
    assert client.get("/projects/heron-7b/cite.bib").content != before


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/projects/no-such/cite.bib", 404),
        ("/projects/heron-7b/cite.bib?rev=999999", 404),
        ("/projects/heron-7b/CITATION.cff?rev=x", 404),
        ("/compare/cite.bib?p=heron-7b", 400),
        ("/data/cite.csl.json?rev=99999999999999999999", 404),
    ],
)
def test_what_is_not_there_cannot_be_cited(
    client: Client, heron: Project, address: str, status: int
) -> None:
    assert client.get(address).status_code == status


def test_a_chinese_page_cites_the_same_address(client: Client, heron: Project) -> None:
    body: Any = client.get("/zh-hans/projects/heron-7b/").content.decode()
    assert 'href="/projects/heron-7b/cite.bib?rev=' in body
