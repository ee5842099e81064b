"""Keeping the copy of the trusted list current: from the European list of lists to the list of Poland."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.db import transaction

from integrations.identity.base import IdentityError, Rejected
from integrations.identity.signatures.download import fetch
from integrations.identity.signatures.outcome import ListVersion
from integrations.identity.signatures.reasons import Reason
from integrations.identity.signatures.trusted_list import (
    MOST_BYTES,
    ListPointer,
    TrustedList,
    pointer_to_list,
)
from kernel import tenancy
from kernel.actors import system
from kernel.audit.recording import record
from tenants.trust_lists.models import TrustedListCopy, TrustedListWatch
from tenants.trust_lists.queries import POLAND, list_state

log = structlog.get_logger(__name__)
ACTOR = system("trust_lists.refresh")
FRESH = timedelta(hours=20)


def refresh_if_due(now: datetime) -> None:
    """Ask once a day; the clock rings more often, so that no restart, and no day without network, skips one."""
    state = list_state()
    if state.succeeded_at is None or now - state.succeeded_at > FRESH:
        refresh(now)
        state = list_state()
    if state.needs_attention(now):
        log.error(
            "trust_list.ends", territory=state.territory, version=state.version, stale=state.is_stale(now)
        )


def refresh(now: datetime) -> bool:
    """Fetch both lists, verify them, and keep a version that is new. Returns whether one came; never raises for what the
    network or the lists do: the code of the fault is kept for the console, and the copy that we have stays in use.
    """
    try:
        pointer = _pointer(now)
        content = _fetch(pointer.url)
        found = TrustedList.read(content, pointer.issuers, now=now)
        if found.version.territory != POLAND:
            raise Rejected("the list of another state", code=Reason.LIST_INVALID)
        is_new = _keep(found, content, pointer, now)
    except IdentityError as error:
        log.warning("trust_list.refused", code=error.code)
        _note(now, problem=error.code)
        return False
    _note(now)
    return is_new


def _pointer(now: datetime) -> ListPointer:
    issuers: Sequence[x509.Certificate] = ()
    if settings.TRUST_LOTL_ISSUERS:
        issuers = x509.load_pem_x509_certificates(settings.TRUST_LOTL_ISSUERS.encode())
    return pointer_to_list(_fetch(settings.TRUST_LOTL_URL), POLAND, now=now, issuers=issuers)


def _fetch(url: str) -> bytes:
    return fetch(url, most_bytes=MOST_BYTES, allow_loopback=settings.SIGNATURES_ALLOW_STAND_IN)


def _keep(found: TrustedList, content: bytes, pointer: ListPointer, now: datetime) -> bool:
    version = found.version
    with tenancy.public(), transaction.atomic():
        copies = TrustedListCopy.objects.filter(territory=version.territory)
        if copies.filter(sha256=version.sha256).exists():
            return False
        newest = copies.defer("content", "issuers").first()
        if newest is not None:
            found.check_succeeds(_version_of(newest))
        row = TrustedListCopy.objects.create(
            territory=version.territory,
            sequence_number=version.sequence_number,
            issued_at=version.issued_at,
            next_update_at=version.next_update_at,
            sha256=version.sha256,
            content=content,
            issuers="".join(one.public_bytes(Encoding.PEM).decode() for one in pointer.issuers),
            source_url=pointer.url,
            fetched_at=now,
            unreadable_services=found.unreadable_services,
        )
        record("trust_list.kept", row, actor=ACTOR, number=row.sequence_number, sha256=row.sha256)
    return True


def _version_of(row: TrustedListCopy) -> ListVersion:
    return ListVersion(row.territory, row.sequence_number, row.issued_at, row.next_update_at, row.sha256)


def _note(now: datetime, *, problem: str = "") -> None:
    values: dict[str, object] = {"tried_at": now, "problem": problem}
    if not problem:
        values["succeeded_at"] = now
    with tenancy.public():
        TrustedListWatch.objects.update_or_create(territory=POLAND, defaults=values)
