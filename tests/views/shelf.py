"""A small shelf of projects that differ in what a reader would look for."""

from openness.models import Edition, Judgement, Project, Score, Subject
from scoring.lenses import LENSES
from tests.factories import OrganizationFactory, component, project_with, weights


def heron_7b() -> Project:
    """A model that a laptop runs, open in all that is on record, the two preprints disagreeing."""
    return project_with(
        weights(),
        component("training_data_base", license_raw="ODC-By-1.0", license_id="ODC-By-1.0"),
        component("training_code", "partial", partial_reason="subset", note="Only the tuning."),
        component("model_card", link="", record=""),
        parameters=7e9,
        name="Heron 7B",
        slug="heron-7b",
        organization=OrganizationFactory(name="Shore Institute", slug="shore"),
        released="2025-06-01",
    )


def shelf_of(heron: Project) -> Project:
    """Heron, its twin, one on request that is too large, and one of which nothing is known."""
    project_with(
        weights(),
        component("training_data_base"),
        component("training_code", "partial"),
        component("model_card"),
        parameters=7e9,
        name="Egret 7B",
        slug="egret-7b",
        organization=heron.organization,
    )
    project_with(
        weights("by_request", "CC-BY-NC-4.0"),
        parameters=176e9,
        name="Stork 176B",
        slug="stork-176b",
    )
    project_with(name="Rumor", slug="rumor")
    return heron


def judged_by_opening_up(heron: Project) -> Project:
    """Heron as the Opening up index judges it: all open but the API, one cell without a link."""
    edition = Edition.objects.create(index="opening-up", key="2025-03", title="Opening up ChatGPT")
    subject = Subject.objects.create(
        index="opening-up",
        key="heron",
        name="Heron",
        project=heron,
        matched_by="a test",
        matched_on="2025-01-01",
    )
    named = LENSES["opening-up"].texts["dimensions"]["2025-03"].values()
    for position, dimension in enumerate(name for names in named for name in names):
        Judgement.objects.create(
            edition=edition,
            subject=subject,
            position=position + 1,
            dimension=dimension,
            value="partial" if dimension == "api" else "open",
            links=[] if dimension == "paper" else ["https://example.org/evidence"],
            note="A paid API." if dimension == "api" else "",
        )
    Score.objects.create(
        subject=subject,
        lens="opening-up",
        basis="published",
        version="2025-03",
        low=13.5,
        high=13.5,
    )
    return heron
