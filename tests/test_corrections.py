"""One fact of a project changes: the right cells follow, only those, and the reasons read well."""

from datetime import date, timedelta
from typing import Any

import pytest

from openness.dossiers import dossier
from openness.models import Project, Quantity, Revision, Score
from openness.services.assess import assess
from openness.services.hold import Statements, hold, hold_quantities
from scoring.facts import Claim, Hosting, Span, State, Trust
from scoring.facts import Quantity as PureQuantity
from tests.factories import component, project_with, weights

pytestmark = pytest.mark.django_db

Cells = dict[tuple[str, str], tuple[float, float]]


def hosted(offer: str = "free_api", **fields: Any) -> Claim:
    """The vendor's own word on its API."""
    step = Hosting(offer)
    return Claim(
        component="hosted_api",
        state=State.CLOSED if offer == "none" else State.OPEN,
        hosting=Span(step, step),
        source="vendor",
        trust=Trust.VENDOR_PAGE,
        link="https://example.org/api",
        origin="own",
        **fields,
    )


OTHERS = (component("training_code"), component("training_data_base"), component("model_card"))


def tern(*claims: Claim, parameters: float = 7e9) -> Project:
    """A model of which weights, terms and sizes are on record."""
    return project_with(*claims, *OTHERS, parameters=parameters, name="Tern", slug="tern")


def now_says(project: Project, *claims: Claim) -> None:
    """The vendor says something else, and the project is assessed again."""
    said = Statements(project_id=project.pk, claims=(*claims, *OTHERS), source="vendor")
    hold([said], revision=Revision.objects.create(kind="edit"))
    assess(projects=[project.pk])


def cells(project: Project) -> Cells:
    """{(verb, actor): (low, high)} of the project as its page shows it."""
    detail: Any = dossier(project).results["open-to-whom"].detail
    return {
        (verb, actor): (low, high)
        for verb, by_actor in detail["cells"].items()
        for actor, (low, high, _terms) in by_actor.items()
    }


def reason(project: Project, verb: str, actor: str) -> str:
    detail: Any = dossier(project).results["open-to-whom"].detail
    return str(detail["sentences"][verb][actor])


def moved(before: Cells, after: Cells) -> dict[str, list[str]]:
    """{verb: the actors whose cell is another}."""
    found: dict[str, list[str]] = {}
    for (verb, actor), pair in after.items():
        if pair != before[verb, actor]:
            found.setdefault(verb, []).append(actor)
    return found


ALL = ["laptop", "workstation", "lab", "cluster"]


def test_a_license_that_becomes_noncommercial_binds_what_its_rights_bind() -> None:
    project = tern(weights(), hosted("none"))
    before = cells(project)
    now_says(project, weights(license_raw="CC-BY-NC-4.0"), hosted("none"))
    after = cells(project)
    # On a laptop adapting was half already, since 4 bits are all that fits.
    assert moved(before, after) == {
        "use": ALL,
        "run": ALL,
        "adapt": ["workstation", "lab", "cluster"],
        "evaluate": ALL,
    }
    assert after["run", "laptop"] == (0.5, 0.5)
    assert reason(project, "run", "laptop") == (
        "run, laptop: partly. the terms permit use for non-commercial purposes only."
    )


def test_an_api_that_is_closed_takes_away_what_only_it_gave() -> None:
    project = tern(weights(), hosted(), parameters=176e9)
    before = cells(project)
    now_says(project, weights(), hosted("none"))
    after = cells(project)
    assert before["use", "laptop"] == (1, 1)
    # A lab and a cluster run it themselves.
    assert moved(before, after) == {
        "use": ["laptop", "workstation"],
        "evaluate": ["laptop", "workstation"],
    }
    assert after["use", "laptop"] == (0, 0)
    assert reason(project, "use", "laptop") == (
        "use, laptop: no. nobody offers it hosted;"
        " 176B parameters need 106 GB even at 4 bits, and 12 GB are usable."
    )


def test_a_corrected_size_moves_the_machines_between_the_two_sizes_alone() -> None:
    project = tern(weights(), hosted("none"))
    before = cells(project)
    right = PureQuantity("parameters", 70e9, 70e9, source="vendor")
    hold_quantities({project.pk: [right]}, source="vendor")
    assess(projects=[project.pk])
    after = cells(project)
    assert moved(before, after) == {
        "use": ["laptop", "workstation"],
        "run": ["laptop", "workstation"],
        "adapt": ["laptop", "workstation"],
        "evaluate": ["laptop", "workstation"],
    }
    assert Quantity.objects.get(project=project).low == 70e9
    assert "70B parameters need 42 GB even at 4 bits" in reason(project, "run", "workstation")


def test_a_component_that_is_opened_moves_what_is_read_from_it_alone() -> None:
    project = tern(weights(), hosted("none"))
    before = cells(project)
    now_says(project, weights(), hosted("none"), component("data_card"))
    assert moved(before, cells(project)) == {"inspect": ALL}


def test_the_stored_score_is_that_of_the_cells() -> None:
    project = tern(weights(), hosted())
    now_says(project, weights(license_raw="CC-BY-NC-4.0"), hosted("paid_api"))
    held = dossier(project)
    assert held.listing
    score = Score.objects.get(profile=held.listing.profile, lens="open-to-whom")
    value = held.results["open-to-whom"].value
    assert (score.low, score.high) == (value.low, value.high)


def test_an_offer_that_nobody_has_seen_since_is_not_known_any_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = date(2026, 3, 1)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: seen)
    offer = hosted(stated_on=seen, expires_at=seen + timedelta(days=180))
    project = tern(weights(), offer, parameters=176e9)
    fresh = cells(project)
    assert fresh["use", "laptop"] == (1, 1)

    monkeypatch.setattr("django.utils.timezone.localdate", lambda: seen + timedelta(days=180))
    assert cells(project) == fresh

    monkeypatch.setattr("django.utils.timezone.localdate", lambda: seen + timedelta(days=181))
    assess(projects=[project.pk])
    stale = cells(project)
    assert moved(fresh, stale) == {
        "use": ["laptop", "workstation"],
        "evaluate": ["laptop", "workstation"],
    }
    # Honestly wider, never closed.
    assert stale["use", "laptop"] == (0, 1)
    assert "no hosted offer is on record" in reason(project, "use", "laptop")
