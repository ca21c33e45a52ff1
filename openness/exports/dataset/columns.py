"""Columns of the open data set: from a value to its text and back, in the words of Table Schema.

A reference is the slug or key of the other row, a boolean is true or false, a list or an object is
JSON, blank is nothing (Data Package 2.0, "Table Schema": types, formats and constraints).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value: its type in Table Schema, its text in a CSV, and what blank stands for.

    `held` is how Parquet holds it: text, flag, day, moment, number, whole, texts or json.
    """

    type: str
    held: str
    parse: Callable[[str], Any]
    text: Callable[[Any], str]
    blank: Callable[[], Any] = lambda: None
    more: Mapping[str, object] = field(default_factory=dict)  # further words of Table Schema


def _flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("true, false or blank")
    return text == "true"


def _number(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 10**15 else repr(value)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("a moment without its time zone")
    return found


TEXT = Kind("string", "text", str, str, str)
FLAG = Kind("boolean", "flag", _flag, lambda v: str(v).lower())
DAY = Kind("date", "day", date.fromisoformat, str)
MOMENT = Kind("datetime", "moment", _moment, lambda v: f"{v.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}")
NUMBER = Kind("number", "number", float, _number)
WHOLE = Kind("integer", "whole", int, str)
ITEMS = Kind("array", "texts", json.loads, _json, list)
"""A list of texts."""
ROWS = Kind("array", "json", json.loads, _json, list)
"""A list of objects."""
OBJECT = Kind("object", "json", json.loads, _json, dict)
NAMES = Kind(
    "list",
    "texts",
    lambda text: text.split("|"),
    "|".join,
    list,
    {"delimiter": "|", "itemType": "string"},
)
"""A list of names, none of which contains the sign that joins them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column; `path` is where its value stands, seen from the table's model.

    `record`: it tells how things came to be, and our shipped catalogue goes without it.
    """

    name: str
    means: str
    kind: Kind = TEXT
    required: bool = False
    words: tuple[str, ...] = ()
    pattern: str = ""
    bounds: tuple[int, int] | None = None
    default: Any = None
    path: str = ""
    record: bool = False

    def read(self, text: str) -> Any:
        """The value of a cell. Raises ValueError for nonsense."""
        if text:
            return self.kind.parse(text)
        return self.kind.blank() if self.default is None else self.default

    def write(self, value: Any) -> str:
        """The cell of a value."""
        return "" if is_blank(value) else self.kind.text(value)

    def field(self) -> dict[str, Any]:
        """The column in the words of Table Schema."""
        constraints: dict[str, object] = {"required": True} if self.required else {}
        if self.words:
            constraints["enum"] = list(self.words)
        if self.pattern:
            constraints["pattern"] = self.pattern
        if self.bounds:
            constraints["minimum"], constraints["maximum"] = self.bounds
        return {
            "name": self.name,
            "type": self.kind.type,
            **self.kind.more,
            "description": self.means,
            **({"constraints": constraints} if constraints else {}),
        }


def is_blank(value: Any) -> bool:
    """Whether a value is nothing: no text, no entry, not known. False and 0 are something."""
    return value is None or (isinstance(value, (str, list, dict)) and not value)


def column(
    name: str, means: str, kind: Kind = TEXT, words: Iterable[str] = (), **more: Any
) -> Column:
    """A column that may be blank."""
    return Column(name=name, means=means, kind=kind, words=tuple(map(str, words)), **more)


def needed(
    name: str, means: str, kind: Kind = TEXT, words: Iterable[str] = (), **more: Any
) -> Column:
    """A column that is never blank."""
    return column(name, means, kind, words, required=True, **more)
