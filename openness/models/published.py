"""What publishers said, verbatim: editions of their indexes, subjects, and a judgement a cell."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from openness.models.organization import Organization
from openness.models.project import Project
from openness.models.received import Snapshot


class Edition(models.Model):
    """One state of a publisher's index: commit and parameter set."""

    index = models.CharField(
        max_length=40, help_text="Key of the source; a lens key if one reads it."
    )
    key = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    commit = models.CharField(max_length=60, blank=True)
    stated_on = models.DateField(null=True, blank=True)
    url = models.URLField(max_length=500, blank=True)
    terms = models.CharField(max_length=200, blank=True)
    citation = models.CharField(max_length=500, blank=True)
    dimensions = ArrayField(models.CharField(max_length=200), default=list, blank=True)

    class Meta:
        ordering = ["index", "-key"]
        constraints = [UniqueConstraint(fields=["index", "key"], name="edition_once")]

    def __str__(self) -> str:
        return f"{self.index} {self.key}"


class Subject(models.Model):
    """What a publisher speaks of, and to which row of ours it was matched, by whom."""

    index = models.CharField(max_length=40)
    key = models.CharField(max_length=200, help_text="File stem or name at the publisher.")
    name = models.CharField(max_length=300)
    maker = models.CharField(max_length=300, blank=True, help_text="Organization as written there.")
    url = models.URLField(max_length=1000, blank=True)
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="subjects", null=True, blank=True
    )
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="subjects", null=True, blank=True
    )
    feeds = models.BooleanField(
        default=True,
        help_text="Whether its judgements become evidence of the project: not those of a family or"
        " of another version.",
    )
    matched_by = models.CharField(max_length=120, blank=True)
    matched_on = models.DateField(null=True, blank=True)
    match_note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["index", "key"]
        constraints = [
            UniqueConstraint(fields=["index", "key"], name="subject_once"),
            CheckConstraint(
                name="subject_one_target",
                condition=Q(project__isnull=True) | Q(organization__isnull=True),
            ),
            CheckConstraint(
                name="subject_match_is_signed",
                condition=Q(project__isnull=True, organization__isnull=True) | ~Q(matched_by=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.index}: {self.name}"


class Judgement(models.Model):
    """One cell of a publisher's table, verbatim. Dimension "" is the subject's own header."""

    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="judgements", db_index=False
    )
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="judgements")
    position = models.PositiveIntegerField(help_text="Place in the publisher's own order.")
    dimension = models.CharField(max_length=200, blank=True)
    value = models.TextField(blank=True)
    links = ArrayField(models.TextField(), default=list, blank=True)
    note = models.TextField(blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    snapshot = models.ForeignKey(
        Snapshot, on_delete=models.PROTECT, null=True, blank=True, db_index=False
    )

    class Meta:
        ordering = ["edition", "subject", "position"]
        constraints = [
            UniqueConstraint(fields=["edition", "subject", "position"], name="judgement_once")
        ]

    def __str__(self) -> str:
        return f"{self.dimension or 'header'}: {self.value or '(blank)'}"
