"""The address to which the mail server reports what became of a letter: one for each letter (VERP), so that a report names
its letter whatever program wrote it."""

import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from kernel import tenancy

_LOCAL: Final = re.compile(r"\+(\d{7})\.([0-9a-f]{32})\.([0-9a-f]{10})$")


@dataclass(frozen=True, slots=True)
class Returned:
    """Which letter of which gmina a return address belongs to."""

    teryt: str
    message_id: UUID


def return_address(message_id: UUID) -> str:
    """Where reports about this letter of the open gmina go; "" while the platform has no mailbox for them."""
    local, at, domain = settings.RETURN_ADDRESS.partition("@")
    if not at:
        return ""
    teryt = tenancy.current_tenant_id()
    return f"{local}+{teryt}.{message_id.hex}.{_mark(teryt, message_id.hex)}@{domain}"


def returned(address: str) -> Returned | None:
    """The letter of a return address; None for one that we have not given out."""
    local, _, domain = address.lower().rpartition("@")
    ours, _, our_domain = settings.RETURN_ADDRESS.lower().partition("@")
    found = _LOCAL.search(local)
    if not found or domain != our_domain or local[: found.start()] != ours:
        return None
    teryt, message_id, mark = found.groups()
    if not constant_time_compare(mark, _mark(teryt, message_id)):
        return None
    return Returned(teryt, UUID(message_id))


def _mark(teryt: str, message_id: str) -> str:
    """So that nobody can say of a letter that it came back, who has not had it."""
    return salted_hmac("services.notices.returning", f"{teryt}.{message_id}").hexdigest()[:10]
