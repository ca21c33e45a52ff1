"""One project as a reader sees it: verdicts, the grid in words, evidence with its sources."""

import re
from html import unescape
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils.html import strip_tags
from pytest_django import DjangoAssertNumQueries

from openness.models import Change, Edition, Identifier, Judgement, Project, Revision, Subject
from scoring.lenses import LENSES
from tests.factories import OrganizationFactory, component, project_with, weights


@pytest.fixture(autouse=True)
def _time_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine must not leave raises to the next page; who tests the budget sets it."""
    monkeypatch.setattr("openness.views.raises.BUDGET", 60.0)


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
    from openness.services.hold import Statements, hold  # noqa: PLC0415 Django must be set up

    hold(
        [Statements(project_id=project.pk, claims=(claim,), source=claim.source)],
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
    assert "rank 1, as published, edition 2025-03" in text(html)


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
    client.get("/licenses/")  # any page: the newest revision is read once
    with django_assert_num_queries(14):
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


def section(html: str, name: str) -> str:
    """The text of a section, blank if the page has none."""
    found = re.search(rf'aria-labelledby="{name}".*?</section>', html, re.DOTALL)
    return text(found[0].partition(">")[2]) if found else ""


def test_what_would_raise_it_is_said_for_each_lens_smallest_change_first(
    client: Client, heron: Project
) -> None:
    told = section(page(client, "heron-7b"), "raise")
    whom = told[told.index("Open to whom") : told.index("MOF")]
    assert "“Training record”, whole and under an open license, would raise it from" in whom
    gains = [
        float(now) - float(was) for was, now in re.findall(r"from (\d+\.\d) to (\d+\.\d)", whom)
    ]
    assert len(gains) == 3
    assert gains == sorted(gains, reverse=True)
    assert "components short of Class III:" in told
    # Where no single change moves a lens, two do.
    assert "together would raise it from “Downloadable” to “Fully open”." in told


def test_what_would_raise_it_is_asked_of_a_lens_once(
    client: Client, heron: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = section(page(client, "heron-7b"), "raise")

    def not_again(*asked: object) -> None:
        raise AssertionError(asked)

    monkeypatch.setattr("openness.raises.what_would_raise", not_again)
    assert section(page(client, "heron-7b"), "raise") == first


def test_what_takes_longer_than_a_page_may_is_left_to_the_next(
    client: Client, heron: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openness.views.raises.BUDGET", 0.0)
    told = section(page(client, "heron-7b"), "raise")
    assert "Not worked out yet" in told
    assert "would raise it from" not in told


def test_a_published_result_is_raised_by_the_publishers_own_cells(
    client: Client, judged: Project
) -> None:
    told = section(page(client, "heron-7b"), "raise")
    assert "Opening up (as published) “API”, judged open, would raise it from 13.5 to 14.0." in told


def test_sources_that_disagree_stand_side_by_side_with_the_reason(client: Client) -> None:
    project = project_with(weights(), slug="tern", parameters=7e9)
    for source, state in (("mof", "open"), ("osai", "closed")):
        claim = component("data_card", state, source=source, record=f"https://example.org/{source}")
        project_with_more(project, claim)
    html = page(client, "tern")
    told = section(html, "disagree")
    assert re.search(r"Data card ?open ?Model Openness Tool ?closed ?European Open Source", told)
    assert (
        "Another question: “Model Openness Tool” asks whether it is listed,"
        " “European Open Source AI Index” whether it tells everything."
    ) in told
    assert 'href="https://example.org/mof"' in html
    assert 'href="https://example.org/osai"' in html


def test_what_is_said_of_the_family_is_compared_and_feeds_nothing(
    client: Client, judged: Project
) -> None:
    Judgement.objects.filter(dimension="modelcard").update(value="closed")
    Subject.objects.update(feeds=False)
    html = page(client, "heron-7b")
    told = section(html, "disagree")
    assert "Model card" in told
    assert "Another version: one of them speaks of the family or of another release." in told
    assert "Opening up ChatGPT" not in section(html, "evidence")


def test_sources_that_agree_have_no_section(client: Client, heron: Project) -> None:
    assert section(page(client, "heron-7b"), "disagree") == ""


def test_a_visitors_machine_is_a_column_and_moves_no_score(client: Client, heron: Project) -> None:
    plain = page(client, "heron-7b")
    html = client.get("/projects/heron-7b/?ram=8").content.decode()
    assert "Your machine" not in row_of(html, "Run")
    assert "4 GB usable" in text(html)
    assert "Needs 4.2 GB" in row_of(html, "Run")
    assert "Memory alone does not tell" in row_of(html, "Retrain")
    roomy = client.get("/projects/heron-7b/?ram=8&vram=24").content.decode()
    assert "Adapters, 18.2 GB" in row_of(roomy, "Adapt")
    verdicts = re.compile(r'<dl class="verdicts">.*?</dl>', re.DOTALL)
    assert verdicts.findall(html) == verdicts.findall(plain)


@pytest.mark.parametrize("typed", ["much", "-1", "nan", "inf", "1e9", "1,000", "8;drop", "٨x"])
def test_nonsense_for_a_machine_is_named_and_kept(
    client: Client, heron: Project, typed: str
) -> None:
    html = client.get("/projects/heron-7b/", {"ram": typed, "vram": "24"}).content.decode()
    assert f"“{typed}” is no number of gigabytes between 0 and 100,000." in text(html)
    assert f'value="{typed}"' in html
    assert "<b>Your machine</b>" not in html


@pytest.mark.parametrize("typed", ["", "0", " "])
def test_no_machine_is_no_column_and_no_error(client: Client, heron: Project, typed: str) -> None:
    html = client.get("/projects/heron-7b/", {"ram": typed, "vram": ""}).content.decode()
    assert "<b>Your machine</b>" not in html
    assert "machine-error" not in html


def test_a_family_shows_its_most_reachable_release_and_its_range(client: Client) -> None:
    shore = OrganizationFactory(name="Shore Institute", slug="shore")
    for size in (7, 70):
        project_with(
            weights(),
            parameters=size * 1e9,
            name=f"Heron {size}B",
            slug=f"heron-{size}b",
            family="heron",
            organization=shore,
        )
    project_with(weights(), name="Another", slug="another", family="heron")
    html = page(client, "heron-70b")
    family = text(html[html.index("Its family") :])
    assert "Of the 2 releases of this family on record, Heron 7B is the most reachable." in family
    assert 'href="/projects/heron-7b/"' in html
    assert 'aria-current="page">Heron 70B' in html
    assert "Another" not in family
    assert "Its family" not in page(client, "another")


def test_oddities_of_a_publishers_rule_stand_as_notes(client: Client) -> None:
    project = project_with(weights(), slug="tern")
    edition = Edition.objects.create(index="mof", key="2026-05", title="Model Openness Tool")
    subject = Subject.objects.create(
        index="mof", key="tern", name="Tern", project=project, matched_by="a test"
    )
    for position, name in enumerate(("Model card", "Moon card"), start=1):
        Judgement.objects.create(
            edition=edition,
            subject=subject,
            position=position,
            dimension=name,
            attributes={"license": "Apache 2.0"},
        )
    html = text(page(client, "tern"))
    assert "Oddities of the publisher’s rule that touch it" in html
    assert "The file lists “Moon card”, which is no component" in html
    assert "“Apache 2.0” is not Apache-2.0" in html
    # The publisher's list judges nothing in words, so the answers of its rule stand instead.
    assert re.search(r"Model card ?no ?Listed under Apache 2.0", html)


def test_what_the_initiative_concluded_is_told_of_that_very_system_alone(client: Client) -> None:
    makers = {
        name: OrganizationFactory(name=name, slug=name.lower()) for name in ("LLM360", "Shore")
    }
    for slug, name, maker in (
        ("amber", "Amber", "LLM360"),
        ("amberchat", "AmberChat", "LLM360"),
        ("other-amber", "Amber", "Shore"),
    ):
        project_with(weights(), name=name, slug=slug, organization=makers[maker])
    said = "In its 2024 validation phase the Open Source Initiative itself concluded: “Meets it”."
    assert said in text(page(client, "amber"))
    assert "2024 validation phase" not in page(client, "amberchat")
    assert "2024 validation phase" not in page(client, "other-amber")


@pytest.mark.parametrize("lens", ["", "mof", "osaid", "nonsense"])
def test_a_badge_and_pictures_can_be_copied_as_markdown_and_html(
    client: Client, heron: Project, lens: str
) -> None:
    Project.objects.filter(pk=heron.pk).update(name='Heron [7B] "a"')
    found = client.get(f"/zh-hans/projects/heron-7b/?badge={lens}").content.decode()
    part = found.partition('id="badges"')[2].partition("</section>")[0]
    codes = [unescape(code) for code in re.findall(r"<code>(.*?)</code>", part, re.DOTALL)]
    assert len(codes) == 6
    shown = lens if lens in LENSES else "open-to-whom"
    assert f'value="{shown}" selected' in part
    for picture, markdown, in_html in zip(
        (f"badge/{shown}", "reach", "bars"), codes[::2], codes[1::2], strict=True
    ):
        address = f"http://127.0.0.1:8000/projects/heron-7b/{picture}.svg"
        page_of = "http://127.0.0.1:8000/projects/heron-7b/"
        assert markdown.startswith(r'[![Heron \[7B\] "a": ')
        assert markdown.endswith(f"]({address})]({page_of})")
        link = ElementTree.fromstring(in_html)  # noqa: S314  it is ours
        assert link.get("href") == page_of
        assert (link[0].get("src"), link[0].get("alt")[:14]) == (address, 'Heron [7B] "a"')
        assert client.get(address.removeprefix("http://127.0.0.1:8000")).status_code == 200
