"""The office's access to the signing service, changed by two persons as the keys of payment operators are (ADR 0018).

Whose key hands the documents in, that office is named to the person who signs.
"""

from django.db import transaction

from kernel.actors import Actor
from kernel.errors import Conflict
from services.accounts.access import require
from services.safeguards.changes import propose
from services.safeguards.domain import ChangeKind
from services.safeguards.models import ProposedChange
from services.safeguards.queries import open_changes
from services.signing.access_actions import check_access, install_access
from services.signing.certificates import fingerprint_of, owner_of
from services.signing.models import SigningAccess
from services.users.domain import Verb
from tenants.configuration.protection import is_open_to_everybody

LABEL = "pz.gov.pl"


@transaction.atomic(durable=True)
def submit_signing_access(
    *, environment: str, certificate: bytes, private_key: bytes, version: int, actor: Actor
) -> SigningAccess | ProposedChange:
    """Install the access, or propose it to a second person once the portal is open to everybody.

    Raises what installing raises, also for a mere proposal; Conflict("change.open") while another one waits.
    """
    actor = require(actor, Verb.CONFIGURE)
    wanted = check_access(environment=environment, certificate=certificate, private_key=private_key)
    if not is_open_to_everybody():
        return install_access(
            environment=environment,
            certificate=certificate,
            private_key=private_key,
            version=version,
            actor=actor,
        )
    if open_changes().filter(kind=ChangeKind.SIGNING_ACCESS).exists():
        raise Conflict("change.open")
    standing = SigningAccess.objects.first()
    content = {
        "values": _shown(wanted),
        "secrets": {"private_key": wanted.private_key},
        "certificate": wanted.certificate,
        "is_taking_over": False,
        "before": _shown(standing) if standing else {},
    }
    subject_ref = standing.public_id if standing else None
    return propose(ChangeKind.SIGNING_ACCESS, subject_ref, LABEL, version, content, actor)


def _shown(row: SigningAccess) -> dict[str, str]:
    return {
        "environment": row.environment,
        "owner": owner_of(row),
        "valid_until": f"{row.valid_until:%Y-%m-%d}",
        "fingerprint": fingerprint_of(row),
    }
