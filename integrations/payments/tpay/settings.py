"""What a gmina enters to use Tpay, the addresses and limits of its Open API."""

from collections.abc import Mapping
from types import MappingProxyType

from integrations.payments.config import EnvironmentProfile
from integrations.payments.fields import SettingField
from integrations.payments.methods import MethodGroup
from integrations.texts import gettext_noop as _

CODE = "tpay"

MERCHANT_FIELDS = (
    SettingField(
        "merchant_id",
        _("Identyfikator sprzedawcy (id)"),
        _("Numer konta urzędu w Tpay, widoczny w panelu obok nazwy konta. Powtarza się w powiadomieniach."),
        r"[1-9]\d{0,9}",
        is_number=True,
    ),
    SettingField(
        "client_id",
        _("Identyfikator klienta Open API (client_id)"),
        _("Z panelu Tpay: Integracja → API → Klucze do Open API."),
        r"[A-Za-z0-9_-]{4,128}",
    ),
)
SECRET_FIELDS = (
    SettingField(
        "client_secret",
        _("Hasło klienta Open API (client_secret)"),
        _("Z panelu Tpay: Integracja → API → Klucze do Open API. Po zapisaniu nie można go odczytać."),
        r"\S{8,128}",
    ),
    SettingField(
        "security_code",
        _("Kod bezpieczeństwa"),
        _("Z panelu Tpay: Ustawienia → Powiadomienia → Bezpieczeństwo. Po zapisaniu nie można go odczytać."),
        r"\S{4,64}",
    ),
)
PRODUCTION = "production"
PROFILES: Mapping[str, EnvironmentProfile] = MappingProxyType(
    {
        PRODUCTION: EnvironmentProfile(
            name=PRODUCTION,
            api_url="https://api.tpay.com",
            payer_url="https://secure.tpay.com",
            redirect_hosts=("secure.tpay.com",),
        ),
        "sandbox": EnvironmentProfile(
            name="sandbox",
            api_url="https://openapi.sandbox.tpay.com",
            payer_url="https://secure.sandbox.tpay.com",
            redirect_hosts=("secure.sandbox.tpay.com",),
        ),
    }
)
LEAF_PATH = "/x509/notifications-jws.pem"
ROOT_PATH = "/x509/tpay-jws-root.pem"
ROOTS = {"secure.tpay.com": "production.pem", "secure.sandbox.tpay.com": "sandbox.pem"}
"""The pinned certificates of each environment: copies of what Tpay serves at ROOT_PATH, an issuer and its root."""

REGULATIONS_URL = "https://tpay.com/user/assets/files_for_download/regulamin.pdf"
PRIVACY_URL = "https://tpay.com/user/assets/files_for_download/klauzula-informacyjna-platnik.pdf"
REGULATIONS_LABEL = _("Regulamin Tpay")
PRIVACY_LABEL = _("Klauzula informacyjna Tpay")
TERMS_ID = "tpay-regulations"
TERMS_SENTENCE = {
    "pl": _(
        "Płatność obsługuje Tpay (Krajowy Integrator Płatności S.A.) i odbywa się ona na zasadach regulaminu Tpay."
    ),
    "en": "The payment is handled by Tpay (Krajowy Integrator Płatności S.A.) under the regulations of Tpay.",
}
PAYER_NAME = "Płatnik"
"""`payer.name` is obligatory; the operator does not need to know who owes the gmina, so it is the same for everybody."""

MAX_DESCRIPTION = 128
MAX_EMAIL = 254  # not published: the longest address that mail allows
MAX_URL = 512  # not published
MAX_RECEIVER = 70  # not published: two lines of a Polish transfer
MAX_USER_AGENT = 255  # not published
MAX_REFUND_KEY = 35
MAX_NOTIFICATION_BYTES = 64 * 1024

# The numbers of groups are not published in one place; these are the ones that Tpay's own plugins use.
GROUPS = {
    "150": MethodGroup.BLIK,
    "103": MethodGroup.CARD,
    "166": MethodGroup.WALLET,
    "170": MethodGroup.WALLET,
    "109": MethodGroup.INSTALMENTS,
    "169": MethodGroup.INSTALMENTS,
    "172": MethodGroup.INSTALMENTS,
}
PAYMENT_SLIP = "29"
"""The channel of paper slips: the money takes days, so it is not offered."""
