"""The record: what changed, when, by whom. Rows are added, never altered or deleted."""

from django.conf import settings
from django.db import models

from openness.models.constraints import choices, one_of

REVISION_KINDS = ("catalogue", "import", "submission", "refresh", "rescore", "edit", "simulate")
CHANGE_CLASSES = (
    "first_declared",
    "withdrawn",
    "less_open",
    "more_open",
    "lateral",
    "renamed",
    "corrected",
    "disputed",
    "unclassified",
)


class Revision(models.Model):
    """One committed set of changes; its id is the revision that pages, exports and caches name."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(auto_now_add=True)
    kind = models.CharField(max_length=20, choices=choices(REVISION_KINDS))
    summary = models.CharField(max_length=300, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True
    )

    class Meta:
        ordering = ["-id"]
        constraints = [one_of("revision", "kind", REVISION_KINDS)]

    def __str__(self) -> str:
        return f"revision {self.pk}"


class Change(models.Model):
    """One fact of one project that became another."""

    project = models.ForeignKey("Project", on_delete=models.PROTECT, related_name="changes")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="changes")
    field = models.CharField(max_length=80, help_text="A component id or the name of a field.")
    old = models.TextField(blank=True)
    new = models.TextField(blank=True)
    change_class = models.CharField(max_length=20, choices=choices(CHANGE_CLASSES))
    source = models.CharField(max_length=40, blank=True)
    evidence = models.ForeignKey(
        "Evidence", on_delete=models.PROTECT, null=True, blank=True, related_name="changes"
    )

    class Meta:
        ordering = ["-id"]
        constraints = [one_of("change", "change_class", CHANGE_CLASSES)]

    def __str__(self) -> str:
        return f"{self.field}: {self.old or '-'} -> {self.new or '-'}"
