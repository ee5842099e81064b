"""Who issues the monthly statements: the platform's operator, as the settings say."""

from dataclasses import dataclass

from django.conf import settings

from kernel.errors import Conflict
from kernel.identifiers import is_valid_nip, normalise_nip


@dataclass(frozen=True, slots=True)
class Seller:
    """Wystawca: name, address in one line, and NIP as ten digits."""

    name: str
    address: str
    nip: str


def seller() -> Seller:
    """What SELLER_NAME, SELLER_ADDRESS and SELLER_NIP say. Raises Conflict("statement.seller") while one of them is missing
    or the NIP is none: a statement that names nobody cannot be taken into anybody's books."""
    found = Seller(
        settings.SELLER_NAME.strip(), settings.SELLER_ADDRESS.strip(), normalise_nip(settings.SELLER_NIP)
    )
    if not (found.name and found.address and is_valid_nip(found.nip)):
        raise Conflict("statement.seller")
    return found


def has_seller() -> bool:
    """Whether statements can be issued."""
    try:
        seller()
    except Conflict:
        return False
    return True
