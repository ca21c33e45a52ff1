"""Rename: a project's name and address change; both stay on record, and the old one leads on."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from openness.models import Change, Organization, Project, Revision
from openness.services.periods import keep_projects, keep_published


@transaction.atomic
def rename(project: Project, *, name: str, slug: str, by: User) -> bool:
    """Give a project this name and slug; whether anything changed."""
    before = Project.objects.select_for_update().get(pk=project.pk)
    changes = [
        (field, getattr(before, field), new)
        for field, new in (("name", name), ("slug", slug))
        if getattr(before, field) != new
    ]
    if not changes:
        return False
    revision = Revision.objects.create(
        kind="edit", summary=f"{before.name} renamed"[:300], author=by
    )
    before.name, before.slug = name, slug
    before.save(update_fields=["name", "slug", "updated_at"])
    Change.objects.bulk_create(
        Change(
            project=before,
            revision=revision,
            field=field,
            old=old,
            new=new,
            change_class="renamed",
        )
        for field, old, new in changes
    )
    keep_projects(revision, [before.pk])
    return True


@transaction.atomic
def describe(organization: Organization, *, by: User) -> None:
    """Save an organization as it is now; lists show it, so it is a revision.

    What the Hub said of another name than the one that it has now is forgotten, and asked anew.
    """
    before = Organization.objects.filter(pk=organization.pk).values_list("hub_name", flat=True)
    if before and before[0] != organization.hub_name:
        organization.hub_id, organization.hub_verified = "", None
        organization.hub_due_at = None
    organization.save()
    summary = f"{organization.name} edited"[:300]
    revision = Revision.objects.create(kind="edit", summary=summary, author=by)
    keep_projects(revision, list(organization.projects.values_list("pk", flat=True)))
    keep_published(revision, list(organization.subjects.values_list("pk", flat=True)))
