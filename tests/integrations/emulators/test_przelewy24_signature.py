import hashlib
import json
from pathlib import Path

import pytest

from integrations.emulators.przelewy24 import sign

VECTORS = json.loads((Path(__file__).parents[1] / "vectors/przelewy24.json").read_text(encoding="utf-8"))
RECIPES = {
    "register": sign.REGISTER,
    "verify": sign.VERIFY,
    "notification": sign.NOTIFICATION,
    "refund_notification": sign.REFUND_NOTIFICATION,
}
BY_NAME = {vector["name"]: vector for vector in VECTORS["vectors"]}


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["name"])
def test_the_emulators_own_signature_equals_the_vector(vector):
    assert sign.sign(RECIPES[vector["recipe"]], vector["values"], vector["crc"]) == vector["sign"]
    assert sign.matches(vector["sign"], RECIPES[vector["recipe"]], vector["values"], vector["crc"])


@pytest.mark.parametrize("wrong", VECTORS["wrong"], ids=lambda wrong: wrong["name"])
def test_the_emulator_refuses_the_usual_wrong_signatures(wrong):
    vector = BY_NAME[wrong["of"]]

    assert not sign.matches(wrong["sign"], RECIPES[vector["recipe"]], vector["values"], vector["crc"])


@pytest.mark.parametrize(
    "text", ['cudzysłów "', "ukośnik \\", "nowa\nlinia", "\x01\x1f", "/", "żółć", "😀", "\x7f"]
)
def test_texts_are_escaped_like_json_and_no_further(text):
    values = {"sessionId": text, "merchantId": 1, "amount": 1, "currency": "PLN"}
    document = json.dumps({**values, "crc": "crc"}, ensure_ascii=False, separators=(",", ":"))

    assert sign.sign(sign.REGISTER, values, "crc") == hashlib.sha384(document.encode()).hexdigest()
