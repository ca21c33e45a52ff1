"""GitHub below /gh, by the second table of spec/fakehub.md."""

import base64
import re
import time
from typing import TYPE_CHECKING, Any

from tests.fakehub.replies import Reply, json_reply

if TYPE_CHECKING:
    from tests.fakehub.server import FakeHub

PARTS = ("/license", "/releases/latest", "/community/profile")
# What the fake keeps of a repository beside the body that GitHub shows.
_OURS = frozenset({"license_text", "release", "community"})
_NO_SUCH = {"message": "Not Found", "documentation_url": "https://docs.github.com/rest"}
_ASKED_FOR = re.compile(r'(\w+): *repository\(owner: *"([^"]+)", *name: *"([^"]+)"\)')


def answer(
    hub: "FakeHub", path: str, query: list[tuple[str, str]], headers: dict[str, str]
) -> Reply:
    """What GitHub says, with what is left of the asker's hour.

    A 304 to a question with a token counts for nothing; one without counts like any other.
    """
    token = headers.get("authorization", "")
    if not hub.github.within(token):
        words = "API rate limit exceeded for 127.0.0.1."
        return _limited(hub, token, json_reply({"message": words, "documentation_url": ""}, 403))
    reply = _reply(hub, path)
    known = reply.headers.get("ETag")
    unchanged = known is not None and headers.get("if-none-match") == known
    if not (unchanged and token):
        hub.github.count(token)
    return _limited(hub, token, reply)


def _limited(hub: "FakeHub", token: str, reply: Reply) -> Reply:
    reply.headers |= {
        "Cache-Control": f"{'private' if token else 'public'}, max-age=60",
        "Vary": "Accept",
        "X-GitHub-Media-Type": "github.v3; format=json",
        "Status": str(reply.status),
        **hub.github.headers(token),
    }
    return reply


class Hour:
    """How many questions each asker has left in a fixed hour."""

    def __init__(self) -> None:
        self.limits = {False: 60, True: 5000}
        self.window = 3600.0
        self._used: dict[str, int] = {}
        self._from = time.time()

    def quota(self, anonymous: int, with_token: int, window: float = 3600.0) -> None:
        """From now on so many questions in so many seconds."""
        self.limits, self.window = {False: anonymous, True: with_token}, window
        self._used, self._from = {}, time.time()

    def within(self, token: str) -> bool:
        """Whether one more question is granted."""
        if time.time() - self._from >= self.window:
            self._used, self._from = {}, time.time()
        return self._used.get(token, 0) < self.limits[bool(token)]

    def count(self, token: str) -> None:
        """One question is used up."""
        self._used[token] = self._used.get(token, 0) + 1

    def headers(self, token: str) -> dict[str, str]:
        """What every answer says of it."""
        limit, used = self.limits[bool(token)], self._used.get(token, 0)
        return {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(max(0, limit - used)),
            "X-RateLimit-Reset": str(int(self._from + self.window) + 1),
            "X-RateLimit-Used": str(used),
            "X-RateLimit-Resource": "core",
        }


def _reply(hub: "FakeHub", path: str) -> Reply:
    if path == "/licenses":
        return json_reply([{"key": "mit", "name": "MIT License", "spdx_id": "MIT"}])
    name, part = path, ""
    for end in PARTS:
        if path.endswith(end):
            name, part = path.removesuffix(end), end
    if name.startswith("/repositories/"):
        number = int(name.removeprefix("/repositories/"))
        name = next((n for n, b in hub.repositories.items() if b["id"] == number), "")
    name = name.removeprefix("/repos/")
    if hub.moved.get(name) in hub.repositories:
        number = hub.repositories[hub.moved[name]]["id"]
        location = f"{hub.url}/gh/repositories/{number}{part}"
        body = {"message": "Moved Permanently", "url": location, "documentation_url": ""}
        return json_reply(body, 301, Location=location)
    body = hub.repositories.get(name)
    if body is None:
        return json_reply(_NO_SUCH, 404)
    return _part(hub, body, part) if part else _whole(hub, body)


def _whole(hub: "FakeHub", body: dict[str, Any]) -> Reply:
    shown = {k: v for k, v in body.items() if k not in _OURS}
    shown |= {"url": f"{hub.url}/gh/repos/{body['full_name']}"}
    return json_reply(shown, Last_Modified="Tue, 01 Sep 2026 00:00:00 GMT")


def _part(hub: "FakeHub", body: dict[str, Any], part: str) -> Reply:
    if part == "/community/profile":
        return json_reply(_NO_SUCH, 404) if body.get("fork") else json_reply(_profile(body))
    url = f"{hub.url}/gh/repos/{body['full_name']}{part}"
    if part == "/license" and body.get("license_text"):
        content = base64.encodebytes(body["license_text"].encode()).decode()
        reply = {"name": "LICENSE", "path": "LICENSE", "encoding": "base64", "content": content}
        return json_reply(reply | {"url": url, "license": body["license"]})
    if part == "/releases/latest" and body.get("release"):
        tag = {"tag_name": body["release"], "published_at": "2026-10-01T00:00:00Z"}
        return json_reply(tag | {"id": 1, "url": url, "name": body["release"]})
    return json_reply(_NO_SUCH, 404)


def _profile(body: dict[str, Any]) -> dict[str, Any]:
    """The community profile in the form that GitHub's documentation shows."""
    there = body.get("community", ("readme",))
    files = {
        name: {"html_url": f"https://github.com/{body['full_name']}/blob/main/{name}"}
        if name in there
        else None
        for name in ("code_of_conduct", "contributing", "issue_template", "readme")
    }
    return {
        "health_percentage": 25 * len(there),
        "description": body.get("description"),
        "documentation": None,
        "files": files | {"license": body["license"] if body.get("license_text") else None},
        "updated_at": body["pushed_at"],
        "content_reports_enabled": False,
    }


def graphql(hub: "FakeHub", question: str, headers: dict[str, str]) -> Reply:
    """Many repositories by one question, which needs a token."""
    if not headers.get("authorization"):
        return json_reply({"message": "This endpoint requires you to be authenticated."}, 401)
    data = {
        alias: _in_graphql(hub.repositories.get(f"{owner}/{name}"))
        for alias, owner, name in _ASKED_FOR.findall(question.replace('\\"', '"'))
    }
    return json_reply({"data": data})


def _in_graphql(body: dict[str, Any] | None) -> dict[str, Any] | None:
    if body is None:
        return None
    return {
        "licenseInfo": {"spdxId": body["license"]["spdx_id"]} if body.get("license") else None,
        "isArchived": body["archived"],
        "isDisabled": body["disabled"],
        "pushedAt": body["pushed_at"],
        "stargazerCount": body["stargazers_count"],
    }
