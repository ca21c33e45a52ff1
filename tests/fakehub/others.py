"""Sources beside the Hub and GitHub, and pages of strangers (spec/fakehub.md, "Others")."""

from typing import TYPE_CHECKING, Any

from tests.fakehub.replies import Reply, json_reply, redirect

if TYPE_CHECKING:
    from tests.fakehub.server import FakeHub

_HTML = {"Content-Type": "text/html; charset=utf-8"}
_LARGE = 200  # MiB


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


def openrouter(
    hub: "FakeHub", path: str, query: list[tuple[str, str]], headers: dict[str, str]
) -> Reply:
    """The listing of OpenRouter."""
    if path != "/api/v1/models":
        return json_reply({"error": {"code": 404, "message": "Not Found"}}, 404)
    return json_reply({"data": hub.offers})


def offer(name: str, **fields: Any) -> dict[str, Any]:
    """A row of OpenRouter's listing, with prices for a single token."""
    return {
        "id": name,
        "canonical_slug": name,
        "hugging_face_id": name,
        "name": name,
        "created": 1_764_696_672,
        "context_length": 32_768,
        "pricing": {"prompt": "0.0000002", "completion": "0.0000004"},
        "expiration_date": None,
    } | fields


def router(
    hub: "FakeHub", path: str, query: list[tuple[str, str]], headers: dict[str, str]
) -> Reply:
    """The Hub's router: each model that a provider serves, with its providers."""
    if path != "/v1/models":
        return json_reply({"error": "Not Found"}, 404)
    rows = [
        {
            "id": name,
            "object": "model",
            "created": 0,
            "owned_by": body.get("author", ""),
            "providers": [
                {
                    "provider": provider,
                    "status": told.get("status"),
                    "context_length": 32_768,
                    "pricing": {"input": 0.2, "output": 0.4},
                }
                for provider, told in offers.items()
            ],
        }
        for name, body in sorted(hub.models.items())
        if isinstance(offers := body.get("inferenceProviderMapping"), dict) and offers
    ]
    return json_reply({"object": "list", "data": rows})


def pypi(hub: "FakeHub", path: str, query: list[tuple[str, str]], headers: dict[str, str]) -> Reply:
    """What the package index says of a package."""
    name = path.removesuffix("/json").strip("/")
    if name not in hub.packages:
        return json_reply({"message": "Not Found"}, 404)
    return json_reply({"info": {"name": name, "yanked": False} | hub.packages[name], "urls": []})


def page(hub: "FakeHub", path: str, query: list[tuple[str, str]], headers: dict[str, str]) -> Reply:
    """Pages that a link may lead to, good and bad, below /pages."""
    here = f"{hub.url}/pages"
    match path.strip("/").split("/"):
        case ["ok"]:
            return Reply(200, b"<title>A page</title>" + b"<p>text</p>" * 40, _HTML)
        case ["hop", "0"]:
            return redirect(f"{here}/ok")
        case ["hop", number] if number.isdigit():
            return redirect(f"{here}/hop/{int(number) - 1}")
        case ["loop"]:
            return redirect(f"{here}/loop")
        case ["410"]:
            return Reply(410, b"<title>Gone</title>", _HTML)
        case ["soft-404"]:
            return Reply(200, b"<title>Page not found</title>", _HTML)
        case ["drip"]:
            return Reply(200, b"<title>Slow</title>" * 200, _HTML, pause=0.2)
        case ["large"]:
            kind = {"Content-Type": "application/octet-stream"}
            return Reply(200, b"\0" * 2**20, kind, times=_LARGE)
        case ["metadata"]:
            return redirect("http://169.254.169.254/latest/meta-data/", 302)
        case ["localhost"]:
            return redirect("http://localhost/", 302)
        case ["unpublished"]:
            return redirect("file:///etc/passwd", 302)
    return Reply(404, b"<title>Not found</title>", _HTML)
