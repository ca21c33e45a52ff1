"""Holding evidence: nothing is altered, nothing is lost, the same twice is the same as once."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction

from openness.models import Change, Evidence, Listing, ProjectProfile
from openness.models.evidence import claim_fields, claim_of
from openness.services.assess import assess
from openness.services.hold import Statements, change_class, hold, hold_quantities
from scoring.facts import Claim, Quantity, State, Trust
from tests.factories import (
    ProjectFactory,
    RevisionFactory,
    component,
    evidence_of,
    project_with,
    weights,
)

pytestmark = pytest.mark.django_db


def say(project, *claims: Claim):
    return hold(
        [Statements(project_id=project.pk, claims=claims, source="vendor")],
        revision=RevisionFactory(),
    )


def test_a_claim_survives_the_way_through_its_row() -> None:
    claim = weights("by_request", "CC-BY-NC-4.0", note="asked", confidence=5)
    row = Evidence(project=ProjectFactory(), since=RevisionFactory(), **claim_fields(claim))
    row.save()
    assert Evidence.objects.get().claim() == claim
    assert claim_of(claim_fields(claim)) == claim


def test_the_same_statement_twice_is_one_row() -> None:
    project = ProjectFactory()
    assert say(project, weights()).created == 1
    again = say(project, weights())
    assert (again.created, again.superseded, again.projects) == (0, 0, set())


def test_a_new_statement_supersedes_the_old_one_and_keeps_it() -> None:
    project = ProjectFactory()
    say(project, weights("public"))
    say(project, weights("by_request"))
    assert evidence_of(project)["weights_end"].access_least == "by_request"
    assert Evidence.objects.filter(project=project).count() == 2
    [change] = Change.objects.all()
    assert (change.field, change.change_class) == ("weights_end", "less_open")
    assert change.old.startswith("open, public")


def test_what_a_source_says_no_more_is_withdrawn_not_deleted() -> None:
    project = ProjectFactory()
    say(project, weights(), component("model_card"))
    say(project, weights())
    assert set(evidence_of(project)) == {"weights_end"}
    assert Change.objects.get().change_class == "withdrawn"
    assert Evidence.objects.filter(project=project).count() == 2


def test_the_first_word_of_a_source_is_no_change() -> None:
    say(ProjectFactory(), weights(), component("model_card"))
    assert not Change.objects.exists()


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        (component("tests", "closed"), component("tests", "open"), "more_open"),
        (component("tests", "open"), component("tests", "partial"), "less_open"),
        (component("tests", "unknown"), component("tests", "open"), "first_declared"),
        (component("tests", "open"), component("tests", "unknown"), "withdrawn"),
        (weights(license_raw=""), weights(license_raw="MIT"), "first_declared"),
        (weights(license_raw="MIT"), weights(license_raw=""), "withdrawn"),
        (
            replace(weights(license_raw=""), license_id="none-declared"),
            weights(license_raw="MIT"),
            "first_declared",
        ),
        (weights(), replace(weights(), license_raw="apache 2.0"), "renamed"),
        (weights(license_raw="MIT"), weights(license_raw="Apache-2.0"), "lateral"),
        (component("tests"), component("tests", link="https://example.org/2"), "corrected"),
        # A gate alone, of one state.
        (weights("click_through"), weights("by_request"), "less_open"),
        (weights("by_request"), weights("click_through"), "more_open"),
        # A gate and the terms at once: the same way, a way and a neutral one, opposite ways.
        (
            weights(license_raw="MIT"),
            weights("by_request", license_raw="CC-BY-NC-4.0"),
            "less_open",
        ),
        (
            weights("by_request", license_raw="CC-BY-NC-4.0"),
            weights(license_raw="MIT"),
            "more_open",
        ),
        (weights("by_request", license_raw="MIT"), weights(license_raw="Apache-2.0"), "more_open"),
        (weights("by_request", license_raw=""), weights(license_raw="MIT"), "more_open"),
        (weights(license_raw="MIT"), weights("by_request", license_raw=""), "withdrawn"),
        (
            weights("by_request", license_raw="MIT"),
            weights(license_raw="CC-BY-NC-4.0"),
            "unclassified",
        ),
        (
            weights(license_raw="CC-BY-NC-4.0"),
            weights("by_request", license_raw="MIT"),
            "unclassified",
        ),
        (weights("by_request", license_raw="MIT"), weights(license_raw=""), "unclassified"),
    ],
)
def test_a_change_is_named_by_how_it_moved(old: Claim, new: Claim, word: str) -> None:
    project, revision = ProjectFactory(), RevisionFactory()
    rows = [
        Evidence(project=project, since=revision, **claim_fields(claim)) for claim in (old, new)
    ]
    assert change_class(*rows) == word


@pytest.mark.parametrize(
    "fields",
    [
        {"component": "color"},
        {"state": "ajar"},
        {"confidence": 6},
        {"access_least": "public", "access_most": "public", "component": "model_card"},
        {"access_least": "public", "access_most": ""},
        {"hosting_least": "free_api", "hosting_most": "free_api"},
        {"trust": Trust.REVIEWED},
        {"partial_reason": "because"},
    ],
)
def test_the_database_refuses_what_makes_no_sense(fields: dict[str, object]) -> None:
    values = claim_fields(component("weights_end")) | fields
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.create(project=ProjectFactory(), since=RevisionFactory(), **values)


def test_two_statements_of_one_source_on_one_component_cannot_both_be_in_force() -> None:
    project, revision = ProjectFactory(), RevisionFactory()
    Evidence(project=project, since=revision, **claim_fields(component("tests"))).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence(
            project=project, since=revision, **claim_fields(component("tests", "closed"))
        ).save()


def test_a_changed_fact_moves_the_project_to_another_profile_and_keeps_the_first() -> None:
    project = project_with(weights("public"), parameters=7e9)
    before = Listing.objects.get(project=project)
    say(project, weights("none"))
    assert assess(projects=[project.pk]).moved == 1
    after = Listing.objects.get(project=project)
    assert after.profile_id != before.profile_id
    assert after.revision_id > before.revision_id
    old, new = ProjectProfile.objects.filter(project=project).order_by("since__id")
    assert old.until_id == new.since_id
    assert new.until is None


def test_assessing_again_writes_nothing() -> None:
    project_with(weights(), parameters=7e9)
    done = assess()
    assert (done.projects, done.moved, done.listed, done.scores) == (1, 0, 0, 0)


def test_two_projects_of_one_profile_are_scored_once() -> None:
    first = project_with(weights(), parameters=7e9)
    second = project_with(weights(), parameters=7.1e9)
    listings = Listing.objects.in_bulk([first.pk, second.pk])
    assert listings[first.pk].profile_id == listings[second.pk].profile_id


def test_a_base_that_forbids_binds_what_derives_from_it() -> None:
    base = project_with(weights(license_raw="CC-BY-NC-4.0"))
    child = project_with(weights(license_raw="MIT"), derived_from=base)
    assert Listing.objects.get(project=child).license_class == "noncommercial"
    say(base, weights(license_raw="MIT"))
    assess(projects=[base.pk])
    assert Listing.objects.get(project=child).license_class == "open"


def test_a_base_that_cannot_be_found_leaves_the_rights_open_downwards() -> None:
    child = project_with(weights(license_raw="MIT"), derived_from_name="some model")
    assert Listing.objects.get(project=child).license_class == "unknown"


def test_a_project_in_its_own_lineage_is_settled_all_the_same() -> None:
    one, two = ProjectFactory(), ProjectFactory()
    one.derived_from, two.derived_from = two, one
    one.save()
    two.save()
    say(one, weights())
    assert assess().projects == 2


def test_statements_and_sources_are_counted() -> None:
    project = project_with(
        weights(), component("tests", link=""), component("model_card", "unknown")
    )
    listing = Listing.objects.get(project=project)
    assert (listing.statements, listing.sourced) == (2, 1)


def test_unknown_states_stay_unknown() -> None:
    project = project_with(component("model_card", "unknown"))
    assert (
        Listing.objects.get(project=project).profile.states.get("model_card", "unknown")
        == "unknown"
    )
    assert State("unknown") is State.UNKNOWN


def test_two_numbers_of_one_source_are_held_as_the_range_between_them() -> None:
    project = ProjectFactory()
    sizes = [
        Quantity(name="parameters", low=7e9, high=7e9, source="hub-models"),
        Quantity(name="parameters", low=6.9e9, high=6.9e9, source="hub-models"),
    ]
    assert hold_quantities({project.pk: sizes}, source="hub-models") == {project.pk}
    row = project.quantities.get()
    assert (row.low, row.high) == (6.9e9, 7e9)
    assert hold_quantities({project.pk: sizes}, source="hub-models") == set()


@pytest.mark.parametrize(
    ("answer", "access"),
    [
        (weights("by_request", source="hub"), "by_request"),
        (replace(weights(source="hub"), state=State.UNKNOWN, access=None), "public"),
    ],
    ids=["it tells how one comes by the weights", "it tells the license alone"],
)
def test_the_hub_replaces_what_an_older_collection_said_where_it_answers(
    answer: Claim, access: str
) -> None:
    project = project_with(weights("public", source="hub-models"), answer)
    listing = Listing.objects.get(project=project)
    assert (listing.weights_least, listing.weights_most) == (access, access)
