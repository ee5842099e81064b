"""Which step of a registration is whose."""

from collections.abc import Mapping

from services.accounts.domain import ResidentState
from services.users.domain import Verb

STEPS: Mapping[ResidentState, Verb] = {
    ResidentState.SUBMITTED: Verb.VERIFY_REGISTRATION,
    ResidentState.DUPLICATE: Verb.VERIFY_REGISTRATION,
    ResidentState.VERIFIED: Verb.AUTHORISE_REGISTRATION,
}
"""Who decides in each waiting state."""
