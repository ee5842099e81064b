"""Addresses of the portal that operators are told."""

from uuid import UUID

from services.notices.actions import portal_address


def notify_address(account_id: UUID) -> str:
    """Where the operator posts its messages of one account (its public id): the same for all the life of the account."""
    return f"{portal_address()}/webhooks/platnosci/{account_id}/"
