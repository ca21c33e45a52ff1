"""YAML as its publisher wrote it: text, lists and mappings, nothing else.

Plain scalars stay text ("2025-12", "0", "yes"); only an empty one and the words for null become
None, since publishers tell a blank from a missing value by it. The events of the parser are built
into values here, one by one, so that a bomb is refused while it unfolds and not after.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml

from openness.sources.reading import Refused

Value: TypeAlias = "str | list[Value] | dict[str, Value] | None"

SIZE = 1_000_000  # characters; the largest file of a publisher at hand has 73,000
DEPTH = 16  # levels; the deepest at hand has 5
BUDGET = 2 * SIZE  # characters and nodes after aliases are followed; a bomb multiplies them
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "timestamp", "seq", "map")
) | {None, "!"}


@dataclass(slots=True)
class _Finished:
    """A value with what it costs: levels below and including it, characters and nodes in it."""

    value: Value
    height: int
    weight: int


@dataclass(slots=True)
class _Open:
    """A list or mapping that is still being filled."""

    value: list[Value] | dict[str, Value]
    anchor: str | None
    key: str | None = None
    height: int = 1
    weight: int = 1


@dataclass(slots=True)
class _Builder:
    where: str
    open: list[_Open] = field(default_factory=list)
    anchors: dict[str, _Finished] = field(default_factory=dict)
    roots: list[Value] = field(default_factory=list)
    spent: int = 0

    def take(self, event: yaml.Event) -> None:
        """Add one event of the parser to the values built so far."""
        match event:
            case yaml.DocumentStartEvent() if self.roots:
                raise self.refuse(event, "a second document begins.")
            case yaml.ScalarEvent():
                self._tag(event, event.tag)
                if "\0" in event.value:
                    raise self.refuse(event, "contains a NUL character.")
                is_null = event.implicit[0] and event.value in _NULLS
                if self._expects_key():
                    self._key(event)
                else:
                    value = None if is_null else event.value
                    self._finish(_Finished(value, 0, 1 + len(event.value)), event.anchor, event)
            case yaml.SequenceStartEvent() | yaml.MappingStartEvent():
                self._start(event)
            case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
                closed = self.open.pop()
                done = _Finished(closed.value, closed.height, closed.weight)
                self._finish(done, closed.anchor, event, paid=True)
            case yaml.AliasEvent():
                self._alias(event)
            case _:
                pass

    def refuse(self, event: yaml.Event, reason: str) -> Refused:
        """The refusal of this event, with its line."""
        line = f" line {event.start_mark.line + 1}" if event.start_mark else ""
        return Refused(f"{self.where}{line}: {reason}")

    def _expects_key(self) -> bool:
        parent = self.open[-1] if self.open else None
        return parent is not None and isinstance(parent.value, dict) and parent.key is None

    def _tag(self, event: yaml.Event, tag: str | None) -> None:
        if tag not in _TAGS:
            raise self.refuse(event, f"the tag {tag} is not allowed.")

    def _key(self, event: yaml.ScalarEvent) -> None:
        key = event.value
        if key == "<<" and event.implicit[0]:
            raise self.refuse(event, "merge keys are not allowed.")
        if key in self.open[-1].value:
            raise self.refuse(event, f"the key {key!r} is given twice.")
        self._spend(1 + len(key), event)
        self.open[-1].key = key

    def _start(self, event: yaml.SequenceStartEvent | yaml.MappingStartEvent) -> None:
        self._tag(event, event.tag)
        if self._expects_key():
            raise self.refuse(event, "a key has to be a word.")
        if len(self.open) >= DEPTH:
            raise self.refuse(event, f"is nested deeper than {DEPTH} levels.")
        self._spend(1, event)
        empty: list[Value] | dict[str, Value]
        empty = {} if isinstance(event, yaml.MappingStartEvent) else []
        self.open.append(_Open(empty, event.anchor))

    def _alias(self, event: yaml.AliasEvent) -> None:
        known = self.anchors.get(event.anchor or "")
        if known is None:
            raise self.refuse(event, f"the alias {event.anchor!r} stands for nothing complete.")
        if self._expects_key():
            raise self.refuse(event, "a key has to be a word.")
        if len(self.open) + known.height > DEPTH:
            raise self.refuse(event, f"is nested deeper than {DEPTH} levels.")
        self._finish(known, None, event)

    def _finish(
        self, done: _Finished, anchor: str | None, event: yaml.Event, *, paid: bool = False
    ) -> None:
        if not paid:
            self._spend(done.weight, event)
        if anchor is not None:
            self.anchors[anchor] = done
        if not self.open:
            self.roots.append(done.value)
            return
        parent = self.open[-1]
        if isinstance(parent.value, list):
            parent.value.append(done.value)
        elif parent.key is not None:
            parent.value[parent.key] = done.value
            parent.weight += 1 + len(parent.key)
            parent.key = None
        parent.height = max(parent.height, done.height + 1)
        parent.weight += done.weight

    def _spend(self, weight: int, event: yaml.Event) -> None:
        self.spent += weight
        if self.spent > BUDGET:
            raise self.refuse(event, "unfolds to more than it may hold.")


def parse(text: str, where: str) -> Value:
    """The value of a YAML text; `where` names the file in messages.

    Raises Refused for text that is too long, too deep, unfolds too far, is not YAML, holds two
    documents, gives a key twice, or asks for anything but text, lists and mappings.
    """
    if len(text) > SIZE:
        raise Refused(f"{where}: is longer than {SIZE:,} characters.")
    builder = _Builder(where)
    try:
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            builder.take(event)
    except yaml.MarkedYAMLError as error:
        line = f" line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise Refused(f"{where}{line}: is not YAML ({error.problem}).") from None
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        raise Refused(f"{where}: is not YAML ({str(error).splitlines()[0]}).") from None
    return builder.roots[0] if builder.roots else None


def mapping(value: Value, what: str, where: str) -> Mapping[str, Value]:
    """The value as a mapping; None counts as an empty one. Raises Refused for anything else."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refused(f"{where}: {what} is not a mapping.")
    return value


def scalar(value: Value, what: str, where: str) -> str:
    """The value as text; None counts as blank. Raises Refused for a list or a mapping."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Refused(f"{where}: {what} is not a single value.")
    return value


def texts(value: Value, what: str, where: str) -> tuple[str, ...]:
    """The value, or the list's values, as texts without blanks. Raises Refused for a mapping."""
    values = value if isinstance(value, list) else [value]
    return tuple(text for item in values if (text := scalar(item, what, where)))
