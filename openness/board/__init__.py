"""The rows of the derived lists, held in memory as columns: how many fit, which, on which rank.

One board a process, read once and then kept up with what is committed (decision 0010).
"""

from openness.board.board import Board
from openness.board.keeping import board, forget

__all__ = ["Board", "board", "forget"]
