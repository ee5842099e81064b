"""The hash of Autopay: the values of a message that are not empty, joined with "|", and the shared key (payments.md 6)."""

import hashlib
import re
from collections.abc import Iterable, Mapping

from integrations.payments.checks import is_any_of
from integrations.payments.config import OperatorConfig

# The names of our requests in the order of their published numbers.
START = (
    "ServiceID",
    "OrderID",
    "Amount",
    "Description",
    "GatewayID",
    "Currency",
    "CustomerEmail",
    "Language",
    "CustomerNRB",
    "CustomerIP",
    "Title",
    "ReceiverName",
    "ValidityTime",
    "ReturnURL",
    "DefaultRegulationAcceptanceState",
    "DefaultRegulationAcceptanceID",
    "DefaultRegulationAcceptanceTime",
)
STATUS = ("ServiceID", "OrderID")
CANCEL = ("ServiceID", "MessageID", "RemoteID", "OrderID")
REFUND = ("ServiceID", "MessageID", "RemoteID", "Amount", "Currency")
OUT_DETAILS = ("serviceId", "messageId", "method")
GATEWAYS = ("ServiceID", "MessageID", "Currencies", "Language")
LEGAL_DATA = ("ServiceID", "MessageID", "GatewayID", "Language")

_FUNCTIONS = {"SHA256": hashlib.sha256, "SHA512": hashlib.sha512}
_FORMS = {"SHA256": re.compile(r"[0-9a-f]{64}"), "SHA512": re.compile(r"[0-9a-f]{128}")}


def sign(values: Iterable[str], key: str, algorithm: str = "SHA256") -> str:
    """The lower-case hexadecimal hash of the values in this order; an empty one disappears with its separator."""
    chain = "|".join([*filter(None, values), key])
    return _FUNCTIONS[algorithm](chain.encode()).hexdigest()


def signed(names: Iterable[str], values: Mapping[str, str], config: OperatorConfig) -> dict[str, str]:
    """The values of a request with their `Hash`, by the current generation of the key."""
    chain = [values.get(name, "") for name in names]
    return {**values, "Hash": sign(chain, config.secret("shared_key"), config.merchant_id("hash_algorithm"))}


def signer(claimed: str, values: Iterable[str], config: OperatorConfig) -> str | None:
    """The generation of the shared key by which the values are signed, None when it is none of ours.

    Only the service's own function counts, whatever the length of the claimed hash: there is no choice for the sender.
    Only lower-case digits are a hash: Autopay prints no other form. Every generation is compared, in constant time.
    """
    algorithm = config.merchant_id("hash_algorithm")
    if not _FORMS[algorithm].fullmatch(claimed):
        return None
    values = tuple(values)
    found = None
    for key in config.generations("shared_key"):
        if is_any_of(claimed, [sign(values, key, algorithm)]) and found is None:
            found = key
    return found
