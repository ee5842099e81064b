"""API clients and the memory of idempotent calls."""

from django.db import models

from kernel.fields import EncryptedTextField, PublicIdModel


class ApiClient(PublicIdModel):
    """Klient API (system finansowy). Only a digest of the token is kept; the token is shown once."""

    name = models.CharField("nazwa", max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.BinaryField()
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_on = models.DateField("ważny do", null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class IdempotentCall(PublicIdModel):
    """Wywołanie z nagłówkiem Idempotency-Key: the same key gives the same answer for 24 hours."""

    client = models.ForeignKey(ApiClient, on_delete=models.CASCADE)
    key = models.CharField(max_length=255)
    request_digest = models.BinaryField()
    status = models.PositiveSmallIntegerField()
    answer = EncryptedTextField()
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return self.key
