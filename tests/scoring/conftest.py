"""Properties are looked for without a deadline; equalities with publishers are counted and kept."""

import json
import sys
from collections.abc import Callable

import pytest
from hypothesis import settings

from tests.conftest import PROJECT

# CI and developers share slow machines.
settings.register_profile("unhurried", deadline=None, database=None)
settings.load_profile("unhurried")

ORACLES = PROJECT / "docs" / "oracles.json"
"""{lens: {what was compared: how many came out equal}}: the figures of the methods pages."""


@pytest.fixture
def equal(capsys: pytest.CaptureFixture[str]) -> Callable[..., None]:
    """Say how much came out equal to the publisher's, `equal("mof", models=203)`, and keep it.

    A test calls it once all its comparisons held, so that the pages never claim more than a run
    has shown. The file is rewritten only where a figure moved.
    """

    def keep(lens: str, **counts: int) -> None:
        told = ", ".join(f"{count} {what}" for what, count in counts.items())
        with capsys.disabled():
            sys.stdout.write(f"\n{lens}: {told} equal\n")
        kept = json.loads(ORACLES.read_text(encoding="utf-8")) if ORACLES.exists() else {}
        now = kept | {lens: kept.get(lens, {}) | counts}
        if now != kept:
            ORACLES.write_text(json.dumps(now, indent=1, sort_keys=True) + "\n", encoding="utf-8")

    return keep
