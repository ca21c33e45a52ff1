"""Locks that cannot become stale."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self


class Lock:
    """A lock on a file, freed by the kernel when its holder closes it or dies."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> Self:
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        reason: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._file)

    def share(self) -> None:
        """Hold it together with others; waits while one process has it for itself."""
        fcntl.flock(self._file, fcntl.LOCK_SH)

    def take(self) -> bool:
        """Have it for oneself, and leave one's process id in it; False if others hold it."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, str(os.getpid()).encode(), 0)
        return True

    def wait(self) -> None:
        """Return when nobody holds it any more."""
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def holder(self) -> int | None:
        """The process that has it for itself, None if nobody has."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(os.pread(self._file, 20, 0) or 0) or None
        fcntl.flock(self._file, fcntl.LOCK_UN)
        return None

    def is_held(self) -> bool:
        """Whether a process has it for itself now."""
        with Lock(self.path) as look:
            try:
                fcntl.flock(look._file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
            return False
