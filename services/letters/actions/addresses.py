"""An address that mail did not reach is given another chance by whom it belongs to."""

from django.db import transaction

from kernel.actors import Actor
from kernel.audit.recording import record
from services.accounts.access import require
from services.accounts.queries import resident_of
from services.notices.models import BadAddress
from services.notices.queries import address_index
from services.users.domain import Verb


@transaction.atomic(durable=True)
def trust_own_address(*, actor: Actor) -> None:
    """The resident says that the mailbox works again; the next letter that comes back marks it anew."""
    actor = require(actor, Verb.OWN_ACCOUNT)
    resident = resident_of(actor)
    gone, _ = BadAddress.objects.filter(address_index=address_index(resident.user.email)).delete()
    if gone:
        record("letters.address_trusted", resident, actor=actor)
