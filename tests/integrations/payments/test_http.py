import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from integrations.payments import http
from integrations.payments.base import AnswerLost, EnvironmentProfile, OperatorUnavailable


@pytest.fixture
def raw_server():
    """A server that says exactly these bytes to whoever connects."""
    servers = []

    def start(*pieces, pause=0.0):
        listener = socket.create_server(("127.0.0.1", 0))
        servers.append(listener)

        def answer():
            try:
                connection, _ = listener.accept()
                connection.recv(65536)
                for piece in pieces:
                    connection.sendall(piece)
                    time.sleep(pause)
                connection.close()
            except OSError:
                pass

        threading.Thread(target=answer, daemon=True).start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        return EnvironmentProfile("raw", url, (url[7:],), allow_loopback=True)

    yield start
    for listener in servers:
        listener.close()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def test_a_redirect_is_an_answer_and_is_not_followed(raw_server):
    profile = raw_server(b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n")

    assert http.call(profile, "GET", "/").status == 302


def test_an_endless_answer_is_cut(raw_server):
    profile = raw_server(HEAD + b"\r\n", *[b"x" * 1_000_000] * 3)

    with pytest.raises(AnswerLost, match="too long"):
        http.call(profile, "GET", "/")


def test_an_answer_that_drips_is_cut(raw_server, monkeypatch):
    monkeypatch.setattr(http, "TOTAL_SECONDS", 0.2)
    profile = raw_server(HEAD + b"\r\n", *[b" "] * 20, pause=0.05)

    with pytest.raises(AnswerLost, match="takes too long"):
        http.call(profile, "GET", "/")


def test_an_answer_that_ends_too_early_is_lost(raw_server):
    profile = raw_server(HEAD + b"Content-Length: 100\r\n\r\n{")

    with pytest.raises(AnswerLost):
        http.call(profile, "GET", "/")


def test_no_answer_at_all_is_lost_and_not_refused(raw_server):
    with pytest.raises(AnswerLost):
        http.call(raw_server(), "POST", "/", payload={})


def test_no_server_is_unavailable_and_nothing_was_sent(unused_port):
    url = f"http://127.0.0.1:{unused_port}"
    profile = EnvironmentProfile("gone", url, (url[7:],), allow_loopback=True)

    with pytest.raises(OperatorUnavailable) as raised:
        http.call(profile, "POST", "/", payload={})

    assert not isinstance(raised.value, AnswerLost)


@pytest.mark.parametrize("body", [b"", b"[]", b"1", b"<html>", b"[" * 100_000])
def test_only_a_json_object_is_an_answer(body):
    with pytest.raises(AnswerLost):
        http.Answer(200, body).json()


class Counting(BaseHTTPRequestHandler):
    """Gives a cookie to whoever comes, and remembers who came over which connection."""

    protocol_version = "HTTP/1.1"
    seen: ClassVar[list[tuple[int, str]]] = []

    def do_GET(self):
        self.seen.append((self.client_address[1], self.headers.get("Cookie", "")))
        self.send_response(200)
        self.send_header("Set-Cookie", "session=1; Path=/")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *args):
        pass


@pytest.fixture
def counting():
    Counting.seen.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Counting)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    host = f"127.0.0.1:{server.server_port}"
    yield EnvironmentProfile("counting", f"http://{host}", (host,), allow_loopback=True)
    server.shutdown()
    server.server_close()


def test_calls_of_a_conversation_share_a_connection_and_no_cookie(counting):
    with http.conversation(counting):
        for _ in range(3):
            assert http.call(counting, "GET", "/").status == 200
    assert len({connection for connection, _ in Counting.seen}) == 1
    assert {cookie for _, cookie in Counting.seen} == {""}


def test_outside_a_conversation_and_in_the_next_one_nothing_is_left_of_it(counting):
    with http.conversation(counting):
        http.call(counting, "GET", "/")
    http.call(counting, "GET", "/")
    with http.conversation(counting):
        http.call(counting, "GET", "/")
    assert len({connection for connection, _ in Counting.seen}) == 3
    assert {cookie for _, cookie in Counting.seen} == {""}


def test_threads_in_the_context_of_a_conversation_take_part_in_it(counting):
    with http.conversation(counting), ThreadPoolExecutor(1) as pool:
        for _ in range(2):
            pool.submit(copy_context().run, http.call, counting, "GET", "/").result()
        http.call(counting, "GET", "/")
    assert len({connection for connection, _ in Counting.seen}) == 1
