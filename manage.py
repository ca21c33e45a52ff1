#!/usr/bin/env python
"""Django's command line, with the embedded servers started where a command needs them."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

from openness import embedded, environment

# Commands that touch neither database nor broker; `serve` starts the servers itself.
WITHOUT_SERVERS = {"check", "collectstatic", "help", "score_file", "serve", "version"}


def main(arguments: list[str]) -> None:
    """Run one command; a setting that is nonsense or a server that fails is one sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openness.settings")
    command = arguments[1] if len(arguments) > 1 else "help"
    asks_for_help = command.startswith("-") or {"-h", "--help"} & set(arguments)
    try:
        if asks_for_help or command in WITHOUT_SERVERS:
            execute_from_command_line(arguments)
        else:
            with embedded.servers(environment.read()):
                execute_from_command_line(arguments)
    except (ImproperlyConfigured, embedded.CannotStart) as reason:
        sys.exit(str(reason))


if __name__ == "__main__":
    main(sys.argv)
