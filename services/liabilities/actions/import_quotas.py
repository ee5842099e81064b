"""What an actor must be allowed in order to import, and what an import uses up."""

from kernel import tenancy
from kernel.actors import Actor, ActorKind
from kernel.errors import Refused
from services.users.domain import Verb
from tenants.metering import quotas
from tenants.metering.usage import last_storage_bytes


def use_quotas(rows: int) -> None:
    """Count an import against the gmina's quotas. Raises Refused("quota.storage"), ("quota.imports") or
    ("quota.import_rows"); nothing is counted then."""
    refuse_full_storage()
    quotas.take((quotas.IMPORTS, 1), (quotas.IMPORT_ROWS, rows))


def refuse_full_storage() -> None:
    """Raises Refused("quota.storage") when the gmina's data have grown to their limit."""
    if quotas.STORAGE.most() <= last_storage_bytes(tenancy.current_tenant_id()):
        raise Refused("quota.storage")


def import_verb(actor: Actor) -> Verb:
    """What the actor must be allowed to do in order to import."""
    return Verb.API_LIABILITIES_WRITE if actor.kind == ActorKind.API else Verb.IMPORT_LIABILITIES
