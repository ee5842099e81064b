"""Signed calls of Autopay's gateway. It knows HTTP and the hash of a request, not what the answers mean."""

import secrets
from collections.abc import Iterable, Mapping

from integrations.payments.autopay import signature
from integrations.payments.config import OperatorConfig
from integrations.payments.http import Answer, call

ITN_ADDRESS = "X-Emulator-ITN"
_NUMBERS = frozenset({"ServiceID", "GatewayID"})


class Client:
    """Autopay as seen by one service. Every request carries its ServiceID and the hash of its values."""

    def __init__(self, config: OperatorConfig) -> None:
        self._config = config

    def start(self, values: Mapping[str, str], notify_url: str) -> Answer:
        """POST the order in the background to the path that Autopay assigned; it answers with the payer's link."""
        headers = {"BmHeader": "pay-bm-continue-transaction-url"}
        if self._config.profile.allow_loopback:
            # Autopay sends every ITN to the one address agreed for the service, and an order names none. An emulator has
            # no contract to read it from.
            headers[ITN_ADDRESS] = notify_url
        return self._form(self._config.merchant_id("start_path"), signature.START, values, headers)

    def ask(self, path: str, names: Iterable[str], values: Mapping[str, str]) -> Answer:
        """POST a form to a method of the transactions' API."""
        return self._form(path, names, values, {"BmHeader": "pay-bm"})

    def order(self, path: str, names: Iterable[str], values: Mapping[str, str]) -> Answer:
        """POST a form to a method of the settlements' API."""
        return self._form(path, names, values, {})

    def list(self, path: str, names: Iterable[str], values: Mapping[str, str]) -> Answer:
        """POST a JSON document to a method that lists something; ids are integers in it and texts under the hash."""
        signed = signature.signed(names, self._named(values), self._config)
        payload = {name: int(text) if name in _NUMBERS else text for name, text in signed.items()}
        return call(self._config.profile, "POST", path, payload=payload)

    def out_details(self, message: str) -> Answer:
        """Ask what became of the refund that was ordered with this MessageID. Here all names begin with a small letter."""
        values = {
            "serviceId": self._config.merchant_id("service_id"),
            "messageId": message,
            "method": "TRANSACTION_REFUND",
        }
        signed = signature.signed(signature.OUT_DETAILS, values, self._config)
        payload = {
            **values,
            "serviceId": int(values["serviceId"]),
            "hash": signed["Hash"],
        }
        return call(self._config.profile, "POST", "/settlementapi/outDetails/v2", payload=payload)

    def _form(
        self, path: str, names: Iterable[str], values: Mapping[str, str], headers: Mapping[str, str]
    ) -> Answer:
        signed = signature.signed(names, self._named(values), self._config)
        accepted = {"Accept": "application/xml, text/xml"}
        return call(self._config.profile, "POST", path, form=signed, headers={**accepted, **headers})

    def _named(self, values: Mapping[str, str]) -> dict[str, str]:
        named = {"ServiceID": self._config.merchant_id("service_id"), **values}
        return {name: value for name, value in named.items() if value}


def message_id() -> str:
    """A random MessageID: 32 letters and digits."""
    return secrets.token_hex(16)
