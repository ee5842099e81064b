"""Whether a gmina stands as it was written: its ledger, its audit log, the structure of its tables."""

from collections.abc import Sequence

from kernel import tenancy
from kernel.audit.recording import history
from services.ledger import verification as ledger
from tenants.directory.models import Tenant
from tenants.directory.queries import scope_of
from tenants.fleet.models import JobKind
from tenants.fleet.queries import last_good_part
from tenants.fleet.slices import Found
from tenants.jobs import chains
from tenants.schemas import recording
from tenants.schemas.making import provisioner

SHOWN = 3
PUT_BACK = ("tenant.restored", "tenant.restore_undone")
"""After these the ledger ends earlier than a seal that was noted before."""


def verify_gmina(teryt: str, _target: str = "") -> Found:
    """Read everything, write nothing. Raises NotFound("tenant.unknown").

    The head of the ledger's chain is among what is found: it stays on the platform, where the gmina's role cannot write, and
    the next verification asks whether that seal still stands.
    """
    scope = scope_of(teryt)
    with tenancy.enter(scope):
        entries = ledger.verify(_kept_head(teryt))
        log = chains.verify()
    wrong = _told("ledger", entries.findings, f"verify_ledger {teryt}")
    wrong += _told("audit", log.findings, f"verify_audit {teryt}")
    if not _has_recorded_structure(scope):
        wrong.append(f"structure: not what the migrations make, see compare_schemas {teryt}")
    values: dict[str, int | str] = {
        "entries": entries.entries,
        "seals": entries.seals,
        "head": entries.head,
        "acts": log.entries,
    }
    return Found(values, "; ".join(wrong))


def _told(what: str, findings: Sequence[object], command: str) -> list[str]:
    told = [f"{what}: {finding}" for finding in findings[:SHOWN]]
    return told + ([f"{what}: {len(findings) - SHOWN} more, see {command}"] if len(findings) > SHOWN else [])


def _kept_head(teryt: str) -> tuple[int, str] | None:
    """The last seal that a verification has found good, unless the gmina was put back since."""
    with tenancy.public():
        part = last_good_part(teryt, JobKind.VERIFY)
        if part is None or not part.result.get("head"):
            return None
        tenant = Tenant.objects.get(teryt=teryt)
        was_put_back = history(tenant).filter(action__in=PUT_BACK, at__gt=part.job.asked_at).exists()
    return None if was_put_back else (int(part.result["seals"]), str(part.result["head"]))


def _has_recorded_structure(scope: tenancy.Scope) -> bool:
    with provisioner(scope.shard) as connection:
        recorded = recording.current(connection, scope.shard)
        return recording.fingerprint(connection, scope) == recorded.fingerprint
