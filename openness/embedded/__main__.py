"""`python -m openness.embedded`: the embedded servers alone, until Ctrl-C or SIGTERM.

Prints their addresses as lines for a shell; every other command joins them meanwhile.
"""

import signal
import sys

from django.core.exceptions import ImproperlyConfigured

from openness import embedded, environment


def main() -> None:
    """Keep the servers that the environment does not name running."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: sys.exit(0))
    try:
        given = environment.read()
        with embedded.servers(given):
            print(f'DATABASE_URL="{embedded.database_url(given)}"')  # noqa: T201 its output
            print(f'REDIS_URL="{embedded.redis_url(given)}"', flush=True)  # noqa: T201 its output
            signal.pause()
    except (ImproperlyConfigured, embedded.CannotStart) as reason:
        sys.exit(str(reason))


if __name__ == "__main__":
    main()
