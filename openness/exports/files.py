"""The whole of a ranking as a file, kept for as long as nothing is committed (decision 0012)."""

from __future__ import annotations

import hashlib
import os
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from django.conf import settings

from openness.consistent import newest
from openness.exports.snapshot import METHODS, Frozen

CHUNK = 1 << 20
"""Bytes of a file that are handed on at once."""

ABANDONED = 60 * 60
"""Seconds after which an unfinished file is of a process that was killed."""

_UNFINISHED = ".new"
_GZIP = zlib.MAX_WBITS | 16  # RFC 1952


class Held:
    """A kept file that is being read; it stays whole even if it is removed meanwhile."""

    def __init__(self, file: BinaryIO, revision: int) -> None:
        self.revision = revision
        self.size = os.fstat(file.fileno()).st_size
        self._file = file

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if chunk := self._file.read(CHUNK):
            return chunk
        raise StopIteration

    def close(self) -> None:
        """Close the file."""
        self._file.close()


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one table, such as a lens: one for the newest revisions, older ones go.

    `name` becomes part of theirs; `gzip`: compressed.
    """

    name: str
    gzip: bool = False
    folder: Path = field(default_factory=lambda: settings.HOME / "exports")

    def whole(self, text: Callable[[int], Iterator[bytes]], *, anew: bool = False) -> Held | Frozen:
        """The kept file; where there is none, `text` of the revision, which becomes that file.

        `anew`: the file is made again whether there is one or not.

        It is written while the first reader reads it, so that nobody waits for it.
        """
        revisions = newest()
        with suppress(FileNotFoundError):
            if not anew:
                return Held(self._path(revisions).open("rb"), max(revisions, default=0))
        return Frozen(lambda revision: self._keep(self._encoded(text(revision))))

    def _path(self, revisions: tuple[int, ...]) -> Path:
        digest = hashlib.sha256(repr((revisions, METHODS)).encode()).hexdigest()[:16]
        return self.folder / f"{self.name}.{digest}.{self._form}"

    @property
    def _form(self) -> str:
        return "gz" if self.gzip else "plain"

    def _encoded(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        return compressed(chunks) if self.gzip else chunks

    def _keep(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The same chunks; once all have been read, they are the file."""
        path = self._path(newest())  # of the snapshot that the chunks are read from
        self.folder.mkdir(parents=True, exist_ok=True)
        file = NamedTemporaryFile(dir=self.folder, suffix=_UNFINISHED, delete=False)  # noqa: SIM115
        try:
            with file:
                for chunk in chunks:
                    file.write(chunk)
                    yield chunk
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
        self._remove_others(path)

    def _remove_others(self, kept: Path) -> None:
        old = time.time() - ABANDONED
        unfinished = self.folder.glob(f"*{_UNFINISHED}")
        others = [path for path in self.folder.glob(f"{self.name}.*.{self._form}") if path != kept]
        with suppress(FileNotFoundError):  # another process removes them too
            for path in (*others, *(path for path in unfinished if path.stat().st_mtime < old)):
                path.unlink()


def compressed(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The chunks as gzip, at the level that costs least."""
    packer = zlib.compressobj(1, zlib.DEFLATED, _GZIP)
    for chunk in chunks:
        if packed := packer.compress(chunk):
            yield packed
    yield packer.flush()
