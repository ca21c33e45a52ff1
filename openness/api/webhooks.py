"""Receivers of webhooks by the API: an owner's own, with a token."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import User
from django.http import Http404
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from openness.api import shapes
from openness.api.base import View, known_only
from openness.api.problems import Malformed
from openness.api.throttles import ReadThrottle, SubmitThrottle
from openness.exports.tables import instant
from openness.forms import ReceiverForm
from openness.models import Delivery, Receiver
from openness.services.webhooks import (
    RECEIVERS_MOST,
    NotRegistered,
    pause,
    register,
    resume,
)
from openness.tasks import have_webhooks_delivered

DELIVERIES = 20
RECEIVER = OpenApiExample(
    "Changes of one organization",
    request_only=True,
    value={"url": "https://example.org/openness", "filter": "organization=ai2"},
)
STATE = OpenApiExample("Pause it", request_only=True, value={"state": "paused"})
NO_TOKEN = OpenApiResponse(description="There is no token, or a wrong one")
WRONG = {
    "many": ("", f"you have {RECEIVERS_MOST} receivers, as many as one may have"),
    "twice": ("url", "it is told of just these changes already"),
}


class Own(View):
    """What only its owner sees."""

    authentication_classes = (TokenAuthentication,)
    permission_classes = (IsAuthenticated,)
    kept = False

    def owner(self, request: Request) -> User:
        """Who asks."""
        if not isinstance(request.user, User):
            raise PermissionDenied
        return request.user


class Receivers(Own):
    """Receivers of webhooks."""

    throttles: ClassVar = {"POST": (SubmitThrottle,)}

    def get_throttles(self) -> list[Any]:
        """Registering is counted apart from reading."""
        self.throttle_classes = self.throttles.get(self.request.method or "", (ReadThrottle,))
        return super().get_throttles()

    @extend_schema(
        operation_id="webhooks",
        summary="Your receivers of webhooks",
        responses={200: shapes.page_of(shapes.Receiver), 401: NO_TOKEN},
    )
    def get(self, request: Request) -> Response:
        """What is registered with your account, the oldest first."""
        return self.all(request, map(receiver_values, self.owner(request).receivers.all()))

    @extend_schema(
        operation_id="webhook_register",
        summary="Register a receiver of webhooks",
        request=shapes.NewReceiver,
        examples=[RECEIVER],
        responses={201: shapes.MadeReceiver, 401: NO_TOKEN},
    )
    def post(self, request: Request) -> Response:
        """Have an address told of changes. `secret` is in this answer and never again."""
        known_only(request, ())
        said = shapes.NewReceiver(data=request.data)
        said.is_valid(raise_exception=True)
        sent = said.validated_data
        form = ReceiverForm({"url": sent["url"], "asked": sent["filter"]})
        if not form.is_valid():
            names = {"asked": "filter"}
            raise Malformed(
                *(
                    (names.get(name, name), str(reason))
                    for name, reasons in form.errors.items()
                    for reason in reasons
                )
            )
        try:
            made = register(
                owner=self.owner(request),
                url=form.cleaned_data["url"],
                query=form.cleaned_data["asked"],
            )
        except NotRegistered as error:
            raise Malformed(WRONG[str(error)]) from None
        have_webhooks_delivered()
        values = receiver_values(made)
        return Response(
            values | {"secret": made.secret}, status=201, headers={"Location": values["url_here"]}
        )


class OneReceiver(Own):
    """A receiver of webhooks."""

    def found(self, request: Request, key: str) -> Receiver:
        """It, if it is theirs."""
        row = self.owner(request).receivers.filter(key=key).first()
        if row is None:
            raise Http404
        return row

    @extend_schema(
        operation_id="webhook",
        summary="A receiver of webhooks, and its last messages",
        responses={200: shapes.OneReceiver, 401: NO_TOKEN},
    )
    def get(self, request: Request, key: str) -> Response:
        """How it stands, and what came of the last messages, the newest first."""
        known_only(request, ())
        row = self.found(request, key)
        sent = row.deliveries.select_related("receiver")[:DELIVERIES]
        return Response(receiver_values(row) | {"deliveries": list(map(delivery_values, sent))})

    @extend_schema(
        operation_id="webhook_set",
        summary="Pause a receiver of webhooks, or go on",
        request=shapes.ReceiverState,
        examples=[STATE],
        responses={200: shapes.Receiver, 401: NO_TOKEN},
    )
    def patch(self, request: Request, key: str) -> Response:
        """`paused` sends nothing more; `active` goes on with what is recorded from now on."""
        known_only(request, ())
        row = self.found(request, key)
        said = shapes.ReceiverState(data=request.data)
        said.is_valid(raise_exception=True)
        if said.validated_data["state"] == "paused":
            pause(row)
        else:
            resume(row)
            have_webhooks_delivered()
        return Response(receiver_values(row))

    @extend_schema(
        operation_id="webhook_remove",
        summary="Remove a receiver of webhooks",
        responses={204: OpenApiResponse(description="It is gone"), 401: NO_TOKEN},
    )
    def delete(self, request: Request, key: str) -> Response:
        """Forget it, and what was sent to it."""
        known_only(request, ())
        self.found(request, key).delete()
        return Response(status=204)


def receiver_values(row: Receiver) -> dict[str, Any]:
    """A receiver in the form of `shapes.Receiver`, without its secret."""
    return {
        "key": row.key,
        "url": row.url,
        "filter": row.asked,
        "state": row.state,
        "created_at": instant(row.created_at),
        "fails": row.fails,
        "next_attempt_at": instant(row.next_due_at) if row.fails else None,
        "url_here": f"{settings.SITE_URL}{row.get_absolute_url()}",
    }


def delivery_values(row: Delivery) -> dict[str, Any]:
    """A message in the form of `shapes.Delivery`."""
    return {
        "id": row.message,
        "revision": row.revision_id,
        "attempts": row.attempts,
        "tried_at": instant(row.tried_at),
        "delivered_at": instant(row.delivered_at) if row.delivered_at else None,
        "status": row.status,
        "error": row.words or None,
        "seconds": row.seconds,
    }
