"""`manage.py serve` under what happens to it: kills, second starts, taken ports."""

import json
import os
import signal
import socket
import time
from collections.abc import Callable

from tests.faults.conftest import Served

Serve = Callable[..., Served]
Eventually = Callable[..., None]


def test_a_kill_of_the_whole_group_leaves_no_process_and_loses_no_row(
    serve: Serve, eventually: Eventually
):
    first = serve()
    first.wait_until_ready()
    assert first.get("/health/") == (200, json.dumps({"status": "ok"}).encode())
    [(projects,)] = first.ask("SELECT count(*) FROM openness_project")
    assert projects
    assert first.ask("SELECT count(*) FROM openness_listing") == [(projects,)]
    first.ask("CREATE TABLE kept AS SELECT 42 AS value")

    os.killpg(first.process.pid, signal.SIGKILL)
    first.process.wait()
    eventually(lambda: not first.left_over(), within=10)

    second = serve()
    began = time.monotonic()
    second.wait_until_ready()
    # 15 s are promised on a quiet machine, 6 are usual; this one may be busy.
    assert time.monotonic() - began < 30
    assert second.ask("SELECT value FROM kept") == [(42,)]
    assert second.ask("SELECT count(*) FROM openness_listing") == [(projects,)]

    began = time.monotonic()
    second.process.terminate()
    assert second.process.wait(timeout=15) == 0
    assert time.monotonic() - began < 12
    assert second.output.endswith("\nStopped.\n")
    assert second.left_over() == []


def test_a_second_start_on_the_same_home_is_refused_and_harms_nothing(
    serve: Serve, eventually: Eventually
):
    first = serve()
    eventually(lambda: "Loading the catalogue" in first.output, within=60)
    second = serve()
    assert second.process.wait(timeout=20) == 1
    assert f"already runs on {first.home} (process {first.process.pid})" in second.output
    assert first.process.poll() is None


def test_a_taken_port_is_one_sentence_and_starts_nothing(serve: Serve, port: int):
    with socket.create_server(("127.0.0.1", port)):
        served = serve()
        assert served.process.wait(timeout=20) == 1
    assert served.output.startswith(f"CommandError: Port {port} cannot be used")
    assert served.output.count("\n") == 1
    assert served.left_over() == []


def test_a_stop_during_the_setup_is_a_stop(serve: Serve, eventually: Eventually):
    served = serve()
    eventually(lambda: "Bringing the database up to date" in served.output, within=60)
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(timeout=15) == 0
    assert served.left_over() == []
