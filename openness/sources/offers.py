"""What a price list says of offers: four forms, each read by a pure function.

Bytes of one member of a package, or of one answer, in; offers out; `Refused` for what is not that
list.
"""

from __future__ import annotations

import ast
import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from openness.sources.addresses import first_address
from openness.sources.reading import Refused
from openness.sources.wheels import MEMBER_LIMIT

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Offer:
    """One host's offer of one model, in its list's words. Prices: USD a million tokens.

    `hub_id` is the model's address on the Hub, where the list gives it beside the name.
    `free`: the list says that nothing is to be paid; a price of 0 alone may be a gap.
    """

    host: str
    model: str
    reads: float | None = None
    writes: float | None = None
    last_day: date | None = None
    page: str = ""
    hub_id: str = ""
    free: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """All offers of a list, and the days on which it says that something in it was changed."""

    offers: tuple[Offer, ...]
    days: frozenset[date] = frozenset()


def genai_prices(body: bytes) -> Listed:
    """genai-prices: Python source that builds its providers; read as a tree, never run."""
    try:
        tree = ast.parse(body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Refused("genai-prices: is no Python source.") from None
    offers = []
    for provider in _calls(tree, "Provider"):
        told = _keywords(provider)
        host, pages = _constant(told.get("id")), _constants(told.get("pricing_urls"))
        for model in _calls(told.get("models"), "ModelInfo"):
            # Of prices that follow one another the last is the newest.
            prices = [_keywords(one) for one in _calls(model, "ModelPrice")] or [{}]
            newest = prices[-1] if "prices" in _keywords(model) else {}
            name = _constant(_keywords(model).get("id"))
            if isinstance(host, str) and isinstance(name, str):
                reads, writes = (_decimal(newest.get(f"{way}_mtok")) for way in ("input", "output"))
                offers.append(Offer(host, name, reads, writes, page=_page(next(iter(pages), ""))))
    if not offers:
        raise Refused("genai-prices: names no offer.")
    days = (_date_of(one) for one in _calls(tree, "date"))
    return Listed(tuple(offers), frozenset(day for day in days if day))


def _calls(node: ast.AST | None, name: str) -> Iterator[ast.Call]:
    """Calls of a name below a node, in the order of the source."""
    if node is None:
        return
    waiting = [node]
    while waiting:
        one = waiting.pop()
        called = one.func if isinstance(one, ast.Call) else None
        if getattr(called, "id", getattr(called, "attr", "")) == name and isinstance(one, ast.Call):
            yield one
            if name != "ModelPrice":
                continue
        waiting += reversed(list(ast.iter_child_nodes(one)))


def _keywords(call: ast.Call) -> dict[str, ast.expr]:
    return {one.arg: one.value for one in call.keywords if one.arg}


def _constant(node: ast.expr | None) -> object:
    return node.value if isinstance(node, ast.Constant) else None


def _constants(node: ast.expr | None) -> list[str]:
    found = [_constant(one) for one in node.elts] if isinstance(node, ast.List) else []
    return [one for one in found if isinstance(one, str)]


def _decimal(node: ast.expr | None) -> float | None:
    """`Decimal('3')`, or the base of prices by tiers."""
    if not isinstance(node, ast.Call):
        return None
    if base := _keywords(node).get("base"):
        return _decimal(base)
    return _number(_constant(node.args[0]) if node.args else None)


def _date_of(call: ast.Call) -> date | None:
    match [_constant(one) for one in call.args]:
        case [int(year), int(month), int(day)]:
            with suppress(ValueError):
                return date(year, month, day)
    return None


def litellm(body: bytes) -> Listed:
    """litellm: one object a model, by provider and name, with prices for single tokens."""
    offers = []
    for key, entry in _object(body, "litellm").items():
        host = entry.get("litellm_provider") if isinstance(entry, dict) else None
        if not isinstance(host, str) or key == "sample_spec":
            continue
        reads, writes = (
            _of_token(entry.get(f"{way}_cost_per_token")) for way in ("input", "output")
        )
        offers.append(
            Offer(
                host,
                key.removeprefix(f"{host}/"),
                reads,
                writes,
                _day(entry.get("deprecation_date")),
                _page(entry.get("source")),
            )
        )
    if not offers:
        raise Refused("litellm: names no offer.")
    return Listed(tuple(offers))


def models_dev(body: bytes) -> Listed:
    """models.dev: providers with their models, packed; prices a million tokens."""
    offers, days = [], []
    for host, provider in _object(_unpacked(body, "models-dev"), "models-dev").items():
        models = provider.get("models") if isinstance(provider, dict) else None
        for name, model in models.items() if isinstance(models, dict) else ():
            if not isinstance(model, dict) or model.get("status") == "deprecated":
                continue
            cost = model.get("cost")
            cost = cost if isinstance(cost, dict) else {}
            reads, writes = _number(cost.get("input")), _number(cost.get("output"))
            offers.append(Offer(host, name, reads, writes, page=_page(provider.get("doc"))))
            days += [_day(model.get("release_date")), _day(model.get("last_updated"))]
    if not offers:
        raise Refused("models-dev: names no offer.")
    return Listed(tuple(offers), frozenset(day for day in days if day))


def openrouter(body: bytes) -> Listed:
    """OpenRouter: models with prices for single tokens as text; "0" is free, "-1" varies."""
    rows = _object(body, "openrouter").get("data")
    offers = [_routed(row) for row in rows if _is_row(row)] if isinstance(rows, list) else []
    if not offers:
        raise Refused("openrouter: names no offer.")
    return Listed(tuple(offers))


def _is_row(row: object) -> bool:
    return isinstance(row, dict) and isinstance(row.get("id"), str) and bool(row["id"])


def _routed(row: Mapping[str, Any]) -> Offer:
    pricing = row.get("pricing")
    told = pricing if isinstance(pricing, dict) else {}
    reads, writes = (_of_token(told.get(name)) for name in ("prompt", "completion"))
    address, ends = row.get("hugging_face_id"), row.get("expiration_date")
    return Offer(
        "openrouter",
        row["id"],
        reads,
        writes,
        _day(ends[:10]) if isinstance(ends, str) else None,
        _page(f"https://openrouter.ai/{row['id']}"),
        address if isinstance(address, str) else "",
        free=reads == 0 and writes == 0,
    )


def _of_token(price: object) -> float | None:
    """A price for a token as one for a million."""
    number = _number(price)
    return None if number is None else round(number * _MILLION, 6)


def _unpacked(body: bytes, where: str) -> bytes:
    try:
        with gzip.open(io.BytesIO(body)) as stream:
            plain = stream.read(MEMBER_LIMIT + 1)
    except (OSError, EOFError, zlib.error):
        raise Refused(f"{where}: is not gzip.") from None
    if len(plain) > MEMBER_LIMIT:
        raise Refused(f"{where}: unpacks to more than {MEMBER_LIMIT:,} bytes.")
    return plain


def _object(body: bytes, where: str) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(f"{where}: is not JSON.") from None
    if not isinstance(found, dict):
        raise Refused(f"{where}: is no JSON object.")
    return found


def _number(value: object) -> float | None:
    """A price, given as a number or as text; None for what is no price."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if 0 <= number < _MILLION else None


def _day(value: object) -> date | None:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _page(value: object) -> str:
    return first_address([value]) if isinstance(value, str) else ""
