"""The stand-in node on loopback, two gminas that registered there, and a browser without a window."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import httpx
import pytest
from lxml import html

from integrations.emulators.login_gov import NodeEmulator, start
from integrations.identity import registry
from integrations.identity.base import Identity
from integrations.identity.login_gov import login, receiving
from integrations.identity.login_gov.provider import KeyPair, Node, ServiceProvider
from integrations.identity.login_gov.receiving import Attempt, Delivery

WEB = httpx.Client(timeout=30, trust_env=False)


class Memory:
    """What the tables of the account side do: one row for a message."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], datetime] = {}

    def first_time(self, issuer: str, message_id: str, until: datetime) -> bool:
        return self.rows.setdefault((issuer, message_id), until) is until


@dataclass
class Portal:
    """A gmina's portal: it keeps attempts and remembers messages."""

    node: Node
    provider: ServiceProvider
    seen: Memory = field(default_factory=Memory)

    def begin(self) -> tuple[Attempt, login.LoginStart]:
        now = datetime.now(UTC)
        begun = login.start(self.node, self.provider, now=now)
        return Attempt(begun.request_id, begun.relay_state, self.provider.entity_id, now), begun

    def receive(self, attempt: Attempt, delivery: Delivery, **changes: object) -> Identity:
        arguments = {"seen": self.seen, "now": datetime.now(UTC), **changes}
        return receiving.finish(self.node, self.provider, attempt, delivery, **arguments)

    def log_in(self, persona: str = "anna", **choice: str) -> Identity:
        """The whole way: form, choice at the node, way back, answer."""
        attempt, begun = self.begin()
        return self.receive(attempt, visit(begun, persona, **choice))


def visit(begun: login.LoginStart, persona: str = "anna", **choice: str) -> Delivery:
    """What a person does at the node; gives what the browser brings back."""
    page = WEB.post(begun.url, data=dict(begun.fields))
    assert page.status_code == 200, page.text
    form = html.fromstring(page.content, base_url=begun.url).forms[0]
    chosen = {"means": "pz.gov.pl", "action": "confirm", "mode": "", **choice}
    fields = {"login": form.fields["login"], "persona": persona, **chosen}
    back = WEB.post(httpx.URL(begun.url).join(form.action), data=fields)
    assert back.status_code == 200, back.text
    fields = dict(html.fromstring(back.content).forms[0].fields)
    return login.take_delivery(fields)


@pytest.fixture(scope="session")
def running_node() -> Iterator[NodeEmulator]:
    with start() as running:
        yield running


@pytest.fixture
def emulator(running_node: NodeEmulator) -> Iterator[NodeEmulator]:
    yield running_node
    running_node.state.forget()


@pytest.fixture
def node(running_node: NodeEmulator) -> Node:
    return registry.NODES[registry.STAND_IN].node(running_node.certificate_pem, base_url=running_node.url)


@pytest.fixture(scope="session")
def registered(running_node: NodeEmulator) -> Callable[[str], ServiceProvider]:
    """A gmina that applied at the stand-in, with keys of its own."""
    made: dict[str, ServiceProvider] = {}

    def register(name: str) -> ServiceProvider:
        if name not in made:
            pairs = [running_node.state.authority.issue(f"{name} {purpose}") for purpose in ("podpis", "szyfr")]
            signing, decryption = (KeyPair(pair.private, pair.certificate) for pair in pairs)
            made[name] = ServiceProvider(
                entity_id=f"portal-{name}",
                provider_name=f"Portal gminy {name}",
                acs_url=f"http://{name}.localhost:8000/wk/odpowiedz/",
                signing=signing,
                decryption=(decryption,),
            )
            running_node.state.register([application_of(made[name])])
        return made[name]

    return register


def application_of(provider: ServiceProvider) -> dict[str, object]:
    """The form that the office sends to the node's operator."""
    from cryptography.hazmat.primitives.serialization import Encoding

    return {
        "entity_id": provider.entity_id,
        "provider_name": provider.provider_name,
        "acs_urls": [provider.acs_url],
        "signing_certificate": provider.signing.certificate.public_bytes(Encoding.PEM).decode(),
        "encryption_certificate": provider.decryption[0].certificate.public_bytes(Encoding.PEM).decode(),
    }


@pytest.fixture
def borki(emulator: NodeEmulator, node: Node, registered: Callable[[str], ServiceProvider]) -> Portal:
    return Portal(node, registered("borki"))


@pytest.fixture
def dabrowa(emulator: NodeEmulator, node: Node, registered: Callable[[str], ServiceProvider]) -> Portal:
    return Portal(node, registered("dabrowa"))


__all__ = ["Memory", "Portal", "application_of", "replace", "visit"]
