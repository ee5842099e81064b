"""The broker of `make run` keeps messages as files: a reader never meets half of one."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from portal.broker import Channel

QUEUE = "celery"
MESSAGES = 400


@pytest.fixture
def open_channel(tmp_path: Path) -> Iterator[Callable[[], Channel]]:
    """`open_channel()` is a process's way to the one folder of messages."""
    folders = {name: str(tmp_path / name) for name in ("queue", "control")}
    for folder in folders.values():
        Path(folder).mkdir()
    options = {
        "data_folder_in": folders["queue"],
        "data_folder_out": folders["queue"],
        "control_folder": folders["control"],
    }
    connections: list[Connection] = []

    def connect() -> Channel:
        connections.append(Connection("filesystem://localhost", transport_options=options))
        channel = connections[-1].channel()
        assert isinstance(channel, Channel), "every filesystem:// of the platform is ours"
        return channel

    yield connect
    for connection in connections:
        connection.close()


def test_who_is_killed_while_writing_leaves_no_message(open_channel, monkeypatch):
    class Killed(BaseException):
        pass

    def die(*paths: object) -> None:
        raise Killed

    writer, reader = open_channel(), open_channel()
    writer._put(QUEUE, {"number": 1})
    monkeypatch.setattr(os, "replace", die)
    with pytest.raises(Killed):
        writer._put(QUEUE, {"number": 2})
    assert reader._get(QUEUE) == {"number": 1}
    with pytest.raises(Empty):
        reader._get(QUEUE)


def test_a_reader_that_is_faster_than_the_writer_gets_every_message_whole(open_channel):
    writer, reader = open_channel(), open_channel()
    sent = [{"number": number, "body": "ż" * 50_000} for number in range(MESSAGES)]
    writing = threading.Thread(target=lambda: [writer._put(QUEUE, message) for message in sent])
    writing.start()
    got = []
    while len(got) < MESSAGES and (writing.is_alive() or reader._size(QUEUE)):
        try:
            got.append(reader._get(QUEUE))
        except Empty:
            continue
    writing.join()
    assert sorted(message["number"] for message in got) == list(range(MESSAGES))
