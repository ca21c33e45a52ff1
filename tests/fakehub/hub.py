"""The Hugging Face Hub, by the first table of spec/fakehub.md."""

import hashlib
import re
from typing import TYPE_CHECKING, Any

from tests.fakehub.replies import Reply, etag_of, json_reply

if TYPE_CHECKING:
    from tests.fakehub.server import FakeHub

Query = list[tuple[str, str]]
Bodies = dict[str, dict[str, Any]]

EXPANDABLE = frozenset(
    {
        *("author", "baseModels", "cardData", "childrenModelCount", "config", "createdAt"),
        *("disabled", "downloads", "downloadsAllTime", "gated", "gguf", "inference"),
        *("inferenceProviderMapping", "lastModified", "library_name", "likes", "mask_token"),
        *("model-index", "pipeline_tag", "private", "safetensors", "sha", "siblings", "spaces"),
        *("tags", "transformersInfo", "trendingScore", "widgetData", "xetEnabled"),
    }
)
DISABLED = "Access to this resource is disabled."
BAD_TOKEN = "Invalid credentials in Authorization header"
NOT_SHOWN = "Invalid username or password."
_FILE = re.compile(
    r"/(datasets/)?(?P<name>[^/]+(/[^/]+)?)/resolve/(?P<revision>[^/]+)/(?P<file>.+)"
)


def headers_of(hub: "FakeHub") -> dict[str, str]:
    """What every answer of the Hub carries."""
    number = len(hub.requests)
    return {
        "Access-Control-Expose-Headers": "X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,"
        "X-Total-Count,ETag,Link",
        "Vary": "Origin",
        "X-Powered-By": "fakehub",
        "X-Request-Id": f"Root=1-fake-{number}",
    }


def answer(hub: "FakeHub", path: str, query: Query, headers: dict[str, str]) -> Reply:
    """What the Hub says."""
    given = headers.get("authorization")
    if given and given.removeprefix("Bearer ") not in hub.tokens:
        return _refused(401, BAD_TOKEN)
    for kind, held in (("models", hub.models), ("datasets", hub.datasets)):
        if path == f"/api/{kind}":
            return _listing(hub, kind, held, query)
        if path.startswith(f"/api/{kind}/"):
            return _repository(hub, kind, held, path, query, signed_in=bool(given))
    for kind in ("organizations", "users"):
        if path.startswith(f"/api/{kind}/") and path.endswith("/overview"):
            return _overview(hub, path.split("/")[3], person=kind == "users")
    if found := _FILE.fullmatch(path):
        held = hub.datasets if path.startswith("/datasets/") else hub.models
        return _file(held, found["name"], found["revision"], found["file"])
    return json_reply({"error": "Sorry, we can't find the page you are looking for."}, 404)


def _refused(status: int, words: str, code: str = "") -> Reply:
    named = {"X_Error_Code": code} if code else {}
    return json_reply({"error": words}, status, X_Error_Message=words, **named)


def _repository(
    hub: "FakeHub", kind: str, held: Bodies, path: str, query: Query, *, signed_in: bool
) -> Reply:
    name, part, revision = path.removeprefix(f"/api/{kind}/"), "", ""
    for way in ("commits", "revision"):
        if f"/{way}/" in name:
            name, _, revision = name.partition(f"/{way}/")
            part = way
    canonical = hub.moved.get(name) or next(
        (key for key in held if key.lower() == name.lower() and key != name), None
    )
    if name not in held and canonical:
        rest = f"/{part}/{revision}" if part else ""
        text = "&".join(f"{key}={value}" for key, value in query)
        location = f"/api/{kind}/{canonical}{rest}" + (f"?{text}" if text else "")
        words = f"Temporary Redirect. Redirecting to {location}"
        return Reply(
            307, words.encode(), {"Location": location, "Content-Type": "text/plain; charset=utf-8"}
        )
    body = held.get(name)
    if body is None or (body.get("private") and not signed_in):
        return _refused(401, NOT_SHOWN)
    if part and revision not in ("main", body.get("sha")):
        return _refused(404, f"Invalid rev id: {revision}", "RevisionNotFound")
    if part == "commits":
        return _commits(name, body)
    return _unknown(query) or json_reply(_shown(_turned(hub, body, query), query))


def _commits(name: str, body: dict[str, Any]) -> Reply:
    if body.get("gated"):
        words = f"Access to model {name} is restricted. You must be authenticated to access it."
        return _refused(401, words, "GatedRepo")
    commit = {
        "id": body.get("sha"),
        "title": "Newest commit",
        "message": "",
        "authors": [{"user": "shore"}],
        "date": body.get("lastModified", "2024-02-01T00:00:00.000Z"),
    }
    return json_reply([commit], X_Total_Count="1")


def _turned(hub: "FakeHub", body: dict[str, Any], query: Query) -> dict[str, Any]:
    """Without `expand` the order of `spaces` moves from call to call, and the ETag with it."""
    spaces = body.get("spaces")
    if _wanted(query) or not isinstance(spaces, list) or not spaces:
        return body
    by = len(hub.requests) % len(spaces)
    return body | {"spaces": spaces[by:] + spaces[:by]}


def _wanted(query: Query) -> list[str]:
    return [value for key, value in query if key in ("expand", "expand[]")]


def _unknown(query: Query) -> Reply | None:
    """The refusal of an option that the Hub does not have."""
    if unknown := [name for name in _wanted(query) if name not in EXPANDABLE]:
        options = " | ".join(f'"{name}"' for name in sorted(EXPANDABLE))
        return json_reply({"error": f"Invalid expand {', '.join(unknown)}: {options}"}, 400)
    return None


def _shown(body: dict[str, Any], query: Query) -> dict[str, Any]:
    """With `expand` exactly what was asked for, else all of it."""
    wanted = {"_id", "id", *_wanted(query)}
    return {k: v for k, v in body.items() if k in wanted} if _wanted(query) else body


def _listing(hub: "FakeHub", kind: str, held: Bodies, query: Query) -> Reply:
    """A page of what is public and asked for, with the address of the next."""
    asked = dict(query)
    if unknown := _unknown(query):
        return unknown
    names = [name for name in sorted(held) if _is_listed(name, held[name], asked)]
    if asked.get("sort"):
        names.sort(key=lambda name: str(held[name].get(asked["sort"], "")), reverse=True)
    limit, start = min(1000, int(asked.get("limit", "1000"))), int(asked.get("cursor", "0"))
    page = [_shown(_as_listed(held[name]), query) for name in names[start : start + limit]]
    reply = json_reply(page)
    if start + limit < len(names):
        more = "&".join(f"{k}={v}" for k, v in query if k != "cursor")
        url = f"{hub.url}/api/{kind}?{more}&cursor={start + limit}"
        reply.headers["Link"] = f'<{url}>; rel="next"'
    return reply


def _is_listed(name: str, body: dict[str, Any], asked: dict[str, str]) -> bool:
    offers = body.get("inferenceProviderMapping") or {}
    gated = asked.get("gated")
    return (
        not body.get("private")
        and asked.get("author") in (None, body.get("author"))
        and asked.get("search", "").lower() in name.lower()
        and asked.get("filter") in (None, *body.get("tags", ()))
        and asked.get("inference_provider") in (None, "all", *offers)
        and (gated is None or (gated.lower() == "true") == bool(body.get("gated")))
    )


def _as_listed(body: dict[str, Any]) -> dict[str, Any]:
    """In a listing the offers of providers are a list; alone they are a mapping."""
    offers = body.get("inferenceProviderMapping")
    if not isinstance(offers, dict):
        return body
    listed = [{"provider": name} | offer for name, offer in offers.items()]
    return body | {"inferenceProviderMapping": listed}


def _overview(hub: "FakeHub", name: str, *, person: bool) -> Reply:
    body = (hub.users if person else hub.organizations).get(name)
    if body is None:
        return json_reply({"error": "This user does not exist" if person else "Not found"}, 404)
    return json_reply(body)


def _file(held: Bodies, name: str, revision: str, file: str) -> Reply:
    body = held.get(name)
    if body is None or body.get("private"):
        return _refused(401, NOT_SHOWN)
    if body.get("disabled"):
        return _refused(403, DISABLED)
    if body.get("gated"):
        return _refused(401, f"Access to model {name} is restricted.", "GatedRepo")
    if revision not in ("main", body.get("sha")):
        return _refused(404, f"Invalid rev id: {revision}", "RevisionNotFound")
    if file not in [one.get("rfilename") for one in body.get("siblings", ())]:
        return _refused(404, "Entry not found", "EntryNotFound")
    text = body.get("files", {}).get(file, f"{file} of {name}\n").encode()
    named = {"ETag": etag_of(text).removeprefix("W/"), "X-Repo-Commit": body.get("sha") or "0" * 40}
    return Reply(200, text, {"Content-Type": "text/plain; charset=utf-8"} | named)


def organization(name: str, **fields: Any) -> dict[str, Any]:
    """The overview of a small organization."""
    return {
        "_id": hashlib.sha256(f"organization {name}".encode()).hexdigest()[:24],
        "avatarUrl": "https://avatars.example/one.png",
        "name": name,
        "fullname": name.title(),
        "type": "org",
        "isVerified": False,
        "numUsers": 3,
        "numModels": 1,
        "numDatasets": 0,
        "numSpaces": 0,
        "numFollowers": 0,
    } | fields
