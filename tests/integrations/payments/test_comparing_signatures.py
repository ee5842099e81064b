"""A signature is compared in constant time: how long a refusal takes tells nobody how much of a guess was right (bug 8)."""

import ast
import hmac
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from integrations.payments import checks
from integrations.payments.base import BadSignature, RawRequest
from integrations.payments.checks import is_any_of

FOLDER = Path(checks.__file__).parent
SIGNED = frozenset(
    {"sign", "signature", "signatures", "claimed", "hash", "digest", "md5sum", "md5", "mac", "expected_sign"}
)
LENGTH = 4_000_000
ROUNDS = 9


def seconds(claimed: str, right: str) -> float:
    """The shortest of several comparisons."""
    found = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        assert not is_any_of(claimed, [right])
        found.append(time.perf_counter() - begun)
    return min(found)


def test_a_guess_that_is_wrong_at_once_takes_as_long_as_one_that_is_wrong_at_the_end():
    """Four million characters: `==` would be a thousand times faster for the first of them."""
    right = "a" * LENGTH
    early, late = seconds("b" + right[1:], right), seconds(right[:-1] + "b", right)
    assert 1 / 4 < early / late < 4


def test_whichever_generation_fits_all_of_them_are_compared(monkeypatch):
    compared = []

    def spied(one, other, real=hmac.compare_digest):
        compared.append(other)
        return real(one, other)

    monkeypatch.setattr(checks.hmac, "compare_digest", spied)
    for claimed in ("new", "old", "none"):
        compared.clear()
        assert is_any_of(claimed, ["new", "old"]) is (claimed != "none")
        assert compared == [b"new", b"old"]


def refused(bench, config, request: RawRequest) -> bool:
    try:
        bench.operator.parse_notification(config, request)
    except BadSignature:
        return True
    return False


def test_every_operators_notification_is_compared_by_it_whether_it_is_genuine_or_forged(bench, monkeypatch):
    """The real comparison runs; what it is asked is written down. Only this thread counts: the emulator compares, too."""
    _, genuine = bench.notified()
    bench.control.fault("notify", "forged")
    _, forged = bench.notified()
    rotated = replace(
        bench.config,
        secrets={name: ("brand-new-secret-1", *values) for name, values in bench.config.secrets.items()},
    )
    here, asked = threading.get_ident(), []

    def spied(one, other, real=hmac.compare_digest):
        if threading.get_ident() == here:
            asked.append((len(one), len(other)))
        return real(one, other)

    monkeypatch.setattr(checks.hmac, "compare_digest", spied)
    counts = {}
    for name, request in (("genuine", genuine), ("forged", forged)):
        asked.clear()
        assert refused(bench, rotated, request) is (name == "forged")
        assert all(one == other for one, other in asked), "a signature of another length is refused before"
        counts[name] = len(asked)
    assert counts["genuine"] >= 2
    # Tpay's first signature is checked by a certificate, and no secret of ours is asked for when that is wrong.
    assert counts["forged"] >= 2 or bench.code == "tpay"


def comparisons(path: Path) -> list[str]:
    """Comparisons of a signature by an operator of the language, which end at the first difference."""
    found = []
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Compare):
            continue
        sides = [node.left, *node.comparators]
        names = {getattr(side, "id", getattr(side, "attr", "")) for side in sides}
        constant = any(isinstance(side, ast.Constant) for side in sides)
        by_value = any(isinstance(sign, ast.Eq | ast.NotEq | ast.In | ast.NotIn) for sign in node.ops)
        if by_value and names & SIGNED and not constant:
            found.append(f"{path.name}:{node.lineno}: {ast.unparse(node)}")
    return found


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.py")), ids=lambda path: str(path.relative_to(FOLDER)))
def test_no_adapter_compares_a_signature_otherwise(path):
    assert comparisons(path) == []
