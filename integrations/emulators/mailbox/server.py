"""The mailbox as one application: the SMTP server lives and dies with the web server."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from integrations.emulators.mailbox.folder import Folder
from integrations.emulators.mailbox.pages import Pages
from integrations.emulators.mailbox.reports import Reports
from integrations.emulators.mailbox.smtp import Outage, Receiver, protocol
from integrations.emulators.markup import STYLESHEET, stylesheet
from integrations.emulators.serving import LOOPBACK, Exchange, InThread, endpoint, listen


def application(folder: Path, smtp_socket: socket.socket, returns: Path | None = None) -> Starlette:
    """The web application; while it runs, mails come in through the listening socket, and reports of what became of them
    fall into the Maildir `returns`."""
    mails = Folder(folder)
    outage = Outage()
    reports = Reports(folder, returns) if returns else None
    receiver = Receiver(mails, outage, reports)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        if reports:
            reports.start()
        smtp = await loop.create_server(lambda: protocol(receiver), sock=smtp_socket)
        yield
        smtp.close()

    routes = [
        *Pages(mails, outage).routes(),
        Route(STYLESHEET, endpoint(_stylesheet), methods=["GET"]),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


class Mailbox:
    """A running mailbox: SMTP on `smtp_port`, pages and JSON at `url`."""

    host = LOOPBACK

    def __init__(self, folder: Path, smtp_port: int, http_port: int, returns: Path | None = None) -> None:
        smtp_socket = listen(smtp_port)
        self.smtp_port: int = smtp_socket.getsockname()[1]
        self._running = InThread(application(folder, smtp_socket, returns), port=http_port)
        self.url = self._running.url

    def stop(self) -> None:
        self._running.stop()

    def __enter__(self) -> "Mailbox":
        return self

    def __exit__(self, *reason: object) -> None:
        self.stop()


def start(folder: Path, *, smtp_port: int = 0, http_port: int = 0, returns: Path | None = None) -> Mailbox:
    """Start the mailbox in a thread of this process, on free ports unless they are named."""
    return Mailbox(folder, smtp_port, http_port, returns)


def _stylesheet(exchange: Exchange) -> Response:
    return Response(stylesheet(), media_type="text/css", headers={"Cache-Control": "max-age=3600"})
