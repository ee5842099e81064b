"""What signatures are judged by, and the office's door to the signing service."""

from functools import lru_cache

from django.conf import settings

from integrations.identity.signatures.outcome import SignedRegistration
from integrations.identity.signatures.policy import RevocationSource, VerificationPolicy
from integrations.identity.signatures.revocation import FetchedRevocation, SuppliedRevocation
from integrations.identity.signatures.trusted_list import TrustedList
from integrations.identity.signatures.verify import verify_pdf, verify_xml
from integrations.identity.trusted_profile.environments import ENVIRONMENTS
from integrations.identity.trusted_profile.service import SigningService
from kernel.errors import NotFound, Refused
from services.signing.documents import given
from services.signing.domain import DocumentKind
from services.signing.evidence import revocation_of
from services.signing.models import SignedFile, SigningAccess
from tenants.trust_lists.queries import current_list, list_of


def verified(file: SignedFile) -> SignedRegistration:
    """Judge a file as of its receipt by the newest copy of the list. Only revocation is asked for over the network.

    Raises integrations' Rejected with a Reason, StaleList when the copy is out of date.
    """
    return _judged(file, current_list(), _revocation(allow_loopback=settings.SIGNATURES_ALLOW_STAND_IN))


def verified_again(file: SignedFile) -> SignedRegistration:
    """Judge kept evidence again, years later and without a network: the same copy of the list, the same answers."""
    return _judged(file, list_of(file.list_sha256), SuppliedRevocation(revocation_of(file)))


def signing_service() -> SigningService:
    """The office's access to TpSigning5. Raises NotFound("signing.no_access") before it is installed, and
    Refused("signing.stand_in") for the stand-in outside development."""
    row = SigningAccess.objects.first()
    if row is None:
        raise NotFound("signing.no_access")
    return service_of(row)


def service_of(row: SigningAccess) -> SigningService:
    """The service that an access opens. Raises Refused("signing.stand_in"), ValueError for what is no access."""
    environment = ENVIRONMENTS[row.environment]
    if environment.is_stand_in and not settings.SIGNATURES_ALLOW_STAND_IN:
        raise Refused("signing.stand_in")
    return environment.service(
        private_key=row.private_key.encode(), certificate=row.certificate.encode(), base_url=row.base_url
    )


def _judged(file: SignedFile, trusted: TrustedList, revocation: RevocationSource) -> SignedRegistration:
    policy = VerificationPolicy(
        trusted, revocation, revocation_required=settings.SIGNATURES_REQUIRE_REVOCATION
    )
    verify = verify_pdf if file.document.kind == DocumentKind.PDF else verify_xml
    return verify(file.content, given(file.document), policy, received_at=file.received_at)


@lru_cache(maxsize=2)
def _revocation(*, allow_loopback: bool) -> FetchedRevocation:
    """One for the process: it remembers lists of revoked certificates for ten minutes."""
    return FetchedRevocation(allow_loopback=allow_loopback)
