"""Koszty obsługi płatności: eKasa § 10 ust. 3, payments.md 2.4."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import InvalidInput, Refused
from services.payments.domain.fees import Fee, FeeBearer, Tariff, TariffLine, fee, tariff_on

DAY = date(2026, 1, 1)


def tariff(*lines: TariffLine, bearer: FeeBearer = FeeBearer.PAYER) -> Tariff:
    return Tariff(DAY, bearer, lines)


def to_pay(amount_gr: int, prices: Tariff, method_id: str = "25", method_group: str = "transfer") -> int:
    return fee(amount_gr, method_id=method_id, method_group=method_group, tariff=prices).payer_gr


@pytest.mark.parametrize(
    ("line", "amount_gr", "fee_gr"),
    [
        (TariffLine(fixed_gr=100), 1, 100),  # Gliwice: 1,00 zł
        (TariffLine(fixed_gr=59), 10**8, 59),  # Jasło: 0,59 zł
        (TariffLine(percent_bp=119), 10_000, 119),
        (TariffLine(percent_bp=119), 10**8, 1_190_000),  # a percent of a million is no grosz more
        (TariffLine(percent_bp=50), 100, 1),  # 0.5 gr goes up
        (TariffLine(percent_bp=50), 99, 0),
        (TariffLine(percent_bp=50), 300, 2),  # 1.5 gr goes up and not to the even one
        (TariffLine(fixed_gr=30, percent_bp=100), 5_000, 80),
        (TariffLine(percent_bp=120, min_gr=100, max_gr=1_500), 100, 100),
        (TariffLine(percent_bp=120, min_gr=100, max_gr=1_500), 50_000, 600),
        (TariffLine(percent_bp=120, min_gr=100, max_gr=1_500), 10**7, 1_500),
        (TariffLine(), 12_345, 0),
    ],
)
@pytest.mark.covers("D59")
def test_fee_is_fixed_plus_percent_within_bounds_half_up(
    line: TariffLine, amount_gr: int, fee_gr: int
) -> None:
    assert to_pay(amount_gr, tariff(line)) == fee_gr


def test_the_most_exact_line_wins() -> None:
    prices = tariff(
        TariffLine(fixed_gr=1),
        TariffLine(fixed_gr=2, method_group="other"),
        TariffLine(fixed_gr=3, method_group="transfer"),
        TariffLine(fixed_gr=4, method_id="25"),
    )
    assert to_pay(100, prices, "25", "transfer") == 4
    assert to_pay(100, prices, "26", "transfer") == 3
    assert to_pay(100, prices, "99", "wallet") == 2
    assert to_pay(100, tariff(*prices.lines, TariffLine(fixed_gr=3, method_group="blik")), "99", "blik") == 3
    assert to_pay(100, tariff(TariffLine(fixed_gr=1)), "99", "wallet") == 1
    assert to_pay(100, tariff(TariffLine(fixed_gr=2, method_group="other")), "99", "other") == 2


def test_bands_touch_and_both_ends_belong_to_them() -> None:
    prices = tariff(
        TariffLine(fixed_gr=10, to_gr=9_999), TariffLine(fixed_gr=20, from_gr=10_000, to_gr=20_000)
    )
    assert [to_pay(amount, prices) for amount in (1, 9_999, 10_000, 20_000)] == [10, 10, 20, 20]
    with pytest.raises(Refused, match=r"fee\.unknown"):
        to_pay(20_001, prices)


@pytest.mark.parametrize(
    ("bearer", "expected"),
    [
        (FeeBearer.PAYER, Fee(100, 0, TariffLine(fixed_gr=100))),
        (FeeBearer.OFFICE, Fee(0, 100, TariffLine(fixed_gr=100))),
        (FeeBearer.NONE, Fee(0, 0, None)),
    ],
)
@pytest.mark.covers("D59")
def test_the_gmina_decides_who_bears_the_fee(bearer: FeeBearer, expected: Fee) -> None:
    prices = tariff(TariffLine(fixed_gr=100), bearer=bearer)
    assert fee(5_000, method_id="25", method_group="transfer", tariff=prices) == expected


def test_a_fee_that_cannot_be_told_beforehand_cannot_be_charged() -> None:
    prices = tariff(TariffLine(fixed_gr=100, method_group="card"))
    with pytest.raises(Refused) as raised:
        to_pay(5_000, prices)
    assert raised.value.code == "fee.unknown"
    assert raised.value.params == {"method_id": "25", "amount_gr": 5_000}
    for bearer in (FeeBearer.OFFICE, FeeBearer.NONE):
        assert to_pay(5_000, tariff(*prices.lines, bearer=bearer)) == 0


@pytest.mark.parametrize("amount_gr", [0, -1])
def test_there_is_no_fee_for_nothing(amount_gr: int) -> None:
    with pytest.raises(InvalidInput, match=r"fee\.amount"):
        to_pay(amount_gr, tariff(TariffLine(fixed_gr=100)))


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"fixed_gr": -1}, "tariff.negative"),
        ({"percent_bp": -1}, "tariff.negative"),
        ({"min_gr": -1}, "tariff.negative"),
        ({"from_gr": -1}, "tariff.negative"),
        ({"min_gr": 10, "max_gr": 9}, "tariff.bounds"),
        ({"max_gr": -1}, "tariff.bounds"),
        ({"from_gr": 10, "to_gr": 9}, "tariff.band"),
        ({"method_group": "card", "method_id": "25"}, "tariff.two_targets"),
        ({"fixed_gr": 1.5}, "tariff.unreadable"),
        ({"fixed_gr": "100"}, "tariff.unreadable"),
        ({"fixed_gr": True}, "tariff.unreadable"),
        ({"method_id": None}, "tariff.unreadable"),
        ({"percent": 100}, "tariff.unreadable"),
    ],
)
def test_a_line_that_contradicts_itself_is_refused(values: dict[str, object], code: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        TariffLine.of(values)
    assert raised.value.code == code


def test_a_stored_line_is_read_back() -> None:
    stored = {"method_group": "card", "fixed_gr": 0, "percent_bp": 120, "min_gr": 100, "max_gr": None}
    assert TariffLine.of(stored) == TariffLine(method_group="card", percent_bp=120, min_gr=100)


@pytest.mark.parametrize(
    "lines",
    [
        (TariffLine(to_gr=100), TariffLine(from_gr=100)),
        (TariffLine(), TariffLine(from_gr=5_000)),
        (TariffLine(from_gr=5_000), TariffLine(to_gr=6_000)),
        (TariffLine(to_gr=5_000), TariffLine(from_gr=4_000, to_gr=6_000)),
        (TariffLine(from_gr=4_000, to_gr=6_000), TariffLine(to_gr=5_000)),
        (TariffLine(to_gr=6_000), TariffLine(from_gr=4_000, to_gr=5_000)),
        (TariffLine(from_gr=100), TariffLine(to_gr=100)),
        (TariffLine(method_id="25"), TariffLine(method_id="25")),
    ],
)
def test_two_lines_for_one_amount_are_refused(lines: tuple[TariffLine, ...]) -> None:
    with pytest.raises(InvalidInput, match=r"tariff\.overlap"):
        tariff(*lines)


def test_lines_of_different_targets_may_cover_the_same_amounts() -> None:
    assert to_pay(100, tariff(TariffLine(method_id="1"), TariffLine(fixed_gr=7, method_id="25"))) == 7


def test_the_order_of_lines_of_different_targets_does_not_matter() -> None:
    lines = (TariffLine(fixed_gr=7, method_id="25"), TariffLine(method_id="1"))
    assert to_pay(100, tariff(*lines)) == to_pay(100, tariff(*reversed(lines))) == 7


def test_a_line_may_be_for_one_amount_only_and_have_all_its_parts() -> None:
    line = TariffLine(fixed_gr=1, percent_bp=10, min_gr=2, max_gr=90, from_gr=5_000, to_gr=5_000)
    assert to_pay(5_000, tariff(line)) == 6
    with pytest.raises(Refused, match=r"fee\.unknown"):
        to_pay(4_999, tariff(line))


def test_the_version_in_force_is_the_last_one_that_began() -> None:
    old, new = Tariff(date(2025, 1, 1), FeeBearer.PAYER), Tariff(date(2026, 7, 1), FeeBearer.NONE)
    assert tariff_on([new, old], date(2026, 6, 30)) is old
    assert tariff_on([new, old], date(2026, 7, 1)) is new
    with pytest.raises(Refused, match=r"tariff\.none_in_force"):
        tariff_on([new, old], date(2024, 12, 31))


@given(
    st.integers(1, 10**9),
    st.integers(0, 500),
    st.integers(0, 1000),
    st.integers(0, 500),
    st.integers(0, 5000),
)
def test_fee_stays_within_its_bounds_and_never_falls_with_the_amount(
    amount_gr: int, fixed_gr: int, percent_bp: int, min_gr: int, more_gr: int
) -> None:
    prices = tariff(
        TariffLine(fixed_gr=fixed_gr, percent_bp=percent_bp, min_gr=min_gr, max_gr=min_gr + more_gr)
    )
    fee_gr = to_pay(amount_gr, prices)
    assert min_gr <= fee_gr <= min_gr + more_gr
    assert fee_gr <= to_pay(amount_gr + more_gr, prices)
