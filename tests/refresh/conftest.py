"""A fake hub in place of every source, an empty budget, and the chain in the test's own process."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from django.conf import settings as site

from tests.fakehub import FakeHub, sites


@pytest.fixture
def hub(settings: Any, servers: None) -> Iterator[FakeHub]:
    """The fake hub, well, with its canaries, as the only source there is."""
    with redis.Redis.from_url(site.REDIS_URL) as broker:
        for key in broker.scan_iter("openness:budget:*"):
            broker.delete(key)
    with FakeHub() as fake:
        settings.HUB_URL = fake.url
        settings.GITHUB_URL = f"{fake.url}/gh"
        settings.ARXIV_URL = f"{fake.url}/arxiv"
        canary = "openai-community/gpt2"
        fake.models[canary] = fake.model(canary, license="mit")
        fake.repositories["python/cpython"] = sites.repository("python/cpython")
        fake.papers["1706.03762"] = {}
        fake.quota(100_000, 300)
        yield fake


# Models can be imported only once Django is set up, which is after this file was read.
@pytest.fixture
def target(db: None) -> Callable[..., Any]:
    """A due address of a new project: `target("shore/heron")`."""
    from tests.refresh.rounds import due_address  # noqa: PLC0415 Django must be set up

    return due_address


@pytest.fixture
def visit(hub: FakeHub) -> Callable[..., list[Any]]:
    """One round of visits at a source: `visit(row)` makes the row due before."""
    from tests.refresh.rounds import round_of_visits  # noqa: PLC0415 Django must be set up

    return round_of_visits
