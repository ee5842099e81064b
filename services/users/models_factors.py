"""What an account shows beside, or in the place of, its password."""

from django.db import models
from django.db.models import Q

from kernel.fields import EncryptedTextField, PublicIdModel


class AuthenticatorApp(PublicIdModel):
    """Aplikacja z kodami (TOTP): one for each account.

    `last_step` is the newest half-minute whose code was used: neither it nor an older one opens anything again.
    """

    user = models.OneToOneField("users.User", on_delete=models.CASCADE, related_name="authenticator_app")
    secret = EncryptedTextField()
    last_step = models.BigIntegerField(default=0)
    added_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.public_id)


class Passkey(PublicIdModel):
    """Klucz dostępu (passkey): works only on the host where it was made, which is what makes it proof against false pages.

    `credential` is what the device gave at registration: the key's id, its model and its public half; nothing of it is
    secret. `sign_count` is the device's counter; devices that do not count leave it at zero.
    """

    user = models.ForeignKey("users.User", on_delete=models.CASCADE, related_name="passkeys")
    name = EncryptedTextField()
    host = models.CharField(max_length=253)
    credential_hash = models.BinaryField(unique=True)
    credential = models.BinaryField()
    sign_count = models.BigIntegerField(default=0)
    added_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(sign_count__gte=0), name="passkey_counts_from_zero")
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class RecoveryCode(models.Model):
    """Kod zapasowy: opens the account once in the place of the second factor.

    Only a keyed digest of the code is kept, made with the gmina's index key, which is not in its tables: from a dump no code
    can be found, not even by trying all of them.
    """

    user = models.ForeignKey("users.User", on_delete=models.CASCADE, related_name="recovery_codes")
    key_id = models.BigIntegerField()
    digest = models.BinaryField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.user_id}: {'used' if self.used_at else 'good'}"
