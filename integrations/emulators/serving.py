"""Running an emulator: on loopback, in a thread of the tests or as a process of its own."""

import asyncio
import contextlib
import json
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import uvicorn
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

LOOPBACK = "127.0.0.1"
START_SECONDS = 20.0


class ResetConnection(Exception):
    """Raised by a handler to cut the connection (RST) instead of answering."""


class ResettableProtocol(H11Protocol):
    """HTTP/1.1 that lets the application cut its own connection."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.app_state = {**self.app_state, "connection": self}

    def reset(self) -> None:
        """Close with RST, so that the caller sees a reset and not an orderly end."""
        sock = self.transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()


@dataclass(frozen=True)
class Exchange:
    """One request, read completely, so that plain functions can handle it in a thread."""

    method: str
    path: str
    base_url: str
    headers: dict[str, str] = field(repr=False)
    query: dict[str, str]
    params: dict[str, str]
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """The JSON body; None when it is empty, ValueError when it is no JSON."""
        return json.loads(self.body) if self.body.strip() else None

    def form(self) -> dict[str, str]:
        """The fields of a form; the last of equal names counts."""
        fields = parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True)
        return {name: values[-1] for name, values in fields.items()}


Handler = Callable[[Exchange], Response]


def endpoint(
    handler: Handler, observe: Callable[[Exchange, Response | None], None] | None = None
) -> Callable[[Request], Awaitable[Response]]:
    """A plain function as an endpoint: it runs in a thread, and ResetConnection cuts the connection.

    `observe` sees the request and the answer (None after a cut).
    """

    def handle(exchange: Exchange) -> Response | None:
        response: Response | None = None
        with contextlib.suppress(ResetConnection):
            response = handler(exchange)
        if observe is not None:
            observe(exchange, response)
        return response

    async def answer(request: Request) -> Response:
        exchange = Exchange(
            method=request.method,
            path=request.url.path,
            base_url=f"{request.url.scheme}://{request.url.netloc}",
            headers=dict(request.headers),
            query=dict(request.query_params),
            params={name: str(value) for name, value in request.path_params.items()},
            body=await request.body(),
        )
        response = await run_in_threadpool(handle, exchange)
        if response is None:
            request.state.connection.reset()
            return PlainTextResponse("")
        return response

    return answer


def listen(port: int) -> socket.socket:
    """A listening socket on loopback; port 0 takes a free one."""
    # asyncio switches Nagle off only for sockets that say they are TCP; else each answer takes 40 ms more.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((LOOPBACK, port))
    except OSError:
        sock.close()
        raise
    sock.listen(256)
    return sock


def server(app: ASGIApp) -> uvicorn.Server:
    """The web server of an emulator: quiet, HTTP/1.1, able to cut a connection."""
    return _Quiet(
        uvicorn.Config(
            app,
            http=ResettableProtocol,
            ws="none",
            lifespan="on",
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=2,
        )
    )


class _Quiet(uvicorn.Server):
    """A server that leaves the signals of the process alone."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def serve_together(running: Sequence[tuple[uvicorn.Server, socket.socket]]) -> None:
    """Run several servers in one loop until SIGTERM or SIGINT ends them all."""

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, end)
        await asyncio.gather(*(one.serve(sockets=[sock]) for one, sock in running))

    def end() -> None:
        for one, _ in running:
            one.should_exit = True

    asyncio.run(serve())


class InThread:
    """A web server in a thread of this process; `stop()` ends it."""

    def __init__(self, app: ASGIApp, *, port: int = 0) -> None:
        self._socket = listen(port)
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://{LOOPBACK}:{self.port}"
        self._server = server(app)
        self._thread = threading.Thread(
            target=self._server.run,
            kwargs={"sockets": [self._socket]},
            name=f"emulator-{self.port}",
            daemon=True,
        )
        self._thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError("the emulator did not start")
            time.sleep(0.01)

    def stop(self) -> None:
        """End the server and wait for its thread."""
        self._server.should_exit = True
        self._thread.join(timeout=START_SECONDS)
        with contextlib.suppress(OSError):
            self._socket.close()


class InProcess:
    """An emulator as a process of its own, started like `make run` starts it."""

    def __init__(self, module: str, arguments: Sequence[str], *, cwd: Path | None = None) -> None:
        self.process = subprocess.Popen(  # noqa: S603 -- our own module with our own arguments
            [sys.executable, "-m", module, *arguments], stdout=subprocess.PIPE, text=True, cwd=cwd
        )
        assert self.process.stdout is not None
        self.ready = self.process.stdout.readline().strip()
        if not self.ready:
            self.stop()
            raise RuntimeError(f"{module} did not start")

    def kill(self) -> None:
        """SIGKILL, as in a power cut."""
        self.process.kill()
        self._reap()

    def stop(self) -> None:
        """SIGTERM, and wait."""
        self.process.terminate()
        self._reap()

    def _reap(self) -> None:
        self.process.wait(timeout=START_SECONDS)
        if self.process.stdout is not None:
            self.process.stdout.close()
