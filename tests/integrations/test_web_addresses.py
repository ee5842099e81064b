"""P11: what a web address shows from outside, asked from real servers on loopback."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from integrations.web_addresses import AddressUnavailable, certificate_of, fetch_text
from tests.fixtures.web_servers import PlainServer, SecureServer, authority

PATH = "/.well-known/skarbnik-weryfikacja.txt"


@pytest.fixture
def plain() -> Iterator[PlainServer]:
    running = PlainServer()
    yield running
    running.stop()


def refusal(plain: PlainServer, *, allow_private: bool = True) -> str:
    with pytest.raises(AddressUnavailable) as error:
        fetch_text("localhost", PATH, port=plain.port, allow_private=allow_private)
    return str(error.value)


def test_the_file_under_the_address_is_read_with_the_addresss_own_name(plain):
    plain.answer = (200, {}, b"abc\n")
    assert fetch_text("localhost", PATH, port=plain.port, allow_private=True) == "abc\n"
    [(path, host)] = plain.asked
    assert (path, host) == (PATH, "localhost")


def test_an_address_in_our_own_network_is_never_asked(plain):
    assert refusal(plain, allow_private=False) == "private"
    assert plain.asked == []


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((404, {}, b""), "http"),
        ((301, {"Location": "http://127.0.0.1:1/"}, b""), "http"),
        ((500, {}, b"abc"), "http"),
        ((200, {}, b"x" * 5000), "large"),
    ],
)
def test_anything_but_a_short_text_is_refused_and_no_redirect_is_followed(answer, code, plain):
    plain.answer = answer
    assert refusal(plain) == code
    assert len(plain.asked) == 1


def test_an_address_that_is_away_or_unknown_is_told():
    server = PlainServer()
    server.stop()
    assert refusal(server) == "http"
    with pytest.raises(AddressUnavailable, match="dns"):
        fetch_text("nie-ma.invalid", PATH)


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SecureServer]:
    """A server whose certificate this process believes."""
    ours = authority()
    (tmp_path / "ca.pem").write_bytes(ours.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    running = SecureServer(tmp_path, ours, host="localhost", days=30)
    yield running
    running.stop()


def test_a_good_certificate_tells_until_when(trusted):
    seen = certificate_of("localhost", port=trusted.port)
    assert seen.problem == ""
    assert seen.ends_at is not None
    assert abs(seen.ends_at - (datetime.now(UTC) + timedelta(days=30))) < timedelta(hours=1)


@pytest.mark.parametrize(("host", "days"), [("kto.inny.example", 30), ("localhost", -1)])
def test_a_foreign_or_ended_certificate_is_told_with_its_end(host, days, tmp_path, trusted):
    other = SecureServer(tmp_path, trusted.authority, host=host, days=days)
    seen = certificate_of("localhost", port=other.port)
    other.stop()
    assert seen.problem == "untrusted"
    assert seen.ends_at is not None


def test_a_certificate_that_nobody_has_signed_is_not_believed(tmp_path):
    other = SecureServer(tmp_path, authority(), host="localhost", days=30)
    assert certificate_of("localhost", port=other.port).problem == "untrusted"
    other.stop()


def test_an_address_without_https_has_no_certificate(plain):
    assert certificate_of("localhost", port=plain.port) == certificate_of("nie-ma.invalid")
    assert certificate_of("nie-ma.invalid").problem == "away"
