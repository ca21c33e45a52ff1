"""The secret key of a first run: made once, kept where only its owner can read it."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.core.exceptions import ImproperlyConfigured


def kept(path: Path) -> str:
    """The key in this file; if there is none, a new random one (384 bits) is put there.

    Safe where several processes start at once: all get the same key.
    Raises ImproperlyConfigured where the file cannot be read or made.
    """
    try:
        return _kept(path)
    except PermissionError as reason:
        raise ImproperlyConfigured(
            f"OPENNESS_HOME belongs to another user: {path} cannot be read."
        ) from reason


def _kept(path: Path) -> str:
    while True:
        try:
            return path.read_text(encoding="ascii")
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
        # Readable for its owner only, from the first moment on.
        with NamedTemporaryFile("w", dir=path.parent) as unfinished, suppress(FileExistsError):
            unfinished.write(secrets.token_urlsafe(48))
            unfinished.flush()
            os.link(unfinished.name, path)  # whoever links first has decided
