"""The second factor of reviewers: entering a code, and setting up where codes come from."""

from __future__ import annotations

from typing import Any

import segno
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from markupsafe import Markup

from openness.services import people
from openness.views.page import page
from openness.views.sign_in import next_of


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """`/sign-in/code/`: the second step of signing in, for whoever has set a factor up."""
    user = request.user
    if not isinstance(user, User):
        return redirect(f"{reverse('sign-in')}?{urlencode({'next': next_of(request)})}")
    if not people.has_factor(user):
        return redirect(f"{reverse('second-factor')}?{urlencode({'next': next_of(request)})}")
    wrong = False
    if request.method == "POST":
        if people.enter(request, user, request.POST.get("code", "")[:20]):
            return redirect(next_of(request))
        wrong = True
    context = {"next": next_of(request), "wrong": wrong}
    return page(request, "sign_in_code.html", context, status=422 if wrong else 200)


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponse:
    """`/sign-in/second-factor/`: set it up, renew recovery codes, or turn it off."""
    user = request.user
    if not isinstance(user, User):
        return redirect(f"{reverse('sign-in')}?{urlencode({'next': request.path})}")
    if people.has_factor(user):
        if people.must_prove(user):
            return redirect(f"{reverse('sign-in-code')}?{urlencode({'next': request.path})}")
        return _held(request, user)
    device = people.new_factor(user)
    context: dict[str, Any] = {"next": next_of(request), "wrong": False, "codes": []}
    if request.method == "POST":
        codes = people.confirm(request, device, request.POST.get("code", "")[:20])
        if codes:
            return page(request, "second_factor.html", context | {"has": True, "codes": codes})
        context["wrong"] = True
    context |= {
        "has": False,
        "secret": people.secret_of(device),
        "picture": _picture(device.config_url),
    }
    return page(request, "second_factor.html", context, status=422 if context["wrong"] else 200)


def _held(request: HttpRequest, user: User) -> HttpResponse:
    """What one can do with a factor that is set up and was seen in this session."""
    codes: list[str] = []
    deed = request.POST.get("do", "")
    if deed == "renew":
        codes = people.new_recovery_codes(user)
    elif deed == "remove":
        people.remove_factor(user)
        return redirect("second-factor")
    context = {
        "has": True,
        "codes": codes,
        "left": people.codes_left(user),
        "required": settings.SECOND_FACTOR,
        "next": reverse("queue"),
    }
    return page(request, "second_factor.html", context)


def _picture(text: str) -> Markup:
    """The secret as a picture, dark on light in both themes, as cameras want it."""
    drawn = segno.make_qr(text).svg_inline(
        scale=5, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None
    )
    return Markup(drawn)  # noqa: S704  segno wrote it: numbers only
