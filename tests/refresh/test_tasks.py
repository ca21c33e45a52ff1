"""How workers are kept from losing, doubling or holding up work: their settings, their manners."""

import ast
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from celery import Task
from django.conf import settings
from django.db import connection, transaction
from kombu import Queue

from openness import services, sources, tasks
from openness.celery import app
from openness.models import Identifier
from openness.services.refresh import lease
from openness.sources import LIVE
from tests.refresh.rounds import due_address

OURS = sorted(name for name in app.tasks if name.startswith("openness."))
PACKAGE = Path(tasks.__file__).parent


@pytest.mark.parametrize("name", OURS)
def test_a_task_is_done_when_it_has_ended_and_has_an_end(name: str) -> None:
    task: Task = app.tasks[name]
    assert task.acks_late
    assert task.reject_on_worker_lost
    soft = task.soft_time_limit or app.conf.task_soft_time_limit
    hard = task.time_limit or app.conf.task_time_limit
    # The broker hands out again what was not acknowledged for so long: nothing may run longer.
    assert 0 < soft < hard < app.conf.broker_transport_options["visibility_timeout"]


def test_a_worker_takes_one_task_at_a_time_and_reads_json_alone() -> None:
    assert app.conf.worker_prefetch_multiplier == 1
    assert app.conf.accept_content == ["json"]
    assert app.conf.task_ignore_result


def test_a_visit_fits_into_its_lease_and_its_round_into_its_limits() -> None:
    visit = app.tasks["openness.tasks.visit"]
    assert settings.REFRESH_ROUND < visit.soft_time_limit < settings.REFRESH_LEASE
    assert settings.REFRESH_TURN < settings.REFRESH_LEASE


def test_each_source_is_visited_by_the_schedule_in_its_queue() -> None:
    queues = {queue.name for queue in app.conf.task_queues if isinstance(queue, Queue)}
    assert {"hub", "github", "links", "score"} <= queues
    visits = {}
    for entry in app.conf.beat_schedule.values():
        assert entry["task"] in OURS
        assert entry.get("options", {}).get("queue", app.conf.task_default_queue) in queues
        if entry["task"] == "openness.tasks.visit":
            [source] = entry["args"]
            visits[source] = entry["options"]["queue"]
            # A round that nobody has begun when the next is sent is of no use any more.
            assert entry["options"]["expires"] <= entry["schedule"]
    assert visits == {key: source.queue for key, source in LIVE.items()}


def of_workers() -> Iterator[tuple[str, ast.AST]]:
    """Everything that is written in what workers run, with its place."""
    folders = (Path(package.__path__[0]) for package in (services, sources))
    for file in (Path(tasks.__file__), *(f for folder in folders for f in folder.rglob("*.py"))):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            yield f"{file.relative_to(PACKAGE)}:{getattr(node, 'lineno', 0)}", node


def named(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def test_nothing_sleeps_in_a_worker_and_nothing_waits_in_the_broker() -> None:
    calls = [(at, node) for at, node in of_workers() if isinstance(node, ast.Call)]
    assert len(calls) > 1000
    asleep = [at for at, call in calls if named(call.func) in ("sleep", "wait")]
    delayed = [at for at, call in calls if {k.arg for k in call.keywords} & {"countdown", "eta"}]
    assert (asleep, delayed) == ([], [])


def test_services_never_enqueue_and_pages_only_once_their_change_is_there() -> None:
    enqueuing = ("delay", "apply_async", "send_task")
    of_services = [
        at
        for at, node in of_workers()
        if isinstance(node, ast.Attribute) and node.attr in enqueuing and "tasks.py" not in at
    ]
    assert of_services == []
    pages = [
        PACKAGE / "admin.py",
        *(PACKAGE / "views").rglob("*.py"),
        *(PACKAGE / "api").rglob("*.py"),
    ]
    at_once = [
        f"{file.name}:{node.lineno}"
        for file in pages
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in enqueuing
    ]
    assert at_once == []


@pytest.mark.django_db(transaction=True)
def test_whoever_leases_does_not_wait_for_another_who_does() -> None:
    taken, free = due_address("shore/heron"), due_address("shore/wren")

    def other() -> list[str]:
        try:
            return [one.row.reference for one in lease(LIVE["hub"], at_most=2)]
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as apart, transaction.atomic():
        Identifier.objects.select_for_update().get(pk=taken.pk)
        assert apart.submit(other).result(timeout=60) == [free.reference]
    assert [one.row.reference for one in lease(LIVE["hub"], at_most=2)] == [taken.reference]
