"""The supervisor: prefixed logs, one end for all, and no orphan after a kill."""

import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable

import pytest

from openness.environment import PROJECT
from openness.processes import command_line

SLEEPER = "lambda: (print(os.getpid(), flush=True), time.sleep(60))"


def supervise(programs: str) -> subprocess.Popen[str]:
    """A supervisor of these programs in a process of its own; prints how it ended."""
    code = textwrap.dedent(f"""
        import os, sys, time
        from openness.processes import called
        from openness.supervisor import Program, Supervisor
        os.dup2(1, 99)
        ended = Supervisor([{programs}]).run(meanwhile=lambda: sys.stdout.write("meanwhile\\n"))
        print("ended:", ended)
    """)
    return subprocess.Popen(
        [sys.executable, "-c", code], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )


def read_until(process: subprocess.Popen[str], *names: str) -> dict[str, str]:
    """What each of the named programs printed first."""
    assert process.stdout is not None
    first: dict[str, str] = {}
    while set(first) != set(names):
        line = process.stdout.readline()
        assert line, f"it ended before all of {names} had printed anything"
        prefix, bar, text = line.partition(" | ")
        if bar:
            first.setdefault(prefix.split()[1], text.strip())
    return first


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_every_program_in_order(number: signal.Signals):
    with supervise(f'Program("one", {SLEEPER}), Program("two", {SLEEPER})') as process:
        pids = read_until(process, "one", "two").values()
        process.send_signal(number)
        output, _ = process.communicate(timeout=10)
    assert output.endswith("ended: \n")
    assert process.returncode == 0
    assert not any(command_line(int(pid)) for pid in pids)


def test_the_end_of_one_program_is_the_end_of_all_and_is_named():
    with supervise(f'Program("one", {SLEEPER}), Program("short", lambda: sys.exit(3))') as process:
        output, _ = process.communicate(timeout=10)
    assert output.endswith("ended: short\n")


def test_no_program_outlives_a_killed_supervisor(eventually: Callable[..., None]):
    with supervise(f'Program("one", {SLEEPER}), Program("two", {SLEEPER})') as process:
        pids = [int(pid) for pid in read_until(process, "one", "two").values()]
        assert all(map(command_line, pids))
        process.kill()
    eventually(lambda: not any(map(command_line, pids)), within=5)


def test_a_program_has_its_name_and_nothing_open_of_the_supervisor():
    looks = "lambda: print(called(os.getpid()), os.path.exists('/proc/self/fd/99'), flush=True)"
    with supervise(f'Program("looks", {looks})') as process:
        assert read_until(process, "looks") == {"looks": "looks False"}
        process.communicate(timeout=10)
