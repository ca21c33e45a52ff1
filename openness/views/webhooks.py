"""Receivers of webhooks: what somebody who is signed in has registered, and what was sent there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from openness.forms import ReceiverForm
from openness.models import Receiver
from openness.services.webhooks import (
    RECEIVERS_MOST,
    NotRegistered,
    pause,
    register,
    resume,
)
from openness.tasks import have_webhooks_delivered
from openness.views.page import page

DELIVERIES = 20
WRONG = {
    "many": lambda: (
        _("You have %(most)s receivers, which is as many as one may have.")
        % {"most": RECEIVERS_MOST}
    ),
    "twice": lambda: _("This address is told of just these changes already."),
}


def _sign_in(request: HttpRequest) -> HttpResponse:
    return redirect(f"{reverse('sign-in')}?{urlencode({'next': request.get_full_path()})}")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def webhooks(request: HttpRequest) -> HttpResponse:
    """`/webhooks/`: what webhooks are, and for who is signed in their own, with a form for more.

    `?asked=` fills in which changes.
    """
    user = request.user if isinstance(request.user, User) else None
    form = ReceiverForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if user is None:
            return _sign_in(request)
        if form.is_valid() and (made := _registered(form, user)):
            have_webhooks_delivered()
            # The only answer that ever shows it, so it is not sent on to another address.
            return page(request, "webhook.html", _told(made, secret=made.secret))
    else:
        form.initial["asked"] = request.GET.get("asked", "")[:1000].replace("\x00", "")
    context: dict[str, Any] = {
        "form": form,
        "user": user,
        "receivers": user.receivers.all() if user else [],
        "example": f"{settings.SITE_URL}/changes.atom?organization=ai2",
    }
    status = 422 if form.is_bound else 200
    return page(request, "webhooks.html", context, canonical="", status=status)


def _registered(form: ReceiverForm, user: User) -> Receiver | None:
    """The new receiver; None if it cannot be, and the form says why."""
    url, query = form.cleaned_data["url"], form.cleaned_data["asked"]
    try:
        return register(owner=user, url=url, query=query, language=get_language() or "")
    except NotRegistered as error:
        form.add_error("url", WRONG[str(error)]())
        return None


def _told(receiver: Receiver, secret: str = "") -> dict[str, Any]:
    sent = receiver.deliveries.select_related("receiver", "revision")
    return {"receiver": receiver, "deliveries": sent[:DELIVERIES], "secret": secret}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def webhook(request: HttpRequest, key: str) -> HttpResponse:
    """`/webhooks/<key>/`: for its owner, to be paused, resumed or removed; for others nothing."""
    if not isinstance(request.user, User):
        return _sign_in(request)
    receiver = get_object_or_404(Receiver, key=key, owner=request.user)
    if request.method == "POST":
        deeds: dict[str, Callable[[Receiver], object]] = {
            "pause": pause,
            "resume": resume,
            "remove": Receiver.delete,
        }
        deed = request.POST.get("do", "")
        if deed in deeds:
            deeds[deed](receiver)
        if deed == "resume":
            have_webhooks_delivered()
        return redirect("webhooks" if deed == "remove" else receiver)
    return page(request, "webhook.html", _told(receiver))
