"""Proofs of identity: the gmina at the national node (login.gov.pl), sign-in attempts, what was proven."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Proofs of identity: the gmina at the national node (login.gov.pl), sign-in attempts, what was proven."""

    name = "services.identity"
    label = "identity"
    verbose_name = "Potwierdzanie tożsamości"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let the system checks look at the node's profile."""
        from services.identity import checks

        checks.install()
