"""Asking for pages: many times by wrk, or once and whole; and what that costs processes."""

from __future__ import annotations

import http.client
import json
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bench.programs import Missing, debian, run

ANEW = {"Cache-Control": "no-cache"}
"""Has our site render a page anew; rows may come from kept fragments, whole pages may not."""

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Load:
    """What one run of wrk has measured; milliseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float
    errors: int
    bytes: int

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds


def asked(
    address: str,
    connections: int,
    seconds: float,
    headers: Mapping[str, str] | None = None,
) -> Load:
    """Ask for an address over so many connections for so many seconds. Raises Missing."""
    program, environment = debian("wrk")
    command: list[str | Path] = [program, "--threads", "1", "--connections", str(connections)]
    command += ["--duration", f"{seconds:g}s", "--timeout", "30s", "--latency"]
    for name, value in (headers or {}).items():
        command += ["-H", f"{name}: {value}"]
    command += ["--script", Path(__file__).with_name("load.lua"), address]
    said = run(command, within=seconds + 60, env=os.environ | environment)
    found = Load(**json.loads(said.strip().rpartition("\n")[2]))
    if not found.requests:
        raise Missing(f"no answer within {seconds:g} s over {connections} connections")
    if found.errors:
        raise Missing(f"{found.errors} of {found.requests} answers of {address} were errors")
    return found


@dataclass(frozen=True, slots=True)
class Answer:
    """One whole answer."""

    status: int
    headers: Mapping[str, str]
    size: int
    seconds: float
    body: bytes = b""


def fetch(
    address: str,
    headers: Mapping[str, str] | None = None,
    *,
    within: float = 300,
    keep: bool = False,
) -> Answer:
    """Ask once and read to the end; the time is that until the last byte. Raises Missing."""
    parts = urlsplit(address)
    asked_of = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    began = time.perf_counter()
    try:
        asked_of.request("GET", f"{parts.path}?{parts.query}", headers=dict(headers or {}))
        answer = asked_of.getresponse()
        size, body = 0, []
        while chunk := answer.read(1 << 18):
            size += len(chunk)
            if keep:
                body.append(chunk)
            if time.perf_counter() - began > within:
                raise Missing(f"{address} took over {within:g} s")
        seconds = time.perf_counter() - began
        return Answer(answer.status, dict(answer.getheaders()), size, seconds, b"".join(body))
    except (OSError, http.client.HTTPException) as error:
        raise Missing(f"{address}: {error!r}") from error
    finally:
        asked_of.close()


def family(pid: int) -> set[int]:
    """A process and all below it."""
    children: dict[int, set[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (stat := _stat(int(folder.name))):
            children.setdefault(int(stat[1]), set()).add(int(folder.name))
    found, wave = {pid}, {pid}
    while wave := {child for parent in wave for child in children.get(parent, ())} - found:
        found |= wave
    return found


def cpu_seconds(pids: Iterable[int]) -> float:
    """CPU that these processes have used so far, with what their ended children used."""
    return sum(sum(map(int, stat[11:15])) for pid in pids if (stat := _stat(pid))) / TICKS


def pss(pids: Iterable[int]) -> float:
    """Memory of these processes in MB, shared pages divided among those who share them."""
    total = 0
    for pid in pids:
        try:
            text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:  # it has ended, or is another account's
            continue
        total += next((int(w.split()[1]) for w in text.splitlines() if w.startswith("Pss:")), 0)
    return total / 1024


def _stat(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat after the name: state, parent, ... (proc(5))."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
