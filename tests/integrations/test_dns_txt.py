"""P11: TXT records from a real name server on loopback, the honest one and those that lie."""

import socket
import struct
from collections.abc import Iterator

import pytest

from integrations.dns_txt import DnsUnavailable, system_servers, txt_records
from tests.fixtures.name_server import Answer, NameServer, record, reply


@pytest.fixture
def server() -> Iterator[NameServer]:
    running = NameServer()
    yield running
    running.stop()


def test_the_records_of_a_name_are_read(server: NameServer) -> None:
    server.answer = lambda question: reply(question, "v=spf1 -all", "skarbnik-weryfikacja=abc")
    assert txt_records("_skarbnik.naleznosci.gmina.pl", [server.address]) == [
        "v=spf1 -all",
        "skarbnik-weryfikacja=abc",
    ]


def test_the_question_is_the_name_that_was_meant(server: NameServer) -> None:
    seen: list[bytes] = []

    def answer(question: bytes) -> bytes:
        seen.append(question[12:])
        return reply(question)

    server.answer = answer
    assert txt_records("_skarbnik.gmina.pl", [server.address]) == []
    assert seen == [b"\x09_skarbnik\x05gmina\x02pl\x00\x00\x10\x00\x01"]


def test_a_long_record_is_put_together_and_others_are_passed_over(server: NameServer) -> None:
    def answer(question: bytes) -> bytes:
        head = struct.pack("!6H", struct.unpack_from("!H", question)[0], 0x8180, 1, 2, 0, 0)
        return head + question[12:] + record("ignored", kind=5) + record("a" * 255, "b")

    server.answer = answer
    assert txt_records("gmina.pl", [server.address]) == ["a" * 255 + "b"]


def test_a_name_that_does_not_exist_has_no_records(server: NameServer) -> None:
    server.answer = lambda question: reply(question, code=3)
    assert txt_records("gmina.pl", [server.address]) == []


@pytest.mark.parametrize(
    "answer",
    [
        lambda question: reply(question, "x", number=(struct.unpack_from("!H", question)[0] + 1) % 65536),
        lambda question: reply(question[:12] + question[12:].replace(b"gmina", b"innai"), "x"),
        lambda question: reply(question, "x")[:-8],
        lambda question: reply(question, code=2),
        lambda question: b"\x00",
    ],
    ids=["another number", "another name", "cut off", "server failure", "one byte"],
)
def test_an_answer_that_cannot_be_believed_is_none(server: NameServer, answer: Answer) -> None:
    server.answer = answer
    with pytest.raises(DnsUnavailable):
        txt_records("gmina.pl", [server.address])


def test_the_next_server_is_asked_when_the_first_is_away(server: NameServer) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as nobody:
        nobody.bind(("127.0.0.1", 0))
        closed = f"127.0.0.1:{nobody.getsockname()[1]}"
    assert txt_records("gmina.pl", [closed, server.address]) == ["skarbnik-weryfikacja=abc"]


def test_without_a_server_nothing_is_known() -> None:
    with pytest.raises(DnsUnavailable):
        txt_records("gmina.pl", [])


@pytest.mark.parametrize("name", ["", "a..pl", "x" * 64 + ".pl"])
def test_what_is_no_host_name_is_not_asked(server: NameServer, name: str) -> None:
    with pytest.raises(ValueError, match="host name"):
        txt_records(name, [server.address])


def test_the_servers_of_the_system_are_read_from_its_file() -> None:
    assert system_servers("# x\nnameserver 10.0.0.2\noptions edns0\nnameserver fd00::1\nnameserver\n") == [
        "10.0.0.2",
        "fd00::1",
    ]
