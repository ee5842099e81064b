"""D13: whoever acts for somebody else until a day is told a week before it and when it is over, once each."""

from datetime import date, timedelta

import pytest

from services.accounts.actions import tell_of_ends
from services.accounts.models import Representation, Resident
from services.accounts.tasks import keep_accounts
from services.notices.models import Message
from tests.factories.accounts import PayerFactory

pytestmark = pytest.mark.django_db
LAST = date(2026, 12, 31)


@pytest.fixture
def right(in_borki, person) -> Representation:
    return Representation.objects.create(
        resident=Resident.objects.get(user_id=person("anna").user_id),
        payer=PayerFactory(company=True, name="Piekarnia Próbna"),
        valid_from=date(2026, 1, 1),
        valid_to=LAST,
    )


def letters() -> list[str]:
    return list(
        Message.objects.filter(kind__startswith="representation_")
        .order_by("id")
        .values_list("kind", flat=True)
    )


@pytest.mark.covers("D13")
@pytest.mark.parametrize(
    ("left", "kinds"),
    [
        (8, []),
        (7, ["representation_ending"]),
        (0, ["representation_ending"]),
        (-1, ["representation_over"]),
        (-7, ["representation_over"]),
        (-8, []),
    ],
)
def test_a_letter_goes_a_week_before_the_last_day_and_one_after_it(left, kinds, right, person):
    tell_of_ends(LAST - timedelta(days=left))
    assert letters() == kinds
    for letter in Message.objects.filter(kind__startswith="representation_"):
        assert letter.recipient == person("anna").email
        assert "Piekarnia Próbna" in letter.body
        assert "31 grudnia 2026" in letter.body


def test_each_letter_goes_once_however_often_the_job_runs(right):
    for left in range(20, -20, -1):
        for _ in range(2):
            tell_of_ends(LAST - timedelta(days=left))
    assert letters() == ["representation_ending", "representation_over"]


def test_a_right_that_was_prolonged_is_told_of_again(right):
    tell_of_ends(LAST - timedelta(days=3))
    right.valid_to = LAST + timedelta(days=365)
    right.save()
    tell_of_ends(LAST + timedelta(days=1))
    assert letters() == ["representation_ending"]
    tell_of_ends(LAST + timedelta(days=360))
    assert letters() == ["representation_ending", "representation_ending"]


@pytest.mark.parametrize("change", ["revoked", "blocked", "no_end", "own", "not_begun"])
def test_who_has_no_such_right_gets_no_letter(change, right):
    if change == "revoked":
        right.revoked_at = right.resident.submitted_at
    elif change == "blocked":
        Resident.objects.filter(pk=right.resident_id).update(state="blocked")
    elif change == "no_end":
        right.valid_to = None
    elif change == "own":
        right.is_self = True
    else:
        right.valid_from = LAST
    right.save()
    for left in (5, -1) if change != "not_begun" else (5,):
        tell_of_ends(LAST - timedelta(days=left))
    assert letters() == []


def test_the_job_writes_them(right, monkeypatch):
    monkeypatch.setattr("services.accounts.tasks.timezone.localdate", lambda: LAST - timedelta(days=7))
    keep_accounts()
    assert "representation_ending" in letters()
