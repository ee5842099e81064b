"""TXT records of a name, asked from a name server (RFC 1035): the standard library resolves addresses only."""

import secrets
import socket
import struct
from collections.abc import Iterator, Sequence

TYPE_TXT = 16
CLASS_IN = 1
PORT = 53
SECONDS = 3.0
MOST_BYTES = 4096
_HEADER = struct.Struct("!6H")
_RECURSIVE = 0x0100
_ANSWER = 0x8000
_RESPONSE_CODE = 0x000F
_NO_SUCH_NAME = 3
_POINTER = 0xC0
_MOST_LABELS = 128


class DnsUnavailable(Exception):
    """No name server gave an answer that can be read."""


def txt_records(name: str, servers: Sequence[str]) -> list[str]:
    """TXT records of `name`, each with its strings joined; none where the name or the record does not exist.

    `servers` are addresses of recursive name servers, with “:port” where it is not 53; they are asked in turn by UDP.
    Raises DnsUnavailable when none of them answers within three seconds, and ValueError for what is no host name.
    """
    last: Exception = DnsUnavailable("no name server is known")
    for server in servers:
        try:
            return _ask(name, server)
        except (OSError, DnsUnavailable) as error:
            last = error
    raise DnsUnavailable(type(last).__name__) from last


def system_servers(text: str) -> list[str]:
    """Name servers that a resolv.conf lists."""
    words = [line.split() for line in text.splitlines()]
    return [line[1] for line in words if len(line) > 1 and line[0] == "nameserver"]


def _ask(name: str, server: str) -> list[str]:
    host, _, port = server.rpartition(":") if server.count(":") == 1 else (server, "", "")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    number = secrets.randbelow(0x10000)
    question = _name(name) + struct.pack("!2H", TYPE_TXT, CLASS_IN)
    with socket.socket(family, socket.SOCK_DGRAM) as talk:
        talk.settimeout(SECONDS)
        talk.connect((host, int(port or PORT)))  # answers of anybody else are dropped by the system
        talk.send(_HEADER.pack(number, _RECURSIVE, 1, 0, 0, 0) + question)
        answer = talk.recv(MOST_BYTES)
    try:
        return _read(answer, number, question)
    except (struct.error, IndexError) as error:
        raise DnsUnavailable("the answer cannot be read") from error


def _name(name: str) -> bytes:
    labels = [label.encode("ascii") for label in name.rstrip(".").split(".")]
    if any(not 0 < len(label) < 64 for label in labels):
        raise ValueError(f"not a host name: {name!r}")
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def _read(answer: bytes, number: int, question: bytes) -> list[str]:
    theirs, flags, questions, answers, _, _ = _HEADER.unpack_from(answer)
    at = _HEADER.size + len(question)
    same_question = answer[_HEADER.size : at].lower() == question.lower()
    if theirs != number or not flags & _ANSWER or questions != 1 or not same_question:
        raise DnsUnavailable("the answer is to another question")
    code = flags & _RESPONSE_CODE
    if code not in (0, _NO_SUCH_NAME):
        raise DnsUnavailable(f"response code {code}")
    return list(_records(answer, at, answers))


def _records(answer: bytes, at: int, count: int) -> Iterator[str]:
    for _ in range(count):
        at = _after_name(answer, at)
        kind, _, _, length = struct.unpack_from("!2HIH", answer, at)
        at += 10
        if kind == TYPE_TXT:
            yield _text(answer[at : at + length])
        at += length


def _after_name(answer: bytes, at: int) -> int:
    for _ in range(_MOST_LABELS):
        length = answer[at]
        if length >= _POINTER:
            return at + 2
        if length == 0:
            return at + 1
        at += length + 1
    raise DnsUnavailable("a name without an end")


def _text(content: bytes) -> str:
    parts, at = [], 0
    while at < len(content):
        length = content[at]
        parts.append(content[at + 1 : at + 1 + length])
        at += 1 + length
    return b"".join(parts).decode("utf-8", "replace")
