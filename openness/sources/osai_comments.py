"""What the European index says in the comments of its files: origin, contributor, training compute.

A YAML parser drops them. Forms seen: "~3.3e+24 FLOP +- 0.5 OoM (how)", ">= 1e+22 FLOP (lower
bound from 2x Chinchilla)", "6.74e+24 FLOP (from preprint)", "~3e+20 FLOP to ~1e+21 FLOP",
"unknown (likely negligible)", "-" where base and end model are one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

FACTS = (
    "National origin",
    "Contributor type",
    "Base model training compute",
    "End model training compute",
)

_FACT = re.compile(
    rf"^[ \t]*#[ \t]*-[ \t]*({'|'.join(FACTS)})[ \t]*:[ \t]*(.*?)[ \t]*$", re.MULTILINE
)
_NUMBER = r"\d+(?:\.\d+)?(?:e[+-]?\d+)?"
_ESTIMATE = re.compile(
    rf"(?P<about>~)?(?P<number>{_NUMBER})(?: FLOP)?(?: \+- (?P<spread>\d+(?:\.\d+)?) OoM)?"
)
_RANGE = re.compile(rf"~?(?P<low>{_NUMBER}) FLOP to ~?(?P<high>{_NUMBER}) FLOP")


def comment_facts(text: str) -> dict[str, str]:
    """{fact: value as written} from the comments of a file's text; absent facts are left out."""
    return dict(_FACT.findall(text.replace("\r\n", "\n")))


def training_flop(facts: Mapping[str, str]) -> tuple[float, float] | None:
    """The release's training compute as (low, high) FLOP, or None where that is not bounded.

    The sum of base and end model, whose end figure sometimes includes the base: the high end adds
    both, the low end is the base alone. Lower bounds by Chinchilla are not used
    (open-to-whom.md section 4).
    """
    base = facts.get("Base model training compute", "")
    end = facts.get("End model training compute", "")
    if base == "-":
        return flop_interval(end)
    of_base = flop_interval(base)
    if of_base is None or "negligible" in end:
        return of_base
    of_end = flop_interval(end)
    return (of_base[0], of_base[1] + of_end[1]) if of_end else None


def flop_interval(text: str) -> tuple[float, float] | None:
    """One estimate as (low, high) FLOP; None for unknown, for a mere bound, for "about" alone."""
    estimate = re.split(r"[(\[]", text)[0].strip()
    if match := _RANGE.fullmatch(estimate):
        return float(match["low"]), float(match["high"])
    match = _ESTIMATE.fullmatch(estimate)
    if match is None or (match["about"] and not match["spread"]):
        return None
    spread = 10 ** float(match["spread"] or 0)
    number = float(match["number"])
    return number / spread, number * spread
