"""The environments in which a person can prove who they are. Only configuration tells them apart."""

from collections.abc import Mapping
from dataclasses import dataclass

from integrations.identity.login_gov.provider import Node


@dataclass(frozen=True)
class NodeEnvironment:
    """One environment of the national node: where it is and how it calls itself."""

    code: str
    base_url: str
    entity_id: str
    """What it writes as Issuer: the name of its host, not an address. Of production it is presumed: ask COI."""
    is_stand_in: bool = False

    def node(self, certificates: bytes, *, base_url: str = "", entity_id: str = "") -> Node:
        """The node with the pinned certificates (PEM, one or more); what else is given replaces the environment's own."""
        return Node.at(
            base_url or self.base_url,
            name=self.code,
            entity_id=entity_id or self.entity_id,
            certificates=certificates,
            is_stand_in=self.is_stand_in,
        )


PRODUCTION = "production"
INTEGRATION = "integration"
COI_SIMULATOR = "coi_simulator"
STAND_IN = "stand_in"
NODES: Mapping[str, NodeEnvironment] = {
    known.code: known
    for known in (
        NodeEnvironment(PRODUCTION, "https://login.gov.pl", "login.gov.pl"),
        NodeEnvironment(INTEGRATION, "https://int.login.gov.pl", "int.login.gov.pl"),
        NodeEnvironment(COI_SIMULATOR, "https://symulator.login.gov.pl", "symulator.login.gov.pl"),
        NodeEnvironment(STAND_IN, "http://127.0.0.1:8040", "symulator.localhost", is_stand_in=True),
    )
}
