"""A person whose identity a trusted means has proven, and the account that is hers or his.

Sign-in through login.gov.pl and signed registrations end here: the PESEL number is the join key (one person, one account
whatever the way in), never a name, an address or an identifier of the means.
"""

import hmac
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from kernel.errors import Refused
from kernel.identifiers import is_valid_pesel, pesel_birth_date
from services.accounts.domain import CLOSED_STATES, ResidentState
from services.accounts.models import Resident
from services.accounts.queries import person_index


@dataclass(frozen=True)
class ProvenIdentity:
    """What a trusted means says of a person. `method` names the means ("login_gov", "trusted_profile",
    "qualified_signature"); `evidence_ref` is the public id of the kept evidence.
    """

    method: str
    pesel: str
    first_name: str
    last_name: str
    born_on: date | None = None
    evidence_ref: str = ""


def check(proof: ProvenIdentity) -> None:
    """Raises Refused("proof.pesel") for a number that cannot be, Refused("proof.birth_date") when both contradict."""
    if not is_valid_pesel(proof.pesel):
        raise Refused("proof.pesel")
    if proof.born_on is not None and pesel_birth_date(proof.pesel) != proof.born_on:
        raise Refused("proof.birth_date")


def is_person(resident: Resident, pesel: str) -> bool:
    """Whether the account is the one of the person with this number."""
    return hmac.compare_digest(bytes(resident.person_index), person_index(pesel))


def resident_with(pesel: str) -> Resident | None:
    """The open account of the person with this number into which a proven person may be let, or None.

    Not one that waits without a proof: anybody may have typed the number there. Whoever proves to be that person registers
    anew, and `register` puts the unproven registration away. The state may be any open one, BLOCKED too.
    """
    return (
        Resident.objects.select_related("user")
        .filter(person_index=person_index(pesel))
        .exclude(state__in=CLOSED_STATES)
        .exclude(Q(state=ResidentState.SUBMITTED) & Q(proof_method=""))
        .first()
    )
