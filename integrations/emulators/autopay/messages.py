"""What the gateway reports of a transaction: the values of ITN, ISTN and of the answer to `transactionStatus`."""

import base64
from urllib.parse import urlencode

from integrations.emulators.autopay import sign
from integrations.emulators.autopay.documents import HEAD, Pairs, element, elements
from integrations.emulators.autopay.requests import local, zloty
from integrations.emulators.operators.notices import FORM, Message, Notice
from integrations.emulators.operators.records import HAS_MONEY, Merchant, RefundState, State, Transaction
from integrations.emulators.operators.refunds import TOLD_AS

CUSTOMER_DATA = "customer_data"
"""One more message of a success: the payer's data have been read from the bank statement."""
SETTLEMENT = "settlement"
"""ISTN: the money of the payment was sent to the office."""
PAYER_FEE_GR = 100

_DETAILS = {
    State.FAILED: "REJECTED",
    State.CANCELLED: "CANCELLED",
    State.EXPIRED: "EXPIRED",
}
_PAYER: Pairs = [
    ("fName", "Anna"),
    ("lName", "Próbna"),
    ("streetName", "Polna"),
    ("streetHouseNo", "1"),
    ("postalCode", "00-001"),
    ("city", "Borki"),
    ("nrb", "02105000997603123456789123"),
    ("senderData", "ANNA PRÓBNA | UL. POLNA 1 & 00-001 BORKI"),
]


def fee_gr(merchant: Merchant) -> int:
    """What the payer pays on top, by the merchant's contract (grosze)."""
    return PAYER_FEE_GR if merchant.ids["fee_model"] == "PAYER" else 0


def values(told: Transaction, merchant: Merchant, kind: str = "") -> Pairs:
    """The values of one transaction in the order of their numbers, with the nodes agreed with the merchant.

    `kind` tells less or more than the state: "pending" what was before, "customer_data" the payer's data.
    """
    has_money = told.state in (*HAS_MONEY, State.RETURNED)
    status, details = "FAILURE", _DETAILS.get(told.state, "")
    if kind == "pending" or told.state is State.STARTED:
        status, details = "PENDING", ""
    elif has_money:
        status, details = "SUCCESS", "AUTHORIZED"
    amount_gr = told.amount_gr + fee_gr(merchant) if told.paid_gr is None else told.paid_gr
    is_success = status == "SUCCESS" and told.paid_at is not None
    found: Pairs = [
        ("orderID", told.ref),
        ("remoteID", told.operator_tx_id),
        ("amount", zloty(amount_gr)),
        ("currency", told.currency),
        ("gatewayID", told.paid_method or told.method),
        ("paymentDate", local((is_success and told.paid_at) or told.registered_at)),
        ("paymentStatus", status),
        ("paymentStatusDetails", details),
    ]
    agreed = merchant.ids["itn_nodes"].split(",")
    if "title" in agreed:
        found.append(("title", told.title))
    if "customerData" in agreed and kind == CUSTOMER_DATA:
        found += [(f"customerData/{name}", value) for name, value in _PAYER]
    if "startAmount" in agreed:
        found.append(("startAmount", zloty(told.amount_gr)))
    return found


def nodes(pairs: Pairs) -> str:
    """The same as XML: what lies in `customerData` goes into one element, at its place."""
    inside = [(name.partition("/")[2], value) for name, value in pairs if "/" in name]
    before = [pair for pair in pairs if "/" not in pair[0] and pair[0] != "startAmount"]
    after = [pair for pair in pairs if pair[0] == "startAmount"]
    group = element("customerData", elements(inside)) if inside else ""
    return elements(before) + group + elements(after)


def message(notice: Notice) -> Message:
    """The notification: XML in Base64 in a form."""
    told, merchant = notice.transaction, notice.merchant
    is_transfer = notice.kind in {SETTLEMENT, TOLD_AS}
    pairs = _transfer(notice) if is_transfer else values(told, merchant, notice.kind)
    content = nodes(pairs)
    if notice.mode == "extra_fields":
        content += "<newField>1</newField>"
    service_id = merchant.ids["service_id"]
    chain = [service_id, *(value for _, value in pairs)]
    document = HEAD + element(
        "transactionList",
        element("serviceID", service_id)
        + element("transactions", element("transaction", content))
        + element("hash", sign.by(notice.signer, chain)),
    )
    return Message(urlencode({"transactions": base64.b64encode(document.encode()).decode()}).encode(), FORM)


def remote_out_id(told: Transaction, refund_id: int | None) -> str:
    """The gateway's number of a transfer."""
    return f"ROZ_{told.id:08d}" if refund_id is None else f"ZWR_{refund_id:08d}"


def _transfer(notice: Notice) -> Pairs:
    told, refund = notice.transaction, notice.refund
    has_failed = refund is not None and refund.state is RefundState.REJECTED
    return [
        ("isRefund", "false" if refund is None else "true"),
        ("orderID", told.ref),
        ("remoteID", told.operator_tx_id),
        ("remoteOutID", remote_out_id(told, refund.id if refund else None)),
        ("amount", zloty(refund.amount_gr if refund else told.amount_gr)),
        ("currency", told.currency),
        # The moment of the transfer is told of a done one only.
        ("transferDate", "" if has_failed else local(notice.now)),
        ("transferStatus", "FAILURE" if has_failed else "SUCCESS"),
        ("transferStatusDetails", "ANOTHER_ERROR" if has_failed else "AUTHORIZED"),
        ("title", str(told.details.get("transfer_title") or told.title)),
        ("receiverNRB", "" if refund else told.account or notice.merchant.account),
        ("receiverName", "" if refund else str(told.details.get("receiver_name") or notice.merchant.name)),
    ]
