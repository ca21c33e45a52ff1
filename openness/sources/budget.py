"""How often a source may be asked, by all workers together: one budget per host and credential.

A window that slides: never more than `count` questions in any `window` seconds. What a source says
of its own limits replaces what we assumed, and where it says that little is left, nobody asks until
its window ends. It lives in Redis in one script, so two workers cannot both take the last one;
without Redis nobody asks at all.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

import redis
from django.conf import settings
from redis.lock import Lock

# Of what a source grants (spec/refresh.md section 4): the rest is for others behind our address.
SHARE = 0.4
# Below this part of its window a source is left alone until the window ends.
RESERVE = 0.1
# After a refusal that names no time; after each that follows within two hours twice as long
# (spec/refresh.md section 5).
UNNAMED_WAIT = 60.0
LONGEST_UNNAMED = 3600.0
# What a source asks for beyond this is a slip of its own.
LONGEST_WAIT = 86_400.0

_TAKE = """
local held = redis.call('PTTL', KEYS[2])
if held > 0 then return held end
local count, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local learned = redis.call('HMGET', KEYS[3], 'count', 'window')
if learned[1] then count, window = tonumber(learned[1]), tonumber(learned[2]) end
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
if redis.call('ZCARD', KEYS[1]) >= count then
  local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  return math.max(1, oldest[2] + window - now)
end
redis.call('ZADD', KEYS[1], now, clock[1] .. '.' .. clock[2] .. '.' .. ARGV[3])
redis.call('PEXPIRE', KEYS[1], window + 1000)
return 0
"""


@dataclass(frozen=True, slots=True)
class Window:
    """So many questions in so many seconds."""

    count: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a source said of its limits in an answer; None where it said nothing."""

    quota: int | None = None
    window: float | None = None  # seconds
    left: int | None = None
    resets_in: float | None = None  # seconds
    wait: float = 0.0  # seconds that it asked us to stay away
    unnamed: bool = False  # it refused and named no time


class BrokerAway(Exception):
    """Redis does not answer, so nobody knows what is left of the budget."""


def allowance(headers: Mapping[str, str], *, status: int, now: float) -> Allowance:
    """Read the limits of an answer (`now` in epoch seconds).

    RateLimit and RateLimit-Policy of the Hub, X-RateLimit-* of GitHub (a window of an hour), and
    Retry-After in seconds or as a date; the longest of them holds. A 429, or a 403 with nothing
    left, without a time waits a minute.
    """
    quota, window = _policy(headers.get("ratelimit-policy", ""))
    left, resets = _numbers(headers.get("ratelimit", ""), "r", "t")
    other_left, other_limit, until = (
        _whole(headers.get(f"x-ratelimit-{name}", "")) for name in ("remaining", "limit", "reset")
    )
    if left is None and other_left is not None:
        left = other_left
        quota, window = (other_limit, 3600.0) if other_limit is not None else (None, None)
    if until is not None and other_left is not None:
        resets = max(resets or 0, until - int(now))
    wait = _seconds(headers.get("retry-after", ""), now)
    refused = status == 429 or (status == 403 and (left == 0 or wait > 0))
    if refused:
        # With questions left, the end of the window is not what it waits for.
        wait = max(wait, 0.0 if left else float(resets or 0))
    unnamed = refused and not wait
    wait = UNNAMED_WAIT if unnamed else min(wait, LONGEST_WAIT)
    return Allowance(quota, window, left, resets, wait, unnamed)


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,12}", text) else None


def _seconds(text: str, now: float) -> float:
    """Retry-After by RFC 9110: seconds, or the date of their end; 0 for anything else."""
    if (seconds := _whole(text)) is not None:
        return float(seconds)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (ValueError, OverflowError):
        return 0.0


def _policy(text: str) -> tuple[int | None, float | None]:
    quota, window = _numbers(text, "q", "w")
    return (quota, float(window)) if quota and window else (None, None)


def _numbers(text: str, *names: str) -> tuple[int | None, int | None]:
    found = [re.search(rf"\b{name}=(\d{{1,9}})\b", text) for name in names]
    first, second = (int(match[1]) if match else None for match in found)
    return first, second


class Budget:
    """The budget of one host and one credential."""

    def __init__(self, host: str, token: str | None, assumed: Window) -> None:
        secret = hashlib.sha256(token.encode()).hexdigest()[:12] if token else "anonymous"
        self._key = f"openness:budget:{{{host}:{secret}}}"
        self._assumed = assumed
        self._redis = redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=5, socket_connect_timeout=5
        )
        self._take = self._redis.register_script(_TAKE)
        self._policy: Window | None = None  # as we kept it last

    def take(self) -> float:
        """0.0 and one question is taken; else the seconds after which to try again.

        Raises BrokerAway.
        """
        keys = [f"{self._key}:log", f"{self._key}:held", f"{self._key}:policy"]
        window = round(self._assumed.seconds * 1000)
        try:
            waits = self._take(keys, [self._assumed.count, window, time.monotonic_ns()])
        except redis.RedisError as error:
            raise BrokerAway(str(error)) from error
        return float(waits) / 1000

    def learn(self, said: Allowance) -> float:
        """Keep what a source said of its limits; the seconds that nobody will ask it.

        Raises BrokerAway.
        """
        if said.unnamed:
            return self.rest_unnamed()
        wait = said.wait
        if said.left is not None and said.quota and said.left <= max(1, said.quota * RESERVE):
            wait = max(wait, min(said.resets_in or 0.0, LONGEST_WAIT))
        if said.quota and said.window:
            self._keep(Window(max(1, int(said.quota * SHARE)), said.window))
        return self.rest(wait)

    def _keep(self, policy: Window) -> None:
        """Keep for a day what holds from now on, unless that was done already."""
        if policy == self._policy:
            return
        key = f"{self._key}:policy"
        try:
            with self._redis.pipeline() as pipe:
                pipe.hset(key, "count", policy.count)
                pipe.hset(key, "window", round(policy.seconds * 1000))
                pipe.expire(key, 86400)
                pipe.execute()
        except redis.RedisError as error:
            raise BrokerAway(str(error)) from error
        self._policy = policy

    def rest(self, seconds: float) -> float:
        """Nobody asks for so many seconds; gives them back. Raises BrokerAway."""
        try:
            if seconds > 0:
                self._redis.set(f"{self._key}:held", 1, px=round(seconds * 1000))
        except redis.RedisError as error:
            raise BrokerAway(str(error)) from error
        return seconds

    def rest_unnamed(self) -> float:
        """After a refusal that names no time: a minute, twice as long after each further one.

        Raises BrokerAway.
        """
        key = f"{self._key}:unnamed"
        try:
            with self._redis.pipeline() as pipe:
                pipe.incr(key)
                pipe.expire(key, int(2 * LONGEST_UNNAMED))
                refusals = int(pipe.execute()[0])
        except redis.RedisError as error:
            raise BrokerAway(str(error)) from error
        return self.rest(min(LONGEST_UNNAMED, UNNAMED_WAIT * 2 ** min(refusals - 1, 10)))

    def turn(self, seconds: float) -> Lock:
        """A mutex: one worker at a time asks this host. It opens by itself after `seconds`."""
        return Lock(self._redis, f"{self._key}:turn", timeout=seconds, blocking=False)

    def spent(self) -> tuple[int, int, float]:
        """(questions in the running window, how many there may be, seconds of enforced rest).

        Raises BrokerAway.
        """
        try:
            learned = self._redis.hmget(f"{self._key}:policy", ["count", "window"])
            count = int(learned[0] or self._assumed.count)
            window = int(learned[1] or self._assumed.seconds * 1000)
            now = time.time() * 1000
            used = self._redis.zcount(f"{self._key}:log", now - window, "+inf")
            held = self._redis.pttl(f"{self._key}:held")
        except redis.RedisError as error:
            raise BrokerAway(str(error)) from error
        return int(used), count, max(0, int(held)) / 1000
