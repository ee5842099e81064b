"""What the gateway lists: the ways to pay and the legal texts for one of them."""

import json
import re
from dataclasses import replace
from typing import Any

from starlette.responses import JSONResponse, Response

from integrations.emulators.autopay import sign
from integrations.emulators.autopay.requests import zloty
from integrations.emulators.operators.faults import Fault
from integrations.emulators.operators.records import Merchant
from integrations.emulators.operators.store import Store
from integrations.emulators.serving import Exchange

_TITLES = {"PBL": "Przelew internetowy", "BLIK": "BLIK", "CARD": "Karta płatnicza"}
_REGULATION = (
    '<ul><li>\r\nZapoznałem się i akceptuję <a id="regulations_pdf" target="_blank" '
    'href="https://autopay.example/regulamin.pdf">Regulamin świadczenia usług płatniczych</a> oraz '
    '<a class="privacy-policy" href="https://autopay.example/prywatnosc.pdf">Politykę prywatności</a></li>'
    "<li>\r\nChcę, aby usługa została zrealizowana niezwłocznie.\r\n</li></ul>"
)
_PRIVACY = 'Administratorem danych jest operator płatności. <a href="https://autopay.example/rodo.pdf">Informacja</a>'
_UNSAFE = (
    '<script>alert("x")</script><a href="javascript:alert(1)">kliknij</a> <img src=x onerror="alert(1)">'
    '&lt;b&gt;Tekst&lt;/b&gt; <a href="http://autopay.example/x">stary adres</a>'
)


class Lists:
    """The handlers of `gatewayList/v3` and `legalData`."""

    def __init__(self, store: Store, logo_path: str) -> None:
        self.store = store
        self._logo_path = logo_path

    def gateways(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        sent, mode = sign.fields(exchange), fault.mode if fault else ""
        rows = [] if mode == "empty" else self.store.rows("SELECT * FROM methods ORDER BY position")
        base = "http://logos.example" if mode == "icons_http" else exchange.base_url
        document = {
            "result": "OK",
            "errorStatus": None,
            "description": None,
            "gatewayGroups": [{"type": kind, "title": _TITLES[kind], "order": 1} for kind in _TITLES if rows],
            "serviceID": merchant.ids["service_id"],
            "messageID": sent.get("MessageID", ""),
            "gatewayList": [
                {
                    "gatewayID": int(row["id"]),
                    "name": row["name"],
                    "groupType": row["grp"],
                    "bankName": row["name"],
                    "iconUrl": base + self._logo_path.replace("{id}", row["id"]),
                    "state": "OK" if row["active"] and mode != "temp_off" else "TEMPORARY_DISABLED",
                    "stateDate": "2026-01-02 03:04:05",
                    "availableFor": "BOTH",
                    "requiredParams": [],
                    "order": row["position"] + 1,
                    "currencies": [_limits(row["min_gr"], row["max_gr"])],
                    "buttonTitle": "Płacę",
                }
                for row in rows
            ],
        }
        # Limits are decimal numbers; they are written without passing through binary ones.
        text = re.sub(r'"@([0-9.]+)@"', r"\1", json.dumps(document, ensure_ascii=False))
        return Response(text.encode(), media_type="application/json")

    def legal_data(self, merchant: Merchant, exchange: Exchange, fault: Fault | None) -> Response:
        sent = sign.fields(exchange)
        label = _UNSAFE if fault and fault.mode == "unsafe_html" else _REGULATION
        head = {
            "result": "OK",
            "errorStatus": None,
            "description": None,
            "serviceID": merchant.ids["service_id"],
            "messageID": sent.get("MessageID", ""),
            "gatewayID": sent.get("GatewayID", ""),
            "language": sent.get("Language", ""),
            "serviceModel": merchant.ids["fee_model"],
        }
        regulations = [
            _regulation(6288, "DEFAULT", "https://autopay.example/regulamin.pdf", label, is_box=True),
            _regulation(1, "RODO", None, _PRIVACY, is_box=False),
        ]
        signer = merchant
        if fault and fault.mode == "wrong_hash":
            signer = replace(merchant, secrets={"shared_key": "cudzy-klucz"})
        chain = [_text(value) for value in head.values()] + _flat(regulations)
        return JSONResponse({**head, "regulationList": regulations, "hash": sign.by(signer, chain)})


def _limits(smallest: int | None, largest: int | None) -> dict[str, str]:
    found = {"currency": "PLN"}
    if smallest is not None:
        found["minAmount"] = f"@{zloty(smallest)}@"
    if largest is not None:
        found["maxAmount"] = f"@{zloty(largest)}@"
    return found


def _regulation(number: int, kind: str, url: str | None, label: str, *, is_box: bool) -> dict[str, Any]:
    return {
        "regulationID": number,
        "type": kind,
        "url": url,
        "labelList": [
            {
                "labelID": 1,
                "inputLabel": label,
                "placement": "ABOVE_BUTTON" if is_box else "BOTTOM_OF_PAGE",
                "showCheckbox": is_box,
                "checkboxRequired": is_box,
            }
        ],
    }


def _flat(value: Any) -> list[str]:
    """The values under the hash, in the order in which the answer has them."""
    if isinstance(value, dict):
        return [text for item in value.values() for text in _flat(item)]
    if isinstance(value, list):
        return [text for item in value for text in _flat(item)]
    return [_text(value)]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
