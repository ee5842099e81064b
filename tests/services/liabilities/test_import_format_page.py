"""docs/exchange.md is what vendors write their exports by: its sample goes in, and it leaves out no field."""

import re
from pathlib import Path

import pytest

from services.accounts.models import Payer
from services.liabilities.actions.imports import import_csv
from services.liabilities.domain.dues_file import ALL_FIELDS
from services.liabilities.models import Liability
from tests.services.liabilities.rows import OFFICE, counts

PAGE = (Path(__file__).parents[3] / "docs/exchange.md").read_text()


def test_every_field_is_described():
    described = set(re.findall(r"`([a-z_]+)`", PAGE))
    assert described >= ALL_FIELDS


@pytest.mark.django_db
def test_the_sample_file_goes_in_as_it_stands(in_borki):
    sample = re.search(r"```csv\n(.+?)```", PAGE, re.DOTALL)
    assert sample is not None
    run = import_csv(sample[1].encode(), source="command", file_name="sample.csv", actor=OFFICE)
    assert (counts(run), run.findings) == ((3, 0, 0, 0), {"rejected": [], "warned": []})
    owners = Liability.objects.get(external_id="N-2026-1001-3").debtors
    assert set(owners.values_list("external_id", flat=True)) == {"K-1001", "K-1002"}
    assert Payer.objects.get(external_id="K-1001").address == "ul. Próbna 1, 21-345 Borki"
