"""What a gmina enters to use PayU, the addresses and limits of its REST API 2.1."""

from collections.abc import Mapping
from types import MappingProxyType

from integrations.payments.config import EnvironmentProfile
from integrations.payments.fields import SettingField
from integrations.payments.methods import MethodGroup
from integrations.texts import gettext_noop as _

CODE = "payu"

MERCHANT_FIELDS = (
    SettingField(
        "pos_id",
        _("Identyfikator punktu płatności (pos_id)"),
        _(
            "Numer punktu płatności z panelu PayU: Płatności elektroniczne → Moje sklepy → Punkty płatności. "
            "Punkt musi mieć włączony automatyczny odbiór płatności."
        ),
        r"[1-9]\d{0,9}",
        is_number=True,
    ),
    SettingField(
        "client_id",
        _("Identyfikator klienta OAuth (client_id)"),
        _("Z konfiguracji tego samego punktu płatności. Zwykle jest taki sam jak pos_id."),
        r"[1-9]\d{0,9}",
        is_number=True,
    ),
)
SECRET_FIELDS = (
    SettingField(
        "client_secret",
        _("Klucz OAuth (client_secret)"),
        _("Hasło do wywołań REST, z konfiguracji punktu płatności. Po zapisaniu nie można go odczytać."),
        r"\S{8,64}",
    ),
    SettingField(
        "second_key",
        _("Drugi klucz (MD5)"),
        _(
            "Klucz, którym PayU podpisuje powiadomienia: 32 cyfry i litery od a do f. "
            "Po zapisaniu nie można go odczytać."
        ),
        r"[0-9a-f]{32}",
    ),
)
PROFILES: Mapping[str, EnvironmentProfile] = MappingProxyType(
    {
        "production": EnvironmentProfile(
            name="production",
            api_url="https://secure.payu.com",
            redirect_hosts=("secure.payu.com",),
        ),
        "sandbox": EnvironmentProfile(
            name="sandbox",
            api_url="https://secure.snd.payu.com",
            # The published example of an answer leads to the second host.
            redirect_hosts=("secure.snd.payu.com", "merch-prod.snd.payu.com"),
        ),
    }
)
# Defence in depth for the proxy in front of us; the signature alone decides.
NOTIFY_NETWORKS = (
    "185.68.12.10/31",
    "185.68.12.12/32",
    "185.68.12.26/31",
    "185.68.12.28/32",
)
SIGNATURE_ALGORITHMS: Mapping[str, str] = MappingProxyType({"MD5": "md5", "SHA-256": "sha256"})
"""The algorithms that a notification may name, with the names that hashlib has for them."""

LANGUAGES = frozenset({"pl", "en"})
TERMS_URL = {
    "pl": "https://static.payu.com/sites/terms/files/payu_terms_of_service_single_transaction_pl_pl.pdf",
    "en": "https://static.payu.com/sites/terms/files/payu_terms_of_service_single_transaction_pl_en.pdf",
}
PRIVACY_URL = "https://poland.payu.com/polityka-prywatnosci-payu/"
TERMS_ID = "payu-terms"
TERMS_LABEL = _("Zasady płatności PayU")
PRIVACY_LABEL = _("Polityka prywatności PayU")
TERMS_SENTENCE = {
    "pl": _(
        "Płatność obsługuje PayU S.A. z siedzibą w Poznaniu, administrator danych osobowych płacącego. "
        "Zapłata oznacza przyjęcie zasad płatności PayU."
    ),
    "en": (
        "The payment is processed by PayU S.A. with its registered office in Poznań, the controller of the payer's "
        "personal data. By paying you accept PayU Payment Terms."
    ),
}
REFUND_DESCRIPTION = "Zwrot"

MAX_DESCRIPTION = 4000
MAX_VISIBLE_DESCRIPTION = 80
MAX_PRODUCT_NAME = 255
MAX_EMAIL = 255
MAX_URL = 1024
MAX_REFUND_KEY = 35
MAX_REFUND_DESCRIPTION = 255  # not published
MAX_NOTIFICATION_BYTES = 64 * 1024

# The list of methods has no groups; what is not named here is a bank's transfer.
GROUPS = {
    "blik": MethodGroup.BLIK,
    "c": MethodGroup.CARD,
    "ap": MethodGroup.WALLET,
    "jp": MethodGroup.WALLET,
    "vc": MethodGroup.WALLET,
    "ai": MethodGroup.INSTALMENTS,
    "dp": MethodGroup.INSTALMENTS,
    "dpt": MethodGroup.INSTALMENTS,
    "dpkl": MethodGroup.INSTALMENTS,
    "dpp": MethodGroup.INSTALMENTS,
    "b": MethodGroup.TRADITIONAL,
}
