"""The only door to the network: a polite client for sources, a guarded one for strangers' links.

Neither raises for what a server or the network does: both give an `Answer`, and what it means is
decided by who asked. Neither follows a redirect that it has not checked, sends cookies, reads the
proxy variables of the environment, or takes more bytes or seconds than it was allowed.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpcore
from django.conf import settings

from openness.sources.exchange import Answer, Limits, Line, Question, Refused, TimedBackend
from openness.sources.routable import is_public

__all__ = ["Answer", "Api", "Guard", "Limits", "Refused", "Strangers", "host_of", "user_agent"]

VERSION = "1.0"
SOURCE_LIMITS = Limits()
# spec/refresh.md section 8: a stranger's page gets little of our time.
STRANGER_LIMITS = Limits(connect=3, read=5, total=10, size=2**20, hops=4)


def user_agent() -> str:
    """Who asks, and where its operator can be found."""
    return f"Openness/{VERSION} (+{settings.SITE_URL}/)"


def host_of(base: str) -> str:
    """Host and port of an address: what a budget is counted for."""
    return urlsplit(base).netloc.rpartition("@")[2]


class Api:
    """A source's own interface at one base address: GET only, redirects on the same origin only.

    The token goes to that origin alone. One connection pool; close it, or use `with`.
    """

    def __init__(self, base: str, *, token: str | None = None, limits: Limits = SOURCE_LIMITS):
        self.base = base
        self.limits = limits
        self._token = token
        self._line = Line(agent=user_agent(), limits=limits, backend=TimedBackend(), context=None)

    def __enter__(self) -> Api:
        return self

    def __exit__(self, *_: object) -> None:
        self._line.close()

    @property
    def host(self) -> str:
        """Host and port: what a budget is counted for."""
        return host_of(self.base)

    def get(
        self,
        path: str,
        *,
        etag: str = "",
        last_modified: str = "",
        accept: str = "application/json",
    ) -> Answer:
        """The answer at a path below the base; conditional where a validator is given."""
        headers = {"Accept": accept}
        if etag:
            headers["If-None-Match"] = etag
        elif last_modified:
            headers["If-Modified-Since"] = last_modified
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        return self._line.follow(
            Question(self.base + path, headers),
            allowed=lambda url: _origin(url) == _origin(self.base),
        )


@dataclass(frozen=True, slots=True)
class Guard:
    """Where the guarded client may go. Tests widen it to loopback; nothing else does."""

    permits: Callable[[str], bool] = is_public
    ports: frozenset[int] = frozenset({80, 443})
    resolve: Callable[..., Iterable[Any]] = socket.getaddrinfo

    def may_visit(self, url: str) -> bool:
        """Whether an address could be visited at all, by its form: scheme, host, port, no name of
        a user. Where its host is, shows itself only when it is dialed."""
        try:
            parts = urlsplit(url)
            port = parts.port or {"http": 80, "https": 443}[parts.scheme]
            known = parts.scheme in ("http", "https")
        except (ValueError, KeyError):
            return False
        return known and bool(parts.hostname) and "@" not in parts.netloc and port in self.ports


class Strangers:
    """Visits addresses that strangers gave, without becoming their tool against our network.

    A name is resolved once and every address of it has to be public; the address that was checked
    is the one that is dialed, so that a name which answers otherwise a moment later gains nothing.
    """

    def __init__(
        self,
        *,
        limits: Limits = STRANGER_LIMITS,
        guard: Guard | None = None,
        verify: ssl.SSLContext | None = None,
    ):
        self.limits = limits
        self.guard = guard or Guard()
        self._line = Line(
            agent=user_agent(),
            limits=limits,
            backend=_GuardedBackend(self.guard),
            context=verify,
        )

    def __enter__(self) -> Strangers:
        return self

    def __exit__(self, *_: object) -> None:
        self._line.close()

    def get(self, url: str, *, method: str = "GET", first_bytes: int | None = None) -> Answer:
        """The answer at an address; each hop is checked as the first one was.

        `first_bytes` asks for the beginning of a large body only, and takes no more than that.
        """
        headers = {"Accept": "*/*"}
        if first_bytes:
            headers["Range"] = f"bytes=0-{first_bytes - 1}"
        return self._line.follow(
            Question(url, headers, method, enough=first_bytes), allowed=self.guard.may_visit
        )

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send a body to an address once; a redirect is handed on, never followed.

        Status 0 and error "refused" for an address that is not public, as with `get`.
        """
        if not self.guard.may_visit(url):
            return Answer(url, 0, error="refused")
        return self._line.once(Question(url, headers, "POST", body))


# A resolver cannot be given a deadline; a thread can be left behind with it.
_resolving = ThreadPoolExecutor(max_workers=4, thread_name_prefix="resolve")


class _GuardedBackend(TimedBackend):
    def __init__(self, guard: Guard) -> None:
        super().__init__()
        self.guard = guard

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *args: Any, **kwargs: Any
    ) -> httpcore.NetworkStream:
        if port not in self.guard.ports:
            raise Refused(f"port {port}")
        addresses = self._addresses(host, port, timeout)
        if not addresses or not all(self.guard.permits(address) for address in addresses):
            raise Refused(f"{host} is not a public address")
        for address in addresses[:-1]:
            try:
                return super().connect_tcp(address, port, timeout, *args, **kwargs)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue  # as with IPv6 where there is none: the next one may answer
        return super().connect_tcp(addresses[-1], port, timeout, *args, **kwargs)

    def _addresses(self, host: str, port: int, timeout: float | None) -> list[str]:
        """Every address that a name has, asked for once."""
        asked = _resolving.submit(self.guard.resolve, host, port, type=socket.SOCK_STREAM)
        try:
            found = asked.result(self.left(timeout))
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"{host} was not resolved in time") from error
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} has no address") from error
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))

    def connect_unix_socket(self, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        raise Refused("a socket of this machine")


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc
