"""The process that starts one embedded server and stops it when its last user is gone.

    python -m openness.embedded.guardian postgres HOME

It goes to the background once it has its lock, so whoever started it may wait for that, and then
writes to the server's log. Exit status BUSY: another guardian is at work.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from openness.embedded import SERVERS
from openness.embedded.server import BUSY, CannotStart, Server
from openness.processes import command_line, leash

STOPS_WITHIN = 8.0  # seconds, then it is killed, which the write-ahead log makes harmless
GLANCE = 0.2  # seconds between two looks
QUICK_END = 2.0  # a server that lived shorter has failed to start
ATTEMPTS = 4
PAUSE = 0.5  # seconds before another attempt: processes of a killed predecessor may be leaving


class Guardian:
    """Keeps one server running as long as it has users."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.told_to_stop = threading.Event()
        self.pid: int | None = None
        self.child: subprocess.Popen[bytes] | None = None

    def guard(self) -> None:
        """Start or adopt the server, watch it, stop it in order.

        Exits with 1 where it ends again and again; raises CannotStart where it cannot be prepared.
        """
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: self.told_to_stop.set())
        with self.server.guardian as alone, self.server.users as users:
            if not alone.take():
                sys.exit(BUSY)
            _go_to_the_background()
            alone.take()  # leaves our new process id in it
            self._start()
            quick_ends = 0
            started = time.monotonic()
            while not self.told_to_stop.wait(GLANCE) and not users.take():
                if self._alive():
                    continue
                quick_ends = quick_ends + 1 if time.monotonic() - started < QUICK_END else 0
                if quick_ends == ATTEMPTS:
                    sys.exit(1)  # its own last words in the log say more than we could
                self.told_to_stop.wait(PAUSE)
                self._start()
                started = time.monotonic()
            self._stop()

    def _start(self) -> None:
        self.child, self.pid = None, self._running()
        if self.pid is not None:
            return  # left by a guardian that was killed: adopted
        self.server.prepare()
        self.child = subprocess.Popen(
            self.server.command(),
            env=self.server.account.surroundings,
            cwd=self.server.data,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=leash(self.server.stop_signal),
            **self.server.account.identity,
        )
        self.pid = self.child.pid

    def _running(self) -> int | None:
        """The process that its pid file names, if that is truly this server."""
        pid = _first_number(self.server.pid_file)
        if pid is None:
            return None
        command = command_line(pid)
        ours = str(self.server.data) in command or str(self.server.run) in command
        return pid if ours else None

    def _alive(self) -> bool:
        if self.child is not None:
            return self.child.poll() is None
        return self.pid is not None and command_line(self.pid) != ""

    def _stop(self) -> None:
        if self.pid is None or not self._alive():
            return
        os.kill(self.pid, self.server.stop_signal)
        deadline = time.monotonic() + STOPS_WITHIN
        while self._alive():
            if time.monotonic() > deadline:
                with suppress(ProcessLookupError):
                    os.kill(self.pid, signal.SIGKILL)
            time.sleep(0.01)


def _go_to_the_background() -> None:
    """Become nobody's child, in a session of one's own; locks go with us.

    A Ctrl-C in the terminal must not reach the servers before those who use them.
    """
    if os.fork():
        os._exit(0)
    os.setsid()


def _first_number(path: Path) -> int | None:
    try:
        return int(path.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def main(name: str, home: str) -> None:
    """Guard the server of this name under this home."""
    try:
        Guardian(SERVERS[name](Path(home))).guard()
    except (CannotStart, OSError) as reason:
        sys.exit(str(reason))


if __name__ == "__main__":
    main(*sys.argv[1:])
