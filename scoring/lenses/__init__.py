"""Every lens, in the order of display."""

from scoring.lenses import fmti, gradient, mof, open_to_whom, opening_up, osai, osaid
from scoring.lenses.lens import Judged, Lens, Unanswered

__all__ = ["LENSES", "Judged", "Lens", "Unanswered"]

LENSES: dict[str, Lens] = {
    lens.key: lens
    for lens in (
        open_to_whom.LENS,
        mof.LENS,
        osai.LENS,
        opening_up.LENS,
        osaid.LENS,
        gradient.LENS,
        fmti.LENS,
    )
}
"""Key -> lens."""
