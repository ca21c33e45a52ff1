"""What our processes ask of the operating system: not to be orphaned, and who else runs."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def die_with_parent(death: signal.Signals = signal.SIGKILL) -> None:
    """Ask Linux to send this process `death` when its parent dies, even by kill -9.

    Other systems have nothing like it and ignore the call.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, death)


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
