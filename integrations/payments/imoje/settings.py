"""What a gmina enters to use imoje, the addresses and limits of its REST API v1 (documentation 1.5.0)."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from integrations.payments.config import EnvironmentProfile
from integrations.payments.fields import SettingField
from integrations.payments.methods import MethodGroup
from integrations.texts import gettext_noop as _

CODE = "imoje"

_PLACE = _("Z panelu imoje: Sklepy → Szczegóły → Dane do integracji.")
_SECRET_PLACE = _(
    "Z panelu imoje: Sklepy → Szczegóły → Dane do integracji. Po zapisaniu nie można go odczytać."
)
MERCHANT_FIELDS = (
    SettingField("merchant_id", _("Identyfikator klienta (merchantId)"), _PLACE, r"[a-z0-9]{10,40}"),
    SettingField(
        "service_id",
        _("Identyfikator sklepu (serviceId)"),
        _(
            "Z tego samego miejsca w panelu. Każdy rachunek bankowy urzędu potrzebuje w imoje osobnego sklepu."
        ),
        r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
    ),
)
SECRET_FIELDS = (
    SettingField("service_key", _("Klucz sklepu"), _SECRET_PLACE, r"\S{8,200}"),
    # It travels in a header, so it is visible ASCII.
    SettingField("api_token", _("Token autoryzacyjny"), _SECRET_PLACE, r"[!-~]{8,300}"),
)
# Not published: whether the address of a payment is always on the paywall's host. A payer is sent nowhere else.
PROFILES: Mapping[str, EnvironmentProfile] = MappingProxyType(
    {
        "production": EnvironmentProfile(
            name="production",
            api_url="https://api.imoje.pl",
            payer_url="https://paywall.imoje.pl",
            redirect_hosts=("paywall.imoje.pl",),
        ),
        "sandbox": EnvironmentProfile(
            name="sandbox",
            api_url="https://sandbox.api.imoje.pl",
            payer_url="https://sandbox.paywall.imoje.pl",
            redirect_hosts=("sandbox.paywall.imoje.pl",),
        ),
    }
)
# Defence in depth for the proxy in front of us; the signature alone decides.
NOTIFY_NETWORKS = (
    "5.196.116.32/28",
    "51.195.95.0/28",
    "54.37.185.64/28",
    "54.37.185.80/28",
    "147.135.151.16/28",
)

REGULATIONS_URL = "https://data.imoje.pl/docs/imoje_regulamin_platnosci.pdf"
PRIVACY_URL = "https://data.imoje.pl/docs/imoje_informacja_administratora_danych_osobowych.pdf"
REGULATIONS_LABEL = _("Regulamin płatności imoje")
PRIVACY_LABEL = _("Informacja imoje o danych osobowych")
TERMS_ID = "imoje-regulations"
TERMS_SENTENCE = {
    "pl": _(
        "Płatność obsługuje imoje (ING Bank Śląski S.A.). Rozpoczęcie płatności oznacza akceptację "
        "regulaminu imoje."
    ),
    "en": "The payment is handled by imoje (ING Bank Śląski S.A.). Starting it means accepting imoje's regulations.",
}

MAX_TITLE = 255
MAX_EMAIL = 200
MAX_URL = 300
MIN_LINK_MINUTES = 2
"""imoje refuses an end of the link that is less than 60 seconds away when the order arrives."""
MAX_NOTIFICATION_BYTES = 64 * 1024

NOT_IN_TITLE = re.compile(r"[^A-Za-z0-9#&_\-\"',.\\/ \u00C0-\u02C0]")

# imoje asks for a name. We have the payer's consent to none, and need none: the reference finds the payment.
CUSTOMER_NAME = ("Osoba", "płacąca")

GROUPS = {"pbl": MethodGroup.TRANSFER, "ing": MethodGroup.TRANSFER, "blik": MethodGroup.BLIK}
"""The kinds of channels that `transaction` starts with nothing but a redirect. Cards need the card's number there, wallets
a token, instalments and deferred payments a cart: they are not offered."""
METHOD = re.compile(r"(pbl|ing|blik)-([a-z0-9_]{1,30})")
"""Our id of a channel: paymentMethod and paymentMethodCode."""
