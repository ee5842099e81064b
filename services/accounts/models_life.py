"""What changes in an account after it is active: own data, the e-mail address, files that are somebody else's."""

from django.db import models
from django.db.models import Q

from kernel.fields import EncryptedTextField, PublicIdModel


class DataField(models.TextChoices):
    """Dana, którą zmienił mieszkaniec."""

    FIRST_NAME = "first_name", "imię"
    LAST_NAME = "last_name", "nazwisko"
    ADDRESS = "address", "adres"
    PHONE = "phone", "telefon"
    EMAIL = "email", "e-mail"


class DataChange(PublicIdModel):
    """Zmiana danych przez mieszkańca: what was and what is, and who of the office has seen it (S44, D93)."""

    resident = models.ForeignKey("accounts.Resident", on_delete=models.PROTECT, related_name="data_changes")
    field = models.CharField(max_length=12, choices=DataField)
    before = EncryptedTextField()
    after = EncryptedTextField()
    changed_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["changed_at"], condition=Q(seen_at__isnull=True), name="data_change_unseen")
        ]

    def __str__(self) -> str:
        return f"{self.resident_id} {self.field}"


class EmailChange(PublicIdModel):
    """Zmiana adresu e-mail, która czeka na potwierdzenie: the old address holds until the new one is proven."""

    resident = models.ForeignKey("accounts.Resident", on_delete=models.CASCADE, related_name="email_changes")
    email = EncryptedTextField()
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resident"], condition=Q(confirmed_at__isnull=True), name="one_open_email_change"
            )
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class NotThisPayer(models.Model):
    """Nie ta kartoteka: a clerk has looked and said that a payer with the same number is not this resident."""

    resident = models.ForeignKey("accounts.Resident", on_delete=models.PROTECT, related_name="+")
    payer = models.ForeignKey("accounts.Payer", on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()
    said_by = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resident", "payer"], name="not_this_payer_once")]

    def __str__(self) -> str:
        return f"{self.resident_id} {self.payer_id}"
