"""One question to a source within its budget: what every way of asking has in common."""

from __future__ import annotations

import time

from openness.sources.budget import Budget, allowance
from openness.sources.http import Answer, Api


class NoBudget(Exception):
    """Nobody may ask now; `seconds` after which to try again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the budget is spent for {seconds:.0f} s")
        self.seconds = seconds


def question(
    api: Api,
    budget: Budget,
    path: str,
    *,
    accept: str = "application/json",
    etag: str = "",
    last_modified: str = "",
) -> tuple[Answer, float]:
    """One answer, and the seconds for which the source wants to be left alone.

    Raises NoBudget, BrokerAway.
    """
    if wait := budget.take():
        raise NoBudget(wait)
    answer = api.get(path, etag=etag, last_modified=last_modified, accept=accept)
    for _ in answer.hops:
        budget.take()  # each hop was a question too
    said = allowance(answer.headers, status=answer.status, now=time.time())
    return answer, budget.learn(said)
