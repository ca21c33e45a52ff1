"""nginx with one worker that serves files of a folder: the limit for what is ready-made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.load import fetch
from bench.programs import FOLDER, Missing, debian, free_port, running

_CONFIGURATION = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr;
events {{ worker_connections 256; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 10000000;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; root {root}; }}
}}
"""


@contextmanager
def nginx(root: Path) -> Iterator[tuple[str, int]]:
    """(its address, its process id) while it serves this folder. Raises Missing."""
    program, environment = debian("nginx")
    folder, port = FOLDER / "nginx", free_port()
    folder.mkdir(parents=True, exist_ok=True)
    for above in (root, *root.parents):  # its worker is another account where we are root
        if above.owner() == "root" and not above.stat().st_mode & 0o001:
            user = "user root; "
            break
    else:
        user = ""
    text = user + _CONFIGURATION.format(folder=folder, port=port, root=root)
    (folder / "nginx.conf").write_text(text)
    (root / "ready.txt").write_text("ok")
    url = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        try:
            return fetch(f"{url}/ready.txt", within=5).status == 200
        except Missing:
            return False

    command: list[str | Path] = [program, "-e", "stderr", "-p", folder, "-c", folder / "nginx.conf"]
    with running(
        command, FOLDER / "nginx.log", answers=answers, within=20, environment=environment
    ) as server:
        yield url, server.pid
