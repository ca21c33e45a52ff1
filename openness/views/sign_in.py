"""Signing in and out, for reviewers; reading and sending need no account."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from openness.services import people
from openness.throttle import guesses_too_often
from openness.views.page import page


def next_of(request: HttpRequest) -> str:
    """Where to go on, if that is a page of ours; else the queue."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else reverse("queue")


def _decides(user: User) -> bool:
    """Whether a second factor is asked of somebody: of reviewers, staff, and who has one."""
    return people.may_review(user) or user.is_staff or people.has_factor(user)


def welcome(user: AbstractBaseUser, wanted: str) -> HttpResponse:
    """On to where somebody wanted who has just signed in; who decides, by the second factor."""
    if isinstance(user, User) and people.must_prove(user) and _decides(user):
        return redirect(f"{reverse('sign-in-code')}?{urlencode({'next': wanted})}")
    return redirect(wanted)


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """`/sign-in/`: by name and password; after too many wrong ones one has to wait.

    `failed` says that another way of signing in has led back here.
    """
    form = AuthenticationForm(request, request.POST if request.method == "POST" else None)
    context = {
        "form": form,
        "next": next_of(request),
        "waits": False,
        "github": settings.GITHUB_SIGN_IN,
        "failed": settings.GITHUB_SIGN_IN and request.GET.get("failed") == "github",
    }
    if form.is_bound:
        if guesses_too_often(request, request.POST.get("username", "")):
            return _page(request, context | {"waits": True}, status=429)
        if form.is_valid():
            login(request, form.get_user())
            return welcome(form.get_user(), next_of(request))
    return _page(request, context, status=422 if form.is_bound else 200)


def _page(request: HttpRequest, context: dict[str, Any], *, status: int) -> HttpResponse:
    answer = page(request, "sign_in.html", context, status=status)
    if settings.GITHUB_SIGN_IN:
        # Browsers hold where a form is sent on to against the policy, too.
        answer["Content-Security-Policy"] = settings.CONTENT_SECURITY_POLICY.replace(
            "form-action 'self'", "form-action 'self' https://github.com"
        )
    return answer


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """`/sign-out/`: back to the queue as a reader."""
    logout(request)
    return redirect("queue")
