"""What each site answers, by the tables of spec/fakehub.md."""

import base64
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.fakehub.replies import Reply, json_reply

if TYPE_CHECKING:
    from tests.fakehub.server import FakeHub

EXPANDABLE = frozenset(
    {
        *("author", "baseModels", "cardData", "childrenModelCount", "config", "createdAt"),
        *("disabled", "downloads", "downloadsAllTime", "gated", "gguf", "inference"),
        *("inferenceProviderMapping", "lastModified", "library_name", "likes", "mask_token"),
        *("model-index", "pipeline_tag", "private", "safetensors", "sha", "siblings", "spaces"),
        *("tags", "transformersInfo", "trendingScore", "widgetData", "xetEnabled"),
    }
)


def model(name: str, **fields: Any) -> dict[str, Any]:
    """The body of a small public model."""
    license_id = fields.pop("license", "apache-2.0")
    card = {"license": license_id} if license_id else {}
    tags = ["transformers", *([f"license:{license_id}"] if license_id else [])]
    return {
        "_id": hashlib.sha256(name.encode()).hexdigest()[:24],
        "id": name,
        "author": name.partition("/")[0],
        "private": False,
        "disabled": False,
        "gated": False,
        "sha": hashlib.sha256(f"{name}{license_id}".encode()).hexdigest()[:40],
        "createdAt": "2024-01-30T00:00:00.000Z",
        "lastModified": "2024-02-01T00:00:00.000Z",
        "pipeline_tag": "text-generation",
        "library_name": "transformers",
        "tags": tags,
        "cardData": card,
        "siblings": [{"rfilename": "README.md"}, {"rfilename": "model.safetensors"}],
        "safetensors": {"parameters": {"BF16": 7_000_000_000}, "total": 7_000_000_000},
        "inferenceProviderMapping": {},
        "spaces": ["one/space", "another/space"],
    } | fields


def load(hub: "FakeHub", folder: Path) -> list[str]:
    """Models of a folder of recorded exchanges, merged by id; redirects become renames."""
    found = []
    for path in sorted(folder.glob("*.json")):
        recorded = json.loads(path.read_text())
        body = recorded["body"]
        asked = recorded["request"].partition("?")[0].removeprefix("/api/models/")
        if recorded["status"] == 307:
            hub.moved[asked] = recorded["headers"]["location"].removeprefix("/api/models/")
        elif recorded["status"] == 200 and isinstance(body, dict) and "/commits/" not in asked:
            hub.models[body["id"]] = hub.models.get(body["id"], {}) | body
            found.append(body["id"])
    return found


def hub(hub: "FakeHub", path: str, query: list[tuple[str, str]], headers: dict[str, str]) -> Reply:
    """The Hub's API of models and data sets, one at a time and as lists."""
    for kind, held in (("models", hub.models), ("datasets", hub.datasets)):
        prefix = f"/api/{kind}/"
        if path == f"/api/{kind}":
            return listing(hub, kind, held, query)
        if not path.startswith(prefix):
            continue
        name = path.removeprefix(prefix)
        if "/commits/" in name or "/revision/" in name:
            return _part(held, name)
        canonical = hub.moved.get(name) or next(
            (key for key in held if key.lower() == name.lower() and key != name), None
        )
        if name not in held and canonical:
            text = "&".join(f"{key}={value}" for key, value in query)
            location = f"/api/{kind}/{canonical}" + (f"?{text}" if text else "")
            words = f"Temporary Redirect. Redirecting to {location}"
            return Reply(307, words.encode(), {"Location": location, "Content-Type": "text/plain"})
        body = held.get(name)
        if body is None or (body.get("private") and "authorization" not in headers):
            words = "Invalid username or password."
            return json_reply({"error": words}, 401, X_Error_Message=words)
        return _info(body, query)
    return json_reply({"error": "Not found"}, 404)


def _info(body: dict[str, Any], query: list[tuple[str, str]]) -> Reply:
    return _unknown(query) or json_reply(_shown(body, query))


def _wanted(query: list[tuple[str, str]]) -> list[str]:
    return [value for key, value in query if key in ("expand", "expand[]")]


def _unknown(query: list[tuple[str, str]]) -> Reply | None:
    """The refusal of an option that the Hub does not have."""
    if unknown := [name for name in _wanted(query) if name not in EXPANDABLE]:
        return json_reply({"error": f"Invalid expand: {', '.join(unknown)}"}, 400)
    return None


def _shown(body: dict[str, Any], query: list[tuple[str, str]]) -> dict[str, Any]:
    """With `expand` exactly what was asked for, else all of it."""
    wanted = {"_id", "id", *_wanted(query)}
    return {k: v for k, v in body.items() if k in wanted} if _wanted(query) else body


def _part(held: dict[str, dict[str, Any]], name: str) -> Reply:
    repository, _, revision = name.replace("/revision/", "/commits/").partition("/commits/")
    body = held.get(repository)
    if body is None:
        words = "Invalid username or password."
        return json_reply({"error": words}, 401, X_Error_Message=words)
    if revision not in ("main", body.get("sha")):
        words = f"Invalid rev id: {revision}"
        headers = {"X_Error_Code": "RevisionNotFound", "X_Error_Message": words}
        return json_reply({"error": words}, 404, **headers)
    if "/commits/" in name and body.get("gated"):
        words = f"Access to model {repository} is restricted."
        headers = {"X_Error_Code": "GatedRepo", "X_Error_Message": words}
        return json_reply({"error": words}, 401, **headers)
    return json_reply([{"id": body.get("sha")}] if "/commits/" in name else body)


def listing(
    hub: "FakeHub", kind: str, held: dict[str, dict[str, Any]], query: list[tuple[str, str]]
) -> Reply:
    """A page of what is public, of one author or of all, with the address of the next."""
    asked = dict(query)
    if unknown := _unknown(query):
        return unknown
    names = sorted(
        name
        for name, body in held.items()
        if asked.get("author") in (None, body.get("author")) and not body.get("private")
    )
    limit, start = min(1000, int(asked.get("limit", "1000"))), int(asked.get("cursor", "0"))
    page = [_shown(_as_listed(held[name]), query) for name in names[start : start + limit]]
    reply = json_reply(page)
    if start + limit < len(names):
        more = "&".join(f"{k}={v}" for k, v in query if k != "cursor")
        url = f"{hub.url}/api/{kind}?{more}&cursor={start + limit}"
        reply.headers["Link"] = f'<{url}>; rel="next"'
    return reply


def _as_listed(body: dict[str, Any]) -> dict[str, Any]:
    """In a listing the offers of providers are a list; alone they are a mapping."""
    offers = body.get("inferenceProviderMapping")
    if not isinstance(offers, dict):
        return body
    listed = [{"provider": name} | offer for name, offer in offers.items()]
    return body | {"inferenceProviderMapping": listed}


def github(
    hub: "FakeHub", path: str, query: list[tuple[str, str]], headers: dict[str, str]
) -> Reply:
    """Repositories, their license and newest release."""
    limits = {
        "X_RateLimit_Limit": "5000",
        "X_RateLimit_Remaining": "4900",
        "X_RateLimit_Reset": "4102444800",
        "X_RateLimit_Resource": "core",
    }
    name = path.removeprefix("/repos/")
    part = ""
    for end in ("/license", "/releases/latest"):
        if name.endswith(end):
            name, part = name.removesuffix(end), end
    if path.startswith("/repositories/"):
        number = int(path.removeprefix("/repositories/"))
        name = next((n for n, b in hub.repositories.items() if b["id"] == number), "")
    if name in hub.moved and hub.moved[name] in hub.repositories:
        location = f"{hub.url}/gh/repositories/{hub.repositories[hub.moved[name]]['id']}"
        body = {"message": "Moved Permanently", "url": location}
        return json_reply(body, 301, Location=location, **limits)
    body = hub.repositories.get(name)
    text = (body or {}).get("license_text")
    tag = (body or {}).get("release")
    if (
        body is None
        or (part == "/license" and not text)
        or (part and "lic" not in part and not tag)
    ):
        return json_reply({"message": "Not Found", "documentation_url": ""}, 404, **limits)
    if part == "/license":
        content = base64.encodebytes(text.encode()).decode()
        reply = {"path": "LICENSE", "encoding": "base64", "content": content}
        return json_reply(reply | {"license": body["license"]}, **limits)
    if part:
        return json_reply({"tag_name": tag, "published_at": "2026-10-01T00:00:00Z"}, **limits)
    shown = {k: v for k, v in body.items() if k not in ("license_text", "release")}
    return json_reply(shown, **limits)


def repository(name: str, **fields: Any) -> dict[str, Any]:
    """The body of a small public repository."""
    return {
        "id": int(hashlib.sha256(name.encode()).hexdigest()[:8], 16),
        "node_id": "R_fake",
        "name": name.partition("/")[2],
        "full_name": name,
        "private": False,
        "fork": False,
        "archived": False,
        "disabled": False,
        "default_branch": "main",
        "pushed_at": "2026-09-01T00:00:00Z",
        "license": {"key": "mit", "name": "MIT License", "spdx_id": "MIT", "node_id": "L_fake"},
        "license_text": "MIT License\n\nPermission is hereby granted",
        "release": "v1.0",
        "stargazers_count": 5,
    } | fields


def arxiv(
    hub: "FakeHub", path: str, query: list[tuple[str, str]], headers: dict[str, str]
) -> Reply:
    """An Atom feed with the paper, or without an entry."""
    number = dict(query).get("id_list", "")
    paper = hub.papers.get(number)
    entry = ""
    if paper is not None:
        comment = paper.get("comment", "")
        entry = (
            f"<entry><id>http://arxiv.org/abs/{number}v2</id>"
            "<published>2023-01-01T00:00:00Z</published><updated>2023-02-01T00:00:00Z</updated>"
            f"<arxiv:comment xmlns:arxiv='http://arxiv.org/schemas/atom'>{comment}</arxiv:comment>"
            "</entry>"
        )
    feed = f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>'
    return Reply(200, feed.encode(), {"Content-Type": "application/atom+xml; charset=utf-8"})
