"""The gateway's own computation of `Hash`, and who must have made the hash of a request."""

import hashlib
import hmac
from typing import Any

from integrations.emulators.operators.records import Merchant
from integrations.emulators.operators.store import Store
from integrations.emulators.serving import Exchange

START = (
    "ServiceID OrderID Amount Description GatewayID Currency CustomerEmail Language CustomerNRB SwiftCode "
    "ForeignTransferMode TaxCountry CustomerIP Title ReceiverName Products CustomerPhone CustomerPesel ValidityTime "
    "CustomerNumber InvoiceNumber CompanyName Nip Regon VerificationFName VerificationLName VerificationStreet "
    "VerificationStreetHouseNo VerificationStreetStaircaseNo VerificationStreetPremiseNo VerificationPostalCode "
    "VerificationCity VerificationNRB LinkValidityTime AuthorizationCode ScreenType BlikUIDKey BlikUIDLabel ReturnURL "
    "TransactionSettlementMode DocNumber DefaultRegulationAcceptanceState DefaultRegulationAcceptanceID "
    "DefaultRegulationAcceptanceTime ReceiverNameForFront UserAgent"
)
RECIPES = {
    "/webapi/transactionStatus": "ServiceID OrderID",
    "/webapi/transactionCancel": "ServiceID MessageID RemoteID OrderID",
    "/settlementapi/transactionRefund": "ServiceID MessageID RemoteID Amount Currency",
    "/settlementapi/outDetails/v2": "serviceId messageId method",
    "/gatewayList/v3": "ServiceID MessageID Currencies Language",
    "/legalData": "ServiceID MessageID GatewayID Language",
}
_DOCUMENTS = frozenset({"/gatewayList/v3", "/legalData", "/settlementapi/outDetails/v2"})


def digest(values: list[str], key: str, algorithm: str = "SHA256") -> str:
    """Lower-case hexadecimal; what is empty leaves no separator behind."""
    text = ""
    for value in values:
        if value != "":
            text += value + "|"
    return hashlib.new(algorithm.lower(), (text + key).encode("utf-8")).hexdigest()


def by(merchant: Merchant, values: list[str]) -> str:
    """The hash of the values with a merchant's key and the function agreed with it."""
    return digest(values, merchant.secrets["shared_key"], merchant.ids["hash_algorithm"])


def recipe(path: str) -> list[str]:
    """The names of a request in the order of their numbers."""
    return RECIPES.get(path, START).split()


def fields(exchange: Exchange) -> dict[str, str]:
    """The values of a request as texts: a JSON object for the lists, else a form. Empty when it is neither."""
    if exchange.path not in _DOCUMENTS:
        return exchange.form()
    try:
        found: Any = exchange.json()
    except ValueError:
        return {}
    if not isinstance(found, dict) or not all(type(value) in {str, int} for value in found.values()):
        return {}
    return {name: str(value) for name, value in found.items()}


def sender(store: Store, exchange: Exchange) -> Merchant | None:
    """The merchant whose key made the hash of this request; the hash covers every value that was sent."""
    sent, names = fields(exchange), recipe(exchange.path)
    hashed = "Hash" if names[0] == "ServiceID" else "hash"
    merchant = store.merchant(sent.get(names[0], ""))
    if merchant is None or hashed not in sent or not set(sent) <= {*names, hashed}:
        return None
    expected = by(merchant, [sent.get(name, "") for name in names])
    return merchant if hmac.compare_digest(sent[hashed].encode(), expected.encode()) else None
