"""What can be done with residents' accounts."""

from services.accounts.actions.deciding import (
    approve_registration,
    authorise_registration,
    reject_registration,
)
from services.accounts.actions.registering import (
    Application,
    add_registration,
    confirm_address,
    prove_identity,
    register,
    send_confirmation,
)

__all__ = [
    "Application", "add_registration", "approve_registration", "authorise_registration", "confirm_address",
    "prove_identity", "register", "reject_registration", "send_confirmation",
]  # fmt: skip
