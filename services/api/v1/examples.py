"""Examples of the documentation. A test sends the requests and compares the answers' shapes with these."""

from typing import Any


def pln(amount: str) -> dict[str, str]:
    """An amount as the API shows it."""
    return {"amount": amount, "currency": "PLN"}


DUE_ROW: dict[str, Any] = {
    "payer_external_id": "K-1001",
    "payer_kind": "person",
    "payer_name": "Anna Przykładowa",
    "payer_identifier": "75870300017",
    "payer_address": "ul. Próbna 1, 21-345 Borki",
    "liability_type": "property_tax",
    "title": "Podatek od nieruchomości 2026, rata 3",
    "document_number": "FN.3120.1001.2026",
    "year": 2026,
    "instalment": 3,
    "due_on": "2026-09-15",
    "principal": "300.00",
}
COST_ROW: dict[str, Any] = {
    "payer_external_id": "K-1001",
    "liabilities": ["N-2026-1001-3"],
    "number": "UP/17/2026",
    "amount": "16.00",
    "sent_on": "2026-10-01",
    "delivered_on": "2026-10-08",
}
IMPORT: dict[str, Any] = {
    "format_version": 1,
    "dry_run": False,
    "rows": [
        {"external_id": "N-2026-1001-3", **DUE_ROW},
        {"record": "reminder_cost", "external_id": "U-2026-17", **COST_ROW},
    ],
}
POSTINGS: dict[str, Any] = {
    "format_version": 1,
    "dry_run": False,
    "rows": [
        {
            "external_id": "KS-2026-88001",
            "due_external_id": "N-2026-1001-3",
            "amount": "300.00",
            "posted_on": "2026-11-19",
        },
    ],
}
POSTINGS_ANSWER: dict[str, Any] = {
    "dry_run": False,
    "lines": 1,
    "booked": 1,
    "recognised": 0,
    "taken_back": 0,
    "known": 0,
    "refused": 0,
    "rows": [
        {
            "line": 1,
            "external_id": "KS-2026-88001",
            "result": "booked",
            "code": "",
            "field": "",
            "message": "",
        },
    ],
}
BOOKING: dict[str, Any] = {"credited_on": "2026-11-19"}

LIABILITY: dict[str, Any] = {
    "id": "01936b1e-7c30-7f2a-9c5d-5a8f0e3b1c11",
    "external_id": "N-2026-1001-3",
    "payer_external_id": "K-1001",
    "co_owners": [],
    "liability_type": "property_tax",
    "title": "Podatek od nieruchomości 2026, rata 3",
    "document_number": "FN.3120.1001.2026",
    "year": 2026,
    "instalment": 3,
    "due_on": "2026-09-15",
    "principal": pln("300.00"),
    "outstanding_principal": pln("300.00"),
    "account_nrb": "",
    "interest_pauses": [],
    "reduced_rate": False,
    "enforced": False,
    "enforcement_office": "",
    "writ_number": "",
    "version": 1,
    "updated_at": "2026-11-20T10:15:00.123456+01:00",
}
PUT_LIABILITY: dict[str, Any] = {"result": "created", "liability": LIABILITY, "warnings": []}
LIABILITIES: dict[str, Any] = {"results": [LIABILITY], "next_cursor": None}
REMINDER_COST: dict[str, Any] = {
    "id": "01936b1e-7d02-7b11-8f0e-2f6f5e1d9a44",
    "external_id": "U-2026-17",
    "payer_external_id": "K-1001",
    "liabilities": ["N-2026-1001-3"],
    "number": "UP/17/2026",
    "amount": pln("16.00"),
    "outstanding": pln("16.00"),
    "sent_on": "2026-10-01",
    "delivered_on": "2026-10-08",
    "version": 1,
}
PUT_REMINDER_COST: dict[str, Any] = {"result": "created", "reminder_cost": REMINDER_COST, "warnings": []}
IMPORT_REPORT: dict[str, Any] = {
    "id": "01936b1e-7e55-7c60-a1b4-9d2c7f8e0b12",
    "state": "applied",
    "dry_run": False,
    "started_at": "2026-11-20T10:15:00.123456+01:00",
    "finished_at": "2026-11-20T10:15:01.654321+01:00",
    "lines": 2,
    "created": 2,
    "changed": 0,
    "unchanged": 0,
    "rejected": 0,
    "principal_sum": pln("300.00"),
    "rejections": [],
    "warnings": [],
}
IMPORT_ANSWER: dict[str, Any] = {
    **IMPORT_REPORT,
    "rows": [
        {"line": 1, "external_id": "N-2026-1001-3", "result": "created"},
        {"line": 2, "external_id": "U-2026-17", "result": "created"},
    ],
}
_PARTS: dict[str, Any] = {
    "principal": pln("300.00"),
    "interest": pln("0.00"),
    "reminder_cost": pln("0.00"),
}
PAYMENT: dict[str, Any] = {
    "id": "01936b1e-8a10-7d33-b7c2-64e0a9f1d205",
    "reference": "5f2d0c9b1a7e4836d1c0b9a8",
    "status": "to_book",
    "amount": pln("300.00"),
    "fee": pln("1.00"),
    "total": pln("301.00"),
    "account_nrb": "31999900130000100020000101",
    "payer_external_id": "K-1001",
    "operator": "przelewy24",
    "operator_payment_id": "320145679",
    "method": "Bank Przykładowy",
    "ordered_at": "2026-11-18T20:01:12.000000+01:00",
    "paid_at": "2026-11-18T20:03:40.000000+01:00",
    "debited_on": "2026-11-18",
    "credited_on": None,
    "booked_at": None,
    "items": [
        {
            "kind": "liability",
            "external_id": "N-2026-1001-3",
            "liability_type": "property_tax",
            **_PARTS,
            "total": pln("300.00"),
        }
    ],
    "booking": None,
}
BOOKED_PAYMENT: dict[str, Any] = {
    **PAYMENT,
    "status": "booked",
    "credited_on": "2026-11-19",
    "booked_at": "2026-11-20T10:20:00.000000+01:00",
    "booking": {
        "effective_on": "2026-11-18",
        "shares": [{"kind": "liability", "external_id": "N-2026-1001-3", **_PARTS}],
        "overpayment": pln("0.00"),
    },
}
PAYMENTS: dict[str, Any] = {"results": [PAYMENT], "next_cursor": None}
