"""The copy of the trusted list by which signatures are judged. Nothing here fetches anything."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from cryptography import x509

from integrations.identity.signatures.trusted_list import StaleList, TrustedList
from kernel import tenancy
from tenants.trust_lists.models import TrustedListCopy, TrustedListWatch

POLAND = "PL"
ALARM_BEFORE = timedelta(days=14)
"""So long before a list runs out somebody is called: then no registration can be verified."""


@dataclass(frozen=True)
class ListState:
    """How the copy of a list stands. `version` 0 and no days: there is no copy yet."""

    territory: str
    version: int
    versions: int
    issued_at: datetime | None
    next_update_at: datetime | None
    tried_at: datetime | None
    succeeded_at: datetime | None
    problem: str

    def is_stale(self, now: datetime) -> bool:
        """Whether nothing can be verified by it."""
        return self.next_update_at is None or now > self.next_update_at

    def needs_attention(self, now: datetime) -> bool:
        """Whether it is stale or will be soon."""
        return self.next_update_at is None or now > self.next_update_at - ALARM_BEFORE


def current_list(territory: str = POLAND) -> TrustedList:
    """The newest copy, read once in this process. StaleList when there is none; whether it is still in force is asked by
    whoever judges by it."""
    with tenancy.public():
        newest = TrustedListCopy.objects.filter(territory=territory).values_list("sha256", flat=True).first()
    if newest is None:
        raise StaleList(f"no list of {territory}")
    return list_of(newest)


def list_of(sha256: str) -> TrustedList:
    """The copy with that digest, also years later. StaleList when there is none."""
    return _read(sha256)


@dataclass(frozen=True)
class KeptVersion:
    """One version of a list that was ever used."""

    number: int
    issued_at: datetime
    next_update_at: datetime
    fetched_at: datetime
    sha256: str
    source_url: str
    unreadable_services: int


def kept_versions(territory: str = POLAND) -> list[KeptVersion]:
    """Every version that is kept, the newest first; without its content."""
    with tenancy.public():
        rows = TrustedListCopy.objects.filter(territory=territory).defer("content", "issuers")
        return [
            KeptVersion(
                number=row.sequence_number,
                issued_at=row.issued_at,
                next_update_at=row.next_update_at,
                fetched_at=row.fetched_at,
                sha256=row.sha256,
                source_url=row.source_url,
                unreadable_services=row.unreadable_services,
            )
            for row in rows
        ]


def list_state(territory: str = POLAND) -> ListState:
    """What the operator and the alarms look at."""
    with tenancy.public():
        copies = TrustedListCopy.objects.filter(territory=territory)
        newest = copies.defer("content", "issuers").first()
        watch = TrustedListWatch.objects.filter(territory=territory).first()
        versions = copies.count()
    return ListState(
        territory=territory,
        version=newest.sequence_number if newest else 0,
        versions=versions,
        issued_at=newest.issued_at if newest else None,
        next_update_at=newest.next_update_at if newest else None,
        tried_at=watch.tried_at if watch else None,
        succeeded_at=watch.succeeded_at if watch else None,
        problem=watch.problem if watch else "",
    )


@lru_cache(maxsize=4)
def _read(sha256: str) -> TrustedList:
    """Reading takes up to a second. A copy never changes, so what was read stays right."""
    with tenancy.public():
        row = TrustedListCopy.objects.filter(sha256=sha256).first()
    if row is None:
        raise StaleList("no such copy")
    issuers = x509.load_pem_x509_certificates(row.issuers.encode())
    # Its signature was in force when it came; years later its issuer's certificate need not be.
    return TrustedList.read(bytes(row.content), issuers, now=row.fetched_at)
