"""The site of the admin: it lets in whoever the pages of review would let decide."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from openness.services.people import must_prove


class Site(AdminSite):
    """Asks for the second factor after name and password."""

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff whose second factor, if they need one, was seen in this session."""
        return super().has_permission(request) and not must_prove(request.user)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Who has given name and password already is asked for the rest."""
        if request.user.is_authenticated and must_prove(request.user):
            following = request.GET.get("next") or reverse("admin:index")
            return redirect(f"{reverse('sign-in-code')}?{urlencode({'next': following})}")
        return super().login(request, extra_context)
