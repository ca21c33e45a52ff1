"""Answers, before anything is done to them on the wire."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Reply:
    """An answer to be sent: its body so many `times`, with a `pause` in seconds between bytes."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1
    pause: float = 0


def etag_of(body: bytes) -> str:
    """A weak ETag in the Hub's form: length in hex, 27 characters of the sha1."""
    digest = base64.b64encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()
    return f'W/"{len(body):x}-{digest[:27]}"'


def json_reply(body: Any, status: int = 200, **headers: str) -> Reply:
    """A JSON answer with its ETag."""
    data = json.dumps(body, separators=(",", ":")).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if status == 200:
        named["ETag"] = etag_of(data)
    return Reply(status, data, {"Content-Type": "application/json; charset=utf-8"} | named)


def redirect(location: str, status: int = 301) -> Reply:
    """An answer that points elsewhere."""
    return Reply(status, b"", {"Location": location})
