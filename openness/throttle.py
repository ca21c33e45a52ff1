"""Who comes too often is asked to wait: senders per address and network, and those who guess
passwords. Counts live in the cache; where it cannot be asked, nobody is let through."""

from __future__ import annotations

import hashlib
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.core.cache import cache
from django.http import HttpRequest

HOUR = 60 * 60
SENT_MOST = 20
"""Submissions an hour from one address; five times as many from its network."""
LOOKED_MOST = 30
"""Looks at a source an hour that one address may ask of our workers."""
GUESSED_MOST = 10
"""Wrong passwords in a quarter of an hour for one name, or from one address."""
GUESSED_FOR = 15 * 60


def address_of(request: HttpRequest) -> str:
    """Where a request comes from: with an https site the proxy before us says it, last."""
    told = str(request.META.get("REMOTE_ADDR") or "")
    if settings.HTTPS:
        told = request.headers.get("X-Forwarded-For", told).rpartition(",")[2].strip()
    try:
        return str(ip_address(told))
    except ValueError:
        return "unknown"


def network_of(address: str) -> str:
    """The network of an address: /24 of IPv4, /64 of IPv6, what one customer usually has."""
    if address == "unknown":
        return address
    bits = 64 if isinstance(ip_address(address), IPv6Address) else 24
    return str(ip_network(f"{address}/{bits}", strict=False))


def too_many(what: str, key: str, most: int, seconds: int) -> bool:
    """Count one more of these; whether that is more than `most` within so many seconds."""
    name = f"throttle:{what}:{key}"
    cache.add(name, 0, seconds)
    try:
        return int(cache.incr(name)) > most
    except ValueError:  # It ran out between the two.
        return False


def sends_too_often(request: HttpRequest) -> bool:
    """Count one more submission; whether its address or network has sent too many."""
    address = address_of(request)
    by_address = too_many("sent", address, SENT_MOST, HOUR)
    by_network = too_many("sent", network_of(address), 5 * SENT_MOST, HOUR)
    return by_address or by_network


def looks_too_often(request: HttpRequest) -> bool:
    """Count one more look at a source; whether this address has asked for too many."""
    return too_many("looked", address_of(request), LOOKED_MOST, HOUR)


def _guesses(request: HttpRequest | None, username: str) -> list[str]:
    address = address_of(request) if request else "unknown"
    # Whatever was typed, as a key of the cache.
    name = hashlib.sha256(username.casefold().encode(errors="replace")).hexdigest()
    return [f"throttle:guess:{name}", f"throttle:guess@{address}"]


def guesses_too_often(request: HttpRequest | None, username: str) -> bool:
    """Whether this name, or this address, has seen too many wrong passwords lately."""
    counts = cache.get_many(_guesses(request, username)).values()
    return any(int(count) >= GUESSED_MOST for count in counts)


class SlowBackend(ModelBackend):
    """Sign-in by name and password, with a limit on guesses; for every page that asks for one."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """The user of this name and password; None also after too many wrong ones."""
        if username is None or guesses_too_often(request, username):
            return None
        user = super().authenticate(request, username, password, **kwargs)
        for name in _guesses(request, username) if user is None else ():
            cache.add(name, 0, GUESSED_FOR)
            cache.incr(name)
        return user
