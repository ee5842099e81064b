"""Grosze in, grosze out: text, rounding and the value `Money`."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import InvalidInput
from kernel.money import (
    Money,
    divide_half_up,
    format_gr,
    from_decimal_text,
    parse_gr,
    round_to_grosz,
    round_to_zloty,
    to_decimal_text,
)

AMOUNTS = st.integers(min_value=-(10**13), max_value=10**13)


@pytest.mark.parametrize(
    ("text", "amount_gr"),
    [
        ("1 234,56", 123456),
        ("1234.56", 123456),
        ("1\u00a0234\u00a0567,89\u00a0zł", 123456789),
        ("1\u202f234,5", 123450),
        ("100 zł", 10000),
        ("100zł", 10000),
        (" 0,01 ", 1),
        ("007", 700),
        ("-12,30", -1230),
        ("\u221212,30", -1230),
        ("140.57", 14057),
        ("999 999,99", 99999999),
    ],
)
def test_amount_typed_by_a_person_is_read(text: str, amount_gr: int) -> None:
    assert parse_gr(text) == amount_gr


@pytest.mark.parametrize(
    "text",
    [
        *[
            "",
            "zł",
            ",50",
            "12,",
            "1,234.56",
            "1.234,56",
            "1 23",
            "12 3456",
            "1  234",
            "12,345",
            "1e3",
            "NaN",
        ],
        *["١٢", "--1", "+5", "12,3.4", "9" * 14, "12 zł zł", "12\n,50"],
    ],
)
def test_text_that_could_be_misread_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        parse_gr(text)
    assert raised.value.code == "money.unreadable"


@pytest.mark.parametrize(
    ("amount_gr", "text"),
    [
        (0, "0,00\u00a0zł"),
        (5, "0,05\u00a0zł"),
        (123456, "1\u00a0234,56\u00a0zł"),
        (-1, "\u22120,01\u00a0zł"),
        (-100, "\u22121,00\u00a0zł"),
        (123456789012, "1\u00a0234\u00a0567\u00a0890,12\u00a0zł"),
    ],
)
def test_amount_is_written_the_polish_way_and_never_breaks(amount_gr: int, text: str) -> None:
    assert format_gr(amount_gr) == text
    assert str(Money(amount_gr)) == text


@given(AMOUNTS)
def test_every_amount_survives_both_notations(amount_gr: int) -> None:
    assert parse_gr(format_gr(amount_gr)) == amount_gr
    assert from_decimal_text(to_decimal_text(amount_gr)) == amount_gr
    assert Decimal(to_decimal_text(amount_gr)) * 100 == amount_gr


@pytest.mark.parametrize(
    ("text", "amount_gr"), [("123.45", 12345), ("123", 12300), ("0.5", 50), ("-1.00", -100)]
)
def test_decimal_text_is_read_to_the_grosz(text: str, amount_gr: int) -> None:
    assert from_decimal_text(text) == amount_gr
    assert Money.from_decimal(text) == Money(amount_gr)


@pytest.mark.parametrize(
    ("amount_gr", "text"), [(0, "0.00"), (1, "0.01"), (-1, "-0.01"), (12345, "123.45"), (-100, "-1.00")]
)
def test_decimal_text_has_always_two_decimals_and_a_sign_below_zero(amount_gr: int, text: str) -> None:
    assert to_decimal_text(amount_gr) == text
    assert Money(amount_gr).to_decimal() == text


@pytest.mark.parametrize(
    "text", ["1,00", "1.234", ".5", "5.", " 1", "1 ", "1e2", "Infinity", "", "1_000", "１"]
)
def test_decimal_text_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"money\.unreadable"):
        from_decimal_text(text)


@pytest.mark.parametrize("amount", [1.0, True, "1", None])
def test_only_whole_grosze_can_be_money(amount: object) -> None:
    for use in (Money, format_gr, to_decimal_text):
        with pytest.raises(TypeError):
            use(amount)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("exact", "grosze"),
    [
        (Fraction(1, 2), 1),
        (Fraction(3, 2), 2),
        (Fraction(5, 2), 3),
        (Fraction(49999, 100000), 0),
        (Fraction(-1, 2), -1),
        (Fraction(-5, 2), -3),
    ],
)
def test_half_a_grosz_goes_up_and_not_to_the_even_one(exact: Fraction, grosze: int) -> None:
    assert round_to_grosz(exact) == grosze


@pytest.mark.parametrize(
    ("exact", "grosze"),
    [
        (Fraction(849999, 1000), 800),
        (Fraction(850), 900),
        (Fraction(950), 1000),
        (Fraction(49), 0),
        (Fraction(50), 100),
    ],
)
def test_art_63_par_1_rounds_fifty_groszy_up_to_the_full_zloty(exact: Fraction, grosze: int) -> None:
    assert round_to_zloty(exact) == grosze


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**9))
def test_half_up_agrees_with_decimal_arithmetic(numerator: int, denominator: int) -> None:
    # a third way to the same number: compare distances instead of dividing
    rounded = divide_half_up(numerator, denominator)
    distance = abs(Fraction(numerator, denominator) - rounded)
    assert distance <= Fraction(1, 2)
    if distance == Fraction(1, 2):
        assert abs(rounded) > abs(Fraction(numerator, denominator))


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=6))
def test_rounding_to_grosz_agrees_with_the_decimal_module(exact: Decimal) -> None:
    assert round_to_grosz(Fraction(exact)) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def test_a_denominator_of_zero_or_less_is_a_bug() -> None:
    for denominator in (0, -1):
        with pytest.raises(ValueError, match="positive"):
            divide_half_up(1, denominator)


def test_money_adds_up_only_with_money() -> None:
    assert Money(150) + Money(-50) - Money(25) == Money(75)
    assert -Money(3) == Money(-3)
    assert Money(1) < Money(2)
    assert not Money(0)
    assert Money(1)
    assert Money(-1)
    assert Money.parse("1,50") == Money(150)
    for wrong in (1, 1.0, "1"):
        with pytest.raises(TypeError):
            Money(1) + wrong  # type: ignore[operator]
        with pytest.raises(TypeError):
            Money(1) - wrong  # type: ignore[operator]
