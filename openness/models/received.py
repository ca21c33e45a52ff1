"""What was received: Snapshot (raw bytes) and Observation (what a parser read there)."""

import gzip
import hashlib
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from openness.models.project import Identifier


class Snapshot(models.Model):
    """The bytes that a source gave, kept once, addressed by the sha256 of the plain body."""

    sha256 = models.CharField(max_length=64, unique=True)
    content_type = models.CharField(max_length=100)
    body = models.BinaryField(help_text="gzip")
    source = models.CharField(max_length=40)
    name = models.CharField(max_length=500, help_text="File name or address.")
    first_seen_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-first_seen_at"]

    def __str__(self) -> str:
        return f"{self.source}: {self.name}"

    @classmethod
    def of(cls, body: bytes, *, content_type: str, source: str, name: str) -> Self:
        """An unsaved snapshot of these bytes."""
        return cls(
            sha256=hashlib.sha256(body).hexdigest(),
            content_type=content_type,
            body=gzip.compress(body, mtime=0),
            source=source,
            name=name,
        )

    @property
    def plain(self) -> bytes:
        """The body as it was received."""
        return gzip.decompress(bytes(self.body))


class Observation(models.Model):
    """What a parser read of one field at one identifier; open until another value was seen.

    `last_seen_at` is written when it opens and when it ends: meanwhile every good visit to the
    identifier confirms it, and `confirmed_at` says when the last one was.
    """

    identifier = models.ForeignKey(
        Identifier, on_delete=models.PROTECT, related_name="observations"
    )
    field = models.CharField(max_length=80)
    value = models.TextField()
    source = models.CharField(max_length=40)
    snapshot = models.ForeignKey(
        Snapshot, on_delete=models.PROTECT, null=True, blank=True, db_index=False
    )
    parser_version = models.PositiveSmallIntegerField(default=1)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["identifier", "field", "-first_seen_at"]
        constraints = [
            UniqueConstraint(
                fields=["identifier", "field"],
                condition=Q(ended_at__isnull=True),
                name="observation_one_open",
            ),
            CheckConstraint(
                name="observation_seen_in_order",
                condition=Q(first_seen_at__lte=models.F("last_seen_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.value}"

    @property
    def confirmed_at(self) -> datetime:
        """When it was last read so."""
        visited = self.identifier.last_ok_at if self.ended_at is None else None
        return max(self.last_seen_at, visited) if visited else self.last_seen_at
