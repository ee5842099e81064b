"""Deadlines, parts of art. 13, and the clock of a breach, as values."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.privacy.domain import breach, notice
from services.privacy.domain.requests import answer_due, kept_after_erasure
from services.privacy.domain.retention import RULES, closed_before, kept_since, kept_until

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("received_on", "due_on"),
    [
        (date(2026, 11, 3), date(2026, 12, 3)),
        (date(2026, 1, 31), date(2026, 3, 2)),  # 28 February is a Saturday
        (date(2026, 11, 25), date(2026, 12, 28)),  # Christmas and a Saturday
        (date(2026, 12, 1), date(2027, 1, 4)),  # 1 January is a Friday
    ],
)
def test_an_answer_is_due_in_a_month_and_never_on_a_free_day(received_on, due_on):
    """Art. 12 ust. 3 RODO; art. 3 ust. 4 of Regulation 1182/71."""
    assert answer_due(received_on) == due_on


def test_an_extension_gives_three_months_in_all():
    assert answer_due(date(2026, 11, 3), is_extended=True) == date(2027, 2, 3)


def test_what_stays_after_an_erasure_has_its_day_and_its_law():
    kept = kept_after_erasure(
        last_payment_on=date(2026, 5, 4),
        owes=True,
        audit_until_on=date(2028, 11, 20),
        requests_until_on=date(2032, 11, 20),
        evidence_until_on=date(2031, 11, 20),
    )
    days = [date(2028, 11, 20), date(2032, 11, 20), None, date(2031, 12, 31), date(2031, 11, 20)]
    assert [one.until_on for one in kept] == days
    assert "art. 86 § 1" in kept[-2].why
    assert "podpisany wniosek" in kept[-1].what
    assert all(one.why for one in kept)


def test_a_person_without_payments_and_dues_leaves_only_the_log_and_the_request():
    """The evidence of who it was goes with the name (art. 17 ust. 1 RODO)."""
    kept = kept_after_erasure(
        last_payment_on=None,
        owes=False,
        audit_until_on=date(2028, 11, 20),
        requests_until_on=date(2032, 11, 20),
        evidence_until_on=date(2031, 11, 20),
    )
    assert [one.until_on for one in kept] == [date(2028, 11, 20), date(2032, 11, 20)]


@pytest.mark.parametrize(
    ("day", "months", "last"),
    [
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 1), 60, date(2031, 12, 1)),
    ],
)
def test_the_last_day_of_a_period_is_never_after_the_end_of_its_month(day, months, last):
    assert kept_until(day, months) == last
    assert kept_since(last, months) <= day


def complete() -> dict[str, str]:
    return dict(notice.DEFAULTS) | {
        "controller_name": "Wójt Gminy Borki",
        "controller_address": "ul. Wojska Polskiego 41, 21-345 Borki",
        "email": "urzad@borki.example",
        "dpo_email": "iod@borki.example",
        "legal_basis": "art. 6 ust. 1 lit. c i e RODO",
    }


@pytest.mark.covers("S75")
def test_the_delivered_texts_with_the_offices_data_answer_every_point_of_article_13():
    """L-16."""
    assert notice.findings(complete()) == ()


@pytest.mark.parametrize("part", notice.PARTS, ids=lambda part: part.name)
def test_each_missing_part_is_told_with_its_article_and_place(part):
    """L-16: art. 13 ust. 1 lit. a-f, ust. 2 lit. a-f."""
    found = notice.findings(complete() | {part.name: " "})
    assert (part.article, part.place) in [(one.article, one.place) for one in found]


def test_consent_alone_is_doubtful_as_a_basis():
    """L-17: the service stands on art. 6 ust. 1 lit. c and e."""
    [found] = notice.findings(complete() | {"legal_basis": "zgoda osoby, art. 6 ust. 1 lit. a RODO"})
    assert found.is_warning
    assert not notice.findings(complete() | {"legal_basis": "zgoda oraz art. 6 ust. 1 lit. e RODO"})


def test_a_complaint_that_goes_elsewhere_is_told():
    assert notice.findings(complete() | {"complaint": "Wójt Gminy Borki, pokój 4"})


def steps(**changes):
    values = {
        "noticed_at": NOW, "risk": breach.Risk.UNKNOWN, "assessed_at": None, "authority_told_at": None,
        "people_told_at": None, "closed_at": None,
    } | changes  # fmt: skip
    return breach.steps(**values)


def test_the_clock_runs_for_72_hours():
    """Art. 33 ust. 1 RODO."""
    assert steps()[1].due_at == NOW + timedelta(hours=72)
    assert breach.left(NOW, NOW + timedelta(hours=71)) == timedelta(hours=1)
    assert breach.left(NOW, NOW + timedelta(hours=73)) < timedelta(0)


@pytest.mark.parametrize(
    ("risk", "authority", "people"),
    [("unknown", True, False), ("unlikely", False, False), ("risk", True, False), ("high", True, True)],
)
def test_who_is_to_be_told_depends_on_the_risk(risk, authority, people):
    """Art. 33 ust. 1, art. 34 ust. 1 RODO."""
    found = steps(risk=breach.Risk(risk))
    assert (found[1].is_needed, found[2].is_needed) == (authority, people)


def test_closed_accounts_wait_for_the_end_of_the_fifth_year():
    """Art. 70 § 1 and 86 § 1 Ordynacji podatkowej."""
    assert closed_before(date(2026, 11, 20), 60) == date(2021, 1, 1)
    assert kept_since(date(2026, 3, 31), 1) == date(2026, 2, 28)


def test_every_period_lies_between_its_least_and_its_most():
    assert all(rule.least <= rule.usual <= rule.most for rule in RULES.values())
