"""A small site with a record: a statement superseded, a rename, a publisher's judgements."""

from django.apps import apps
from django.core.cache import cache
from django.db import connection

from openness.models import Change, Identifier, Project, Revision
from openness.services.assess import assess
from openness.services.hold import Statements, hold
from openness.services.periods import keep_projects
from tests.factories import ProjectFactory, RevisionFactory, component, weights
from tests.views.shelf import heron_7b, judged_by_opening_up, shelf_of


def build() -> Project:
    """Heron, whose license has changed and who was renamed, its shelf, and a synthetic one."""
    cache.clear()
    heron = judged_by_opening_up(shelf_of(heron_7b()))
    Identifier.objects.create(
        project=heron, source="hub", kind="model", reference="shore/heron", immutable_id="6f"
    )
    hold(
        [
            Statements(
                project_id=heron.pk,
                claims=[weights(license_raw="MIT"), component("tests", note='a "b", c\nd = e')],
                source="vendor",
            )
        ],
        revision=RevisionFactory(summary="=SUM(1,2), read anew"),
    )
    assess()
    rename(heron, "egret-7b")
    assess()
    ProjectFactory(synthetic=True, slug="made-up")
    return heron


def rename(project: Project, base: str) -> None:
    """Give it another slug, as a refresh does, and another base."""
    revision = RevisionFactory(kind="refresh", summary="renamed")
    Change.objects.create(
        project=project,
        revision=revision,
        field="slug",
        old=project.slug,
        new=f"{project.slug}-new",
        change_class="renamed",
        source="hub",
    )
    project.slug += "-new"
    project.derived_from = Project.objects.get(slug=base)
    project.save()
    keep_projects(revision, [project.pk])
    assert Revision.objects.first() == revision


def wipe() -> None:
    """Remove every row of ours."""
    tables = [model._meta.db_table for model in apps.get_app_config("openness").get_models()]
    with connection.cursor() as cursor:
        # Constraints that still wait would keep a table from being emptied.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
