"""`manage.py serve`: everything that the site needs, in one foreground process (`make serve`)."""

import http.client
import json
import os
import signal
import socket
import sys
import warnings
from argparse import ArgumentParser
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from importlib import import_module
from io import StringIO
from multiprocessing import get_context
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from openness import embedded, web
from openness.celery import app
from openness.embedded.lock import Lock
from openness.models import Project, Score
from openness.processes import die_with_parent
from openness.supervisor import STOPS, Program, Supervisor

HOST = "127.0.0.1"
LOOK = 0.2  # seconds between two questions whether all is ready
# A round of visits may take its time; scores and letters do not wait for it.
WORKERS = {"worker": ("score",), "refresh": ("hub", "github", "links", "webhooks")}


class Command(BaseCommand):
    help = (
        "Start the embedded servers (unless DATABASE_URL and REDIS_URL name others), migrate, load"
        " the catalogue, and run web, workers and beat until Ctrl-C or SIGTERM."
    )
    requires_system_checks = []
    told_to_leave = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--with-parent",
            action="store_true",
            help="also stop when the process that started this one dies (Linux)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["with_parent"]:
            die_with_parent(signal.SIGTERM)
        # Until the supervisor listens: leave in order, which stops what was started.
        for number in STOPS:
            signal.signal(number, self.leave)
        with ExitStack() as held:
            self.refuse_a_second(held)
            self.refuse_a_taken_port()
            self.start_servers(held)
            load()
            self.set_up_apart()
            supervisor = Supervisor(programs(), prefixed=settings.ENVIRONMENT.log_format == "line")
            ended = supervisor.run(meanwhile=lambda: self.announce(supervisor))
            self.say("Stopped." if not ended else f"{ended} ended by itself; all is stopped.")
        if ended:
            raise CommandError(f"{ended} ended by itself; its last lines above say why.")

    def leave(self, *_signal: object) -> None:
        """End in order, now or, where Python drops an exception (in a finalizer), a step later."""
        self.told_to_leave = True
        sys.exit(0)

    def say(self, sentence: str) -> None:
        """Tell the person at the terminal what is going on; where one has to leave, leave."""
        if self.told_to_leave:
            sys.exit(0)
        self.stdout.write(sentence)
        self.stdout.flush()

    def refuse_a_second(self, held: ExitStack) -> None:
        """Two workers and two schedules on one home would do everything twice."""
        locks = settings.HOME / "locks"
        try:
            locks.mkdir(parents=True, exist_ok=True)
            lock = held.enter_context(Lock(locks / "serve"))
        except OSError as reason:
            raise CommandError(f"OPENNESS_HOME cannot be used: {reason}") from reason
        if not lock.take():
            raise CommandError(
                f"Openness already runs on {settings.HOME} (process {lock.holder()})."
                " Stop it first, or give this one another OPENNESS_HOME."
            )

    def refuse_a_taken_port(self) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, settings.PORT))
            except OSError as reason:
                raise CommandError(
                    f"Port {settings.PORT} cannot be used ({reason.strerror});"
                    " choose another: make serve PORT=8001"
                ) from reason

    def start_servers(self, held: ExitStack) -> None:
        if started := held.enter_context(embedded.servers(settings.ENVIRONMENT)):
            self.say(f"Running {' and '.join(started)} of our own; data are in {settings.HOME}")
            if settings.ENVIRONMENT.home != settings.HOME:
                self.say(f"(not in {settings.ENVIRONMENT.home}: their account cannot enter it)")
        else:
            self.say("Using the servers of DATABASE_URL and REDIS_URL.")

    def set_up_apart(self) -> None:
        """Set up in a process that ends with it: what that loads is not kept while all runs."""
        apart = get_context("fork").Process(target=self.set_up, daemon=True)
        apart.start()
        try:
            apart.join()
        finally:
            apart.terminate()  # it has ended, unless we are told to leave
            apart.join()
        if apart.exitcode:
            raise CommandError("The site could not be set up; the lines above say why.")

    def set_up(self) -> None:
        die_with_parent()
        self.say("Bringing the database up to date ...")
        call_command("migrate", verbosity=0, interactive=False)
        self.say("Loading the catalogue ...")
        summary = StringIO()
        call_command("load_catalogue", stdout=summary)
        self.say(f"  {in_words(json.loads(summary.getvalue()))}")
        self.say("Collecting style sheets and pictures ...")
        call_command("collectstatic", verbosity=0, interactive=False)
        if not settings.ENVIRONMENT.redis_url:
            give_back_unfinished_tasks()
        app.send_task("openness.tasks.rescore_all")

    def announce(self, supervisor: Supervisor) -> None:
        """Say that all is ready once it is."""
        waiting = ""
        while not supervisor.ended.wait(LOOK):
            reason = unready()
            if not reason:
                self.say(f"Openness is ready at http://{HOST}:{settings.PORT}/")
                break
            if reason != waiting:
                self.say(f"Waiting: {reason} ...")
                waiting = reason
        connection.close()


def in_words(summary: dict[str, Any]) -> str:
    """What the loading of the catalogue did, for people: its tables and how many rows changed."""
    tables = {table: counts for table, counts in summary.items() if isinstance(counts, dict)}
    changes = [
        f"{count} {table} {verb}"
        for table, counts in tables.items()
        for verb in ("created", "updated")
        if (count := counts.get(verb))
    ]
    return ", ".join(changes) or "nothing has changed"


def programs() -> list[Program]:
    """What runs beside the servers."""
    return [
        Program(
            "web",
            partial(
                web.serve, *web.OPTIONS, "--host", HOST, "--port", str(settings.PORT), web.SITE
            ),
        ),
        *(
            Program(name, partial(celery, "openness", "worker", *options_of(name, queues)))
            for name, queues in WORKERS.items()
        ),
        Program("beat", partial(celery, "openness.celery:clock", "beat", "--pidfile=")),
    ]


def options_of(name: str, queues: Sequence[str]) -> list[str]:
    """Those of the worker of this name, which serves these queues."""
    return [
        *("--concurrency", "2", "--without-gossip", "--without-mingle"),
        *("--hostname", f"{name}@%h", "--queues", ",".join(queues)),
    ]


def load() -> None:
    """Load what the programs need; they are forked from here and share what they do not change.

    No connection is opened, which processes could not share.
    """
    # SIGTERM has a worker give its task back to the queue if that does not end in time.
    os.environ["REMAP_SIGTERM"] = "SIGQUIT"
    # Root is a supported user here, as in containers; only JSON is accepted.
    warnings.filterwarnings("ignore", "You're running the worker with superuser privileges")
    for name in ("bin.celery", "apps.worker", "apps.beat", "concurrency.prefork"):
        import_module(f"celery.{name}")
    app.loader.import_default_modules()
    app.finalize()
    web.load()


def celery(of: str, *words: str) -> None:
    """Be `celery -A of words`."""
    sys.argv = ["celery", "--quiet", "-A", of, *words, "--loglevel", "INFO"]
    import_module("celery.__main__").main()


def unready() -> str:
    """What is still awaited; "" when all is ready."""
    return web_answer() or catalogue_state()


def web_answer() -> str:
    """What /health/ says is missing; "" if nothing."""
    # A host that the site answers to, whatever ALLOWED_HOSTS says.
    name = settings.ALLOWED_HOSTS[0].lstrip(".")
    asked = http.client.HTTPConnection(HOST, settings.PORT, timeout=5)
    try:
        asked.request("GET", "/health/", headers={"Host": "localhost" if name == "*" else name})
        answer = asked.getresponse()
        if answer.status == http.client.OK:
            return ""
        if answer.status == http.client.SERVICE_UNAVAILABLE:
            return ", ".join(json.load(answer)["failing"])
        return f"web (it answers {answer.status})"
    except (OSError, http.client.HTTPException):
        return "web"
    finally:
        asked.close()


def catalogue_state() -> str:
    """What the worker has still to do; "" once every project has its listing and score."""
    try:
        unscored = Project.objects.filter(listing__isnull=True).exists()
        scored = Score.objects.filter(basis="derived").exists()
    except DatabaseError:  # it went away after it had answered, and may come back
        return "database"
    return "" if scored and not unscored else "the worker scores the catalogue"


def give_back_unfinished_tasks() -> None:
    """Return to the queue what a killed worker had fetched; only where no other worker can be.

    Otherwise the broker would do it by itself, after the visibility timeout.
    """
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS | {"visibility_timeout": 0}
    with app.connection_for_write(transport_options=options) as broker:
        channel: Any = broker.default_channel  # of the Redis transport; its types know only AMQP
        channel.qos.restore_visible(num=1000)
