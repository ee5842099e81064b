"""What all resources of version 1 share."""

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import IO, Any, ClassVar

from django.http import Http404
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.views import APIView

from kernel.actors import Actor
from kernel.errors import InvalidInput
from services.api.authentication import actor_of
from services.api.throttling import Throttle, headers
from services.liabilities.queries_exchange import Position
from services.users.domain import Verb
from tenants.metering.counters import Counted

PAGE, LARGEST_PAGE = 100, 500


class Json(JSONParser):
    """JSON in UTF-8; a body that is nested too deeply is unreadable too, not a failure of ours."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The parsed body. Raises ParseError."""
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError from None


class ApiView(APIView):
    """A resource. `verbs` says for each method which verb the token's scopes must hold; other methods do not exist."""

    verbs: ClassVar[Mapping[str, Verb]] = {}
    parser_classes = (Json,)
    throttle_classes = (Throttle,)
    books_money: ClassVar[bool] = False
    """Whether the gmina's quota of calls must not stop it."""
    minute: Counted | None = None
    """How the gmina's minute stands, once the call was counted."""
    metadata_class = None

    def actor(self, request: Request) -> Actor:
        """Who calls."""
        return actor_of(request)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Tell the caller on every answer how much of the gmina's minute is left."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        for name, value in headers(self.minute).items():
            answer[name] = value
        return answer


class Unknown(APIView):
    """Every other address below the API: the envelope says 404, whoever asks."""

    authentication_classes = ()
    permission_classes = ()
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Nothing is here."""
        raise Http404


def body_of(request: Request) -> dict[str, Any]:
    """The body as an object. Raises InvalidInput("request.not_object") and what the parser raises."""
    # Read whole first: Django then enforces the size limit, and the key's digest can be taken of it.
    if not request._request.body.strip():
        raise ParseError
    if not isinstance(request.data, dict):
        raise InvalidInput("request.not_object")
    return dict(request.data)


def limit_of(request: Request) -> int:
    """Size of a page. Raises InvalidInput("request.invalid")."""
    given = request.query_params.get("limit", str(PAGE))
    if not given.isascii() or not given.isdigit() or not 1 <= int(given[:6]) <= LARGEST_PAGE:
        raise InvalidInput("request.invalid", field="limit")
    return int(given)


def instant_of(request: Request, name: str) -> datetime | None:
    """An instant of the query string with its zone. Raises InvalidInput("request.invalid")."""
    given = request.query_params.get(name)
    if not given:
        return None
    try:
        instant = datetime.fromisoformat(given.replace(" ", "+"))
    except ValueError:
        raise InvalidInput("request.invalid", field=name) from None
    if instant.tzinfo is None:
        raise InvalidInput("request.invalid", field=name)
    return instant


def cursor_text(parts: Mapping[str, int]) -> str:
    """An opaque cursor of whole numbers."""
    plain = "&".join(f"{name}={value}" for name, value in parts.items())
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def cursor_parts(text: str, *names: str) -> list[int]:
    """The numbers of a cursor. Raises InvalidInput("cursor.invalid")."""
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        pairs = [part.split("=") for part in plain.split("&")]
        if [name for name, _ in pairs] != list(names):
            raise ValueError
        numbers = [int(value) for _, value in pairs]
        if any(not 0 <= number < 2**63 for number in numbers):
            raise ValueError
    except (ValueError, binascii.Error):
        raise InvalidInput("cursor.invalid", field="cursor") from None
    return numbers


def position_text(position: Position | None) -> str | None:
    """Cursor of a reader of changes."""
    if position is None:
        return None
    microseconds = int(position.updated_at.timestamp()) * 1_000_000 + position.updated_at.microsecond
    return cursor_text({"at": microseconds, "id": position.key})


def position_of(request: Request) -> Position | None:
    """The reader's position from the query string. Raises InvalidInput("cursor.invalid")."""
    given = request.query_params.get("cursor")
    if not given:
        return None
    at, key = cursor_parts(given, "at", "id")
    try:
        seconds, microseconds = divmod(at, 1_000_000)
        instant = datetime.fromtimestamp(seconds, UTC).replace(microsecond=microseconds)
    except (ValueError, OverflowError, OSError):
        raise InvalidInput("cursor.invalid", field="cursor") from None
    return Position(instant, key)
