"""The audit logs of the gminas: sealed every sweep, verified every night, purged when they are whole.

A gmina's schema cannot tell that the end of its chain was cut off. So the newest seal is noted in the public schema, under
the platform's key, before anything is built on it; and nothing is noted over a seal that is gone.
"""

from dataclasses import dataclass, replace
from typing import Any

import structlog
from django.db import connection
from django.db.models import F
from django.utils import timezone

from kernel import tenancy
from kernel.audit import purging, sealing, verification
from kernel.audit.models import Seal
from kernel.audit.verification import Finding, Head, Verified
from kernel.budget import is_time_up
from kernel.crypto import keyring
from kernel.errors import Conflict
from tenants.jobs.models import AuditChain

log = structlog.get_logger(__name__)

PURPOSE = "audit.head"
PLACE_LENGTH = AuditChain._meta.get_field("first_place").max_length


@dataclass(frozen=True, slots=True)
class Noted:
    """What the platform knows of a gmina's chain. `head` is None when nothing was ever noted, and its number 0 when the
    chain had no seal yet; `is_genuine` says whether the note is the program's own."""

    head: Head | None
    is_genuine: bool = True


def seal() -> None:
    """Seal the open gmina's log and note its newest seal. Raises Conflict("audit.head_lost") when the seal that was noted
    last is gone or another: the entries are sealed all the same, and the note stays as it is."""
    teryt = tenancy.current_tenant_id()
    if not sealing.has_work():
        return
    before = noted(teryt)
    if before.head is None and verification.head() is None:
        # A run that is killed after its first seal then leaves a chain that is known to begin at nothing.
        note(teryt, None)
        before = noted(teryt)
    is_whole = not _wrong_head(before)
    sealing.seal()
    if not is_whole:
        raise Conflict("audit.head_lost")
    _advance(teryt, verification.head())


def seal_platform() -> None:
    """Seal the public schema's own log; its seals are noted in the program's log only."""
    with tenancy.public():
        if sealing.has_work():
            sealing.seal()


def verify(kept: Head | None = None) -> Verified:
    """Verify the open gmina's chain against what was noted of it, and against `kept` when somebody has kept a seal."""
    before = noted(tenancy.current_tenant_id())
    outcome = verification.verify(kept)
    return replace(outcome, findings=(*outcome.findings, *_wrong_head(before)))


def is_head_lost() -> bool:
    """Whether the open gmina's chain is not the one that was noted last."""
    return bool(_wrong_head(noted(tenancy.current_tenant_id())))


def check() -> None:
    """Verify the open gmina's chain, as much as there is time for, and purge it when it is whole.

    Goes on in the gmina's next turn where the time was over. Raises Conflict("audit.broken") when anything is wrong; which
    place it is stands in the program's log, and `verify_audit` says it at any time.
    """
    teryt = tenancy.current_tenant_id()
    with tenancy.public():
        row, _ = AuditChain.objects.get_or_create(tenant_id=teryt)
    if row.verified_to == 0:
        _store(teryt, wrong=0, first_place="")
    last = Seal.objects.filter(number=row.verified_to).first() if row.verified_to else None
    for one in verification.seals_after(row.verified_to if last else 0):
        _add(teryt, verification.check_seal(one, last))
        last = one
        if is_time_up():
            _store(teryt, verified_to=one.number)
            return
    _add(teryt, [*verification.strays(), *_wrong_head(noted(teryt))])
    _store(teryt, verified_to=0, verified_at=timezone.now())
    with tenancy.public():
        is_whole = AuditChain.objects.get(tenant_id=teryt).wrong == 0
    if not is_whole:
        raise Conflict("audit.broken")
    purging.purge()


def check_platform() -> None:
    """Verify the public schema's own log, and purge it when it is whole. Raises Conflict("audit.broken")."""
    with tenancy.public():
        findings = verification.verify().findings
        for finding in findings:
            log.error("audit.wrong", place=str(finding))
        if findings:
            raise Conflict("audit.broken")
        purging.purge()


def noted(teryt: str) -> Noted:
    """What was noted of the gmina's chain."""
    with tenancy.public():
        row = AuditChain.objects.filter(tenant_id=teryt).first()
        if row is None:
            return Noted(None)
        head = Head(row.number, row.mac)
        is_genuine = keyring().is_mac(bytes(row.proof), _text(teryt, head), PURPOSE, row.key_id)
        return Noted(head if head.number or is_genuine else None, is_genuine)


def note_present(scope: tenancy.Scope) -> None:
    """Note the chain that a gmina has now, whatever was noted before: for whoever has just put another one in its place (a
    restore, an import) and has left an entry of that in the platform's log."""
    with tenancy.enter(scope):
        present = verification.head()
    note(scope.tenant_id, present)


def note(teryt: str, head: Head | None) -> None:
    """Note this seal as the newest of the gmina's chain; None: it has none yet."""
    with tenancy.public():
        AuditChain.objects.update_or_create(tenant_id=teryt, defaults=_values(teryt, head or Head(0, "")))


def _advance(teryt: str, head: Head | None) -> None:
    """Note the seal unless somebody else has noted a later one."""
    if head is not None:
        with tenancy.public():
            rows = AuditChain.objects.filter(tenant_id=teryt, number__lt=head.number)
            rows.update(**_values(teryt, head))


def _values(teryt: str, head: Head) -> dict[str, Any]:
    key_id, proof = keyring().mac(_text(teryt, head), PURPOSE)
    return {
        "number": head.number,
        "mac": head.mac,
        "noted_at": timezone.now(),
        "key_id": key_id,
        "proof": proof,
    }


def loaded_chain() -> list[str]:
    """What is wrong with the log of the open schema, which was just loaded from an archive; nothing of it is noted yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('audit_seal') IS NOT NULL")
        if not cursor.fetchone()[0]:  # an archive from before there were seals
            return []
    return [f"audit: {finding}" for finding in verification.verify().findings]


def _wrong_head(before: Noted) -> list[Finding]:
    if before.head is None:
        # A chain of which nobody has noted anything: seals are never made without a note.
        first = Seal.objects.order_by("number").first()
        return [Finding("missing", seal=first.number, field="note")] if first else []
    if not before.is_genuine:
        return [Finding("changed", seal=before.head.number, field="note")]
    return verification.check_head(before.head) if before.head.number else []


def _text(teryt: str, head: Head) -> bytes:
    return f"{teryt}|{head.number}|{head.mac}".encode()


def _add(teryt: str, findings: list[Finding]) -> None:
    for finding in findings:
        log.error("audit.wrong", place=str(finding))
    if findings:
        with tenancy.public():
            rows = AuditChain.objects.filter(tenant_id=teryt)
            rows.filter(wrong=0).update(first_place=str(findings[0])[:PLACE_LENGTH])
            rows.update(wrong=F("wrong") + len(findings))


def _store(teryt: str, **values: object) -> None:
    with tenancy.public():
        AuditChain.objects.filter(tenant_id=teryt).update(**values)
