"""Runs programs side by side with prefixed logs, and stops them together.

Our own, for what the usual runners lack: no child outlives a kill -9 of its parent, a stop reaches
the program and not the processes of its pool, the wait before a kill is ours, and programs share
what is loaded before they begin (docs/decisions/0006).
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle
from multiprocessing import get_context
from multiprocessing.context import ForkProcess

from openness.processes import call_itself, leash

STOPS_WITHIN = 8.0  # seconds, then what is left is killed
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
COLORS = (36, 33, 35, 32)  # cyan, yellow, magenta, green


@dataclass(frozen=True, slots=True)
class Program:
    """What runs in a process of its own until it is stopped, and its name in the log."""

    name: str
    run: Callable[[], object]


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
        self.children: dict[str, ForkProcess] = {}
        self.relays: list[threading.Thread] = []

    def run(self, meanwhile: Callable[[], None]) -> str:
        """Run until a signal or the end of a program; `meanwhile` gets a thread of its own.

        Gives the name of the program that ended by itself, "" after an orderly stop. No other
        thread may be at work when this is called: programs are forked from here.
        """
        for number in STOPS:
            signal.signal(number, lambda *_: self.told_to_stop.set())
        try:
            outputs = [self._start(program) for program in self.programs]
            for program, output, color in zip(self.programs, outputs, cycle(COLORS)):
                told = (program.name, output, color)
                self.relays.append(threading.Thread(target=self._relay, args=told, daemon=True))
            for thread in (*self.relays, threading.Thread(target=meanwhile, daemon=True)):
                thread.start()
            ended = ""
            while not self.told_to_stop.wait(0.1) and not ended:
                ended = self._ended()
            return ended
        finally:
            self.ended.set()
            self._stop()

    def _start(self, program: Program) -> int:
        """Fork the program; the descriptor from which what it prints is read."""
        inherited = _descriptors()
        output, written = os.pipe()
        begin = (program, written, [*inherited, output], leash(signal.SIGKILL))
        child = get_context("fork").Process(target=_run, args=begin)
        # A stop that comes too early for the program waits until the program can take it.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        child.start()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
        os.close(written)
        self.children[program.name] = child
        return output

    def _relay(self, name: str, output: int, color: int) -> None:
        with open(output, errors="replace") as lines:
            for line in lines:
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
        return next((name for name, child in self.children.items() if not child.is_alive()), "")

    def _stop(self) -> None:
        deadline = time.monotonic() + STOPS_WITHIN
        for child in self.children.values():
            child.terminate()
        for child in self.children.values():
            child.join(max(0.0, deadline - time.monotonic()))
            if child.is_alive():
                child.kill()
                child.join()
        for relay in self.relays:
            relay.join(timeout=1)


def _descriptors() -> list[int]:
    """What is open now besides the three that every program has: locks, pipes of others."""
    return [number for name in os.listdir("/dev/fd") if (number := int(name)) > 2 and _open(number)]


def _open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:  # that of the listing itself
        return False
    return True


def _run(
    program: Program, written: int, inherited: Iterable[int], leashed: Callable[[], None]
) -> None:
    """Be this program: in a session of its own, with its own output, and nothing of ours open."""
    for number in STOPS:
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPS)
    # A Ctrl-C in the terminal is for the supervisor, who tells the programs.
    os.setsid()
    leashed()
    call_itself(program.name)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for standard, source in ((0, nothing), (1, written), (2, written)):
        os.dup2(source, standard)
    for descriptor in (*inherited, nothing, written):
        os.close(descriptor)
    program.run()
