"""What every test of an integration starts with."""

import socket
from collections.abc import Iterator

import pytest

from tests.fixtures.receiving import Receiver


@pytest.fixture(autouse=True)
def _plain_receiver(receiver: Receiver) -> Iterator[None]:
    yield
    receiver.on_request = None


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]
