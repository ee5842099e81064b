"""What gunicorn serves: the portal with the bare view, and at /stock/ Django without any middleware."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest
from django.test.utils import override_settings

from portal.wsgi import application as portal


class Stock(WSGIHandler):
    """Django's own handler with no middleware and the bare view only."""

    def load_middleware(self, is_async: bool = False) -> None:
        """Load none."""
        with override_settings(MIDDLEWARE=[]):
            super().load_middleware(is_async)

    def get_response(self, request: HttpRequest) -> Any:
        """Answer by the bare view's own address."""
        request.urlconf = settings.STOCK_URLCONF
        return super().get_response(request)


stock = Stock()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Tell the sides apart by the path."""
    side = stock if environ["PATH_INFO"] == "/stock/" else portal
    answer: Iterable[bytes] = side(environ, start_response)
    return answer
