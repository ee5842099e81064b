"""Odsetki ustawowe za opóźnienie, w transakcjach handlowych i umowne (law.md 2.2, 2.3)."""

from datetime import date

import pytest

from kernel.errors import InvalidInput
from services.liabilities.domain.interest import Interest, Settled, accrue
from services.liabilities.domain.regimes import InterestRegime, TaxRate
from tenants.rates.domain import load_seed

RATES = load_seed()
CIVIL, COMMERCIAL = InterestRegime.CIVIL, InterestRegime.COMMERCIAL
CONTRACT, NONE = InterestRegime.CONTRACT, InterestRegime.NONE


def on(regime: InterestRegime, principal_gr: int, due_on: str, as_of: str, **more: object) -> Interest:
    return accrue(
        principal_gr,
        date.fromisoformat(due_on),
        date.fromisoformat(as_of),
        regime=regime,
        rates=RATES,
        **more,
    )


def rows(interest: Interest) -> list[tuple[str, str, int]]:
    return [(p.from_on.isoformat(), p.to_on.isoformat(), p.rate_bp) for p in interest.periods]


@pytest.mark.covers("D64")
def test_art_481_kc_civil_interest_is_rounded_to_the_grosz_and_has_no_minimum() -> None:
    interest = on(CIVIL, 10_000, "2026-03-31", "2026-04-10")
    assert interest.total_gr == 25  # 100 zł, 10 days at 9.25 %: 25.34 gr
    assert on(CIVIL, 100, "2026-03-31", "2026-04-10").total_gr == 0
    assert on(CIVIL, 200, "2026-03-31", "2026-04-10").total_gr == 1  # 0.507 gr goes up


def test_civil_rates_are_the_civil_table_and_not_the_tax_one() -> None:
    interest = on(CIVIL, 1_000_000, "2025-11-28", "2026-03-10")
    assert rows(interest) == [
        ("2025-11-29", "2025-12-03", 975),
        ("2025-12-04", "2026-03-04", 950),
        ("2026-03-05", "2026-03-10", 925),
    ]
    assert interest.total_gr == 26_541  # (5 x 9.75 + 91 x 9.50 + 6 x 9.25) x 10 000 / 36 500 zł


@pytest.mark.covers("D64")
def test_commercial_interest_follows_the_half_year_and_ten_points_over_reference() -> None:
    interest = on(COMMERCIAL, 1_000_000, "2025-06-25", "2026-01-05")
    assert rows(interest) == [
        ("2025-06-26", "2025-06-30", 1575),
        ("2025-07-01", "2025-12-31", 1525),  # cuts of September to December 2025 do not move it
        ("2026-01-01", "2026-01-05", 1400),
    ]
    assert interest.total_gr == 80_952


@pytest.mark.covers("D64")
def test_art_4_pkt_3_lit_a_a_public_healthcare_entity_owes_eight_points_over_reference() -> None:
    interest = on(InterestRegime.COMMERCIAL_HEALTHCARE, 1_000_000, "2019-12-20", "2020-07-05")
    assert rows(interest) == [
        ("2019-12-21", "2020-06-30", 950),  # until 2020 everybody owed reference + 8
        ("2020-07-01", "2020-07-05", 810),
    ]
    assert interest.total_gr == 51_342  # (193 x 9.50 + 5 x 8.10) x 10 000 / 36 500 zł
    assert "interest.commercial_healthcare" in [reason.code for reason in interest.reasons]
    others = on(COMMERCIAL, 1_000_000, "2026-06-30", "2026-07-05")
    assert (
        rows(others),
        rows(on(InterestRegime.COMMERCIAL_HEALTHCARE, 1_000, "2026-06-30", "2026-07-05")),
    ) == (
        [("2026-07-01", "2026-07-05", 1375)],
        [("2026-07-01", "2026-07-05", 1175)],
    )


def test_equal_half_years_are_one_period() -> None:
    assert rows(on(COMMERCIAL, 1000, "2023-03-15", "2023-09-15")) == [("2023-03-16", "2023-09-15", 1675)]


def test_commercial_interest_before_its_table_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"rates\.unknown_day"):
        on(COMMERCIAL, 1000, "2015-12-01", "2016-01-15")


@pytest.mark.covers("D64")
def test_art_481_par_2_1_contractual_rate_is_capped_in_each_period() -> None:
    interest = on(CONTRACT, 1_000_000, "2021-11-30", "2022-02-28", contract_rate_bp=1500)
    assert rows(interest) == [
        ("2021-12-01", "2021-12-08", 1350),
        ("2021-12-09", "2022-01-04", 1450),
        ("2022-01-05", "2022-02-28", 1500),  # 2 x 7.75 is over the contract
    ]
    assert [reason.code for reason in interest.reasons] == [
        "interest.contract",
        "interest.capped",
        "interest.rounded_to_grosz",
    ]


def test_a_contractual_rate_under_the_cap_stays_as_it_is_in_one_period() -> None:
    interest = on(CONTRACT, 1_000_000, "2019-12-31", "2025-12-31", contract_rate_bp=700)
    assert rows(interest) == [("2020-01-01", "2025-12-31", 700)]
    assert "interest.capped" not in [reason.code for reason in interest.reasons]


def test_a_contract_without_interest_costs_nothing() -> None:
    interest = on(CONTRACT, 1_000_000, "2025-01-10", "2025-12-31", contract_rate_bp=0)
    assert (interest.total_gr, interest.days) == (0, 355)
    assert [(reason.code, reason.values) for reason in interest.reasons] == [
        ("interest.contract", {"rate_bp": 0})
    ]


@pytest.mark.parametrize("rate_bp", [None, -1])
def test_a_contract_without_a_rate_is_refused(rate_bp: int | None) -> None:
    with pytest.raises(InvalidInput, match=r"interest\.contract_rate_missing"):
        on(CONTRACT, 1000, "2025-01-10", "2025-12-31", contract_rate_bp=rate_bp)


def test_dues_without_interest_only_count_their_days() -> None:
    interest = on(NONE, 1_000_000, "2026-03-15", "2026-06-15")
    assert (interest.total_gr, interest.exact, interest.periods) == (0, 0, ())
    assert (interest.effective_due_on, interest.days) == (date(2026, 3, 16), 91)


@pytest.mark.parametrize(
    ("paid_on", "periods"),
    [
        # 1,000.00 zł were owed up to and on the day of the payment, 400.00 zł after it
        ("2026-03-31", [("2026-04-01", "2026-04-10", 40_000)]),
        ("2026-04-01", [("2026-04-01", "2026-04-01", 100_000), ("2026-04-02", "2026-04-10", 40_000)]),
        ("2026-04-09", [("2026-04-01", "2026-04-09", 100_000), ("2026-04-10", "2026-04-10", 40_000)]),
        ("2026-04-10", [("2026-04-01", "2026-04-10", 100_000)]),
    ],
)
def test_interest_runs_on_the_whole_until_a_part_is_paid_and_on_the_rest_from_the_next_day(
    paid_on: str, periods: list[tuple[str, str, int]]
) -> None:
    part = Settled(date.fromisoformat(paid_on), 60_000, 0)
    interest = on(CIVIL, 40_000, "2026-03-31", "2026-04-10", settled=[part])
    assert [(p.from_on.isoformat(), p.to_on.isoformat(), p.principal_gr) for p in interest.periods] == periods


def test_the_reduced_tax_rate_means_nothing_outside_tax() -> None:
    plain = on(CIVIL, 1_000_000, "2026-03-31", "2026-04-30")
    assert on(CIVIL, 1_000_000, "2026-03-31", "2026-04-30", rate=TaxRate.REDUCED).total_gr == plain.total_gr


@pytest.mark.parametrize(
    ("regime", "due_on", "effective_due_on"),
    [
        (CIVIL, "2024-03-31", "2024-04-02"),  # Easter Sunday: past Easter Monday (law.md section 7)
        (CIVIL, "2017-01-07", "2017-01-09"),  # the first Saturday that art. 115 KC names
        (CIVIL, "2016-12-31", "2016-12-31"),  # a Saturday before it stays
        (CIVIL, "2016-12-25", "2016-12-27"),
        (CIVIL, "2017-01-01", "2017-01-02"),
        (CIVIL, "2013-05-03", "2013-05-04"),  # a feast on Friday moved only to Saturday then
        (CIVIL, "2013-05-12", "2013-05-13"),
        (COMMERCIAL, "2016-10-01", "2016-10-01"),
        (CONTRACT, "2016-10-01", "2016-10-01"),
        (CONTRACT, "2026-10-03", "2026-10-05"),
        (InterestRegime.TAX, "2016-10-01", "2016-10-03"),  # art. 12 § 5 O.p. always had Saturdays
        (NONE, "2016-10-01", "2016-10-03"),
    ],
)
def test_art_115_kc_moves_a_civil_date_over_saturdays_only_since_2017(
    regime: InterestRegime, due_on: str, effective_due_on: str
) -> None:
    interest = on(regime, 1000, due_on, due_on, contract_rate_bp=500)
    assert interest.effective_due_on == date.fromisoformat(effective_due_on)
    moved = [reason.article for reason in interest.reasons if reason.code == "interest.due_date_moved"]
    is_public = regime in (InterestRegime.TAX, NONE)
    article = "art. 12 § 5 Ordynacji podatkowej" if is_public else "art. 115 KC"
    assert moved == ([article] if due_on != effective_due_on else [])
