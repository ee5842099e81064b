"""What a gmina enters to use Autopay, the addresses, numbers of nodes and limits of its gateway."""

from collections.abc import Mapping
from types import MappingProxyType

from integrations.payments.config import EnvironmentProfile, OperatorConfig
from integrations.payments.fields import SettingField, WrongSetting
from integrations.payments.methods import MethodGroup
from integrations.texts import gettext_noop as _

CODE = "autopay"

PAYER = "PAYER"
MERCHANT = "MERCHANT"
NO_NODES = "brak"
START_AMOUNT = "startAmount"
CUSTOMER_DATA = "customerData"

MERCHANT_FIELDS = (
    SettingField(
        "service_id",
        _("Identyfikator serwisu (ServiceID)"),
        _("Numer serwisu urzędu w Autopay, z dokumentów wdrożenia albo z panelu."),
        r"[1-9]\d{0,9}",
        is_number=True,
    ),
    SettingField(
        "start_path",
        _("Ścieżka rozpoczęcia płatności"),
        _("Końcówka adresu bramki przyznana urzędowi, razem z ukośnikiem, na przykład: /payment."),
        r"/[A-Za-z0-9_-]{1,64}",
    ),
    SettingField(
        "hash_algorithm",
        _("Funkcja skrótu"),
        _("Uzgodniona z Autopay. Bez osobnych ustaleń obowiązuje SHA256."),
        r"SHA256|SHA512",
        choices=(("SHA256", "SHA256"), ("SHA512", "SHA512")),
    ),
    SettingField(
        "fee_model",
        _("Model prowizji"),
        _(
            "Jak w umowie z Autopay. Gdy Autopay dolicza prowizję mieszkańcowi, jej kwota musi być w kosztach płatności."
        ),
        r"PAYER|MERCHANT",
        choices=(
            (PAYER, _("PAYER: Autopay dolicza prowizję mieszkańcowi")),
            (MERCHANT, _("MERCHANT: Autopay nie dolicza niczego do kwoty")),
        ),
    ),
    SettingField(
        "itn_nodes",
        _("Uzgodnione dodatkowe pola powiadomień (ITN)"),
        _(
            "Nazwy po przecinku, tak jak w uzgodnieniach z Autopay, albo słowo: brak. "
            "W modelu PAYER na liście musi być startAmount."
        ),
        r"brak|[A-Za-z]{1,30}(,[A-Za-z]{1,30}){0,9}",
    ),
)
SECRET_FIELDS = (
    SettingField(
        "shared_key",
        _("Klucz współdzielony"),
        _("Klucz do podpisywania wiadomości, z panelu Autopay. Po zapisaniu nie można go odczytać."),
        r"\S{8,128}",
    ),
)
PROFILES: Mapping[str, EnvironmentProfile] = MappingProxyType(
    {
        "production": EnvironmentProfile(
            name="production", api_url="https://pay.autopay.eu", redirect_hosts=("pay.autopay.eu",)
        ),
        "sandbox": EnvironmentProfile(
            name="sandbox", api_url="https://testpay.autopay.eu", redirect_hosts=("testpay.autopay.eu",)
        ),
    }
)

# The nodes of a reported transaction, in the order of their published numbers: 2-10 always, 11-60 when agreed. Card data
# and data of recurring payments (70 and further) are left out: we must not be sent any.
COMMON_NODES = (
    "orderID",
    "remoteID",
    "amount",
    "currency",
    "gatewayID",
    "paymentDate",
    "paymentStatus",
    "paymentStatusDetails",
)
OPTIONAL_NODES = (
    "addressIP",
    "customerNumber",
    "title",
    CUSTOMER_DATA,
    "verificationStatus",
    "verificationStatusReasons",
    START_AMOUNT,
)
CUSTOMER_NODES = (
    "fName",
    "lName",
    "streetName",
    "streetHouseNo",
    "streetStaircaseNo",
    "streetPremiseNo",
    "postalCode",
    "city",
    "nrb",
    "senderData",
)

MAX_DESCRIPTION = 79
MAX_TITLE = 95
MAX_RECEIVER = 35
MAX_EMAIL = 255
MAX_URL = 1000
MAX_CUSTOMER_IP = 39
MAX_VALIDITY_MINUTES = 31 * 24 * 60
MAX_REFUND_KEY = 35
MAX_NOTIFICATION_BYTES = 64 * 1024

# "PBL", "FR" and "BNPL" are published, the other words are not.
GROUPS = {
    "PBL": MethodGroup.TRANSFER,
    "FR": MethodGroup.TRADITIONAL,
    "BLIK": MethodGroup.BLIK,
    "CARD": MethodGroup.CARD,
    "WALLET": MethodGroup.WALLET,
    "BNPL": MethodGroup.INSTALMENTS,
}
KNOWN_GATEWAYS = {
    "509": MethodGroup.BLIK,
    "1500": MethodGroup.CARD,
    "1511": MethodGroup.WALLET,
    "1512": MethodGroup.WALLET,
    "1513": MethodGroup.WALLET,
}


def agreed_nodes(config: OperatorConfig) -> frozenset[str]:
    """The optional nodes of a notification that this gmina has agreed with Autopay."""
    text = config.merchant_id("itn_nodes")
    return frozenset() if text == NO_NODES else frozenset(text.split(","))


def payer_bears_the_fee(config: OperatorConfig) -> bool:
    """Whether `amount` in Autopay's messages is ours plus the payer's fee."""
    return config.merchant_id("fee_model") == PAYER


def check(config: OperatorConfig) -> None:
    """What the pattern of one field cannot say; WrongSetting when the fields do not go together.

    With the fee on top of our amount a notification can be compared only through `startAmount` (payments.md 11.6).
    """
    nodes = agreed_nodes(config)
    unknown = nodes.difference(OPTIONAL_NODES)
    if unknown:
        raise WrongSetting(
            "itn_nodes",
            _(
                "Na liście jest nazwa pola, którego portal nie zna. Sprawdź jej pisownię w uzgodnieniach z Autopay."
            ),
            f"{CODE}: merchant id 'itn_nodes' names unknown nodes: {', '.join(sorted(unknown))}",
        )
    if payer_bears_the_fee(config) and START_AMOUNT not in nodes:
        raise WrongSetting(
            "itn_nodes",
            _("W modelu PAYER na liście musi być startAmount. Uzgodnij to pole z Autopay i dopisz je."),
            f"{CODE}: merchant id 'itn_nodes' needs {START_AMOUNT} when the payer bears the fee",
        )
