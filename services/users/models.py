"""Accounts that can sign in, and staff roles.

In a gmina's schema they are residents and staff, in the public schema the platform's operators.
"""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q

from kernel import crypto
from kernel.fields import EncryptedTextField, PublicIdModel
from services.users.domain import Role
from services.users.models_factors import AuthenticatorApp as AuthenticatorApp
from services.users.models_factors import Passkey as Passkey
from services.users.models_factors import RecoveryCode as RecoveryCode
from services.users.models_secrecy import SecrecyStatement as SecrecyStatement
from services.users.models_sessions import Session as Session


class UserKind(models.TextChoices):
    """Rodzaj konta; an office account cannot be made by public registration (S7)."""

    RESIDENT = "resident", "mieszkaniec"
    STAFF = "staff", "pracownik urzędu"
    PLATFORM = "platform", "operator platformy"


def email_index(email: str) -> bytes:
    """Blind index by which an e-mail address is found; letter case and outer blanks do not matter."""
    return crypto.blind_index(email.strip().casefold(), "email")


class UserManager(BaseUserManager["User"]):
    """Finds and makes accounts; the e-mail address is found through its blind index."""

    def create_user(
        self,
        *,
        email: str,
        kind: str,
        full_name: str = "",
        password: str | None = None,
        is_active: bool = True,
    ) -> "User":
        """Make an account; without a password nobody can sign in to it yet."""
        user = self.model(
            email=email.strip(),
            email_index=email_index(email),
            kind=kind,
            full_name=full_name,
            is_active=is_active,
        )
        user.set_password(password)
        user.save()
        return user

    def find(self, email: str, kind: str) -> "User | None":
        """The account of that kind with that e-mail address, or None."""
        return self.filter(kind=kind, email_index=email_index(email)).first()


class User(AbstractBaseUser, PermissionsMixin, PublicIdModel):
    """Konto, którym można się zalogować.

    The same e-mail address may serve one account of each kind: a clerk is often a resident too.
    """

    kind = models.CharField(max_length=10, choices=UserKind)
    email = EncryptedTextField()
    email_index = models.BinaryField()
    full_name = EncryptedTextField()
    is_active = models.BooleanField(default=True)
    email_confirmed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "public_id"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "email_index"], name="one_user_per_email")]

    def __str__(self) -> str:
        return str(self.public_id)


class StaffRole(PublicIdModel):
    """Rola pracownika nadana upoważnieniem (Borki, Organizacja 2-4).

    Without a recorded authorisation (number, day, issuer, validity) there is no row, and outside its validity the row
    gives nothing (S33). A person may hold all three roles at once (S32).
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="staff_roles")
    role = models.CharField(max_length=12, choices=[(role.value, role.polish) for role in Role])
    authorisation_number = models.CharField(max_length=60)
    authorised_on = models.DateField()
    issuer = models.CharField(max_length=120)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    granted_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("user_id", "role", "valid_from")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(revoked_at__isnull=True),
                name="one_current_grant_per_role",
            ),
            models.CheckConstraint(
                condition=~Q(authorisation_number="") & ~Q(issuer=""), name="role_needs_authorisation"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="role_valid_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.authorisation_number}"
