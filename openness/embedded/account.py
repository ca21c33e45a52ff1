"""The account that a server runs under."""

import os
import pwd
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

# The unprivileged account that every Unix has; PostgreSQL refuses to run as root.
UNPRIVILEGED = "nobody"


@dataclass(frozen=True, slots=True)
class Account:
    """The user id and group id that a server runs under."""

    uid: int
    gid: int

    @classmethod
    def of_servers(cls, data: Path) -> Self:
        """Ours; for root the owner of the existing data, else the unprivileged one."""
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid())
        try:
            owner = data.stat()
            if owner.st_uid != 0:
                return cls(owner.st_uid, owner.st_gid)
        except OSError:  # no data yet
            pass
        entry = pwd.getpwnam(UNPRIVILEGED)
        return cls(entry.pw_uid, entry.pw_gid)

    @property
    def identity(self) -> dict[str, Any]:
        """The arguments that make `subprocess` run a child under this account."""
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    @property
    def surroundings(self) -> dict[str, str]:
        """The environment of a child: PG* and LC_* of the caller would change what servers do."""
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}

    def ask(self, command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
        """Run a short command under this account; gives its exit status and its words."""
        return subprocess.run(
            command,
            env=self.surroundings,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            **self.identity,
        )

    def may_enter(self, path: Path) -> bool:
        """Whether this account may enter the folder, or run the program, at `path`."""
        # Asking beats reading modes: it knows about parents, groups, access lists and mounts.
        return self.ask(["test", "-x", path]).returncode == 0

    def own(self, folder: Path) -> None:
        """Make a folder that this account alone may enter.

        Raises PermissionError if what stands there is anything else.
        """
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if stat.S_ISDIR(found.st_mode) and found.st_uid == 0 == os.geteuid():
            os.chown(folder, self.uid, self.gid)
            found = folder.lstat()
        private = stat.S_ISDIR(found.st_mode) and not stat.S_IMODE(found.st_mode) & 0o077
        if not private or found.st_uid != self.uid:
            raise PermissionError(1, "it is not a private folder of its servers", str(folder))
