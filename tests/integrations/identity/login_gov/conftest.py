"""The stand-in node on loopback and two gminas that are registered there."""

from collections.abc import Callable, Iterator

import pytest

from integrations.emulators.login_gov import NodeEmulator, start
from integrations.identity import registry
from integrations.identity.login_gov.provider import Node, ServiceProvider
from tests.integrations.identity.login_gov.portal import Portal, application_of, provider_named


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
    """`registered(name)`: a gmina that applied at the node, with keys of its own."""
    made: dict[str, ServiceProvider] = {}

    def register(name: str) -> ServiceProvider:
        if name not in made:
            issue = running_node.state.authority.issue
            made[name] = provider_named(name, issue(f"{name} podpis"), issue(f"{name} szyfr"))
        running_node.state.register([application_of(made[name])])
        return made[name]

    return register


@pytest.fixture
def borki(emulator: NodeEmulator, node: Node, registered: Callable[[str], ServiceProvider]) -> Portal:
    return Portal(node, registered("borki"))


@pytest.fixture
def dabrowa(emulator: NodeEmulator, node: Node, registered: Callable[[str], ServiceProvider]) -> Portal:
    return Portal(node, registered("dabrowa"))
