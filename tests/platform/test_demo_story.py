"""The plan of the demo: who there is, what they owe, what is paid. No database."""

from collections import Counter
from datetime import date

import pytest

from kernel.identifiers import is_valid_nip, is_valid_pesel, pesel_birth_date
from portal.demo.dues import LAND, TypeOf
from portal.demo.people import OPERATOR, PASSWORD, RESIDENTS, STAFF
from portal.demo.story import Story, tell_story
from tenants.directory.presets import load_preset

TODAY = date(2026, 11, 20)
SECTION_8 = {
    "property_tax", "agricultural_tax", "forest_tax", "joint_assessment", "vehicle_tax", "lease", "perpetual_usufruct",
    "conversion_fee",
}  # fmt: skip


def story_of(name: str, on: date = TODAY) -> Story:
    preset = load_preset(name)
    types = [TypeOf(one.code, one.name, one.principal_rounding == "zloty") for one in preset.liability_types]
    reminding = [one.code for one in preset.liability_types if one.reminder_costs_apply]
    return tell_story(preset.teryt, preset.office.postal_address, types, reminding, on=on)


@pytest.fixture(params=["borki", "dabrowa-gornicza"])
def story(request: pytest.FixtureRequest) -> Story:
    return story_of(request.param)


def test_there_are_200_residents_and_1500_dues_of_every_type_over_three_years(story: Story) -> None:
    assert len(story.residents) == 200
    assert len(story.dues) == len({due.external_id for due in story.dues}) == 1_500
    assert {due.year for due in story.dues} == {due.due_on.year for due in story.dues} == {2024, 2025, 2026}
    assert {due.type.code for due in story.dues} >= SECTION_8


def test_every_type_that_the_gmina_has_is_owed_by_somebody() -> None:
    for name in ("borki", "dabrowa-gornicza"):
        owed = {due.type.code for due in story_of(name).dues}
        assert owed == {one.code for one in load_preset(name).liability_types}


def test_nobody_is_a_real_person_or_company(story: Story) -> None:
    people = [*story.residents, *story.waiting]
    assert len({person.pesel for person in people}) == len({person.email for person in people}) == len(people)
    assert all(is_valid_pesel(person.pesel) for person in people)
    assert all(pesel_birth_date(person.pesel).year < 1900 for person in people)
    assert all(person.email.endswith(".example") for person in people)
    assert all(login.email.endswith(".example") for login in (*RESIDENTS, *STAFF, OPERATOR))
    companies = {due.payer.identifier for due in story.dues if due.payer.kind == "company"}
    assert companies
    assert all(is_valid_nip(number) and number.startswith("000") for number in companies)


def test_the_demo_password_is_long_enough_for_everybody() -> None:
    assert len(PASSWORD) >= 12


def test_the_same_seed_tells_the_same_story_and_another_one_another() -> None:
    assert story_of("borki") == story_of("borki")
    assert story_of("borki").residents[3:] != story_of("dabrowa-gornicza").residents[3:]


def test_on_another_day_the_same_people_owe_the_same_dues() -> None:
    early, late = story_of("borki", date(2026, 2, 1)), story_of("borki", date(2027, 1, 10))
    assert early.residents == late.residents
    assert early.dues == late.dues
    assert len(early.receipts) < len(late.receipts)
    assert all(receipt.paid_on <= date(2026, 2, 1) for receipt in early.receipts)


def test_land_taxes_fall_due_four_times_a_year_unless_they_are_small(story: Story) -> None:
    yearly = Counter[tuple[str, int]]()
    parts: dict[tuple[str, int], list[date]] = {}
    for due in story.dues:
        if due.type.code in {"property_tax", "agricultural_tax", "forest_tax", "joint_assessment"}:
            key = (due.external_id.rsplit("-", 2)[0], due.year)
            yearly[key] += due.principal_gr
            parts.setdefault(key, []).append(due.due_on)
    assert parts
    for (case, year), days in parts.items():
        days_of_law = [date(year, month, day) for month, day in LAND]
        assert days == (days_of_law[:1] if yearly[case, year] <= 100_00 else days_of_law)


def test_taxes_are_in_full_zloty_and_everything_is_above_zero(story: Story) -> None:
    assert all(due.principal_gr > 0 for due in story.dues)
    assert all(due.principal_gr % 100 == 0 for due in story.dues if due.type.is_in_full_zloty)


def test_other_dates_follow_the_law_too(story: Story) -> None:
    days = {
        code: {(d.due_on.month, d.due_on.day) for d in story.dues if d.type.code == code}
        for code in SECTION_8
    }
    assert days["vehicle_tax"] == {(2, 15), (9, 15)}
    assert days["perpetual_usufruct"] == days["conversion_fee"] == {(3, 31)}


def test_there_are_arrears_reminders_overpayments_one_enforced_due_and_one_with_two_owners(
    story: Story,
) -> None:
    paid = {receipt.due.external_id for receipt in story.receipts}
    arrears = [due for due in story.dues if due.year < 2026 and due.external_id not in paid]
    assert len({due.payer.external_id for due in arrears}) > 5
    assert any(reminder.delivered_on and len(reminder.dues) > 1 for reminder in story.reminders)
    assert story.overpayments
    enforced = [due for due in story.dues if due.writ_number]
    assert len(enforced) == 1
    assert enforced[0].external_id not in paid
    shared = [due for due in story.dues if due.co_owner_ids]
    assert len(shared) == 1
    assert shared[0].external_id not in paid
    by_identifier = {person.pesel: person for person in story.residents}
    owners = {shared[0].payer.external_id, *shared[0].co_owner_ids}
    assert {by_identifier[p.identifier].email for p in story.payers if p.external_id in owners} == {
        RESIDENTS[0].email,
        RESIDENTS[1].email,
    }


def test_a_reminder_comes_after_all_the_dues_that_it_lists(story: Story) -> None:
    for reminder in story.reminders:
        assert all(due.due_on < reminder.sent_on for due in reminder.dues)
        assert len({due.payer.external_id for due in reminder.dues}) == 1
        assert reminder.delivered_on is None or reminder.sent_on < reminder.delivered_on <= TODAY


def test_celina_owes_nothing_and_bartek_stands_for_a_company_that_does(story: Story) -> None:
    celina = next(payer for payer in story.payers if payer.name == RESIDENTS[2].full_name)
    assert not [due for due in story.dues if due.payer == celina]
    assert [due for due in story.dues if due.payer == story.company]
