"""The ranking as a grid, and the columns that only one lens has."""

import re

from django.test import Client
from pytest_django import DjangoAssertNumQueries

from openness.models import Edition, Judgement, Organization, Project, Score, Subject
from tests.factories import component, project_with, weights


def page(client: Client, text: str) -> str:
    answer = client.get(f"/rankings/?{text}", headers={"cache-control": "no-cache"})
    assert answer.status_code == 200
    return answer.content.decode()


def sums(html: str) -> dict[str, str]:
    """{column: how many of all rows have it open}."""
    names = re.findall(r'<th scope="col"(?: class="first")?><span>(?:<a [^>]+>)?([^<]+)', html)
    totals = html[html.index('<tbody class="sums">') : html.index("<tbody>")]
    return dict(zip(names, re.findall(r"<td[^>]*>(\d+)<svg", totals), strict=True))


def row(html: str, slug: str) -> str:
    body = html[html.index("<tbody>") :]
    return next(part for part in body.split("<tr>") if f'href="/projects/{slug}/"' in part)


def test_columns_count_all_rows_of_the_query_not_those_of_the_page(
    client: Client, shelf: Project
) -> None:
    html = page(client, "view=grid&per_page=1")
    assert sums(html)["Released weights"] == "2"
    assert sums(html)["Model card"] == "2"
    assert sums(html)["Training code"] == "0"
    assert sums(page(client, "view=grid&q=heron"))["Model card"] == "1"


def test_each_known_state_leads_to_its_evidence_and_the_unknown_nowhere(
    client: Client, shelf: Project
) -> None:
    heron = row(page(client, "view=grid"), "heron-7b")
    assert 'href="/projects/heron-7b/#training_code"' in heron
    assert 'href="/projects/heron-7b/#preprint"' not in heron
    assert 'aria-label="open, no source"' in heron  # the model card has no link


def test_what_a_publisher_says_leads_to_the_source_that_it_names(
    client: Client, judged: Project
) -> None:
    html = page(client, "lens=opening-up&view=grid")
    heron = row(html, "heron-7b")
    assert heron.count('href="https://example.org/evidence"') == 13
    assert sums(html)["Preprint"] == "1"


def test_a_source_that_is_no_web_address_is_no_link(client: Client, judged: Project) -> None:
    Judgement.objects.filter(dimension="paper").update(links=["javascript:alert(1)"])
    assert "javascript:" not in page(client, "lens=opening-up&view=grid")


def test_the_grid_keeps_the_filters_and_the_ranking_is_one_link_away(
    client: Client, shelf: Project
) -> None:
    html = page(client, "view=grid&runs_on=laptop")
    assert 'href="/rankings/?runs_on=laptop">Ranking</a>' in html
    assert 'href="/rankings/?license_class=open&amp;weights=public&amp;view=grid"' in html


def test_the_grid_takes_as_many_queries_for_twenty_rows_as_for_four(
    client: Client, shelf: Project, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    page(client, "view=grid")
    with django_assert_num_queries(3):
        page(client, "view=grid")
    for n in range(16):
        project_with(weights(), component("model_card"), name=f"Tern {n}", slug=f"tern-{n}")
    page(client, "view=grid")
    with django_assert_num_queries(3):
        page(client, "view=grid")


def test_the_definition_shows_its_three_parts(client: Client, shelf: Project) -> None:
    html = page(client, "lens=osaid")
    for name in ("Data information", "Code", "Parameters"):
        assert f'scope="col">{name}</th>' in html
    assert "approved terms" in html
    assert re.search(r'<tr class="grp"><th colspan="8" scope="colgroup">', html)


def test_the_gradient_shows_how_far_it_surely_and_perhaps_has_come(
    client: Client, shelf: Project
) -> None:
    assert 'aria-label="step 5 of 6"' in page(client, "lens=gradient&q=heron")
    assert 'aria-label="step 1–6 of 6"' in page(client, "lens=gradient&q=rumor")


def test_the_framework_names_the_next_class_and_what_is_missing(
    client: Client, heron: Project
) -> None:
    edition = Edition.objects.create(index="mof", key="2026-05", title="MOT")
    subject = Subject.objects.create(
        index="mof", key="h", name="H", project=heron, matched_by="a test", matched_on="2026-01-01"
    )
    given = ("Model parameters (Final)", "Model architecture", "Model card", "Technical report")
    for position, name in enumerate(given, 1):
        Judgement.objects.create(
            edition=edition,
            subject=subject,
            position=position,
            dimension=name,
            value="listed",
            attributes={"license": "Apache-2.0"},
        )
    Score.objects.create(
        subject=subject,
        lens="mof",
        basis="published",
        version="2026-05",
        low=20,
        high=20,
        grade="unclassified",
    )
    html = page(client, "lens=mof")
    assert "Class III" in html
    assert re.search(r"<span>Evaluation results, Data card</span>", html)


def test_companies_are_shown_by_domain(client: Client, shelf: Project) -> None:
    maker = Organization.objects.get(slug="shore")
    edition = Edition.objects.create(index="fmti", key="2025-12", title="FMTI")
    subject = Subject.objects.create(
        index="fmti",
        key="shore",
        name="Shore",
        organization=maker,
        matched_by="a test",
        matched_on="2026-01-01",
    )
    for n in range(100):
        Judgement.objects.create(
            edition=edition,
            subject=subject,
            position=n + 1,
            dimension=f"indicator {n}",
            value="1" if n < 30 else "0",
            attributes={"domain": "Upstream" if n < 40 else "Downstream", "subdomain": "x"},
        )
    Score.objects.create(
        subject=subject, lens="fmti", basis="published", version="2025-12", low=30, high=30
    )
    html = page(client, "lens=fmti")
    assert "30 of 40" in html
    assert "0 of 60" in html


def test_rows_can_be_ticked_and_compared_without_script(client: Client, shelf: Project) -> None:
    html = page(client, "")
    assert '<input type="checkbox" name="p" value="heron-7b" form="tray"' in html
    assert '<form class="tray" id="tray" method="post" action="/tray/"' in html
    assert '<input type="checkbox" name="p" value="heron-7b"' in page(client, "view=grid")
