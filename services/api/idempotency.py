"""Idempotency-Key: the same call sent again gets the same answer and has no second effect.

An answer is kept for 24 hours, and only an answer of success: a failure is not frozen by the key, so that the same call
may succeed later. Calls with the same key queue up behind each other on an advisory lock of PostgreSQL; a process that
dies lets go of it with its connection. Should one die after the work and before keeping the answer, the next call does
the work again, which is why only actions that are idempotent themselves stand behind a key.
"""

import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connection
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from kernel import tenancy
from kernel.errors import Conflict, InvalidInput
from services.api.models import ApiClient, IdempotentCall

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEPT_FOR = timedelta(hours=24)
WAIT_SECONDS = 25.0
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


@dataclass(frozen=True)
class Call:
    """A call with its key; `digest` is over method, path and body, so another call with the key is noticed."""

    client: ApiClient
    key: str
    digest: bytes

    @property
    def lock_name(self) -> str:
        """Name of the advisory lock of this key."""
        return f"idempotency|{tenancy.current_tenant_id()}|{self.client.pk}|{self.key}"


def once(request: Request, work: Callable[[], Response]) -> Response:
    """Do the work, or give the kept answer of the first call with this key.

    Raises InvalidInput("idempotency.key_missing") or ("idempotency.key_invalid"), Conflict("idempotency.other_request")
    when the key came with another body before, Conflict("idempotency.in_progress") when the first call takes too long.
    """
    call = _call(request)
    with _alone(call):
        kept = IdempotentCall.objects.filter(
            client=call.client, key=call.key, created_at__gt=timezone.now() - KEPT_FOR
        ).first()
        if kept is not None:
            return _replay(kept, call)
        response = work()
        if 200 <= response.status_code < 300:
            _keep(call, response)
        return response


def _call(request: Request) -> Call:
    key = request.headers.get(HEADER, "")
    if not key:
        raise InvalidInput("idempotency.key_missing", field=HEADER)
    if not _KEY.fullmatch(key):
        raise InvalidInput("idempotency.key_invalid", field=HEADER)
    assert isinstance(request.auth, ApiClient)
    head = f"{request.method} {request.path}\n".encode()
    return Call(request.auth, key, hashlib.sha256(head + request._request.body).digest())


@contextmanager
def _alone(call: Call) -> Iterator[None]:
    """Hold the key's lock. It belongs to the session, because the work opens and ends transactions of its own."""
    deadline = time.monotonic() + WAIT_SECONDS
    pause = 0.01
    while not _ask("pg_try_advisory_lock", call.lock_name):
        if time.monotonic() > deadline:
            raise Conflict("idempotency.in_progress", permanent=False)
        time.sleep(pause)
        pause = min(pause * 2, 0.25)
    try:
        yield
    finally:
        with suppress(DatabaseError):  # the connection broke, and the lock went with it
            _ask("pg_advisory_unlock", call.lock_name)


def _ask(function: str, name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtextextended(%s, 0))", [name])
        return bool(cursor.fetchone()[0])


def _replay(kept: IdempotentCall, call: Call) -> Response:
    if bytes(kept.request_digest) != call.digest:
        raise Conflict("idempotency.other_request", field=HEADER)
    answer: Any = json.loads(kept.answer)
    return Response(answer, status=kept.status, headers={REPLAYED: "true"})


def _keep(call: Call, response: Response) -> None:
    """Keep the answer, and forget those whose time is over."""
    IdempotentCall.objects.filter(created_at__lte=timezone.now() - KEPT_FOR).delete()
    IdempotentCall.objects.create(
        client=call.client,
        key=call.key,
        request_digest=call.digest,
        status=response.status_code,
        answer=JSONRenderer().render(response.data).decode(),
    )
