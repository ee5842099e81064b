"""The environments of the signing service. Only configuration tells them apart."""

from collections.abc import Mapping
from dataclasses import dataclass

from integrations.identity.trusted_profile.service import SigningService


@dataclass(frozen=True)
class SigningEnvironment:
    """One environment of TpSigning5: where it is."""

    code: str
    base_url: str
    is_stand_in: bool = False

    def service(self, *, private_key: bytes, certificate: bytes, base_url: str = "") -> SigningService:
        """The service with an office's key and certificate (PEM); a `base_url` replaces the environment's own."""
        return SigningService.at(
            base_url or self.base_url,
            private_key=private_key,
            certificate=certificate,
            is_stand_in=self.is_stand_in,
        )


PRODUCTION = "production"
INTEGRATION = "integration"
STAND_IN = "stand_in"
ENVIRONMENTS: Mapping[str, SigningEnvironment] = {
    known.code: known
    for known in (
        SigningEnvironment(PRODUCTION, "https://pz.gov.pl"),
        SigningEnvironment(INTEGRATION, "https://int.pz.gov.pl"),
        SigningEnvironment(STAND_IN, "http://127.0.0.1:8041", is_stand_in=True),
    )
}
