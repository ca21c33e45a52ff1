"""What all that is sent has in common: who sends it, and what follows once it is kept."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language

from openness.forms import SenderForm
from openness.models import Submission
from openness.services.submissions import Sender, sum_of
from openness.tasks import have_links_checked


def author_of(request: HttpRequest) -> User | None:
    """Who is signed in, if anybody."""
    return request.user if isinstance(request.user, User) else None


def sender_of(request: HttpRequest, form: SenderForm, *said: Any) -> Sender:
    """Who sends this form; `said` is what it says beside who sends it."""
    return Sender(
        email=form.cleaned_data.get("email") or "",
        author=author_of(request),
        language=get_language() or "",
        once=sum_of(form.stamp, *said),
    )


def sent(made: Submission) -> HttpResponseRedirect:
    """On to its private page; a worker looks at its links meanwhile."""
    have_links_checked(made)
    return redirect(made)


def private(response: HttpResponse) -> HttpResponse:
    """A page whose address is the key to it: kept by nobody, told to nobody."""
    add_never_cache_headers(response)
    response["X-Robots-Tag"] = "noindex"
    # No other site that is opened from here learns the address. Without any referrer a browser
    # sends the page's own forms with `Origin: null`, which the check against forgery refuses
    # (Fetch standard, "append a request Origin header").
    response["Referrer-Policy"] = "same-origin"
    return response
