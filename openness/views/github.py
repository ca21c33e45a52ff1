"""Signing in by GitHub, where the site has its keys; django-allauth speaks to GitHub.

Whoever comes this way has an ordinary account: no rights before an administrator gives some, no
password, and no e-mail address, so that nothing can tie it to an account that was here before.
What is asked of reviewers is asked of them too. None of allauth's own pages is shown.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.github.views import oauth2_callback
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from openness.views.sign_in import next_of, welcome


@never_cache
@require_POST
def enter(request: HttpRequest) -> HttpResponse:
    """`/sign-in/github/`: on to GitHub. Only to sign in, whatever else allauth could do."""
    provider = get_adapter().get_provider(request, "github")
    answer: HttpResponse = provider.redirect(
        request, process=AuthProcess.LOGIN, next_url=next_of(request)
    )
    return answer


def name_of(login: str, uid: str) -> str:
    """The name of a new account: it shows where it comes from, and is nobody else's.

    A login can change hands at GitHub, the number of an account (`uid`) cannot.
    """
    name = f"{login}@github"
    taken = User.objects.filter(username__iexact=name).exists()
    return f"{login}-{uid}@github" if taken else name


class Visitors(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """What is kept of whoever comes from GitHub: the number and the login, nothing else."""

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> User:
        """The account as it would be made; the profile and its e-mail address are dropped."""
        user: User = sociallogin.user
        sociallogin.account.extra_data = {}
        sociallogin.email_addresses = []
        user.username = name_of(str(data["username"]), sociallogin.account.uid)
        return user

    def on_authentication_error(self, request: HttpRequest, provider: Any, **told: Any) -> None:
        """Back to our own page, whatever went wrong there."""
        raise ImmediateHttpResponse(redirect(_failed()))


class Desk(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """How they are let in: as whoever gives name and password."""

    def post_login(
        self, request: HttpRequest, user: User, *, redirect_url: str | None, **told: Any
    ) -> HttpResponse:
        """On to where they wanted; reviewers by way of their second factor."""
        return welcome(user, redirect_url or reverse("queue"))

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """An account that was closed is let in no more."""
        return redirect(_failed())


def _failed() -> str:
    return f"{reverse('sign-in')}?{urlencode({'failed': 'github'})}"


# The names are those by which allauth finds them.
urlpatterns = [
    path("", enter, name="github_login"),
    path("callback/", never_cache(require_safe(oauth2_callback)), name="github_callback"),
]
