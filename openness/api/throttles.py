"""How much one reader may ask for, told in each answer (IETF draft "RateLimit header fields")."""

from __future__ import annotations

import time

from redis import RedisError
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView


class Throttle(SimpleRateThrottle):
    """A number of requests a period, counted by account or else by address."""

    num_requests: int
    duration: int  # seconds

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """Whose requests are counted together."""
        user = request.user.pk if request.user.is_authenticated else None
        who = f"account-{user}" if user else self.get_ident(request)
        return f"throttle:{self.scope}:{who}"

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Whether it may go on. Where nothing can be counted, everybody may."""
        try:
            return super().allow_request(request, view)
        except RedisError:
            return True

    def headers(self) -> dict[str, str]:
        """What is left and when more comes, in seconds."""
        history: list[float] = getattr(self, "history", [])
        left = max(0, self.num_requests - len(history))
        reset = round(history[-1] + self.duration - time.time()) if history else self.duration
        return {
            "RateLimit-Policy": f'"{self.scope}";q={self.num_requests};w={self.duration}',
            "RateLimit": f'"{self.scope}";r={left};t={max(0, reset)}',
        }


class ReadThrottle(Throttle):
    """Of everything that only reads."""

    scope = "read"


class ScoreThrottle(Throttle):
    """Of scoring what is posted."""

    scope = "score"


class SubmitThrottle(Throttle):
    """Of proposals."""

    scope = "submit"
