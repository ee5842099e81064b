"""What a gmina enters to use Przelewy24, the addresses and limits of its REST API v1."""

from collections.abc import Mapping
from types import MappingProxyType

from integrations.payments.config import EnvironmentProfile
from integrations.payments.fields import SettingField
from integrations.payments.methods import MethodGroup
from integrations.texts import gettext_noop as _

CODE = "przelewy24"

MERCHANT_FIELDS = (
    SettingField(
        "merchant_id",
        _("Identyfikator konta (merchantId)"),
        _("Numer konta urzędu w Przelewy24, z panelu: Moje dane → Dane API i konfiguracja."),
        r"[1-9]\d{0,9}",
        is_number=True,
    ),
    SettingField(
        "pos_id",
        _("Identyfikator punktu (posId)"),
        _("Numer punktu przyjmowania płatności. Bez osobnego punktu w umowie jest taki sam jak merchantId."),
        r"[1-9]\d{0,9}",
        is_number=True,
    ),
)
SECRET_FIELDS = (
    SettingField(
        "crc",
        _("Klucz CRC"),
        _("Klucz do podpisywania wiadomości, z panelu Przelewy24. Po zapisaniu nie można go odczytać."),
        r"\S{8,64}",
    ),
    SettingField(
        "api_key",
        _("Klucz do raportów (klucz API)"),
        _("Hasło do wywołań REST, z panelu Przelewy24. Po zapisaniu nie można go odczytać."),
        r"\S{8,64}",
    ),
)
PROFILES: Mapping[str, EnvironmentProfile] = MappingProxyType(
    {
        "production": EnvironmentProfile(
            name="production",
            api_url="https://secure.przelewy24.pl",
            redirect_hosts=("secure.przelewy24.pl",),
        ),
        "sandbox": EnvironmentProfile(
            name="sandbox",
            api_url="https://sandbox.przelewy24.pl",
            redirect_hosts=("sandbox.przelewy24.pl",),
        ),
    }
)
# Defence in depth for the proxy in front of us; the signature alone decides.
NOTIFY_NETWORKS = (
    "5.252.202.254/31",
    "20.215.81.124/32",
    "193.178.213.0/24",
    "91.220.177.0/24",
    "20.215.183.48/28",
    "134.112.88.8/29",
)

REGULATIONS_URL = "https://www.przelewy24.pl/regulamin"
PRIVACY_URL = "https://www.przelewy24.pl/obowiazek-informacyjny-rodo-platnik"
REGULATIONS_LABEL = _("Regulamin Przelewy24")
PRIVACY_LABEL = _("Obowiązek informacyjny Przelewy24")
CONSENT_ID = "przelewy24-regulations"
CONSENT_SENTENCE = {
    "pl": _("Zapoznałem się z regulaminem i obowiązkiem informacyjnym serwisu Przelewy24 (PayPro S.A.)."),
    "en": "I have read the regulations and the information obligation of Przelewy24 (PayPro S.A.).",
}

MAX_SESSION_ID = 100
MAX_DESCRIPTION = 1024
MAX_EMAIL = 50
MAX_URL = 250
MAX_TIME_LIMIT_MINUTES = 99
MAX_TRANSFER_LABEL = 20
MAX_REFUND_KEY = 35
MAX_REFUND_DESCRIPTION = 35
MAX_NOTIFICATION_BYTES = 64 * 1024

GROUPS = {
    "FastTransfers": MethodGroup.TRANSFER,
    "eTransfer": MethodGroup.TRANSFER,
    "PBL": MethodGroup.TRANSFER,
    "PIS": MethodGroup.TRANSFER,
    "Blik": MethodGroup.BLIK,
    "BlikWhiteLabel": MethodGroup.BLIK,
    "Credit Card": MethodGroup.CARD,
    "Wallet": MethodGroup.WALLET,
    "Installments": MethodGroup.INSTALMENTS,
    "TraditionalTransfer": MethodGroup.TRADITIONAL,
}
