"""The gmina at the national node, its keys, attempts to sign in, messages that were seen, and what was proven."""

from django.db import models
from django.db.models import Q

from kernel.fields import EncryptedJSONField, EncryptedTextField, PublicIdModel
from services.identity.domain import KeyPurpose, KeyState, Purpose


class Level(models.TextChoices):
    """Poziom bezpieczeństwa środka identyfikacji (rozporządzenie 910/2014 art. 8); never below substantial."""

    SUBSTANTIAL = "substantial", "średni"
    HIGH = "high", "wysoki"


class ServiceProvider(PublicIdModel):
    """Dostawca usług w Węźle Krajowym: the gmina as it stands in its application to COI. One row at most."""

    singleton = models.BooleanField(default=True, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1)
    entity_id = models.CharField("identyfikator dostawcy (Issuer)", max_length=200)
    provider_name = models.CharField("nazwa dostawcy (ProviderName)", max_length=200)
    level = models.CharField(
        "najniższy poziom bezpieczeństwa", max_length=12, choices=Level, default=Level.SUBSTANTIAL
    )
    ends_node_session = models.BooleanField("wylogowanie z węzła zaraz po odczytaniu danych", default=True)
    is_enabled = models.BooleanField("logowanie włączone", default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(singleton=True), name="service_provider_single_row"),
            models.CheckConstraint(
                condition=~Q(entity_id="") & ~Q(provider_name=""), name="service_provider_named"
            ),
        ]

    def __str__(self) -> str:
        return self.entity_id


class ProviderKey(PublicIdModel):
    """Klucz gminy w Węźle Krajowym with its request and its certificate (PEM).

    The private key is encrypted and write-only: no form, page, file, serializer or log shows it, and it is erased when the
    key is retired.
    """

    purpose = models.CharField(max_length=10, choices=[(one.value, one.polish) for one in KeyPurpose])
    state = models.CharField(
        max_length=8, choices=[(one.value, one.polish) for one in KeyState], default=KeyState.WAITING.value
    )
    private_key = EncryptedTextField()
    request = models.TextField()
    certificate = models.TextField(blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    valid_from = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    warned_at_days = models.SmallIntegerField(null=True)

    class Meta:
        ordering = ("purpose", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["purpose"],
                condition=Q(state=KeyState.CURRENT.value),
                name="one_current_key_per_purpose",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[KeyState.WAITING.value, KeyState.RETIRED.value])
                | (~Q(certificate="") & Q(valid_from__isnull=False) & Q(valid_until__isnull=False)),
                name="key_in_use_has_certificate",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.state}"


class LoginAttempt(PublicIdModel):
    """Próba logowania przez login.gov.pl: kept a day. It names the provider, so the gmina; no message does.

    `nonce_digest` belongs to the session of the browser that began; `artifact` is erased as soon as it is used; `outcome` is
    a reason code, never a value. `account_ref` is the public id of the account whose holder was signed in and began,
    `resident_ref` that of the account to which it led, so that the person's copy of the data holds it.
    """

    purpose = models.CharField(
        max_length=8,
        choices=[(one.value, one.value) for one in Purpose],
        default=Purpose.ENTER.value,
        db_default=Purpose.ENTER.value,
    )
    account_ref = models.UUIDField(null=True)
    request_id = models.CharField(max_length=80, unique=True)
    relay_state = models.CharField(max_length=80, unique=True)
    nonce_digest = models.BinaryField()
    entity_id = models.CharField(max_length=200)
    next_path = models.CharField(max_length=500, blank=True)
    artifact = models.CharField(max_length=512, blank=True)
    started_at = models.DateTimeField(db_index=True)
    delivered_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=80, blank=True)
    resident_ref = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(used_at__isnull=True) | Q(artifact=""), name="artifact_erased")
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.outcome}"


class SeenMessage(models.Model):
    """Wiadomość, która już raz potwierdziła tożsamość: unique, so that no message ever proves anything twice."""

    issuer = models.CharField(max_length=200)
    message_id = models.CharField(max_length=200)
    until = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "message_id"], name="message_seen_once")]

    def __str__(self) -> str:
        return self.message_id


class ProvenPerson(PublicIdModel):
    """Osoba, której tożsamość potwierdził węzeł, a która nie ma konta: waits for the registration, half an hour.

    `person` (names, PESEL, day of birth) is erased when it was used; what stays is the evidence: who vouched by which
    message, when, at which level. Without a registration the whole row goes.
    """

    person = EncryptedJSONField(blank=True)
    issuer = models.CharField(max_length=200)
    message_id = models.CharField(max_length=200)
    means = models.CharField(max_length=200, blank=True)
    level = models.CharField(max_length=12)
    proven_at = models.DateTimeField()
    until = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.public_id)
