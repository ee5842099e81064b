import json
from decimal import Decimal

import pytest

from integrations.payments.amounts import grosze, grosze_of, zloty


@pytest.mark.parametrize(
    ("amount_gr", "text"),
    [(1, "0.01"), (10, "0.10"), (1010, "10.10"), (99_999_999, "999999.99"), (100, "1.00")],
)
def test_grosze_go_out_with_two_decimals_and_come_back_the_same(amount_gr, text):
    assert zloty(amount_gr) == text
    assert grosze(text) == amount_gr


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "1.0",
        "10.1",
        "1,00",
        "1.000",
        "-1.00",
        "+1.00",
        " 1.00",
        "1.00\n",
        "01.00",
        "1e2",
        "NaN",
        "１.00",
        ".50",
    ],
)
def test_an_amount_of_another_form_is_no_amount(text):
    with pytest.raises(ValueError, match="not an amount"):
        grosze(text)


@pytest.mark.parametrize(
    ("text", "amount_gr"),
    [("0.1", 10), ("0.30", 30), ("12", 1200), ("999999.99", 99_999_999), ("1e2", 10_000)],
)
def test_a_json_number_is_read_without_a_float(text, amount_gr):
    assert grosze_of(json.loads(text, parse_float=Decimal)) == amount_gr


@pytest.mark.parametrize("text", ["0.001", "12.345"])
def test_a_part_of_a_grosz_is_no_amount(text):
    with pytest.raises(ValueError, match="not an amount"):
        grosze_of(Decimal(text))


@pytest.mark.parametrize("number", [Decimal("NaN"), Decimal("Infinity")])
def test_what_is_no_number_is_no_amount(number):
    with pytest.raises(ValueError, match="not an amount"):
        grosze_of(number)
