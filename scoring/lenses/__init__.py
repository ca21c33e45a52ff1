"""Every lens, in the order of display."""

from scoring.lenses import open_to_whom, opening_up
from scoring.lenses.lens import Judged, Lens, Unanswered

__all__ = ["LENSES", "Judged", "Lens", "Unanswered"]

LENSES: dict[str, Lens] = {lens.key: lens for lens in (open_to_whom.LENS, opening_up.LENS)}
"""Key -> lens."""
