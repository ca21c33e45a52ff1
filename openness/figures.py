"""Numbers, dates and addresses as a reader wants them; the same in every language unless said."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.translation import ngettext
from markupsafe import Markup, escape

from openness.spoken import gettext as _

DIGITS = {"osai": 2, "mof": 1, "opening-up": 1}
"""Decimals of a lens's value; the others are shown in whole numbers (open-to-whom section 8)."""

DASH = "–"


def count(number: float) -> str:
    """A whole number with commas between thousands."""
    return f"{number:,.0f}"


def _plain(value: float, digits: int) -> str:
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def score(low: float | None, high: float | None, lens: str) -> str:
    """A lens's value in its own precision: `12.5`, `61–96`; a dash where it gives no number."""
    if low is None or high is None:
        return DASH
    digits = DIGITS.get(lens, 0)
    first, last = _plain(low, digits), _plain(high, digits)
    return first if first == last else f"{first}{DASH}{last}"


def size(parameters: float | None) -> str:
    """Parameters as makers write them: `7B`, `6.9B`, `350M`, `1T`; blank if unknown."""
    if not parameters:
        return ""
    for unit, name in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K")):
        # 999.6 million reads as 1B, so the step is taken a little early.
        if parameters >= 0.9995 * unit:
            value = parameters / unit
            return f"{_plain(value, 0 if value >= 100 else 1)}{name}"
    return f"{parameters:.0f}"


def gigabytes(value: float) -> str:
    """Memory in GB, with one decimal below a hundred; in MB where that would read as none."""
    if 0 < value < 0.05:
        return f"{_plain(1000 * value, 0)} MB"
    return f"{count(value) if value >= 99.95 else _plain(value, 1)} GB"


def file_size(size: float) -> str:
    """The size of a file, from bytes: `640 bytes`, `12 kB`, `3.4 MB` (powers of 1000, as in SI)."""
    for unit, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if size >= 0.9995 * unit:
            value = size / unit
            return f"{_plain(value, 0 if value >= 99.95 else 1)} {name}"
    return ngettext("%(n)s byte", "%(n)s bytes", round(size)) % {"n": round(size)}


def power(value: float) -> str:
    """A large number as a power of ten: `3.8 × 10²⁵`."""
    if value <= 0:
        return "0"
    exponent = math.floor(math.log10(value))
    mantissa = value / 10**exponent
    raised = str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{_plain(mantissa, 1)} × 10{raised}"


def span(low: float, high: float, form: str = "count") -> str:
    """Two numbers as one text in this form (count, size, power or gigabytes)."""
    write = {"count": count, "size": size, "power": power, "gigabytes": gigabytes}[form]
    first, last = write(low), write(high)
    return first if first == last else _("%(low)s to %(high)s") % {"low": first, "high": last}


def day(value: date | datetime | None) -> str:
    """An ISO date; blank for None."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value.isoformat()


# Not \b: to it a Chinese character before a figure is of the same word.
_DATE = re.compile(r"(?<!\d)\d{4}-\d\d(-\d\d)?(?!\d)")


def dated(text: str) -> Markup:
    """A text in which no date (nor an edition named by one) goes over two lines."""
    # A plain string: what joins pieces of a Markup would escape them.
    written = _DATE.sub(r'<span class="nowrap">\g<0></span>', str(escape(text)))
    return Markup(written)  # noqa: S704  # escaped above


def duration(seconds: float) -> str:
    """A length of time in its two largest units: `3 h 20 min`, `45 s`."""
    whole = round(seconds)
    parts = [(whole // 86400, "d"), (whole // 3600 % 24, "h"), (whole // 60 % 60, "min")]
    parts.append((whole % 60, "s"))
    while len(parts) > 1 and not parts[0][0]:
        parts.pop(0)
    first, *rest = parts[:2]
    return " ".join(f"{n} {unit}" for n, unit in (first, *rest) if n or (n, unit) == first)


def host(address: str) -> str:
    """The host of an address without `www.`; blank if it has none."""
    return (urlsplit(address).hostname or "").removeprefix("www.")


def percent(share: float) -> str:
    """A share of 1 as whole percent."""
    return f"{100 * share:.0f} %"


FORMS = {
    "parameters": "size",
    "active_parameters": "size",
    "tokens": "size",
    "flop": "power",
    "memory_gb": "gigabytes",
}
"""How each quantity of `scoring.facts.QUANTITIES` is written; the others are counted."""


def quantity(name: str, low: float, high: float, detail: str = "") -> str:
    """A size of a release with its unit."""
    text = span(low, high, FORMS.get(name, "count"))
    if name == "flop":
        text = f"{text} FLOP"
    return f"{text} ({detail})" if detail else text
