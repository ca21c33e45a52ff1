"""What is worked out from the facts of a project, kept for as long as those are the same.

Facts are read anew each time and compared, so nothing that is kept can outlive a change.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

from scoring.facts import Facts

Made = TypeVar("Made")

PROJECTS = 100
"""How many projects a process keeps: some 50 KB each with its sentences."""

_KEPT: OrderedDict[int, tuple[Facts, dict[Hashable, Any]]] = OrderedDict()
_LOCK = Lock()


def of_facts(project: int, facts: Facts) -> dict[Hashable, Any]:
    """What was worked out from these facts of a project (by key); whoever asks may add to it."""
    with _LOCK:
        held = _KEPT.get(project)
        if held is None or held[0] != facts:
            held = _KEPT[project] = facts, {}
        _KEPT.move_to_end(project)
        if len(_KEPT) > PROJECTS:
            _KEPT.popitem(last=False)
    return held[1]


def from_facts(project: int, facts: Facts, name: Hashable, make: Callable[[], Made]) -> Made:
    """What `make` gives for these facts of a project (by key); not to be altered by who gets it."""
    made = of_facts(project, facts)
    if name not in made:
        made[name] = make()
    found: Made = made[name]
    return found
