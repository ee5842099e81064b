"""By what a resident may come in here, for the pages that lead in."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from frontend.pages.views.login_gov import PROOF_KEY
from kernel.errors import NotFound
from services.accounts.proofs import ProvenIdentity
from services.identity.queries import is_ready, proven_person
from tenants.configuration.domain import WayIn
from tenants.configuration.queries import ways_in


def ways_context() -> dict[str, Any]:
    """`ways`: which ways in the gmina has chosen, by name, and whether the national node can be used now."""
    try:
        chosen = ways_in()
    except NotFound:
        chosen = frozenset({WayIn.LOCAL_ACCOUNT})
    return {
        "ways": {
            **{way.value: way in chosen for way in WayIn},
            "is_node_ready": WayIn.LOGIN_GOV in chosen and is_ready(),
        }
    }


def takes_passwords() -> bool:
    """Whether residents may have an account with a password here (D33)."""
    return bool(ways_context()["ways"][WayIn.LOCAL_ACCOUNT.value])


def proof_of(request: HttpRequest) -> ProvenIdentity | None:
    """Whom the node has just proven in this browser, while there is no account yet."""
    kept = request.session.get(PROOF_KEY)
    return proven_person(kept, now=timezone.now()) if kept else None
