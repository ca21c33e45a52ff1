"""The texts of `scoring` for translators: which of its TOML files' texts pages show."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

SHOWN = {"name", "short_name", "question", "publisher", "terms"}
"""Of a table that is a component, a lens or a criterion: the keys whose texts pages show."""
TABLES = {"sentences", "names", "verdicts", "grades", "levels", "criteria", "parts", "method"}
"""Tables of a lens of which every text is shown."""


def from_toml(
    fileobj: BinaryIO, keywords: object, comment_tags: object, options: object
) -> Iterator[tuple[int, str, str, list[str]]]:
    """A Babel extractor: the texts of `scoring`'s TOML files that pages translate."""
    body = fileobj.read().decode("utf-8")
    for text in dict.fromkeys(_texts(tomllib.loads(body))):
        line = body[: body.find(text.splitlines()[0])].count("\n") + 1
        yield line, "gettext", text, []


def _texts(tree: Mapping[str, Any], table: str = "") -> Iterator[str]:
    for key, value in tree.items():
        if isinstance(value, dict):
            # Each criterion is a table of its own; it is named like a component.
            yield from _texts(value, "criterion" if table == "criteria" else key)
        elif isinstance(value, list):
            yield from _listed(value, table, key)
        elif isinstance(value, str) and value and _is_shown(tree, table, key):
            yield value


def _listed(values: list[Any], table: str, key: str) -> Iterator[str]:
    """The texts of a list: lines of a method's page, and the names of a publisher's components."""
    for value in values:
        if isinstance(value, str) and table == "method":
            yield value
        elif isinstance(value, dict) and key == "components":
            yield value["name"]


def _is_shown(tree: Mapping[str, Any], table: str, key: str) -> bool:
    asks = table == "criterion" or "question" in tree
    return table in TABLES or (asks and key in SHOWN)
