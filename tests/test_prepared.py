"""Questions that are prepared: the same rows as Django's own, in any connection."""

from threading import Thread

import pytest
from django.db import Error, connection, transaction
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from openness.models import Evidence, Project
from openness.prepared import Given, Prepared, among
from tests.factories import ProjectFactory, component, evidence_of, project_with


@Prepared
def named(slug: Given) -> QuerySet[Project]:
    return Project.objects.filter(slug=slug, kind="model").select_related("organization")


@Prepared
def stated(projects: Given) -> QuerySet[Evidence]:
    return Evidence.objects.filter(among("project", projects)).order_by("pk")


@Prepared
def slugs(most: Given) -> QuerySet[Project, str]:
    found = Project.objects.filter(slug__lte=most).order_by("slug")
    return found.values_list("slug", flat=True)


def statement() -> Evidence:
    return evidence_of(project_with(component("training_code")))["training_code"]


def prepared() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements")
        return [name.rpartition("_")[0] for (name,) in cursor.fetchall()]


@pytest.mark.django_db
def test_rows_are_those_of_the_queryset_for_each_value_with_what_it_joins() -> None:
    heron, egret = ProjectFactory(slug="heron"), ProjectFactory(slug="egret")
    for project in (heron, egret):
        with CaptureQueriesContext(connection) as asked:
            [found] = named(slug=project.slug)
            assert found == project
            assert found.organization == project.organization
        assert len(asked) == 1
    assert named(slug="100%s of 'them'") == []
    assert slugs(most="egret") == ["egret"]


@pytest.mark.django_db
def test_a_list_may_have_any_length() -> None:
    rows = [statement() for _ in range(12)]
    for n in (0, 1, 12):
        assert stated(projects=[row.project_id for row in rows[:n]]) == rows[:n]


@pytest.mark.django_db
def test_it_is_planned_once_a_connection_and_stays_when_work_is_taken_back() -> None:
    with transaction.atomic():
        named(slug="heron")
        transaction.set_rollback(True)
    for _ in range(3):
        named(slug="heron")
    assert prepared().count("named") == 1


@pytest.mark.django_db(transaction=True)
def test_it_is_planned_anew_where_a_connection_does_not_know_it() -> None:
    ProjectFactory(slug="heron")
    found: list[str] = []

    def ask() -> None:
        try:
            found.extend(project.slug for project in named(slug="heron"))
        finally:
            connection.close()

    assert [project.slug for project in named(slug="heron")] == ["heron"]
    connection.close()
    assert [project.slug for project in named(slug="heron")] == ["heron"]
    thread = Thread(target=ask)
    thread.start()
    thread.join()
    assert found == ["heron"]


@pytest.mark.django_db
def test_a_question_that_fails_can_be_asked_again() -> None:
    with pytest.raises(Error), transaction.atomic():
        stated(projects=["no number"])
    row = statement()
    assert stated(projects=[row.project_id]) == [row]
