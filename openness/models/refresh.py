"""How the facts are kept fresh: each visit, how each source stands, and what waits.

Rows here are the log and the memory of workers. What was learned stands in Snapshot, Observation
and Evidence; these may be pruned without losing a fact.
"""

from django.db import models

from openness.models.constraints import choices, one_of
from openness.models.project import Identifier, Project
from openness.models.received import Snapshot

MEANINGS = (
    "ok",
    "unchanged",
    "missing",
    "gated",
    "disabled",
    "replaced",
    "throttled",
    "outage",
    "our_error",
)


class Fetch(models.Model):
    """One question to a source and what came back, in words; the log of a target."""

    source = models.CharField(max_length=40)
    identifier = models.ForeignKey(
        Identifier,
        on_delete=models.CASCADE,
        related_name="fetches",
        null=True,
        blank=True,
        help_text="Empty: a question about no address of a project, such as whether it is well.",
    )
    at = models.DateTimeField()
    url = models.CharField(max_length=2000)
    status = models.PositiveSmallIntegerField(help_text="0: no whole answer.")
    meaning = models.CharField(max_length=20, choices=choices(MEANINGS))
    words = models.CharField(max_length=200)
    seconds = models.FloatField()
    size = models.PositiveIntegerField(help_text="Bytes of the body.")
    quota_left = models.PositiveIntegerField(null=True, blank=True)
    changed = models.PositiveSmallIntegerField(
        default=0, help_text="Fields that read otherwise than before."
    )
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, null=True, blank=True)
    etag = models.CharField(max_length=200, blank=True, help_text="Validator of the body.")

    class Meta:
        verbose_name_plural = "fetches"
        ordering = ["-id"]
        constraints = [one_of("fetch", "meaning", MEANINGS)]
        indexes = [
            models.Index(fields=["source", "-id"]),
            models.Index(fields=["identifier", "-id"]),
            models.Index(fields=["at"]),
        ]

    def __str__(self) -> str:
        return f"{self.url}: {self.words}"


class SourceState(models.Model):
    """How a source stands, as all workers see it; a pause is a date, nobody waits for it."""

    key = models.CharField(max_length=40, unique=True)
    last_ok_at = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateTimeField(null=True, blank=True)
    pauses = models.PositiveSmallIntegerField(default=0, help_text="In a row; each is longer.")
    reason = models.CharField(max_length=200, blank=True)
    judged_from = models.PositiveBigIntegerField(
        default=0, help_text="Visits up to this id are forgiven: the source has recovered since."
    )
    quota_left = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class RefreshRun(models.Model):
    """A wish that many addresses be visited now, and how far it has come.

    An address that it waits for names it (`Identifier.run`) until its visit is recorded.
    """

    source = models.CharField(max_length=40, blank=True, help_text="Empty: all sources.")
    project = models.ForeignKey(
        Project, on_delete=models.CASCADE, null=True, blank=True, help_text="Empty: all projects."
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    total = models.PositiveIntegerField(default=0, help_text="Addresses when it began.")
    cursor = models.CharField(
        max_length=2000,
        blank=True,
        help_text="The page of the source's listing that comes next; empty: each is asked alone.",
    )

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"refresh {self.pk}"


class PendingScore(models.Model):
    """A project whose evidence changed and whose scores do not know it yet.

    Written in the transaction of the change, so that neither a killed worker nor a lost broker can
    leave a score behind; removed by the scoring that took it in.
    """

    project = models.OneToOneField(Project, on_delete=models.CASCADE, primary_key=True)
    since = models.DateTimeField()

    class Meta:
        ordering = ["since"]

    def __str__(self) -> str:
        return f"{self.project_id} since {self.since:%Y-%m-%d %H:%M:%S}"
