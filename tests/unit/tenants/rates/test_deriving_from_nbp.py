"""What law makes of the NBP's rates, against the tables of law.md 2.1-2.3, and a file that nobody can abuse."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from kernel.errors import InvalidInput
from tenants.rates.domain import build_rates, load_seed, read_seed
from tenants.rates.domain_nbp import MOST_BYTES, NbpRates, derive, half_year, missing, propose, read_file
from tests.unit import law

TODAY = date(2026, 11, 20)


LOMBARD = list(law.rows(law.LOMBARD_RATES))
LOMBARD[
    1:2
] = [  # between 2014 and 2022 the lombard rate moved below the minimum of 8 % (law.md 2.1: 2.50..0.50)
    (date(2014, 10, 9), Fraction(3)),
    (date(2015, 3, 5), Fraction("2.5")),
    (date(2020, 3, 18), Fraction("1.5")),
    (date(2020, 4, 9), Fraction(1)),
    (date(2020, 5, 29), Fraction("0.5")),
    (date(2021, 10, 7), Fraction(1)),
    (date(2021, 11, 4), Fraction("1.75")),
    (date(2021, 12, 9), Fraction("2.25")),
    (date(2022, 1, 5), Fraction("2.75")),
]
REFERENCE = [(date(2015, 3, 5), Fraction("1.5"))] + [
    (day, percent - Fraction("5.5")) for day, percent in law.rows(law.CIVIL_RATES) if day > date(2016, 1, 1)
]


def comma(percent: Fraction) -> str:
    return f"{float(percent):.2f}".replace(".", ",")


def archive() -> bytes:
    """The NBP's file of the whole history, in its own form: one group for each day of a change."""
    days = sorted({day for day, _percent in (*LOMBARD, *REFERENCE)})
    groups = []
    for day in days:
        inside = [
            f'<pozycja id="{name}" nazwa="{title}" oprocentowanie="{comma(dict(series)[day])}"/>'
            for name, title, series in (
                ("ref", "Stopa referencyjna", REFERENCE),
                ("lom", "Stopa lombardowa", LOMBARD),
            )
            if day in dict(series)
        ]
        groups.append(
            f'<pozycje obowiazuje_od="{day}">{"".join(inside)}<pozycja id="dep" oprocentowanie="-"/></pozycje>'
        )
    head = '<?xml version="1.0" encoding="utf-8"?>\n'
    return f"{head}<stopy_procentowe_archiwum>{''.join(groups)}</stopy_procentowe_archiwum>".encode()


CURRENT = b"""<?xml version="1.0" encoding="UTF-8"?>
<stopy_procentowe data_publikacji="2026-12-03">
<tabela id="stoproc" nazwa="Podstawowe stopy procentowe NBP">
<pozycja id="ref" nazwa="Stopa referencyjna" oprocentowanie="3,50" obowiazuje_od="2026-12-03"/>
<pozycja id="lom" nazwa="Stopa lombardowa" oprocentowanie="4,00" obowiazuje_od="2026-12-03"/>
<pozycja id="dep" nazwa="Stopa depozytowa" oprocentowanie="3,00" obowiazuje_od="2026-12-03"/>
</tabela></stopy_procentowe>"""


@pytest.mark.parametrize(
    ("kind", "table"),
    [("tax", law.BASE_RATES), ("civil", law.CIVIL_RATES), ("commercial", law.COMMERCIAL_RATES)],
)
def test_the_derived_history_is_the_table_of_the_law_on_every_day_since_2016(kind, table):
    rows = [row for row in derive(read_file(archive()), TODAY) if row.kind == kind]
    assert rows[0].valid_from == date(2016, 1, 1)
    day = date(2016, 1, 1)
    while day <= TODAY:
        derived_bp = max(
            (row for row in rows if row.valid_from <= day), key=lambda row: row.valid_from
        ).rate_bp
        assert Fraction(derived_bp, 100) == law.percent_on(table, day), (kind, day)
        day += timedelta(days=1)


@pytest.mark.parametrize(("kind", "table"), [("tax", law.BASE_RATES), ("civil", law.CIVIL_RATES)])
def test_each_change_of_the_law_has_its_own_row_and_no_other(kind, table):
    rows = [
        (row.valid_from, Fraction(row.rate_bp, 100))
        for row in derive(read_file(archive()), TODAY)
        if row.kind == kind
    ]
    assert rows == [row for row in law.rows(table) if row[0] >= date(2016, 1, 1)]


def test_commercial_transactions_get_a_row_every_half_year_though_the_rate_stays():
    rows = [row.valid_from for row in derive(read_file(archive()), TODAY) if row.kind == "commercial"]
    assert rows == [date(year, month, 1) for year in range(2016, 2027) for month in (1, 7)]


def test_a_cut_inside_a_half_year_leaves_commercial_transactions_alone():
    """Trap: NBP cut on 2026-03-05, the rate of January counts until the end of June."""
    rows = {
        row.valid_from: row.rate_bp for row in derive(read_file(archive()), TODAY) if row.kind == "commercial"
    }
    assert (rows[date(2026, 1, 1)], rows[date(2026, 7, 1)]) == (1400, 1375)


def test_the_shipped_table_and_the_file_of_the_same_day_propose_nothing():
    verdicts = {proposed.verdict for proposed in propose(read_file(archive()), load_seed(), TODAY)}
    assert verdicts == {"same"}


def test_a_new_decision_is_proposed_for_tax_and_civil_with_its_act():
    new = [p for p in propose(read_file(CURRENT), load_seed(), date(2026, 12, 5)) if p.verdict == "new"]
    assert [(p.row.kind, p.row.valid_from, p.row.rate_bp, p.present_bp) for p in new] == [
        ("tax", date(2026, 12, 3), 1000, 1050),
        ("civil", date(2026, 12, 3), 900, 925),
    ]
    assert "stopa lombardowa NBP 4,00 %" in new[0].row.act
    assert "art. 481 § 2 KC" in new[1].row.act


def test_in_january_the_new_half_year_is_proposed_too():
    new = [p.row for p in propose(read_file(CURRENT), load_seed(), date(2027, 1, 2)) if p.verdict == "new"]
    assert [(row.kind, row.rate_bp) for row in new if row.valid_from == date(2027, 1, 1)] == [
        ("commercial", 1350)
    ]


def test_a_decision_that_counts_from_a_later_day_waits():
    assert derive(read_file(CURRENT), date(2026, 12, 2)) == ()


def test_a_table_that_says_otherwise_is_pointed_at_and_not_proposed():
    seed = read_seed()
    wrong = tuple(
        (kind, day, 1100 if (kind, day) == ("tax", date(2026, 3, 5)) else rate_bp, act)
        for kind, day, rate_bp, act in seed.interest_rates
    )
    rates = build_rates(wrong, seed.dated_amounts, known_on=seed.known_on)
    differing = [p for p in propose(read_file(archive()), rates, TODAY) if p.verdict != "same"]
    assert [(p.row.kind, p.row.valid_from, p.row.rate_bp, p.present_bp, p.verdict) for p in differing] == [
        ("tax", date(2026, 3, 5), 1050, 1100, "differs")
    ]


def test_the_lowest_tax_rate_is_eight_percent():
    """Art. 56 § 1: twice the lombard rate and 2 points would be 3.00 % in 2020."""
    nbp = NbpRates(reference=((date(2020, 5, 29), 10),), lombard=((date(2020, 5, 29), 50),))
    assert [row.rate_bp for row in derive(nbp, TODAY) if row.kind == "tax"] == [800]


@pytest.mark.parametrize(
    ("text", "rate_bp"), [("5,75", 575), ("4,5", 450), ("0.10", 10), ("24,00", 2400), (" 7 ", 700)]
)
def test_percentages_are_read_exactly(text, rate_bp):
    content = CURRENT.replace(b'"3,50"', f'"{text}"'.encode())
    assert read_file(content).reference == ((date(2026, 12, 3), rate_bp),)


BOMB = b"""<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>
<s><pozycje obowiazuje_od="2026-01-01"><pozycja id="ref" oprocentowanie="&b;"/></pozycje></s>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE s SYSTEM "file:///etc/passwd"><s/>"""


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (BOMB, "rates.nbp_unsafe"),
        (OUTSIDE, "rates.nbp_unsafe"),
        (b"<s>&x;</s>", "rates.nbp_unreadable"),
        (b"x" * (MOST_BYTES + 1), "rates.nbp_too_large"),
        (b"", "rates.nbp_unreadable"),
        (b"<stopy_procentowe>", "rates.nbp_unreadable"),
        (b"<!DOCTYPE html><html></html>", "rates.nbp_unsafe"),
        (b"<stopy_procentowe/>", "rates.nbp_empty"),
        (CURRENT.replace(b'id="lom"', b'id="red"'), "rates.nbp_empty"),
        (CURRENT.replace(b'"3,50"', b'"3,505"'), "rates.nbp_unreadable"),
        (CURRENT.replace(b'"3,50"', b'"-1,00"'), "rates.nbp_unreadable"),
        (CURRENT.replace(b'"3,50"', b'"1e3"'), "rates.nbp_unreadable"),
        (CURRENT.replace(b"2026-12-03", b"2026-13-03"), "rates.nbp_unreadable"),
        (CURRENT.replace(b'id="dep"', b'id="ref"'), "rates.nbp_unreadable"),
    ],
)
def test_a_file_that_is_not_the_nbps_is_refused(content, code):
    with pytest.raises(InvalidInput) as refused:
        read_file(content)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 11, 12), ()),  # 35 days after the confirmation of 8 October
        (date(2026, 11, 13), ("unconfirmed",)),
        (date(2026, 12, 31), ("unconfirmed",)),
        (date(2027, 1, 1), ("commercial", "unconfirmed")),
    ],
)
def test_the_table_says_what_it_should_already_know(today, expected):
    assert missing(load_seed(), today) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 1, 1), date(2026, 1, 1)),
        (date(2026, 6, 30), date(2026, 1, 1)),
        (date(2026, 7, 1), date(2026, 7, 1)),
        (date(2026, 12, 31), date(2026, 7, 1)),
    ],
)
def test_half_years(day, expected):
    assert half_year(day) == expected
