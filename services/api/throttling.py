"""Rate limits of the API: a finance system that runs wild must not take the database from the residents.

All processes count together (`tenants.metering.counters`): one statement counts the call for the client, for the gmina and
for the monthly statement.
"""

from collections.abc import Mapping
from math import ceil
from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from kernel.errors import Refused
from services.api.models import ApiClient
from tenants.metering import counters
from tenants.metering.counters import Counted, Wanted
from tenants.metering.quotas import API_REQUESTS, MINUTE_SECONDS
from tenants.metering.usage import api_call

WRITES_PER_SECOND = 15
WRITES = "api_writes"


class Throttle(BaseThrottle):
    """At most 15 writes of one client in a second, and so many calls of all the gmina's clients in a minute.

    Booking is counted, but the gmina's quota does not stop it: money that has come is booked. How the gmina's minute stands
    is left on the view for the answer's headers.
    """

    def allow_request(self, request: Request, view: Any) -> bool:
        """Count the call. Raises Refused("rate.limited") for the client and Refused("quota.api_requests") for the gmina."""
        if not isinstance(request.auth, ApiClient):
            return True
        wanted = [API_REQUESTS.wanted(is_limited=not view.books_money), api_call()]
        if request.method not in ("GET", "HEAD"):
            wanted.append(Wanted(WRITES, WRITES_PER_SECOND, seconds=1, subject=str(request.auth.public_id)))
        minute, _, *writes = counters.take(*wanted)
        view.minute = minute
        if writes and not writes[0].is_admitted:
            raise Refused("rate.limited", permanent=False, retry_after=1)
        if not minute.is_admitted:
            raise API_REQUESTS.refusal(minute)
        return True


def headers(minute: Counted | None) -> Mapping[str, str]:
    """How the gmina's minute stands (draft-ietf-httpapi-ratelimit-headers, the widely read three fields)."""
    if minute is None:
        return {}
    most = API_REQUESTS.most()
    return {
        "RateLimit-Limit": str(most),
        "RateLimit-Remaining": str(max(0, most - minute.used)),
        "RateLimit-Reset": str(min(MINUTE_SECONDS, ceil(minute.seconds_left))),
    }
