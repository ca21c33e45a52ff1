"""The license table of the Model Openness Tool, frozen, and its verdict on a license."""

from __future__ import annotations

import tomllib
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

UNLICENSED = "unlicensed"
"""What the tool writes where a component has no license."""

FITS_EVERYTHING = "OpenMDW-1.0"
"""A license that the tool holds to be open and made for every type of component."""


class Verdict(StrEnum):
    """What the tool makes of a component's license; OK and WARNING count alike."""

    INVALID = "invalid"
    UNLICENSED = "unlicensed"
    WARNING = "warning"  # open, but made for another type of component
    OK = "ok"

    @property
    def counts(self) -> bool:
        """Whether the component counts as included."""
        return self in (Verdict.OK, Verdict.WARNING)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


@cache
def _open() -> frozenset[str]:
    return frozenset(_table()["open"])


@cache
def verdict(license_id: str, content_type: str) -> Verdict:
    """The tool's verdict on a license of a component of type code, data or document.

    Ids are compared letter by letter: "apache-2.0" is not "Apache-2.0" (spec: mof.md, section 4).
    """
    if license_id in _open():
        suits = license_id in _table()["right_for"][content_type]
        return Verdict.OK if suits else Verdict.WARNING
    return Verdict.UNLICENSED if license_id == UNLICENSED else Verdict.INVALID
