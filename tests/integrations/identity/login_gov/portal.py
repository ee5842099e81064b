"""A gmina's portal as the account side will be: it keeps attempts, remembers messages, and a browser goes to and fro."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
import xmlsec
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree, html

from integrations.emulators.login_gov.keys import Keys
from integrations.identity.base import Identity
from integrations.identity.login_gov import login, names, receiving
from integrations.identity.login_gov.provider import KeyPair, Node, ServiceProvider
from integrations.identity.login_gov.receiving import Attempt, Delivery

WEB = httpx.Client(timeout=30, trust_env=False)


class Memory:
    """What the unique row of the account side does."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], datetime] = {}

    def first_time(self, issuer: str, message_id: str, until: datetime) -> bool:
        if (issuer, message_id) in self.rows:
            return False
        self.rows[issuer, message_id] = until
        return True


@dataclass
class Portal:
    """One gmina's portal."""

    node: Node
    provider: ServiceProvider
    seen: Memory = field(default_factory=Memory)

    def begin(self) -> tuple[Attempt, login.LoginStart]:
        now = datetime.now(UTC)
        begun = login.start(self.node, self.provider, now=now)
        return Attempt(begun.request_id, begun.relay_state, self.provider.entity_id, now), begun

    def receive(self, attempt: Attempt, delivery: Delivery, now: datetime | None = None) -> Identity:
        moment = now or datetime.now(UTC)
        return receiving.finish(self.node, self.provider, attempt, delivery, seen=self.seen, now=moment)

    def log_in(self, persona: str = "anna", **choice: str) -> Identity:
        """The whole way: form, choice at the node, way back, answer."""
        attempt, begun = self.begin()
        return self.receive(attempt, visit(begun, persona, **choice))


def visit(begun: login.LoginStart, persona: str = "anna", **choice: str) -> Delivery:
    """What a person does at the node; gives what the browser brings back."""
    page = WEB.post(begun.url, data=dict(begun.fields))
    assert page.status_code == 200, page.text
    form = html.fromstring(page.content).forms[0]
    chosen = {"means": "pz.gov.pl", "action": "confirm", "mode": "", **choice}
    fields = {"login": form.fields["login"], "persona": persona, **chosen}
    back = WEB.post(httpx.URL(begun.url).join(form.action), data=fields)
    assert back.status_code == 200, back.text
    return login.take_delivery(dict(html.fromstring(back.content).forms[0].fields))


def pair(keys: Keys) -> KeyPair:
    return KeyPair(keys.private, keys.certificate)


def provider_named(name: str, signing: Keys, decryption: Keys) -> ServiceProvider:
    return ServiceProvider(
        entity_id=f"portal-{name}",
        provider_name=f"Portal gminy {name}",
        acs_url=f"http://{name}.localhost:8000/wk/odpowiedz/",
        signing=pair(signing),
        decryption=(pair(decryption),),
    )


def application_of(provider: ServiceProvider) -> dict[str, object]:
    """The form that the office sends to the node's operator."""
    return {
        "entity_id": provider.entity_id,
        "provider_name": provider.provider_name,
        "acs_urls": [provider.acs_url],
        "signing_certificate": provider.signing.certificate.public_bytes(Encoding.PEM).decode(),
        "encryption_certificate": provider.decryption[0].certificate.public_bytes(Encoding.PEM).decode(),
    }


def is_signed(root: etree._Element, certificate: bytes) -> bool:
    """The independent opinion: libxmlsec with nothing but the certificate."""
    xmlsec.tree.add_ids(root, ["ID"])
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(certificate, xmlsec.constants.KeyDataFormatCertPem)
    try:
        context.verify(root.find(names.SIGNATURE))
    except xmlsec.Error:
        return False
    return True
