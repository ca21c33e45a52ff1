"""The secret key of a first run."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from openness import secret


def test_the_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path):
    kept = tmp_path / "home" / "secret-key"
    key = secret.kept(kept)
    assert len(key) >= 50
    assert secret.kept(kept) == key
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [path.name for path in kept.parent.iterdir()] == ["secret-key"]


def test_two_homes_have_two_keys(tmp_path: Path):
    assert secret.kept(tmp_path / "a") != secret.kept(tmp_path / "b")


def test_processes_that_start_together_get_the_same_key(tmp_path: Path):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: secret.kept(tmp_path / "key"), range(8)))
    assert len(keys) == 1
