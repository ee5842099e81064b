"""The national node of this deployment, from its settings: environment, addresses, pinned certificates."""

from functools import lru_cache

from django.conf import settings

from integrations.identity import registry
from integrations.identity.login_gov.certificates import is_of_stand_in
from integrations.identity.login_gov.provider import Node
from kernel.errors import Unavailable


def node() -> Node:
    """The node that all gminas here use. Raises Unavailable("login_gov.node") when none is configured, or the stand-in where
    it is not allowed: nobody is let in then."""
    try:
        return _node(
            settings.LOGIN_GOV_NODE,
            settings.LOGIN_GOV_CERTIFICATES,
            settings.LOGIN_GOV_URL,
            settings.LOGIN_GOV_ENTITY_ID,
            settings.LOGIN_GOV_ALLOW_STAND_IN,
        )
    except (LookupError, ValueError):
        raise Unavailable("login_gov.node") from None


@lru_cache(maxsize=8)
def _node(name: str, certificates: str, url: str, entity_id: str, may_be_stand_in: bool) -> Node:
    found = registry.NODES[name].node(certificates.encode(), base_url=url, entity_id=entity_id)
    if not may_be_stand_in and (found.is_stand_in or any(map(is_of_stand_in, found.certificates))):
        raise ValueError("the stand-in node is for development only")
    return found
