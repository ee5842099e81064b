import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.integrations.payments.tpay.secure import LEAF, ROOT, Secure, leaf, root


@pytest.fixture
def secure() -> Iterator[Secure]:
    box = Secure()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            box.asked.append(self.path)
            status, body, headers = box.served.get(self.path, (404, b"", {}))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    box.url = f"http://127.0.0.1:{server.server_port}"
    box.served = {LEAF: (200, leaf(), {}), ROOT: (200, root(), {})}
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield box
    server.shutdown()
    server.server_close()


@pytest.fixture
def bench(bench_of):
    return bench_of("tpay")
