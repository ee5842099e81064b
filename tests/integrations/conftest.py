"""A merchant's web server that records what operators send, over real HTTP."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from integrations.payments.base import HttpReply, RawRequest


@dataclass
class Receiver:
    """The gmina's webhook as the operator sees it: `url(name)` is an address, `of(name)` what came."""

    port: int = 0
    requests: list[RawRequest] = field(default_factory=list)
    on_request: Callable[[RawRequest], int | HttpReply] | None = None

    def url(self, name: str) -> str:
        return f"http://borki.localhost:{self.port}/webhook/{name}"

    def of(self, name: str) -> list[RawRequest]:
        return [request for request in list(self.requests) if request.path == f"/webhook/{name}"]

    def wait(self, name: str, count: int = 1) -> list[RawRequest]:
        deadline = time.monotonic() + 10
        while len(self.of(name)) < count:
            assert time.monotonic() < deadline, f"{len(self.of(name))} of {count} notifications came"
            time.sleep(0.01)
        return self.of(name)


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    box = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            request = RawRequest("POST", self.path, dict(self.headers), body, self.client_address[0])
            box.requests.append(request)
            answer = box.on_request(request) if box.on_request else 200
            reply = answer if isinstance(answer, HttpReply) else HttpReply(answer, b"OK")
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    box.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield box
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def _plain_receiver(receiver: Receiver) -> Iterator[None]:
    yield
    receiver.on_request = None


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]
