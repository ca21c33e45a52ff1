"""A visitor's own machine: `?ram=&vram=` in GB, and what it can do with one project."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.http import HttpRequest

from openness.spoken import gettext as _
from scoring.hardware import Actor, own_machine

LIMIT = 100_000.0
"""GB: more than any machine has."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What was typed, what is wrong with it, and the machine if there is one."""

    ram: str
    vram: str
    errors: list[str]
    actor: Actor | None


def machine_of(request: HttpRequest) -> Machine:
    """The machine that an address describes."""
    typed = {key: request.GET.get(key, "").strip() for key in ("ram", "vram")}
    sizes = {key: _gigabytes(text) for key, text in typed.items()}
    errors = [
        _("“%(text)s” is no number of gigabytes between 0 and %(limit)s.")
        % {"text": typed[key][:40], "limit": f"{LIMIT:,.0f}"}
        for key, size in sizes.items()
        if size is None
    ]
    ram, vram = sizes["ram"] or 0.0, sizes["vram"] or 0.0
    actor = own_machine(ram=ram, vram=vram) if not errors and (ram or vram) else None
    return Machine(typed["ram"], typed["vram"], errors, actor)


def _gigabytes(text: str) -> float | None:
    """The number, 0 for a blank; None for what is none."""
    if not text:
        return 0.0
    try:
        size = float(text.lower().removesuffix("gb"))
    except ValueError:
        return None
    return size if math.isfinite(size) and 0 <= size <= LIMIT else None
