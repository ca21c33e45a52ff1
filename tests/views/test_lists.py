"""Organizations, licenses, plots, the record, downloads, status, and what crawlers read."""

import re
from xml.etree import ElementTree

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from openness.models import Change, Project, Revision, Score, Subject
from openness.plotted import PLOTS
from scoring.licenses import LICENSES
from tests.factories import OrganizationFactory, project_with, weights

SVG = "{http://www.w3.org/2000/svg}"


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def judged(project: Project, **totals: float) -> None:
    """The project's organization with FMTI totals, e.g. v2023_10=50."""
    subject = Subject.objects.create(
        index="fmti",
        key="shore",
        name="Shore",
        organization=project.organization,
        matched_by="a test",
        matched_on="2026-01-01",
    )
    for version, total in totals.items():
        Score.objects.create(
            subject=subject,
            lens="fmti",
            basis="published",
            version=version.removeprefix("v").replace("_", "-"),
            low=total,
            high=total,
        )


def test_an_organization_is_listed_with_its_projects_on_one_line(
    client: Client, shelf: Project
) -> None:
    html = page(client, "/organizations/")
    assert '<a class="name" href="/organizations/shore/">Shore Institute</a>' in html
    assert re.search(r'aria-label="2 projects, from \d+ to \d+ of 100 proven"', html)


def test_the_line_of_editions_never_leads_to_other_indicators(
    client: Client, shelf: Project
) -> None:
    judged(shelf, v2023_10=50, v2024_05=60, v2025_12=30)
    html = page(client, "/organizations/shore/")
    spark = html[html.index('<svg class="spark"') :]
    spark = spark[: spark.index("</svg>")]
    assert spark.count("<polyline") == 1
    assert spark.count("<circle") == 3


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=shore", ["Shore Institute"]),
        ("q=nobody", []),
        ("kind=company", []),
        ("kind=animal&sort=nonsense&page=x&q=shore", ["Shore Institute"]),
        ("q=%00shore", ["Shore Institute"]),
    ],
)
def test_organizations_are_found_by_name_and_kind(
    client: Client, shelf: Project, query: str, names: list[str]
) -> None:
    html = page(client, f"/organizations/?{query}")
    assert re.findall(r'<a class="name"[^>]*>([^<]+)', html) == names
    assert ("No organization fits." in html) == (not names)


def test_organizations_take_as_many_queries_for_many_as_for_few(
    client: Client, shelf: Project, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _n in range(12):
        project_with(weights(), organization=OrganizationFactory())
    page(client, "/licenses/")  # any page: the newest revision is read once
    with django_assert_num_queries(8):
        page(client, "/organizations/")


def test_licenses_say_what_they_permit_who_approves_and_who_uses_them(
    client: Client, shelf: Project, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    html = page(client, "/licenses/")
    found = html[html.index("Apache License 2.0") :]
    found = found[: found.index("</tr>")]
    assert found.count("allowed") == 3
    assert "OSI, FSF" in found
    assert 'href="/rankings/?license=Apache-2.0">2</a>' in found
    with django_assert_num_queries(2):
        page(client, "/licenses/")


def test_only_what_the_open_definition_approves_of_is_said_to_be_approved(
    client: Client, shelf: Project
) -> None:
    html = page(client, "/licenses/")
    rows = dict(
        re.findall(
            r'href="/licenses/([^"]+)/".*?<td class="approved">(.*?)</td>', html, flags=re.DOTALL
        )
    )
    assert {key for key, row in LICENSES.items() if row.open_definition == "approved"} == {
        key for key, approved in rows.items() if "Open Definition" in approved
    }
    assert rows["Llama-2"].endswith("–")


def test_licenses_are_found_by_name_and_terms(client: Client, shelf: Project) -> None:
    html = page(client, "/licenses/?q=llama&class=conditional")
    assert "Llama-3.1" in html
    assert "Apache-2.0" not in html
    assert "No license fits." in page(client, "/licenses/?q=zzz")


@pytest.mark.parametrize("key", PLOTS)
def test_a_plot_stands_alone_with_title_sentence_and_both_themes(
    client: Client, shelf: Project, key: str
) -> None:
    answer = client.get(f"/plots/{key}.svg")
    root = ElementTree.fromstring(answer.content)  # noqa: S314  # our own document
    assert root.tag == f"{SVG}svg"
    assert root.findtext(f"{SVG}title")
    assert root.findtext(f"{SVG}desc")
    assert "prefers-color-scheme: dark" in answer.content.decode()
    assert answer["Content-Type"].startswith("image/svg+xml")
    assert "script" not in answer["Content-Security-Policy"]


def test_the_plot_of_machines_counts_what_can_be_downloaded(client: Client, shelf: Project) -> None:
    html = page(client, "/plots/")
    assert "Of 2 models whose weights anybody may download, 2 run on a laptop" in html
    assert '<th scope="row">Laptop</th><td>2</td>' in html


def test_a_plot_that_is_not_there_is_not_found(client: Client, shelf: Project) -> None:
    assert client.get("/plots/weather.svg").status_code == 404


@pytest.mark.parametrize("name", ["reach", "bars", "split", "history"])
@pytest.mark.parametrize("slug", ["heron-7b", "rumor"])
def test_pictures_of_a_project_can_be_embedded(
    client: Client, shelf: Project, slug: str, name: str
) -> None:
    answer = client.get(f"/projects/{slug}/{name}.svg")
    ElementTree.fromstring(answer.content)  # noqa: S314  # our own document
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_names_cannot_break_out_of_a_picture(client: Client, shelf: Project) -> None:
    Project.objects.filter(slug="heron-7b").update(name='</title><script>alert("x")</script>')
    body = client.get("/projects/heron-7b/reach.svg").content
    assert b"<script" not in body
    assert client.get("/projects/heron-7b/card.png").content.startswith(b"\x89PNG")


def test_the_card_is_a_png_of_the_size_that_link_previews_want(
    client: Client, shelf: Project
) -> None:
    answer = client.get("/projects/heron-7b/card.png")
    assert answer["Content-Type"] == "image/png"
    assert answer.content[16:24] == (1200).to_bytes(4, "big") + (630).to_bytes(4, "big")
    html = page(client, "/projects/heron-7b/")
    assert '<meta property="og:image" content="http' in html
    assert '"@type": "SoftwareApplication"' in html


def test_structured_data_cannot_end_its_block(client: Client, shelf: Project) -> None:
    Project.objects.filter(slug="heron-7b").update(summary="</script><script>alert(1)</script>")
    html = page(client, "/projects/heron-7b/")
    block = html[html.index('<script type="application/ld+json">') :]
    assert block.index("</script>") > block.index("alert(1)")


def changed(project: Project, **fields: str) -> Change:
    return Change.objects.create(
        project=project,
        revision=Revision.objects.create(kind="edit", summary="a test"),
        **{
            "field": "training_code",
            "old": "closed",
            "new": "partial",
            "change_class": "more_open",
            **fields,
        },
    )


def test_changes_stand_by_revision_and_can_be_narrowed(client: Client, shelf: Project) -> None:
    changed(shelf)
    changed(Project.objects.get(slug="rumor"), change_class="less_open", old="open", new="closed")
    html = page(client, "/changes/")
    assert "2 changes on record" in html
    assert html.index("Rumor") < html.index("Heron 7B")
    assert "Training code: from closed to partial." in html
    narrow = page(client, "/changes/?change_class=more_open")
    assert "1 changes on record" not in narrow
    assert "1 change on record" in narrow
    assert "Rumor" not in narrow
    assert 'href="/changes.atom?change_class=more_open"' in narrow


def test_changes_say_what_they_did_not_understand(client: Client, shelf: Project) -> None:
    assert "One part of the address was ignored." in page(client, "/changes/?change_class=odd")


def test_a_record_without_changes_says_so(client: Client, shelf: Project) -> None:
    Change.objects.all().delete()
    assert "Nothing has changed yet" in page(client, "/changes/")


def test_the_history_of_a_project_holds_every_statement(client: Client, shelf: Project) -> None:
    changed(shelf)
    html = page(client, "/projects/heron-7b/history/")
    # A record of one day has one date, under the three lines.
    assert html.split("plot-steps")[1].split("</svg>")[0].count("</text>") == 4
    assert "Training code: from closed to partial." in html
    assert html.count("in force") == shelf.evidence.count()
    assert 'class="figure plot-steps"' in html


def test_downloads_name_every_table_with_its_columns(client: Client, shelf: Project) -> None:
    html = page(client, "/data/")
    for address in ("/rankings.csv", "/organizations.json", "/licenses.csv", "/changes.atom"):
        assert f'href="{address}"' in html
    assert "<code>license_class</code>" in html
    assert '"@type": "Dataset"' in html


def test_the_status_says_what_answers_and_what_waits(client: Client, shelf: Project) -> None:
    answer = client.get("/status/")
    html = answer.content.decode()
    assert "Database" in html
    assert "no-store" in answer["Cache-Control"]
    assert "4 projects scored" in html


def test_crawlers_find_every_page_in_both_languages(client: Client, shelf: Project) -> None:
    robots = page(client, "/robots.txt")
    assert re.search(r"Sitemap: http\S+/sitemap.xml", robots)
    maps = re.findall(r"<loc>http[^/]+//[^/]+(/[^<]+)</loc>", page(client, "/sitemap.xml"))
    assert maps == ["/sitemap-pages.xml", "/sitemap-projects-1.xml"]
    found = "".join(page(client, one) for one in maps)
    for path in ("/projects/heron-7b/", "/zh-hans/projects/heron-7b/", "/organizations/shore/"):
        assert f"{path}</loc>" in found
    assert "?lens=mof" in found
    assert client.get("/sitemap-projects-0.xml").status_code == 404
    assert client.get("/sitemap-x.xml").status_code == 404
