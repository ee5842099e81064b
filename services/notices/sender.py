"""From whom a gmina's letters come, and who gets what is answered to them."""

from dataclasses import dataclass
from email.utils import formataddr, parseaddr

from django.conf import settings

from kernel.errors import NotFound
from tenants.configuration.queries import office


@dataclass(frozen=True, slots=True)
class Sender:
    """Headers From and Reply-To; `reply_to` is "" while the office has not entered its address."""

    address: str
    reply_to: str = ""

    @property
    def bare(self) -> str:
        """The address without the name, as the mail server is told."""
        return parseaddr(self.address)[1]


def sender() -> Sender:
    """The open gmina's own sender, under the portal's name, or else the platform's (DEFAULT_FROM_EMAIL).

    The mail server must be allowed to send for the domain of an own one (SPF, docs/production.md).
    """
    try:
        row = office()
    except NotFound:
        return Sender(settings.DEFAULT_FROM_EMAIL)
    if not row.sender_email:
        return Sender(settings.DEFAULT_FROM_EMAIL, row.email)
    return Sender(formataddr((" ".join(row.portal_name.split()), row.sender_email)), row.email)
