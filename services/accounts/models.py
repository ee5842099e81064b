"""Residents, payers of the finance system, who acts for whom, and the grants of clerks."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from guardian.models import UserObjectPermissionBase

from kernel.fields import EncryptedTextField, PublicIdModel
from kernel.names import NameTokensField
from services.accounts.domain import CLOSED_STATES, ResidentState
from services.accounts.domain.representation import Level, Title
from services.accounts.models_life import DataChange as DataChange
from services.accounts.models_life import DataField as DataField
from services.accounts.models_life import EmailChange as EmailChange
from services.accounts.models_life import NotThisPayer as NotThisPayer
from services.accounts.models_requests import RepresentationDocument as RepresentationDocument
from services.accounts.models_requests import RepresentationRequest as RepresentationRequest
from services.accounts.models_rights import Consent as Consent
from services.accounts.models_rights import Restriction as Restriction


class Resident(PublicIdModel):
    """Mieszkaniec (uczestnik, klient): a person with an account, from registration to deactivation.

    `person_index` is the blind index of the PESEL number. Among accounts that are not closed it is unique: one person, one
    account, whatever e-mail address was given (S8, S63). A second registration becomes DUPLICATE.

    `proof_method` names the trusted means that said who the person is (empty: nobody but a clerk), `proof_ref` its evidence;
    `warned_on` is the day on which the administrator was told that the time for the decision runs out.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="resident")
    state = models.CharField(max_length=16, choices=[(s.value, s.polish) for s in ResidentState])
    first_name = EncryptedTextField()
    last_name = EncryptedTextField()
    name_tokens = NameTokensField(of=("first_name", "last_name"))
    pesel = EncryptedTextField()
    person_index = models.BinaryField()
    address = EncryptedTextField()
    phone = EncryptedTextField()
    submitted_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)
    verified_by = models.CharField(max_length=80, blank=True)
    activated_at = models.DateTimeField(null=True)
    activated_by = models.CharField(max_length=80, blank=True)
    decision_reason = EncryptedTextField(blank=True)
    proof_method = models.CharField(max_length=40, blank=True, default="", db_default="")
    proof_ref = models.CharField(max_length=80, blank=True, default="", db_default="")
    proven_at = models.DateTimeField(null=True)
    blocked_at = models.DateTimeField(null=True)
    block_reason = EncryptedTextField(null=True)
    closed_at = models.DateTimeField(null=True)
    warned_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person_index"],
                condition=~Q(state__in=sorted(s.value for s in CLOSED_STATES)),
                name="one_account_per_person",
            )
        ]
        indexes = [models.Index(fields=["state", "submitted_at"], name="resident_queue")]

    def __str__(self) -> str:
        return str(self.public_id)


class RegulationAcceptance(models.Model):
    """Akceptacja regulaminu: exactly which version, when and from where (S56, D3)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="acceptances")
    regulation = models.ForeignKey(
        "configuration.RegulationVersion", on_delete=models.PROTECT, related_name="+"
    )
    accepted_at = models.DateTimeField()
    address = EncryptedTextField(null=True, was_plain=True)

    encryption_row: ClassVar[tuple[str, ...]] = ("user_id", "regulation_id")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "regulation"], name="acceptance_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.regulation_id}"


class PayerKind(models.TextChoices):
    """Rodzaj płatnika."""

    PERSON = "person", "osoba fizyczna"
    COMPANY = "company", "przedsiębiorca lub inna jednostka"


class Payer(PublicIdModel):
    """Płatnik (podatnik, kontrahent) z systemu finansowego; `external_id` is that system's own number."""

    external_id = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=8, choices=PayerKind)
    name = EncryptedTextField()
    name_tokens = NameTokensField(of=("name",))
    identifier = EncryptedTextField()
    identifier_index = models.BinaryField(null=True)
    address = EncryptedTextField()

    class Meta:
        indexes = [models.Index(fields=["identifier_index"], name="payer_identifier")]

    def __str__(self) -> str:
        return self.external_id


class Representation(PublicIdModel):
    """Reprezentowanie: in whose name a resident may act; `is_self` marks the resident's own file (D12, D13).

    One row for each pair: a right that was taken away and granted again is the same row, its past is in the requests and in
    the audit log. `is_limited` says that only the listed liability types are meant, even if none of them is left.
    """

    resident = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="representations")
    payer = models.ForeignKey(Payer, on_delete=models.PROTECT, related_name="representations")
    is_self = models.BooleanField(default=False)
    title = models.CharField(
        max_length=10,
        choices=[(one.value, one.value) for one in Title],
        default=Title.STATUTORY,
        db_default="statutory",
    )
    level = models.CharField(
        max_length=4, choices=[(one.value, one.value) for one in Level], default=Level.FULL, db_default="full"
    )
    is_limited = models.BooleanField(default=False, db_default=False)
    liability_types = models.ManyToManyField("configuration.LiabilityType", related_name="+")
    basis = EncryptedTextField(blank=True, was_plain=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)
    revoke_reason = EncryptedTextField(null=True)
    version = models.PositiveIntegerField(default=1, db_default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resident", "payer"], name="representation_once")]

    def __str__(self) -> str:
        return f"{self.resident_id} {self.payer_id}"


class LiabilityTypeGrant(UserObjectPermissionBase):
    """Uprawnienie urzędnika do rodzaju należności (guardian, direct foreign key)."""

    content_object = models.ForeignKey("configuration.LiabilityType", on_delete=models.CASCADE)


class DepartmentGrant(UserObjectPermissionBase):
    """Uprawnienie urzędnika do wydziału, czyli do wszystkich jego rodzajów należności."""

    content_object = models.ForeignKey("configuration.Department", on_delete=models.CASCADE)
