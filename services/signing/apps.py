"""Registration forms that are signed: the document, the way to the signature and back, the evidence."""

from django.apps import AppConfig


class SigningConfig(AppConfig):
    """Registration forms that are signed: the document, the way to the signature and back, the evidence."""

    name = "services.signing"
    label = "signing"
    verbose_name = "Podpisane wnioski"
    default_auto_field = "django.db.models.BigAutoField"
