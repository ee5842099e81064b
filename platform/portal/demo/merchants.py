"""Contracts of the demo gminas with the operators that their presets do not use: an administrator can try each of them with
what the operator's own panel shows. None exists; the ids have the operators' shapes (payments.md 3-7)."""

import json
import secrets
from collections.abc import Mapping

from integrations.payments import registry
from portal.demo.people import GMINAS

IDS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "borki": {
        "przelewy24": {"merchant_id": "144301", "pos_id": "144301"},
        "autopay": {
            "service_id": "102401", "start_path": "/borki", "hash_algorithm": "SHA256", "fee_model": "MERCHANT",
            "itn_nodes": "brak",
        },
        "payu": {"pos_id": "300701", "client_id": "300701"},
        "tpay": {"merchant_id": "101001", "client_id": "01BORKI-01DEMO"},
        "imoje": {"merchant_id": "6yt3gjtm9p7b8h9xdemo", "service_id": "63f574ed-d4ad-407e-9981-39ed7584a701"},
    },
    "dabrowa-gornicza": {
        "przelewy24": {"merchant_id": "200101", "pos_id": "200101"},
        "autopay": {
            "service_id": "102402", "start_path": "/dabrowa", "hash_algorithm": "SHA512", "fee_model": "MERCHANT",
            "itn_nodes": "brak",
        },
        "payu": {"pos_id": "300702", "client_id": "300702"},
        "tpay": {"merchant_id": "101002", "client_id": "01DABROWA-01DEMO"},
        "imoje": {"merchant_id": "9mkvs1m0a7szxlxpdemo", "service_id": "8010f629-dcc7-4391-82ab-10e6a9dded02"},
    },
}  # fmt: skip


def new_secrets() -> str:
    """Keys of all of them as JSON: by gmina, then by operator."""
    found = {
        gmina: {
            code: {field.name: secrets.token_hex(16) for field in registry.entry(code).secret_fields}
            for code in IDS[gmina]
        }
        for gmina in GMINAS
    }
    return json.dumps(found)
