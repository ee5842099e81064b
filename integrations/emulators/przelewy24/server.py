"""The emulator as one web application, and how to start and stop it."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from integrations.emulators.markup import STYLESHEET, stylesheet
from integrations.emulators.przelewy24.api import Api
from integrations.emulators.przelewy24.control import ControlApi
from integrations.emulators.przelewy24.control_client import Control
from integrations.emulators.przelewy24.notifier import Notifier
from integrations.emulators.przelewy24.panel import Panel
from integrations.emulators.przelewy24.payer import Payer
from integrations.emulators.przelewy24.store import Merchant, Store
from integrations.emulators.serving import Exchange, InThread, endpoint


def application(state: Path | None, merchants: Iterable[Mapping[str, Any]] = ()) -> Starlette:
    """The web application over an SQLite file (None: memory). `merchants` are opened or given new keys."""
    store = Store(state)
    for merchant in merchants:
        store.add_merchant(Merchant(**merchant))
    notifier = Notifier(store)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        notifier.start()
        yield
        notifier.stop()
        store.close()

    routes = [
        *Api(store, notifier).routes(),
        *Payer(store, notifier).routes(),
        *ControlApi(store, notifier).routes(),
        *Panel(store, notifier).routes(),
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


def start(
    *, state: Path | None = None, merchants: Iterable[Mapping[str, Any]] = (), port: int = 0
) -> Emulator:
    """Start the emulator in a thread of this process, on a free port unless one is named."""
    return Emulator(InThread(application(state, merchants), port=port))


def _stylesheet(exchange: Exchange) -> Response:
    return Response(stylesheet(), media_type="text/css", headers={"Cache-Control": "max-age=3600"})
