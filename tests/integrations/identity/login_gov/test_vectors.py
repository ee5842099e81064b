"""Frozen answers with the node's quirks: what was understood once is understood after every change of a library."""

import json
from datetime import datetime
from pathlib import Path

import pytest
from lxml import etree

from integrations.identity.base import IdentityError
from integrations.identity.login_gov import names
from integrations.identity.login_gov.provider import KeyPair, Node, ServiceProvider
from integrations.identity.login_gov.receiving import identify
from tests.integrations.identity.login_gov.portal import Memory, is_signed

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "login_gov.json").read_text(encoding="utf-8"))
NODE = Node.at(
    "https://int.login.gov.pl",
    name="integration",
    entity_id=VECTORS["node_entity_id"],
    certificates=VECTORS["node_certificate"].encode(),
)
PROVIDER = ServiceProvider(
    entity_id=VECTORS["entity_id"],
    provider_name=VECTORS["provider_name"],
    acs_url=VECTORS["acs_url"],
    signing=KeyPair.load(*(part.encode() for part in VECTORS["signing"])),
    decryption=(KeyPair.load(*(part.encode() for part in VECTORS["decryption"])),),
)


def read(answer: str) -> object:
    return identify(
        answer.encode(),
        NODE,
        PROVIDER,
        request_id=VECTORS["request_id"],
        resolve_id=VECTORS["resolve_id"],
        seen=Memory(),
        now=datetime.fromisoformat(VECTORS["now"]),
    )


@pytest.mark.parametrize("vector", VECTORS["answers"], ids=lambda vector: vector["name"])
def test_a_frozen_answer_is_understood_as_it_was(vector):
    expected = vector["expected"]
    if isinstance(expected, str):
        with pytest.raises(IdentityError) as refusal:
            read(vector["answer"])
        assert refusal.value.code == expected
        return

    found = read(vector["answer"])

    texts = {"born_on": found.born_on.isoformat(), "level": found.level.name}
    assert {name: texts.get(name, getattr(found, name)) for name in expected} == expected


@pytest.mark.parametrize("vector", VECTORS["answers"][:4], ids=lambda vector: vector["name"])
@pytest.mark.parametrize("tag", [names.ARTIFACT_RESPONSE, names.RESPONSE])
def test_libxmlsec_agrees_about_both_signatures_of_a_frozen_answer(vector, tag):
    envelope = etree.fromstring(vector["answer"].encode())

    assert is_signed(next(envelope.iter(tag)), VECTORS["node_certificate"].encode())
