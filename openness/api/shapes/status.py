"""How the site stands."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class SourceOf(serializers.Serializer[Any]):
    """How one source stands."""

    key = serializers.CharField()
    name = serializers.CharField()
    last_ok_at = serializers.DateTimeField(allow_null=True)
    paused_until = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(help_text="Of the pause.")
    budget_used = serializers.IntegerField(allow_null=True)
    budget = serializers.IntegerField(allow_null=True, help_text="Questions a window.")
    rest = serializers.FloatField(allow_null=True, help_text="Seconds until it may be asked.")
    addresses = serializers.IntegerField()
    due = serializers.IntegerField()
    overdue = serializers.IntegerField()
    leased = serializers.IntegerField()
    failing = serializers.IntegerField()
    gone = serializers.IntegerField()
    visits = serializers.DictField(
        child=serializers.IntegerField(), help_text="Of the last day, by their meaning."
    )


class QueueOf(serializers.Serializer[Any]):
    """Tasks that wait."""

    name = serializers.CharField()
    waiting = serializers.IntegerField()
    oldest = serializers.FloatField(allow_null=True, help_text="Seconds.")


class WorkerOf(serializers.Serializer[Any]):
    """A worker that has said lately that it is there."""

    name = serializers.CharField()
    queues = serializers.ListField(child=serializers.CharField())
    processes = serializers.IntegerField()
    seen = serializers.FloatField(help_text="Seconds ago.")


class RunOf(serializers.Serializer[Any]):
    """How far a refresh has come."""

    id = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]  # a field, whatever a base has
    project = serializers.CharField()
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    total = serializers.IntegerField()
    left = serializers.IntegerField()
    per_minute = serializers.FloatField()
    visited = serializers.IntegerField()
    remaining = serializers.FloatField(allow_null=True, help_text="Seconds.")


class Status(serializers.Serializer[Any]):
    """How the site stands; queues and workers are null where the broker does not answer."""

    revision = serializers.IntegerField()
    at = serializers.DateTimeField()
    pending_scores = serializers.IntegerField()
    pending_since = serializers.DateTimeField(allow_null=True)
    sources = SourceOf(many=True)
    queues = QueueOf(many=True, allow_null=True)
    workers = WorkerOf(many=True, allow_null=True)
    runs = RunOf(many=True)
