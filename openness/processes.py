"""What our processes ask of the operating system: not to be orphaned, a name, and who else runs."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15  # <linux/prctl.h>
M_MMAP_THRESHOLD = -3  # <malloc.h>


def die_with_parent(death: signal.Signals = signal.SIGKILL) -> None:
    """Ask Linux to send this process `death` when its parent dies, even by kill -9.

    Other systems have nothing like it and ignore the call.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, death)


def call_itself(name: str) -> None:
    """Have Linux show this process, and those that it forks, by this name (at most 15 bytes).

    `ps -e`, `top` and `pgrep` show it. Other systems have nothing like it and ignore the call.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_NAME, name.encode())


def give_back_what_is_freed(size: int = 1 << 20) -> None:
    """Have glibc ask Linux for each block of so many bytes by itself, and give it back once freed.

    Else it learns from the first large block that is freed to keep all up to that size, and the
    gaps that columns of a million rows leave are kept. For this process and those that it forks;
    other systems ignore the call.
    """
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library
            ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, size)


def cut_off_stalled_readers(seconds: float) -> None:
    """Have Linux reset a connection whose other side takes nothing of what is sent for so long.

    For the ports on which this process listens: connections that are accepted from now on, and
    those that are open. A thread that serves a download would else wait for its reader for good,
    and the web server has no such limit of its own. Other systems ignore the call.
    """
    if sys.platform != "linux":
        return
    found = list(_tcp_sockets())
    ports = {port for listens, port, _ in found if listens}
    for _listens, port, descriptor in found:
        if port in ports:
            with socket.socket(fileno=os.dup(descriptor)) as one:
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, round(seconds * 1000))


def _tcp_sockets() -> Iterator[tuple[bool, int, int]]:
    """(whether it listens, its port, its descriptor) of each TCP socket of this process."""
    for name in os.listdir("/proc/self/fd"):
        try:
            with socket.socket(fileno=os.dup(int(name))) as one:
                if one.family in (socket.AF_INET, socket.AF_INET6):
                    listens = one.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
                    yield bool(listens), one.getsockname()[1], int(name)
        except OSError:  # it is no socket, or is closed by now
            continue


def leash(death: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn` for children that must not outlive the process that calls this."""
    parent = os.getpid()

    def leashed() -> None:
        die_with_parent(death)
        if os.getppid() != parent:  # it died before the request was made
            os._exit(1)

    return leashed


def command_line(pid: int) -> str:
    """The command of a running process, "" if there is none such."""
    if sys.platform != "linux":
        ps = ["ps", "-p", str(pid), "-o", "command="]
        return subprocess.run(ps, capture_output=True, text=True, check=False).stdout.strip()
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").replace("\0", " ").strip()
    except OSError:
        return ""


def called(pid: int) -> str:
    """The name by which Linux shows a running process (`call_itself`), "" if there is none such."""
    try:
        return Path(f"/proc/{pid}/comm").read_text(errors="replace").strip()
    except OSError:
        return ""
