"""Forms that wait for a signature, the documents made from them, the signed files with their evidence, and the office's
access to the signing service."""

from django.db import models
from django.db.models import Q

from kernel.fields import EncryptedBytesField, EncryptedJSONField, EncryptedTextField, PublicIdModel
from services.signing.domain import AttemptState, DocumentKind, FileState, Way

SIGNS = (FileState.PROVEN.value, FileState.REVIEW.value)


class SigningAttempt(PublicIdModel):
    """Wniosek o rejestrację przed podpisem: what the person filled in, until it becomes a registration or comes to nothing.

    `form` holds the application without its password, of which only the hash is kept. `page_url` fetches the document from
    the signing service, so it never leaves the server but as a redirect. `registration_id` is the account's public id.
    """

    state = models.CharField(max_length=12, choices=[(s.value, s.polish) for s in AttemptState])
    schema_version = models.PositiveSmallIntegerField()
    form = EncryptedJSONField()
    page_url = EncryptedTextField(blank=True)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField()
    closed_reason = models.CharField(max_length=60, blank=True)
    registration_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(registration_id__isnull=True) | Q(state="registered"),
                name="signing_attempt_registered",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "ends_at"], name="signing_attempt_ends"),
            models.Index(fields=["registration_id"], name="signing_attempt_account"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class RegistrationDocument(PublicIdModel):
    """Dokument do podpisu: the very bytes that were given to sign. One of each kind for a form, so that what comes back is
    compared with what was given."""

    attempt = models.ForeignKey(SigningAttempt, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=3, choices=[(k.value, k.value) for k in DocumentKind])
    content = EncryptedBytesField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["attempt", "kind"], name="signing_document_once")]

    def __str__(self) -> str:
        return f"{self.attempt_id} {self.kind}"


class SignedFile(PublicIdModel):
    """Podpisany plik: what came, what it was found to be, and all that shows it again years later.

    `evidence` holds the chain, the revocation answers, the claimed time and the list's days; `list_sha256` names the copy of
    the trusted list. The same signature never proves two registrations.
    """

    attempt = models.ForeignKey(SigningAttempt, on_delete=models.CASCADE, related_name="files")
    document = models.ForeignKey(RegistrationDocument, on_delete=models.CASCADE, related_name="+")
    way = models.CharField(max_length=8, choices=[(w.value, w.polish) for w in Way])
    content = EncryptedBytesField()
    sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=[(s.value, s.polish) for s in FileState])
    reason = models.CharField(max_length=60, blank=True)
    judged_at = models.DateTimeField(null=True)
    signature_kind = models.CharField(max_length=20, blank=True)
    signer = EncryptedJSONField(blank=True)
    evidence = EncryptedJSONField(blank=True)
    leaf_sha256 = models.CharField(max_length=64, blank=True)
    list_number = models.PositiveIntegerField(null=True)
    list_sha256 = models.CharField(max_length=64, blank=True)
    signature_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["attempt", "sha256"], name="signed_file_once"),
            models.UniqueConstraint(
                fields=["signature_sha256"], condition=Q(state__in=SIGNS), name="one_proof_per_signature"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=SIGNS)
                | Q(
                    judged_at__isnull=False,
                    leaf_sha256__regex="^[0-9a-f]{64}$",
                    list_sha256__regex="^[0-9a-f]{64}$",
                    signature_sha256__regex="^[0-9a-f]{64}$",
                ),
                name="proof_has_its_evidence",
            ),
        ]
        indexes = [models.Index(fields=["state", "received_at"], name="signed_file_waits")]

    def __str__(self) -> str:
        return f"{self.public_id} {self.state}"


class SigningAccess(PublicIdModel):
    """Dostęp urzędu do usługi podpisu (TpSigning5): one row; the key is written and never shown again."""

    singleton = models.BooleanField(default=True, unique=True, editable=False)
    environment = models.CharField(max_length=12)
    base_url = models.CharField(max_length=200, blank=True)
    certificate = models.TextField()
    private_key = EncryptedTextField()
    valid_until = models.DateTimeField()
    installed_at = models.DateTimeField()
    warned_at_days = models.SmallIntegerField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(singleton=True), name="signing_access_single_row")]

    def __str__(self) -> str:
        return self.environment
