"""Sizes in the words of Ecosystem Graphs: parameters, tokens, GPU-hours, FLOP.

Free text, so each pattern takes what it understands whole and nothing else: "over 1000 GPUs" or
"several months" give no number.
"""

from __future__ import annotations

import re

Interval = tuple[float, float]

SPREAD = 10**0.36
"""Compute from hardware, times or over (open-to-whom.md section 4, from the European index)."""

_SCALES = {
    "": 1.0,
    "k": 1e3,
    "thousand": 1e3,
    "m": 1e6,
    "million": 1e6,
    "b": 1e9,
    "billion": 1e9,
    "t": 1e12,
    "trillion": 1e12,
}
_AMOUNT = r"(?P<number>\d[\d,]*(?:\.\d+)?) ?(?P<scale>k|thousand|m|million|b|billion|t|trillion|)"
_PARAMETERS = re.compile(rf"{_AMOUNT} parameters\b", re.IGNORECASE)
_ACTIVE = re.compile(
    rf"\b{_AMOUNT} (?:active parameters|parameters for activation)\b", re.IGNORECASE
)
_BARE = re.compile(_AMOUNT, re.IGNORECASE)
_TOKENS = re.compile(rf"{_AMOUNT} tokens", re.IGNORECASE)
_PETAFLOP_DAYS = re.compile(
    r"(?P<low>\d+(?:\.\d+)?)(?:-(?P<high>\d+(?:\.\d+)?))? petaflops?/s-days?", re.IGNORECASE
)

GPUS = ("A100", "A800", "H100", "H800", "V100", "P100", "A40", "A6000", "MI250X")
"""Names in scoring/hardware.toml; other accelerators in these texts count by core, pod or slice."""
_GPU = "|".join(GPUS)
_MEMORY = re.compile(r"-?\b\d+ ?GB?\b", re.IGNORECASE)
_COUNTED = re.compile(rf"(total )?(\d[\d,]*) ?x? ?(?:(?:NVIDIA|AMD|Tesla|Instinct) )*({_GPU})s?\b")
_VAGUE = re.compile(r"\b(and|over|some|up to|each)\b", re.IGNORECASE)
_CUMULATIVE = re.compile(
    rf"{_AMOUNT} (?:(?P<gpu>{_GPU}) )?(?:GPU )?(?P<unit>hour|day)s?(?P<sum> \(cumulative\))?",
    re.IGNORECASE,
)
_ELAPSED = re.compile(
    r"(?P<low>\d+(?:\.\d+)?)(?: to (?P<high>\d+(?:\.\d+)?))? (?P<unit>hour|day|week)s?"
)
_HOURS = {"hour": 1, "day": 24, "week": 168}  # a month is too round a figure to multiply by


def _amount(match: re.Match[str]) -> float:
    return float(match["number"].replace(",", "")) * _SCALES[match["scale"].lower()]


def parameters(size: str) -> float | None:
    """Total parameters: "15B parameters (dense)", or a bare "306M"."""
    match = _PARAMETERS.match(size) or _BARE.fullmatch(size.strip())
    return _amount(match) if match and _amount(match) >= 1e3 else None


def active_parameters(size: str) -> float | None:
    """Parameters active per token: "61B parameters (sparse); 6.6B active parameters"."""
    match = _ACTIVE.search(size)
    return _amount(match) if match else None


def tokens(size: str) -> float | None:
    """Tokens of a data set: "6.3 trillion tokens", and nothing beside."""
    match = _TOKENS.fullmatch(size.strip())
    return _amount(match) if match else None


def training_flop(time: str) -> Interval | None:
    """Training compute in FLOP from petaflop/s-days, "3640" or "100-1000", with the spread."""
    match = _PETAFLOP_DAYS.fullmatch(time.strip())
    if match is None:
        return None
    low, high = float(match["low"]), float(match["high"] or match["low"])
    return low * 1e15 * 86_400 / SPREAD, high * 1e15 * 86_400 * SPREAD


def gpu_hours(hardware: str, time: str) -> tuple[Interval, str] | None:
    """((low, high) GPU-hours, type of GPU), where one type is named and the time is definite."""
    stated = re.split(r",? according|,(?! ?\d{3})| on ", time.strip())[0].strip()
    types = set(re.findall(rf"\b({_GPU})s?\b", f"{hardware} {stated}"))
    if len(types) != 1:
        return None
    gpu = types.pop()
    if (match := _CUMULATIVE.fullmatch(stated)) and (
        match["gpu"] or match["sum"] or "GPU" in stated
    ):
        hours = _amount(match) * _HOURS[match["unit"].lower()]
        return (hours, hours), gpu
    match = _ELAPSED.fullmatch(stated)
    count = _count(hardware)
    if match is None or count is None:
        return None
    unit = count * _HOURS[match["unit"]]
    return (float(match["low"]) * unit, float(match["high"] or match["low"]) * unit), gpu


def _count(hardware: str) -> int | None:
    """How many GPUs: the stated total, or the only number before the name of a GPU."""
    counted = _COUNTED.findall(_MEMORY.sub("", hardware).replace("  ", " "))
    totals = [number for total, number, _ in counted if total]
    if not totals and not _VAGUE.search(hardware):
        totals = [number for _, number, _ in counted]
    return int(totals[0].replace(",", "")) if len(totals) == 1 else None
