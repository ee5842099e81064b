"""Codes of an authenticator app against the vectors of RFC 6238, appendix B, and each code once (T-23, ASVS V6.5.1)."""

import base64

import pytest

from services.users import totp

SECRET = base64.b32encode(b"12345678901234567890").decode()
VECTORS = [
    (59, "287082"),
    (1111111109, "081804"),
    (1111111111, "050471"),
    (1234567890, "005924"),
    (2000000000, "279037"),
    (20000000000, "353130"),
]


@pytest.mark.parametrize(("moment", "code"), VECTORS)
def test_the_code_is_the_one_of_the_rfc(moment, code):
    """The last six of the eight digits that the appendix prints."""
    assert totp.code_at(SECRET, totp.step_at(moment)) == code
    assert totp.matching_step(SECRET, code, moment=moment, after=0) == moment // 30


@pytest.mark.parametrize(
    ("seconds", "is_taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_a_clock_may_be_half_a_minute_off_and_no_more(seconds, is_taken):
    code = totp.code_at(SECRET, totp.step_at(1_700_000_000 + seconds))
    assert (totp.matching_step(SECRET, code, moment=1_700_000_000, after=0) is not None) == is_taken


def test_a_code_that_was_used_opens_nothing_again_nor_does_an_older_one():
    now = totp.step_at(1_700_000_000)
    for step in (now - 1, now):
        code = totp.code_at(SECRET, step)
        assert totp.matching_step(SECRET, code, moment=1_700_000_000, after=now) is None
    following = totp.code_at(SECRET, now + 1)
    assert totp.matching_step(SECRET, following, moment=1_700_000_000, after=now) == now + 1


@pytest.mark.parametrize("typed", ["", "28708", "2870820", "abcdef", "２８７０８２", "287082 "])
def test_what_is_no_code_is_refused_and_breaks_nothing(typed):
    assert totp.matching_step(SECRET, typed, moment=59, after=0) is None


def test_secrets_have_160_bits_and_differ():
    made = {totp.new_secret() for _ in range(50)}
    assert len(made) == 50
    assert {len(base64.b32decode(one)) for one in made} == {20}


def test_the_address_says_what_an_app_must_know():
    address = totp.address(SECRET, account="anna@mieszkaniec.example", issuer="Gmina Borki")
    assert address.startswith("otpauth://totp/Gmina%20Borki:anna%40mieszkaniec.example?")
    for part in ("digits=6", "period=30", "algorithm=SHA1", f"secret={SECRET}"):
        assert part in address
