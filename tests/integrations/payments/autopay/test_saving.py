"""The office enters Autopay in its settings: what cannot work is refused before it is kept."""

import pytest

from kernel.errors import InvalidInput
from tenants.configuration.actions import save_operator_account
from tenants.configuration.models import OperatorAccount
from tests.fixtures.database import ACTOR

pytestmark = pytest.mark.django_db


def save(**merchant_ids):
    values = {
        "operator": "autopay",
        "label": "Autopay – podatki",
        "profile": "sandbox",
        "api_url": "",
        "account_nrb": "83101010230000261395100000",
        "is_active": True,
        "merchant_ids": {
            "service_id": "102422",
            "start_path": "/payment",
            "hash_algorithm": "SHA256",
            "fee_model": "PAYER",
            "itn_nodes": "customerData,startAmount",
            **merchant_ids,
        },
    }
    secrets = {"shared_key": "0123456789abcdef0123456789abcdef"}
    return save_operator_account(values, secrets=secrets, public_id=None, version=0, actor=ACTOR)


@pytest.mark.parametrize("nodes", ["brak", "customerData"])
def test_a_fee_on_top_without_start_amount_is_not_kept(in_borki, nodes):
    """Bug class 6."""
    with pytest.raises(InvalidInput) as raised:
        save(itn_nodes=nodes)

    assert raised.value.code == "operator_account.incomplete"
    assert not OperatorAccount.objects.filter(operator="autopay").exists()


def test_a_complete_account_is_kept(in_borki):
    row = save()

    assert OperatorAccount.objects.get(operator="autopay").public_id == row.public_id
