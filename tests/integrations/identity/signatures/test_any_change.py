"""Any change of a signed file, anywhere, names nobody or the same person, and never ends in another error than a refusal."""

import random
from collections.abc import Callable

import pytest

from integrations.emulators.trusted_profile.forging import PROFILE, QUALIFIED
from integrations.identity.base import Rejected
from integrations.identity.signatures.outcome import SignedRegistration
from tests.integrations.identity.signatures.conftest import GESLA

ROUNDS = 150


def changed(content: bytes, dice: random.Random) -> bytes:
    """One byte flipped, a stretch cut out, doubled or moved."""
    at, length = dice.randrange(len(content)), dice.randrange(1, 400)
    piece = content[at : at + length]
    match dice.randrange(4):
        case 0:
            return content[:at] + bytes([content[at] ^ (1 << dice.randrange(8))]) + content[at + 1 :]
        case 1:
            return content[:at] + content[at + length :]
        case 2:
            return content[:at] + piece + content[at:]
        case _:
            rest = content[:at] + content[at + length :]
            to = dice.randrange(len(rest) + 1)
            return rest[:to] + piece + rest[to:]


def outcomes(content: bytes, verify: Callable[[bytes], SignedRegistration], seed: int) -> int:
    """How many changes were refused; every other one still names Gęślą-Jaźń."""
    dice, refused = random.Random(seed), 0
    for _ in range(ROUNDS):
        try:
            found = verify(changed(content, dice))
        except Rejected:
            refused += 1
        else:
            assert found.signer.pesel == GESLA.identifier
    return refused


@pytest.mark.parametrize("means", [PROFILE, QUALIFIED])
def test_of_an_xml(means, sign, verify):
    assert outcomes(sign(means=means), verify, 1) > ROUNDS * 0.9


def test_of_a_pdf(sign_pdf, verify_file, pdf):
    content = sign_pdf()
    ours = len(pdf.content)

    assert outcomes(content, verify_file, 2) > ROUNDS * 0.9
    assert outcomes(content[ours:], lambda added: verify_file(pdf.content + added), 3) > ROUNDS * 0.5
