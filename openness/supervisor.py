"""Runs programs side by side with prefixed logs, and stops them together.

Our own, for three things that the usual runners lack: no child outlives a kill -9 of its parent,
a stop reaches the program and not the processes of its pool, and the wait before a kill is ours
(docs/decisions/0006).
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import cycle

from openness.processes import leash

STOPS_WITHIN = 8.0  # seconds, then what is left is killed
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
COLORS = (36, 33, 35, 32)  # cyan, yellow, magenta, green


@dataclass(frozen=True, slots=True)
class Program:
    """One program to run: its name in the log, its command, its additions to the environment."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


class Supervisor:
    """Starts the programs, relays what they print, ends when told to or when one of them ends."""

    def __init__(self, programs: Sequence[Program], *, prefixed: bool = True) -> None:
        """`prefixed`: each line of a log begins with the time and the program's name."""
        self.programs = programs
        self.prefixed = prefixed
        self.width = max(len(program.name) for program in programs)
        self.colored = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        self.told_to_stop = threading.Event()
        self.ended = threading.Event()
        self.children: dict[str, subprocess.Popen[str]] = {}
        self.relays: list[threading.Thread] = []

    def run(self, meanwhile: Callable[[], None]) -> str:
        """Run until a signal or the end of a program; `meanwhile` gets a thread of its own.

        Gives the name of the program that ended by itself, "" after an orderly stop.
        """
        for number in STOPS:
            signal.signal(number, lambda *_: self.told_to_stop.set())
        try:
            for program, color in zip(self.programs, cycle(COLORS)):
                self._start(program, color)
            threading.Thread(target=meanwhile, daemon=True).start()
            ended = ""
            while not self.told_to_stop.wait(0.1) and not ended:
                ended = self._ended()
            return ended
        finally:
            self.ended.set()
            self._stop()

    def _start(self, program: Program, color: int) -> None:
        child = subprocess.Popen(
            program.command,
            env=os.environ | program.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            # Its own session: a Ctrl-C in the terminal is for us, and we tell the children.
            start_new_session=True,
            preexec_fn=leash(signal.SIGKILL),
        )
        self.children[program.name] = child
        relay = threading.Thread(target=self._relay, args=(program.name, child, color), daemon=True)
        relay.start()
        self.relays.append(relay)

    def _relay(self, name: str, child: subprocess.Popen[str], color: int) -> None:
        assert child.stdout is not None  # noqa: S101 it is a pipe
        for line in child.stdout:
            prefix = f"{datetime.now().astimezone():%H:%M:%S} {name:<{self.width}} | "
            if self.colored:
                prefix = f"\033[{color}m{prefix}\033[0m"
            try:
                # In one piece, or lines of two programs would run into each other.
                sys.stdout.write(f"{prefix if self.prefixed else ''}{line.rstrip()}\n")
                sys.stdout.flush()
            except OSError:  # nobody reads it any more; the program must not block for that
                continue

    def _ended(self) -> str:
        return next((name for name, child in self.children.items() if child.poll() is not None), "")

    def _stop(self) -> None:
        deadline = time.monotonic() + STOPS_WITHIN
        for child in self.children.values():
            child.terminate()
        for child in self.children.values():
            try:
                child.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        for relay in self.relays:
            relay.join(timeout=1)
