"""Effects in words: each lens before and after, and what would raise it further."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from openness import figures, words
from openness.effects import Effect
from openness.views.lines import WORDED
from scoring.components import COMPONENTS
from scoring.lenses import LENSES
from scoring.raising import Change, Raise
from scoring.result import Value


@dataclass(frozen=True, slots=True)
class Line:
    """One lens: what it says now (blank for a new release), what it would say, what raises it."""

    lens: str
    before: str
    after: str
    changes: bool
    raised_by: str = ""


def lines(found: Iterable[Effect], raised: Mapping[str, Raise] | None = None) -> list[Line]:
    """The effects in the order of display."""
    return [
        Line(
            lens=words.lens(effect.lens),
            before=_worded(effect)[0],
            after=_worded(effect)[1],
            changes=_worded(effect)[0] != _worded(effect)[1],
            raised_by=_raised_by(effect, (raised or {}).get(effect.lens)),
        )
        for effect in found
    ]


def _worded(effect: Effect) -> tuple[str, str]:
    before = value(effect.lens, effect.before) if effect.before else ""
    return before, value(effect.lens, effect.after)


def value(lens: str, of: Value) -> str:
    """A value in the lens's own unit."""
    if lens in WORDED and of.grade:
        return capfirst(words.grade(lens, of.grade))
    text = figures.score(of.low, of.high, lens)
    maximum = LENSES[lens].maximum
    if not maximum or maximum == 1 or of.low is None:
        return text
    return _("%(score)s of %(maximum)s") % {"score": text, "maximum": f"{maximum:g}"}


def _raised_by(effect: Effect, one: Raise | None) -> str:
    """What would raise it; blank where a word would stay the same word."""
    if one is None or (raised := value(effect.lens, one.value)) == value(effect.lens, effect.after):
        return ""
    return _("%(changes)s would make it %(value)s.") % {
        "changes": words.listed(_change(change) for change in one.changes),
        "value": raised,
    }


def _change(change: Change) -> str:
    """One thing to do in words: `Training code: open`."""
    if change.term in COMPONENTS:
        name, word = words.component(change.term), words.of(words.STATES, change.to)
    elif change.term == "access":
        name, word = _("Weights"), words.of(words.ACCESS, change.to)
    elif change.term == "hosted":
        name, word = _("API"), words.of(words.HOSTING, change.to)
    elif change.term == "terms":
        name, word = _("Terms"), words.of(words.LICENSE_CLASSES, change.to)
    else:
        name, word = words.of(words.DERIVED, change.term), words.of(words.STATES, change.to)
    return _("%(name)s: %(word)s") % {"name": name, "word": word}
