"""The server: one thread a connection, answers from `sites`, failures from a script."""

import contextlib
import hashlib
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.fakehub import github, hub, others, sites
from tests.fakehub.replies import Reply, json_reply


@dataclass(frozen=True)
class Action:
    """What happens instead of, or on top of, the genuine answer. One of them, by name.

    reply: another answer. delay: seconds before it. drip: seconds between two bytes of the body.
    drip_head: the same for the head. truncate: close after half of the body. reset: close without a
    word. garbage: no HTTP at all. longer: bytes by which the head promises more than there is.
    """

    reply: Reply | None = None
    delay: float = 0
    drip: float = 0
    drip_head: float = 0
    truncate: bool = False
    longer: int = 0
    reset: bool = False
    garbage: bool = False


def html(status: int = 200) -> Action:
    """The page of a captive portal."""
    return Action(Reply(status, b"<html>Log in</html>", {"Content-Type": "text/html"}))


def status(code: int, **headers: str) -> Action:
    """An answer of this status with a JSON message."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Action(
        Reply(code, b'{"error":"scripted"}', {"Content-Type": "application/json"} | named)
    )


@dataclass(frozen=True)
class Request:
    """One request as it came."""

    at: float
    path: str
    headers: dict[str, str]
    method: str = "GET"
    body: bytes = b""


class FakeHub:
    """Runs while the `with` block does. What it holds may be changed at any time."""

    def __init__(
        self,
        *,
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.models: dict[str, dict[str, Any]] = {}
        self.datasets: dict[str, dict[str, Any]] = {}
        self.organizations: dict[str, dict[str, Any]] = {}
        self.users: dict[str, dict[str, Any]] = {}
        self.tokens = {"hf_good"}  # those that the Hub knows
        self.moved: dict[str, str] = {}
        self.repositories: dict[str, dict[str, Any]] = {}
        self.github = github.Hour()
        self.papers: dict[str, dict[str, str]] = {}
        self.offers: list[dict[str, Any]] = []  # OpenRouter's rows
        self.packages: dict[str, dict[str, Any]] = {}
        self.pages: dict[str, Reply] = {}
        self.requests: list[Request] = []
        self.refused = 0  # requests beyond the quota
        self._scripts: list[tuple[re.Pattern[str], list[Action]]] = []
        self._quota = (500, 300.0)
        self._clock = clock
        self._window_from = clock()
        self._used = 0
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", port), _handler(self))
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._scheme = "https" if tls else "http"

    def __enter__(self) -> "FakeHub":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """Its base address."""
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}"

    def model(self, name: str, **fields: Any) -> dict[str, Any]:
        """The body of a small public model; `license=None` declares none."""
        return sites.model(name, **fields)

    def load(self, folder: Path) -> list[str]:
        """Take in recorded exchanges of single models; the ids that are there now."""
        return sites.load(self, folder)

    def remove(self, name: str) -> None:
        """From now on it is missing or private."""
        for held in (self.models, self.datasets, self.repositories, self.organizations):
            held.pop(name, None)

    def rename(self, old: str, new: str, *, same_id: bool = True) -> None:
        """The old path redirects; with `same_id` false another repository has taken its place."""
        body = dict(self.models.pop(old), id=new)
        if not same_id:
            body["_id"] = hashlib.sha256(new.encode()).hexdigest()[:24]
        self.models[new] = body
        self.moved[old] = new

    def quota(self, count: int, window: float) -> None:
        """A fixed window of so many requests in so many seconds, beginning now."""
        with self._lock:
            self._quota, self._window_from, self._used = (count, window), self._clock(), 0

    def script(self, pattern: str, *actions: Action) -> None:
        """The next requests whose path has this pattern go so, one action each, in order."""
        self._scripts.append((re.compile(pattern), list(actions)))

    def reset(self) -> None:
        """Forget requests and scripts."""
        self.requests.clear()
        self._scripts.clear()

    def asked(self, part: str) -> list[Request]:
        """The requests whose path contains this."""
        return [one for one in self.requests if part in one.path]

    def scripted(self, path: str) -> Action:
        """The action for this request; a plain one if nothing was scripted."""
        with self._lock:
            for pattern, actions in self._scripts:
                if actions and pattern.search(path):
                    return actions.pop(0)
        return Action()

    def count(self) -> tuple[bool, dict[str, str]]:
        """Count one request to the Hub: whether it is within the quota, and how it says so."""
        with self._lock:
            quota, window = self._quota
            now = self._clock()
            if now - self._window_from >= window:
                self._window_from, self._used = now, 0
            self._used += 1
            left = max(0, quota - self._used)
            within = self._used <= quota
            self.refused += not within
            resets = max(1, round(self._window_from + window - now + 0.5))
            return within, {
                "RateLimit": f'"api";r={left};t={resets}',
                "RateLimit-Policy": f'"fixed window";"api";q={quota};w={round(window)}',
            }

    def answer(self, request: Request) -> tuple[Reply, dict[str, str]]:
        """The genuine answer to a request, and the headers that its site gives every answer."""
        parts = urlsplit(request.path)
        asked = parse_qsl(parts.query), request.headers
        if parts.path in self.pages:
            return self.pages[parts.path], {}
        if parts.path == "/gh/graphql":
            return github.graphql(self, request.body.decode(), request.headers), {}
        site, slash, below = parts.path[1:].partition("/")
        if slash and site in SITES:
            return SITES[site](self, f"/{below}", *asked), {}
        within, limits = self.count()
        named = hub.headers_of(self) | limits
        if not within:
            return json_reply({"error": "Too many requests"}, 429), named
        return hub.answer(self, parts.path, *asked), named


SITES = {
    "gh": github.answer,
    "arxiv": others.arxiv,
    "openrouter": others.openrouter,
    "router": others.router,
    "pypi": others.pypi,
    "pages": others.page,
}
"""What answers below a first part of the path; the rest is the Hub's."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is what some tests are about."""


def _handler(fake: FakeHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body leave in two writes; a delayed acknowledgement would cost 40 ms each.
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            headers = {k.lower(): v for k, v in self.headers.items()}
            length = int(headers.get("content-length", "0"))
            body = self.rfile.read(length) if length else b""
            request = Request(time.monotonic(), self.path, headers, self.command, body)
            fake.requests.append(request)
            action = fake.scripted(self.path)
            time.sleep(action.delay)
            if action.reset or action.garbage:
                self._break(action)
                return
            if action.drip_head:
                self._drip_head(action.drip_head)
                return
            reply, named = fake.answer(request)
            reply = action.reply or reply
            known = reply.headers.get("ETag")
            if known and headers.get("if-none-match") == known and reply.status == 200:
                kept = {k: v for k, v in reply.headers.items() if k != "Content-Type"}
                reply = Reply(304, b"", kept)
            self._send(reply, named, action)

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_POST(self) -> None:
            self.do_GET()

        def _drip_head(self, pause: float) -> None:
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                for _ in range(1000):
                    self.wfile.write(b"x")
                    self.wfile.flush()
                    time.sleep(pause)

        def _break(self, action: Action) -> None:
            self.close_connection = True
            if action.garbage:
                self.wfile.write(b"\x00\xff\x13 no protocol at all\r\n\r\n")
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)

        def _send(self, reply: Reply, named: dict[str, str], action: Action) -> None:
            self.send_response(reply.status)
            for name, value in (named | reply.headers).items():
                self.send_header(name, value)
            if reply.status != 304:
                length = len(reply.body) * reply.times + action.longer
                self.send_header("Content-Length", str(length))
            self.end_headers()
            if self.command == "HEAD":
                return
            for piece in self._pieces(reply, action):
                self.wfile.write(piece)
                self.wfile.flush()
            if action.truncate or action.longer:
                self.close_connection = True

        def _pieces(self, reply: Reply, action: Action) -> Iterator[bytes]:
            body = reply.body[: len(reply.body) // 2] if action.truncate else reply.body
            pause = action.drip or reply.pause
            if not pause:
                for _ in range(reply.times):
                    yield body
                return
            for byte in body:
                yield bytes([byte])
                time.sleep(pause)

        def log_message(self, format: str, *args: Any) -> None:
            """Tests print nothing."""

    return Handler
