"""Receivers of webhooks and their messages."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from openness.models.webhook import RECEIVER_STATES


class NewReceiver(serializers.Serializer[Any]):
    """An address that is to be told of changes."""

    url = serializers.CharField(max_length=500)
    filter = serializers.CharField(
        max_length=1000,
        required=False,
        allow_blank=True,
        default="",
        help_text="Which changes: parameters of `/changes.atom`; blank for all.",
    )


class Receiver(serializers.Serializer[Any]):
    """An address that is told of changes."""

    key = serializers.CharField()
    url = serializers.CharField()
    filter = serializers.CharField()
    state = serializers.ChoiceField(choices=RECEIVER_STATES)
    created_at = serializers.DateTimeField()
    fails = serializers.IntegerField(help_text="Attempts in a row that failed.")
    next_attempt_at = serializers.DateTimeField(allow_null=True)
    url_here = serializers.CharField(help_text="Its page on this site.")


class MadeReceiver(Receiver):
    """One that was just registered."""

    secret = serializers.CharField(help_text="`whsec_` and the key in base64; shown this once.")


class Delivery(serializers.Serializer[Any]):
    """A message, and what came of it."""

    id = serializers.CharField()
    revision = serializers.IntegerField(allow_null=True, help_text="Null for the ping.")
    attempts = serializers.IntegerField()
    tried_at = serializers.DateTimeField()
    delivered_at = serializers.DateTimeField(allow_null=True)
    status = serializers.IntegerField(help_text="0: no whole answer.")
    error = serializers.CharField(allow_null=True)
    seconds = serializers.FloatField()


class OneReceiver(Receiver):
    """An address that is told of changes, with its last messages."""

    deliveries = Delivery(many=True)


class ReceiverState(serializers.Serializer[Any]):
    """Whether anything is sent."""

    state = serializers.ChoiceField(choices=["active", "paused"])
