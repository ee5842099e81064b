"""Rate limit: a finance system that runs wild must not take the database from the residents."""

import time

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from services.api.models import ApiClient

WRITES_PER_SECOND = 15


class WritesThrottle(BaseThrottle):
    """At most 15 writes of one client in one second of the clock. The cache's keys carry the gmina."""

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Count the call; reads are not counted."""
        if request.method in ("GET", "HEAD") or not isinstance(request.auth, ApiClient):
            return True
        key = f"api-writes|{request.auth.pk}|{int(time.time())}"
        cache.add(key, 0, timeout=5)
        try:
            return cache.incr(key) <= WRITES_PER_SECOND
        except ValueError:  # the counter was evicted between the two calls
            return True

    def wait(self) -> float:
        """Seconds until it is worth trying again."""
        return 1.0
