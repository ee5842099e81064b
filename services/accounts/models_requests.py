"""Requests to represent somebody, with the documents handed in."""

from django.db import models
from django.db.models import Q

from kernel.fields import EncryptedTextField, PublicIdModel
from kernel.stored import StoredDocument
from services.accounts.domain.representation import Level, RequestState, Title


class RepresentationRequest(PublicIdModel):
    """Wniosek o reprezentowanie: whom, by what title, how much of it and until when; a clerk decides (D13).

    `types` are codes of liability types; null means all. `payer` is known once a clerk has found the file.
    """

    resident = models.ForeignKey(
        "accounts.Resident", on_delete=models.PROTECT, related_name="representation_requests"
    )
    payer = models.ForeignKey("accounts.Payer", on_delete=models.PROTECT, null=True, related_name="+")
    name = EncryptedTextField()
    identifier = EncryptedTextField()
    identifier_index = models.BinaryField()
    title = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Title])
    level = models.CharField(max_length=4, choices=[(one.value, one.value) for one in Level])
    types = models.JSONField(null=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    note = EncryptedTextField()
    state = models.CharField(
        max_length=10,
        choices=[(one.value, one.value) for one in RequestState],
        default=RequestState.WAITING,
    )
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=80, blank=True)
    reason = EncryptedTextField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "identifier_index"],
                condition=Q(state="waiting"),
                name="one_open_representation_request",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
                name="representation_request_term",
            ),
        ]
        indexes = [models.Index(fields=["state", "asked_at"], name="representation_request_queue")]

    def __str__(self) -> str:
        return str(self.public_id)


class RepresentationDocument(StoredDocument):
    """Dokument do wniosku (pełnomocnictwo, odpis z rejestru): apart from the request so that lists stay light."""

    request = models.OneToOneField(RepresentationRequest, on_delete=models.CASCADE, related_name="document")
