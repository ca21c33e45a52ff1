"""One budget a host and credential for all workers: never passed, never guessed, never outlived."""

from collections.abc import Iterator

import pytest
import redis
from django.conf import settings as site

from openness.sources.budget import (
    LONGEST_UNNAMED,
    LONGEST_WAIT,
    Allowance,
    BrokerAway,
    Budget,
    Window,
    allowance,
)

HOST = "budget.example"


@pytest.fixture(autouse=True)
def broker(servers: None) -> Iterator[redis.Redis]:
    """The broker, without a trace of this host."""
    with redis.Redis.from_url(site.REDIS_URL) as client:
        for key in client.scan_iter(f"openness:budget:*{HOST}*"):
            client.delete(key)
        yield client


def budget(token: str | None = None, *, host: str = HOST, count: int = 3) -> Budget:
    return Budget(host, token, Window(count, 60.0))


def test_all_that_ask_a_host_with_one_credential_share_one_budget():
    one, another = budget("secret"), budget("secret")
    assert [one.take(), another.take(), one.take()] == [0, 0, 0]
    assert 0 < another.take() <= 60
    assert budget("other").take() == budget().take() == 0  # another credential, and none
    assert budget("secret", host=f"2.{HOST}").take() == 0
    assert one.spent()[:2] == (3, 3)


def test_a_token_is_in_no_key(broker: redis.Redis):
    budget("secret").take()
    assert not any(b"secret" in key for key in broker.scan_iter("openness:budget:*"))


def test_the_first_question_is_forgotten_when_its_window_has_passed(broker: redis.Redis):
    held = budget(count=1)
    held.take()
    [key] = broker.scan_iter(f"openness:budget:*{HOST}*:log")
    [(member, at)] = broker.zrange(key, 0, 0, withscores=True)
    broker.zadd(key, {member: at - 60_001})
    assert held.take() == 0


def test_what_a_source_says_that_it_grants_replaces_what_was_assumed():
    held = budget()
    assert held.learn(Allowance(quota=500, window=300.0, left=499, resets_in=295.0)) == 0
    assert held.spent()[1] == 200  # 40 %
    assert budget().spent()[1] == 200  # for all workers


@pytest.mark.parametrize(("left", "wait"), [(51, 0), (50, 295), (0, 295)])
def test_a_tenth_is_left_to_others_until_the_window_ends(left: int, wait: float):
    held = budget()
    said = Allowance(quota=500, window=300.0, left=left, resets_in=295.0)
    assert held.learn(said) == wait
    assert held.take() == pytest.approx(wait, abs=1)


def test_a_refusal_without_a_time_rests_longer_each_time():
    held = budget()
    waits = [held.learn(allowance({}, status=429, now=0)) for _ in range(9)]
    assert waits[:3] == [60, 120, 240]
    assert waits[-1] == LONGEST_UNNAMED


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "5", "ratelimit": '"api";r=0;t=17'}, 17),
        ({"retry-after": "50", "ratelimit": '"api";r=0;t=17'}, 50),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1090", "retry-after": "5"}, 90),
        (
            {
                "ratelimit": '"api";r=0;t=17',
                "x-ratelimit-remaining": "0",
                "x-ratelimit-reset": "1090",
            },
            90,
        ),
        ({"retry-after": "Thu, 01 Jan 1970 00:17:10 GMT"}, 30),
        ({"retry-after": "Thu, 01 Jan 1970 00:00:10 GMT"}, 60),  # over: no time is named
        ({"retry-after": "9" * 400}, 60),
        ({"retry-after": "999999999"}, LONGEST_WAIT),
    ],
)
def test_the_longest_of_all_that_is_named_is_kept(headers: dict[str, str], wait: float):
    assert allowance(headers, status=429, now=1000).wait == wait


def test_without_the_broker_nobody_asks(settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    away = budget()
    for ask in (away.take, away.rest_unnamed, away.spent):
        with pytest.raises(BrokerAway):
            ask()
    with pytest.raises(BrokerAway):
        away.learn(Allowance(quota=500, window=300.0))
