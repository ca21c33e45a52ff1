"""One project as a reader sees it: verdicts, the grid in words, evidence with its sources."""

import re

from django.test import Client
from django.utils.html import strip_tags
from pytest_django import DjangoAssertNumQueries

from openness.models import Change, Identifier, Project, Revision
from tests.factories import component, project_with, weights


def page(client: Client, slug: str, prefix: str = "") -> str:
    answer = client.get(f"{prefix}/projects/{slug}/")
    assert answer.status_code == 200
    return answer.content.decode()


def text(html: str) -> str:
    return re.sub(r"\s+", " ", strip_tags(html))


def row_of(html: str, verb: str) -> str:
    found = re.search(rf"<tr><th scope=\"row\"><b>{verb}</b>.*?</tr>", html, re.DOTALL)
    assert found
    return text(found[0])


def test_the_grid_says_in_each_cell_what_one_can_do_and_why(client: Client, heron: Project) -> None:
    html = page(client, "heron-7b")
    assert "8.4 GB at 8 bits" in row_of(html, "Run")
    assert "4-bit adapters, 4.4 GB" in row_of(html, "Adapt")
    assert "Not on record" in row_of(html, "Retrain")
    assert "A laptop can run it" in html


def test_neighboring_machines_with_the_same_answer_share_a_cell(
    client: Client, heron: Project
) -> None:
    inspect = re.search(r"<b>Inspect</b>.*?</tr>", page(client, "heron-7b"), re.DOTALL)
    assert inspect
    assert 'colspan="4"' in inspect[0]


def test_what_is_withheld_is_not_said_to_be_a_matter_of_machines(client: Client) -> None:
    project_with(weights("none", ""), component("training_code", "closed"), slug="secret")
    run = row_of(page(client, "secret"), "Run")
    assert "Withheld" in run
    assert "The weights are not given out" in run
    assert "parameters" not in run


def test_the_four_parts_of_the_hundred_points_stand_under_the_bar(
    client: Client, heron: Project
) -> None:
    html = page(client, "heron-7b")
    points = [float(n) for n in re.findall(r"<dd><b>(\d+)</b>", html)]
    assert len(points) == 4
    assert abs(sum(points) - 100) <= 2  # four roundings


def test_evidence_has_an_anchor_a_state_and_a_linked_source(client: Client, heron: Project) -> None:
    html = page(client, "heron-7b")
    row = re.search(r'<tr id="training_code">.*?</tr>', html, re.DOTALL)
    assert row
    assert "#s-partial" in row[0]
    assert "Only the tuning." in row[0]
    assert "only a part of it" in row[0]
    assert 'href="https://example.org/training_code" rel="nofollow noopener">example.org' in row[0]


def test_a_statement_without_a_source_is_faded_and_says_so(client: Client, heron: Project) -> None:
    row = re.search(r'<tr id="model_card">.*?</tr>', page(client, "heron-7b"), re.DOTALL)
    assert row
    assert "#s-open-u" in row[0]
    assert "no link" in row[0]


def test_sources_that_disagree_are_all_shown_and_the_conflict_is_named(client: Client) -> None:
    project = project_with(weights(), slug="tern", parameters=7e9)
    for source, state in (("mof", "open"), ("osai", "closed")):
        project_with_more(project, component("data_card", state, source=source))
    html = page(client, "tern")
    assert "Model Openness Tool" in html
    assert "European Open Source AI Index" in html
    assert "The sources disagree" in html


def project_with_more(project: Project, claim: object) -> None:
    """One more source speaks of the project."""
    from openness.services.assess import assess  # noqa: PLC0415 Django must be set up
    from openness.services.hold import Statements, hold  # noqa: PLC0415

    hold(
        [Statements(project_id=project.pk, claims=(claim,), source=claim.source)],  # type: ignore[attr-defined, arg-type]
        revision=Revision.objects.create(kind="edit"),
    )
    assess(projects=[project.pk])


def test_what_nothing_is_on_record_of_is_listed_and_not_called_closed(
    client: Client, heron: Project
) -> None:
    html = page(client, "heron-7b")
    blank = re.search(r'<p class="small muted blank">.*?</p>', html, re.DOTALL)
    assert blank
    assert "Evaluation results" in blank[0]
    assert "closed" not in text(blank[0])


def test_a_project_without_statements_renders_all_unknown_without_a_rank(client: Client) -> None:
    project_with(name="Rumor", slug="rumor")
    html = page(client, "rumor")
    assert "Nothing is on record yet that would say who can do what with it." in html
    assert "No statement is on record." in html
    assert "0–100" in html
    assert "rank" not in text(html).split("Open to whom", 2)[1][:60]


def test_what_the_publisher_said_stands_with_its_edition(client: Client, judged: Project) -> None:
    html = page(client, "heron-7b")
    assert "Opening up ChatGPT, edition 2025-03, on “Heron”: 13.5" in text(html)
    assert "A paid API." in html
    assert "rank 1, as published, edition 2025-03" in html


def test_addresses_changes_and_the_terms_stand_beside_the_evidence(
    client: Client, heron: Project
) -> None:
    Identifier.objects.create(project=heron, source="hub", kind="model", reference="shore/heron-7b")
    Change.objects.create(
        project=heron,
        revision=Revision.objects.create(kind="edit"),
        field="training_code",
        old="closed",
        new="partial",
        change_class="more_open",
    )
    html = page(client, "heron-7b")
    assert 'href="https://huggingface.co/shore/heron-7b"' in html
    assert "Training code: from closed to partial." in html
    assert 'href="/licenses/Apache-2.0/"' in html


def test_a_project_page_takes_a_fixed_number_of_queries(
    client: Client, judged: Project, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(12):
        page(client, "heron-7b")


def test_a_slug_that_nobody_has_is_not_found(client: Client) -> None:
    assert client.get("/projects/no-such/").status_code == 404


def test_software_is_rebuilt_and_not_retrained(client: Client) -> None:
    project_with(
        component("source_code", license_raw="MIT", license_id="MIT"), slug="anvil", kind="software"
    )
    html = page(client, "anvil")
    assert "<b>Rebuild</b>" in html
    assert "<b>Retrain</b>" not in html
