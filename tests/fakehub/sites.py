"""What a fake hub holds: small models, data sets and repositories, and recorded ones."""

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.fakehub.server import FakeHub

CANARIES = {"hub": "openai-community/gpt2", "github": "python/cpython", "arxiv": "1706.03762"}
"""What the site takes for always there; a fake hub without them is ill."""


def with_canaries(hub: "FakeHub") -> "FakeHub":
    """The same hub, well."""
    hub.models[CANARIES["hub"]] = model(CANARIES["hub"], license="mit")
    hub.repositories[CANARIES["github"]] = repository(CANARIES["github"])
    hub.papers[CANARIES["arxiv"]] = {}
    return hub


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


def dataset(name: str, **fields: Any) -> dict[str, Any]:
    """The body of a small public data set."""
    license_id = fields.pop("license", "odc-by")
    return {
        "_id": hashlib.sha256(f"data set {name}".encode()).hexdigest()[:24],
        "id": name,
        "author": name.partition("/")[0],
        "private": False,
        "disabled": False,
        "gated": False,
        "sha": hashlib.sha256(f"{name}{license_id}".encode()).hexdigest()[:40],
        "createdAt": "2024-01-30T00:00:00.000Z",
        "lastModified": "2024-02-01T00:00:00.000Z",
        "tags": [f"license:{license_id}"] if license_id else [],
        "cardData": {"license": license_id} if license_id else {},
        "siblings": [{"rfilename": "README.md"}, {"rfilename": "data/train-0.parquet"}],
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


def load_github(hub: "FakeHub", folder: Path) -> list[str]:
    """Repositories of recorded exchanges, with the license text where one was recorded."""
    for path in sorted(folder.glob("*.json")):
        for exchange in json.loads(path.read_text())["exchanges"]:
            body = exchange["body"]
            if exchange["status"] != 200 or not isinstance(body, dict):
                continue
            if "full_name" in body:
                held = hub.repositories.get(body["full_name"], {})
                hub.repositories[body["full_name"]] = held | body
    return sorted(hub.repositories)
