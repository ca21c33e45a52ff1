"""One exchange over HTTP within bounds: seconds in all, bytes, hops; what came back is an `Answer`.

It never raises for what a server or the network does. What takes too long is cut off wherever it
stands, in a handshake or in the middle of a header, for a server that sends a byte now and then
never times out by itself.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any
from urllib.parse import urljoin

import httpcore
import httpx

# What is kept of an answer's headers; everything else, cookies first, is forgotten.
KEPT_HEADERS = frozenset(
    {
        *("content-type", "etag", "last-modified", "link", "location", "retry-after"),
        *("ratelimit", "ratelimit-policy", "x-error-code", "x-error-message"),
        *("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset"),
    }
)
# Characters of one header; an address of a next page with all that it asks for is the longest.
LONGEST_HEADER = 2000
REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Limits:
    """What one exchange may cost: seconds to connect, between two reads, in all; bytes; hops."""

    connect: float = 5
    read: float = 15
    total: float = 30
    size: int = 8 * 2**20
    hops: int = 2


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Status 0: nothing did, or not whole, and `error` is one word that says why.

    Errors: timeout, unreachable, too_large, torn, encoded, redirect_elsewhere, too_many_hops,
    refused (an address that we do not go to).
    """

    url: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    error: str = ""
    seconds: float = 0.0
    hops: tuple[str, ...] = ()  # addresses that redirected, in order

    @property
    def content_type(self) -> str:
        """The media type without its parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Refused(httpcore.ConnectError):
    """An address that the guarded client does not go to."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: method, address, headers, a body; `enough` bytes of the answer end it."""

    url: str
    headers: Mapping[str, str]
    method: str = "GET"
    body: bytes | None = None
    enough: int | None = None


class TimedBackend(httpcore.SyncBackend):
    """The network with one deadline over everything that happens in an exchange."""

    def __init__(self) -> None:
        self.deadline = float("inf")  # of the monotonic clock; set before each exchange

    def left(self, timeout: float | None) -> float:
        """Seconds that one step may take."""
        left = self.deadline - time.monotonic()
        return max(0.001, left if timeout is None else min(timeout, left))

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *args: Any, **kwargs: Any
    ) -> httpcore.NetworkStream:
        """A connection whose every step ends by the deadline."""
        stream = super().connect_tcp(host, port, self.left(timeout), *args, **kwargs)
        return _TimedStream(stream, self)


class _TimedStream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream, clock: TimedBackend) -> None:
        self._stream = stream
        self._clock = clock

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if time.monotonic() > self._clock.deadline:
            raise httpcore.ReadTimeout("the exchange took too long")
        return self._stream.read(max_bytes, self._clock.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._clock.left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._clock.left(timeout)
        secured = self._stream.start_tls(ssl_context, server_hostname, left)
        return _TimedStream(secured, self._clock)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


@cache
def _certificates() -> ssl.SSLContext:
    """Read once: a round of visits would spend more on it than on a visit."""
    return httpx.create_ssl_context()


class _Transport(httpx.HTTPTransport):
    """httpx has no public hook for the network below it: version pinned, tests/refresh holds it."""

    def __init__(self, backend: TimedBackend, context: ssl.SSLContext) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore.ConnectionPool(ssl_context=context, network_backend=backend)


class Line:
    """A client that exchanges within limits, over a network of its own. Close it after use."""

    def __init__(
        self, *, agent: str, limits: Limits, backend: TimedBackend, context: ssl.SSLContext | None
    ) -> None:
        self.limits = limits
        self._backend = backend
        self._client = httpx.Client(
            # Certificates are those of the package; SSL_CERT_FILE names a company's own.
            transport=_Transport(backend, context or _certificates()),
            headers={"User-Agent": agent, "Accept-Encoding": "identity"},
            timeout=httpx.Timeout(limits.read, connect=limits.connect),
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),  # takes nothing
            follow_redirects=False,
            trust_env=False,
        )

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def follow(self, question: Question, *, allowed: Callable[[str], bool]) -> Answer:
        """Ask, and go on to where a redirect points as long as that is allowed."""
        url, hops = question.url, list[str]()
        started = time.monotonic()
        self._backend.deadline = started + self.limits.total
        while True:
            if not allowed(url):
                error = "redirect_elsewhere" if hops else "refused"
                seconds = time.monotonic() - started
                return Answer(url, 0, error=error, seconds=seconds, hops=tuple(hops))
            answer = self._ask(question, url, started, tuple(hops))
            target = answer.headers.get("location", "")
            if answer.status not in REDIRECTS or not target:
                return answer
            following = _joined(url, target)
            hops.append(url)
            if url.startswith("https:") and following.startswith("http:"):
                return Answer(following, 0, error="redirect_elsewhere", hops=tuple(hops))
            if len(hops) > self.limits.hops:
                return Answer(following, 0, error="too_many_hops", hops=tuple(hops))
            url = following

    def once(self, question: Question) -> Answer:
        """Ask, and hand on a redirect as the answer that it is."""
        started = time.monotonic()
        self._backend.deadline = started + self.limits.total
        return self._ask(question, question.url, started, ())

    def _ask(self, question: Question, url: str, started: float, hops: tuple[str, ...]) -> Answer:
        kept: dict[str, str] = {}
        body = bytearray()

        def ended(status: int, error: str = "") -> Answer:
            seconds = time.monotonic() - started
            whole = b"" if error else bytes(body[: question.enough])
            return Answer(url, status, kept, whole, error=error, seconds=seconds, hops=hops)

        try:
            with self._client.stream(
                question.method, url, headers=question.headers, content=question.body
            ) as response:
                kept = {
                    name: value[:LONGEST_HEADER]
                    for name, value in response.headers.items()
                    if name in KEPT_HEADERS
                }
                if response.headers.get("content-encoding", "identity") != "identity":
                    return ended(0, "encoded")  # not what was asked for; a bomb may be in it
                for piece in response.iter_raw():
                    body += piece
                    if question.enough and len(body) >= question.enough:
                        break
                    if len(body) > self.limits.size:
                        return ended(0, "too_large")
                return ended(response.status_code)
        except Refused:
            return ended(0, "refused")
        except httpx.TimeoutException:
            return ended(0, "timeout")
        except httpx.ConnectError as error:
            return ended(0, "refused" if isinstance(error.__cause__, Refused) else "unreachable")
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError, ValueError):
            return ended(0, "refused")
        except httpx.HTTPError:
            return ended(0, "torn")


def _joined(url: str, target: str) -> str:
    """Where a redirect points; "" for what is no address at all."""
    try:
        return urljoin(url, target)
    except ValueError:
        return ""
