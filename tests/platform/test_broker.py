"""The broker of `make run` keeps messages and tables of queues as files: a reader never meets half of one."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from portal.broker import Channel

QUEUE = "celery"
MESSAGES = 400
EXCHANGE = "celery.pidbox"
KILLS = 6
BINDING = """
import sys
from itertools import count
from kombu import Connection
from portal import broker

home, name, room = sys.argv[1:]
broker.use()
options = {"data_folder_in": home + "/queue", "data_folder_out": home + "/queue", "control_folder": home + "/control"}
channel = Connection("filesystem://localhost", transport_options=options).channel()
for number in count():
    queue = f"{name}.{number}." + "q" * int(room)
    channel._queue_bind("celery.pidbox", "", "", queue)
    print(queue, flush=True)
    if number % 3 == 2:
        channel._delete(queue, "celery.pidbox", "", "")
        print("-" + queue, flush=True)
"""
"""A process that binds queues and takes every third away again, and tells what it has done, until it is killed."""


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


def binding(home: Path, name: str) -> subprocess.Popen[str]:
    """A running process of BINDING that has begun."""
    process = subprocess.Popen(
        [sys.executable, "-c", BINDING, str(home), name, "2000"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith(name)
    return process


def test_processes_that_are_killed_while_they_bind_leave_a_whole_table_and_lose_no_queue(
    open_channel, tmp_path
):
    reader = open_channel()
    for kill in range(KILLS):
        together = [binding(tmp_path, f"{side}{kill}") for side in ("a", "b")]
        until = time.monotonic() + 0.1 + 0.03 * kill
        while time.monotonic() < until:
            reader.get_table(EXCHANGE)  # raises on half a table
        told = []
        for process in together:
            process.send_signal(signal.SIGKILL)
            told += process.communicate()[0].splitlines()
        left = {row.queue for row in reader.get_table(EXCHANGE)}
        gone = {line.removeprefix("-") for line in told if line.startswith("-")}
        bound = {line for line in told if not line.startswith("-")}
        doubtful = {max(bound - gone, key=lambda queue: int(queue.split(".")[1]), default="")}
        assert bound - gone - doubtful <= left
        assert not gone & left

    reader._queue_bind(EXCHANGE, "", "", "the next worker")
    assert reader.get_table(EXCHANGE)[0].queue == "the next worker"


def test_a_queue_is_in_its_table_once_and_can_be_taken_out(open_channel):
    writer, reader = open_channel(), open_channel()
    assert reader.get_table(EXCHANGE) == []
    for _ in range(2):
        writer._queue_bind(EXCHANGE, None, None, QUEUE)
    assert [row.queue for row in reader.get_table(EXCHANGE)] == [QUEUE]
    writer._delete(QUEUE, EXCHANGE, None, None)
    assert reader.get_table(EXCHANGE) == []


def test_a_message_to_everybody_goes_to_each_queue_of_the_table(open_channel):
    writer = open_channel()
    for queue in ("first", "second"):
        writer._queue_bind(EXCHANGE, "", "", queue)
    writer._put_fanout(EXCHANGE, {"number": 1}, "")
    assert [writer._get(queue) for queue in ("first", "second")] == [{"number": 1}] * 2
