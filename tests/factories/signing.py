"""A signed registration form with evidence of an invented person's certificate."""

from base64 import b64encode
from functools import lru_cache
from hashlib import sha256

import factory
from django.utils import timezone

from integrations.emulators.trusted_profile.authority import office_keys
from kernel.fields import new_public_id
from services.signing.models import RegistrationDocument, SignedFile, SigningAttempt


@lru_cache(maxsize=1)
def certificate() -> bytes:
    """DER of a certificate; making its key takes a moment."""
    return office_keys("Urząd Próbny").certificate_der


class SigningAttemptFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SigningAttempt

    state = "registered"
    schema_version = 1
    form = factory.LazyFunction(dict)
    made_at = factory.LazyFunction(timezone.now)
    ends_at = factory.LazyFunction(timezone.now)
    registration_id = factory.LazyFunction(new_public_id)


class RegistrationDocumentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RegistrationDocument

    attempt = factory.SubFactory(SigningAttemptFactory)
    kind = "xml"
    content = b"<WniosekORejestracje/>"
    sha256 = sha256(b"<WniosekORejestracje/>").hexdigest()
    made_at = factory.LazyFunction(timezone.now)


class SignedFileFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SignedFile

    class Params:
        signer_name = "Zdzisława"

    attempt = factory.SubFactory(SigningAttemptFactory)
    document = factory.LazyAttribute(lambda one: RegistrationDocumentFactory(attempt=one.attempt))
    way = "upload"
    content = b"<podpisany/>"
    sha256 = sha256(b"<podpisany/>").hexdigest()
    received_at = factory.LazyFunction(timezone.now)
    state = "proven"
    judged_at = factory.LazyFunction(timezone.now)
    signature_kind = "qualified_signature"
    signer = factory.LazyAttribute(
        lambda one: {"given_names": one.signer_name, "family_name": "", "pesel": ""}
    )
    leaf_sha256 = "a" * 64
    list_number = 1
    list_sha256 = "b" * 64
    signature_sha256 = factory.LazyFunction(lambda: sha256(str(new_public_id()).encode()).hexdigest())
    evidence = factory.LazyFunction(
        lambda: {
            "chain": [b64encode(certificate()).decode()],
            "revocation": [],
            "service": "Centrum",
            "claimed_at": timezone.now().isoformat(),
        }
    )
