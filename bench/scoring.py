"""One profile through all derived lenses, values only, beside json.loads of the same facts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

from bench.row import Goal, Promise, Row, cpu
from scoring.components import COMPONENTS
from scoring.facts import Access, Hosting, Kind, Right, State
from scoring.lenses import LENSES
from scoring.profile import Profile, profile_of
from scoring.score_file import facts_of

PROFILES = 300
PROFILE = Promise(
    "one profile through all derived lenses, CPU", "ms", Goal(0.2), "json.loads of its facts"
)
PROMISES = (PROFILE,)


def evidence(random: Random) -> dict[str, Any]:
    """What is held of one made-up model, in the short keys of `score_file`: all kinds of gaps."""
    ladders = {"access": Access, "hosted": Hosting, "use": Right, "modify": Right, "share": Right}
    models = [key for key, info in COMPONENTS.items() if info.applies_to(Kind.MODEL)]
    return {
        "params_b": round(10 ** random.uniform(-1, 3), 2),
        "tokens_t": round(10 ** random.uniform(-1, 1.5), 2),
        **{key: str(random.choice(list(ladder))) for key, ladder in ladders.items()},
        "c": {key: str(random.choice(list(State))) for key in models},
    }


def measure(_stage: object = None) -> Iterator[Row]:
    """Needs no site; profiles are distinct, so that nothing is remembered of one."""
    random = Random(1)  # noqa: S311 repeatable, not secret
    facts = [evidence(random) for _ in range(PROFILES)]
    texts = [json.dumps(held) for held in facts]
    profiles = [profile_of(facts_of(held, "model")) for held in facts]
    lenses = [lens for lens in LENSES.values() if "derived" in lens.bases]

    def ours() -> None:
        for profile in profiles:
            values_of(profile)

    def values_of(profile: Profile) -> None:
        for lens in lenses:
            lens.derive(profile)

    def baseline() -> None:
        for text in texts:
            json.loads(text)

    cost = [1000 * seconds for seconds in cpu(ours, units=PROFILES)]
    yield PROFILE.kept(cost, [1000 * seconds for seconds in cpu(baseline, units=PROFILES)])
