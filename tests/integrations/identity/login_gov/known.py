"""One answer of a node, made once, with all that receives it: for tests that need no server."""

from datetime import UTC, datetime
from functools import cache

from lxml import etree

from integrations.emulators.login_gov.answering import Answering
from integrations.emulators.login_gov.keys import Authority, Keys
from integrations.emulators.login_gov.messages import Plan, attributes_of
from integrations.emulators.login_gov.personas import PERSONAS
from integrations.emulators.login_gov.reading import Provider, Request
from integrations.emulators.login_gov.state import State
from integrations.emulators.login_gov.wrapping import answer
from integrations.identity.login_gov.provider import Node, ServiceProvider
from integrations.identity.login_gov.receiving import identify
from tests.integrations.identity.login_gov.portal import Memory, provider_named


class Known:
    """One answer of a node, with all that receives it."""

    def __init__(self) -> None:
        authority = Authority()
        keys = Keys(authority.node.private, authority.node.certificate)
        self.provider: ServiceProvider = provider_named("borki", authority.issue("a"), authority.issue("b"))
        self.node: Node = Node.at(
            "http://127.0.0.1:1", name="stand_in", entity_id="symulator.localhost",
            certificates=keys.certificate_pem, is_stand_in=True,
        )  # fmt: skip
        applied = Provider(
            self.provider.entity_id, "x", (self.provider.acs_url,),
            self.provider.signing.certificate, self.provider.decryption[0].certificate,
        )  # fmt: skip
        request = Request("ID-resolve", applied, etree.Element("x"))
        plan: Plan = Answering(State(authority)).empty_plan(request)
        plan.acs_url, plan.request_id, plan.has_assertion = self.provider.acs_url, "ID-request", True
        plan.attributes, plan.name_id, plan.means = attributes_of(PERSONAS[0]), "anna", "pz.gov.pl"
        self.plan = plan
        self.answer = answer(plan)
        self.now = datetime.now(UTC)

    def identify(self, document: bytes) -> object:
        return identify(
            document, self.node, self.provider,
            request_id="ID-request", resolve_id="ID-resolve", seen=Memory(), now=self.now,
        )  # fmt: skip


@cache
def known() -> Known:
    return Known()
