"""The gmina at the national node: its registration, its keys, and whether residents can be sent there."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from django.db.models import QuerySet

from integrations.identity.base import AssuranceLevel
from integrations.identity.login_gov import certificates
from integrations.identity.login_gov import provider as protocol
from integrations.identity.login_gov.metadata import metadata
from kernel.errors import NotFound, Unavailable
from services.accounts.proofs import ProvenIdentity
from services.identity.domain import OPENING, KeyPurpose, KeyState, Purpose
from services.identity.models import LoginAttempt, ProvenPerson, ProviderKey, ServiceProvider
from services.identity.node import node
from services.notices.actions import portal_address
from tenants.configuration.domain import WayIn
from tenants.configuration.queries import ways_in

ACS_PATH = "/wk/odpowiedz/"
METADATA_PATH = "/wk/metadata"
_NEWEST_FIRST = (KeyState.CURRENT, KeyState.READY, KeyState.PREVIOUS)


def acs_url() -> str:
    """The one address to which the node's answers for this gmina come: on its own host, as in its application."""
    return portal_address() + ACS_PATH


def metadata_url() -> str:
    """Where the gmina's metadata lie, as an aid for the application."""
    return portal_address() + METADATA_PATH


def service_provider() -> ServiceProvider | None:
    """The gmina's registration, None before there is any."""
    return ServiceProvider.objects.first()


def provider_keys() -> QuerySet[ProviderKey]:
    """All keys of the gmina, newest first; their private parts are read only where something is signed or opened."""
    return ProviderKey.objects.order_by("purpose", "-id")


def provider_key(public_id: UUID) -> ProviderKey:
    """One key. Raises NotFound("provider_key.unknown")."""
    row = ProviderKey.objects.filter(public_id=public_id).first()
    if row is None:
        raise NotFound("provider_key.unknown")
    return row


def built_provider() -> protocol.ServiceProvider:
    """The registration with the keys in use, as the protocol takes it. Raises Unavailable("login_gov.provider")."""
    row = service_provider()
    signing = ProviderKey.objects.filter(purpose=KeyPurpose.SIGNING, state=KeyState.CURRENT).first()
    opening = list(ProviderKey.objects.filter(purpose=KeyPurpose.ENCRYPTION, state__in=OPENING))
    opening.sort(key=lambda key: _NEWEST_FIRST.index(KeyState(key.state)))
    try:
        if row is None or signing is None:
            raise ValueError("incomplete")
        return protocol.ServiceProvider(
            entity_id=row.entity_id,
            provider_name=row.provider_name,
            acs_url=acs_url(),
            signing=_pair(signing),
            decryption=tuple(map(_pair, opening)),
            level=AssuranceLevel[row.level.upper()],
        )
    except ValueError:
        raise Unavailable("login_gov.provider") from None


def _pair(key: ProviderKey) -> protocol.KeyPair:
    return protocol.KeyPair.load(key.private_key.encode(), key.certificate.encode())


def provider_metadata() -> bytes:
    """The gmina's metadata. Raises Unavailable("login_gov.provider") before its keys have certificates."""
    return metadata(built_provider())


def is_ready() -> bool:
    """Whether a resident can be sent to the node now: chosen, switched on, with keys, and the node is known."""
    if WayIn.LOGIN_GOV not in ways_in():
        return False
    row = service_provider()
    if row is None or not row.is_enabled:
        return False
    try:
        node()
        built_provider()
    except Unavailable:
        return False
    return True


def node_origin() -> str:
    """Scheme and host of the node's page, for the policy of the page that leads there. Raises as `node` does."""
    parts = urlsplit(node().sso_url)
    return f"{parts.scheme}://{parts.netloc}"


def node_certificates() -> list[certificates.CertificateFacts]:
    """The node's pinned certificates; none where no node is configured."""
    try:
        pinned = node().certificates
    except Unavailable:
        return []
    return [certificates.facts(certificates.Purpose.NODE, one) for one in pinned]


@dataclass(frozen=True)
class Ending:
    """When the first of the certificates that the gmina's logins need ends, and how many end within the time of alarm."""

    first_at: datetime | None
    alarming: int


def ending(now: datetime) -> Ending:
    """Over the keys in use. Of keys for encryption the newest counts: an older one may run out while both are there."""
    rows = ProviderKey.objects.filter(state__in=OPENING).order_by("id")
    newest = {KeyPurpose(row.purpose): row.valid_until for row in rows}
    limit = now + certificates.ALARM_BEFORE
    ends = [end for end in newest.values() if end is not None]
    return Ending(first_at=min(ends, default=None), alarming=sum(end < limit for end in ends))


@dataclass(frozen=True)
class BegunFor:
    """What an attempt was begun for, and where its person wanted to go."""

    purpose: Purpose
    next_path: str


def begun_for(attempt_id: UUID) -> BegunFor:
    """Of an attempt that nobody knows (any more): to enter."""
    row = LoginAttempt.objects.filter(public_id=attempt_id).first()
    return BegunFor(Purpose(row.purpose), row.next_path) if row else BegunFor(Purpose.ENTER, "")


def proven_person(public_id: UUID, *, now: datetime) -> ProvenIdentity | None:
    """A person who has just proven their identity and has no account; None when the time is over or it was used."""
    row = ProvenPerson.objects.filter(public_id=public_id, used_at__isnull=True, until__gt=now).first()
    return _as_proof(row) if row else None


def _as_proof(row: ProvenPerson) -> ProvenIdentity:
    held = row.person
    return ProvenIdentity(
        method="login_gov",
        pesel=held["pesel"],
        first_name=held["first_name"],
        last_name=held["last_name"],
        born_on=datetime.fromisoformat(held["born_on"]).date(),
        evidence_ref=str(row.public_id),
    )


def attempts_of(resident_ref: UUID) -> QuerySet[LoginAttempt]:
    """Attempts of the last day that led to this account, oldest first."""
    return LoginAttempt.objects.filter(resident_ref=resident_ref).order_by("started_at")


def proof_of(evidence_ref: str) -> ProvenPerson | None:
    """What is kept of the node's word about a person who registered with it; None for another kind of proof."""
    try:
        return ProvenPerson.objects.filter(public_id=UUID(evidence_ref)).first()
    except ValueError:
        return None


def outcomes(since: datetime) -> dict[str, int]:
    """How the attempts since then ended, by reason code ("" for those that nobody has finished), for the office."""
    found: dict[str, int] = {}
    for outcome in LoginAttempt.objects.filter(started_at__gte=since).values_list("outcome", flat=True):
        found[outcome] = found.get(outcome, 0) + 1
    return found
