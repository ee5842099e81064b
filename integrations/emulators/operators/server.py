"""An emulated operator as one web application, and how to start and stop it in a thread."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from integrations.emulators.markup import STYLESHEET, stylesheet
from integrations.emulators.operators.control import ControlApi
from integrations.emulators.operators.control_client import Control
from integrations.emulators.operators.notifier import Notifier
from integrations.emulators.operators.operator import EmulatedOperator
from integrations.emulators.operators.panel import Panel
from integrations.emulators.operators.payer import Payer
from integrations.emulators.serving import Exchange, InThread, endpoint


def application(
    kind: type[EmulatedOperator], state: Path | None = None, merchants: Iterable[Mapping[str, Any]] = ()
) -> Starlette:
    """The web application over an SQLite file (None: memory).

    `merchants` are objects with name, account (NRB), ids and secrets; they are opened or given new keys.
    """
    operator = kind(state)
    for merchant in merchants:
        operator.store.add_merchant(**merchant)
    notifier = Notifier(operator)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        notifier.start()
        yield
        notifier.stop()
        operator.store.close()

    routes = [
        *operator.routes(),
        *Payer(operator).routes(),
        *ControlApi(operator, notifier).routes(),
        *Panel(operator, notifier).routes(),
        Route(STYLESHEET, endpoint(_stylesheet), methods=["GET"]),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


class Emulator:
    """A running emulator: `url` is its address, `control` drives it, `stop()` ends it."""

    def __init__(self, running: InThread) -> None:
        self._running = running
        self.port = running.port
        self.url = running.url
        self.control = Control(running.url)

    def stop(self) -> None:
        self.control.close()
        self._running.stop()

    def __enter__(self) -> "Emulator":
        return self

    def __exit__(self, *reason: object) -> None:
        self.stop()


def _stylesheet(exchange: Exchange) -> Response:
    return Response(stylesheet(), media_type="text/css", headers={"Cache-Control": "max-age=3600"})
