"""The programs that the benchmark runs beside ours: found, or fetched below var/bench; stopped."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from openness.environment import PROJECT

FOLDER = PROJECT / "var" / "bench"
DEBIAN = {
    "nginx": ("nginx",),
    "wrk": ("wrk", "libluajit-5.1-2"),
}
"""{program: the Debian packages that it needs beyond what any system has}."""

Command = Sequence[str | Path]


class Missing(Exception):
    """A program cannot be had here; says which and why."""


def run(command: Command, *, within: float, **options: object) -> str:
    """Run to the end within so many seconds; its output. Raises Missing with its last words."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=within, check=False, **options
        )  # type: ignore[call-overload]  # options are of the caller's choice
    except FileNotFoundError as error:
        raise Missing(f"{command[0]}: {error.strerror}") from error
    except subprocess.TimeoutExpired as error:
        raise Missing(f"{Path(command[0]).name} took over {within:.0f} s") from error
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip()).rpartition("\n")[2]
        raise Missing(f"{Path(command[0]).name} {command[1]}: {last or done.returncode}")
    return str(done.stdout)


def debian(program: str) -> tuple[Path, dict[str, str]]:
    """(program, its environment): of the system, or unpacked from Debian without installing it."""
    # Where it is installed nothing is fetched; /usr/sbin is not on everybody's path.
    if found := shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin"):
        return Path(found), {}
    root = FOLDER / "debian"
    places = [root / folder / program for folder in ("usr/sbin", "usr/bin")]
    if not any(place.exists() for place in places):
        root.mkdir(parents=True, exist_ok=True)
        for package in DEBIAN[program]:
            _unpack(package, root)
    libraries = ":".join(map(str, root.glob("usr/lib/*-linux-gnu*")))
    for place in places:
        if place.exists():
            return place, {"LD_LIBRARY_PATH": libraries}
    raise Missing(f"{program} is not in Debian's package")


def _unpack(package: str, root: Path) -> None:
    try:
        run(["apt-get", "download", "-q", package], within=60, cwd=root)
    except Missing:
        if os.geteuid():
            raise
        run(["apt-get", "update", "-qq"], within=120)
        run(["apt-get", "download", "-q", package], within=60, cwd=root)
    for file in root.glob(f"{package}_*.deb"):
        run(["dpkg-deb", "-x", file, root], within=60)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    command: Command,
    log: Path,
    *,
    answers: Callable[[], bool],
    within: float,
    environment: Mapping[str, str] | None = None,
    stop: signal.Signals = signal.SIGTERM,
) -> Iterator[subprocess.Popen[bytes]]:
    """A server that answers, stopped at the end by its own process id. Raises Missing."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as written:
        server = subprocess.Popen(
            command,
            cwd=PROJECT,
            env=os.environ | (environment or {}),
            stdout=written,
            stderr=written,
        )
        try:
            _await(server, answers, within, log)
            yield server
        finally:
            if server.poll() is None:
                server.send_signal(stop)
            try:
                server.wait(timeout=30)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _await(
    server: subprocess.Popen[bytes], answers: Callable[[], bool], within: float, log: Path
) -> None:
    end = time.monotonic() + within
    while not answers():
        if server.poll() is not None or time.monotonic() > end:
            last = log.read_text(errors="replace").strip().rpartition("\n")[2]
            raise Missing(f"{Path(str(server.args[0])).name} did not start: {last}")  # type: ignore[index]
        time.sleep(0.1)


def say(sentence: str) -> None:
    """Tell the person at the terminal what is being measured."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')}  {sentence}\n")
    sys.stderr.flush()
