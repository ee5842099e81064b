"""The local administrator tries a rule of allocation on past payments, reads what would differ, and plans it from there."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import fields
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from frontend.desk.forms.rules import AllocationRuleForm
from frontend.desk.forms.simulation import RuleTrialForm
from kernel import tenancy
from services.ledger.models import Entry, Posting
from services.payments.models import Payment
from services.users.models import StaffRole
from tenants.configuration.domain import AllocationRule
from tenants.configuration.models import AllocationRuleVersion
from tests.factories.bookings import booked
from tests.factories.liabilities import LiabilityFactory
from tests.frontend.reading import error_beside, plain, tags, words

pytestmark = pytest.mark.django_db
PAGE = "/urzad/ustawienia/zaliczanie/proba/"
FILE = f"{PAGE}roznice.csv"
PLAN = "/urzad/ustawienia/zaliczanie/nowa/"


def asked(**changes: str) -> dict[str, str]:
    """The form as it is sent: the defaults of law, today's bookings; a checkbox that is off is not sent."""
    today = timezone.localdate().isoformat()
    sent = {
        "ratio_base": "rounded", "threshold": "rounded", "threshold_scope": "instalment", "civil_interest_first": "on",
        "since": today, "until": today, **changes,
    }  # fmt: skip
    return {name: value for name, value in sent.items() if value}


PRINCIPAL_FIRST = {"civil_interest_first": ""}


@pytest.fixture
def lease_paid_in_part(anna, person) -> Payment:
    """100,00 zł of a lease that has been overdue for 200 days."""
    today = timezone.localdate()
    lease = LiabilityFactory(payer=anna, lease=True, due_on=today - timedelta(days=200))
    return booked(anna, {lease: 10_000}, paid_on=today, actor=person("daria").actor)


@pytest.fixture
def interest_gr(lease_paid_in_part: Payment) -> int:
    """What of it was booked as interest."""
    return -Posting.objects.get(account="receivable_interest", amount_gr__lt=0).amount_gr


def zl(grosze: int) -> str:
    return f"{grosze // 100},{grosze % 100:02d} zł"


def checked_in(page) -> dict[str | None, str | None]:
    return {tag.get("name"): tag.get("value", "on") for tag in tags(page, "input") if "checked" in tag}


def test_a_fresh_form_has_the_rule_in_force_and_the_last_ninety_days(desk):
    AllocationRuleVersion.objects.create(
        effective_on=date(2026, 1, 1), ratio_base="exact", threshold="rounded", civil_interest_first=False
    )
    page = desk("filip").get(PAGE)
    assert page.status_code == 200
    checked = checked_in(page)
    assert checked["ratio_base"] == "exact"
    assert "civil_interest_first" not in checked
    today = timezone.localdate()
    days = {tag["name"]: tag["value"] for tag in tags(page, "input") if tag.get("type") == "date"}
    assert days == {
        "since": (today - timedelta(days=89)).isoformat(),
        "until": today.isoformat(),
    }
    assert "Wynik próby" not in words(page)


def test_every_switch_of_a_rule_can_be_tried():
    """A new switch of the rule that is planned by its form appears here by itself."""
    switches = {field.name for field in fields(AllocationRule)}
    assert switches <= set(AllocationRuleForm.base_fields)
    assert set(RuleTrialForm.base_fields) == set(AllocationRuleForm.base_fields) - {
        "effective_on",
        "note",
    } | {"since", "until"}


def test_the_result_says_in_words_what_would_differ(desk, lease_paid_in_part, interest_gr):
    page = desk("filip").get(PAGE, asked(**PRINCIPAL_FIRST))
    text = words(page)
    assert "Porównane wpłaty 1" in text
    assert "Podzielone inaczej 1" in text
    assert "Porównaliśmy 1 wpłatę z okresu" in text
    assert f"Z odsetek na należność główną przeszłoby {zl(interest_gr)}." in text
    assert f"Do zapłaty zostałoby mniej: razem {zl(interest_gr)}, u 1 płatnika." in text
    assert f"Opłata za dzierżawę: z odsetek na należność główną {zl(interest_gr)}" in text
    assert f"odsetki {zl(interest_gr)} 0,00 zł" in text
    assert f"należność główna {zl(10_000 - interest_gr)} 100,00 zł" in text


def test_the_switches_that_were_changed_are_marked(desk, lease_paid_in_part):
    text = words(desk("filip").get(PAGE, asked(**PRINCIPAL_FIRST)))
    label = plain(str(AllocationRuleForm.base_fields["civil_interest_first"].label))
    assert f"{label} nie zmiana tak" in text
    assert text.count(" zmiana ") == 1


def test_a_rule_that_changes_nothing_says_so(desk, lease_paid_in_part):
    text = words(desk("filip").get(PAGE, asked(ratio_base="exact")))
    assert "Ta reguła niczego by nie zmieniła" in text
    assert "Porównane wpłaty 1" in text


def test_a_period_without_payments_says_what_to_do(desk):
    text = words(desk("filip").get(PAGE, asked()))
    assert "W tym okresie nie zaksięgowano płatności" in text
    assert "dłuższy okres" in text


def test_a_period_that_is_too_long_is_cut_openly(desk, lease_paid_in_part, person, monkeypatch):
    monkeypatch.setattr("services.payments.simulation.MOST_PAYMENTS", 1)
    Payment.objects.filter(pk=lease_paid_in_part.pk).update(booked_at=timezone.now() - timedelta(days=3))
    lease = lease_paid_in_part.items.get().liability
    payer, today = lease_paid_in_part.payer, timezone.localdate()
    booked(payer, {lease: 1_000}, paid_on=today, actor=person("daria").actor)
    since = (today - timedelta(days=9)).isoformat()
    text = words(desk("filip").get(PAGE, asked(since=since)))
    assert "sprawdziliśmy tylko jego część" in text
    assert "Porównane wpłaty 1" in text


def test_a_payment_that_cannot_be_compared_is_listed_with_the_reason(desk, lease_paid_in_part):
    due = lease_paid_in_part.items.get().liability
    due.due_on -= timedelta(days=300)
    due.save()
    text = words(desk("filip").get(PAGE, asked(**PRINCIPAL_FIRST)))
    assert "Nie da się porównać 1" in text
    assert "po zaksięgowaniu zmieniły się dane należności" in text


def test_a_period_the_wrong_way_round_is_said_beside_its_field(desk):
    today = timezone.localdate()
    page = desk("filip").get(PAGE, asked(until=(today - timedelta(days=1)).isoformat()))
    assert page.status_code == 422
    assert "kończy się wcześniej" in error_beside(page, "until")
    page = desk("filip").get(PAGE, asked(ratio_base="dowolna"))
    assert error_beside(page, "ratio_base")


def test_no_name_is_on_the_page_and_only_who_sees_payments_gets_a_link(
    desk, lease_paid_in_part, person, client_for, in_borki
):
    client = desk("filip")
    address = f"/urzad/platnosci/{lease_paid_in_part.public_id}/"
    page = client.get(PAGE, asked(**PRINCIPAL_FIRST))
    assert lease_paid_in_part.reference in words(page)
    assert address not in page.content.decode()
    for secret in (lease_paid_in_part.payer.name, lease_paid_in_part.payer.external_id, "75870300017"):
        assert secret not in page.content.decode()
    _also_a_clerk(person("filip").user_id)
    assert address in desk("filip").get(PAGE, asked(**PRINCIPAL_FIRST)).content.decode()


def _also_a_clerk(user_id: int) -> None:
    from guardian.shortcuts import assign_perm

    from services.users.models import User
    from tenants.configuration.models import Department

    user = User.objects.get(pk=user_id)
    StaffRole.objects.create(
        user=user, role="clerk", authorisation_number="OR.077.99.2026", authorised_on=date(2026, 1, 2),
        issuer="Wójt", valid_from=date(2026, 1, 2),
    )  # fmt: skip
    for department in Department.objects.all():
        assign_perm("configuration.handle_department", user, department)


def test_the_planning_form_starts_from_the_rule_that_was_tried(desk, lease_paid_in_part):
    client = desk("filip")
    page = client.get(PAGE, asked(ratio_base="exact", **PRINCIPAL_FIRST))
    link = re.search(rf'href="({PLAN}\?[^"]+)"', page.content.decode())
    assert link
    plan = client.get(link[1].replace("&amp;", "&"))
    checked = checked_in(plan)
    assert checked["ratio_base"] == "exact"
    assert "civil_interest_first" not in checked
    assert not AllocationRuleVersion.objects.filter(effective_on__gt=date(2026, 6, 1)).exists()


def test_an_address_with_nonsense_leaves_the_planning_form_as_it_is(desk):
    plan = desk("filip").get(PLAN, {"ratio_base": "dowolna", "since": "x"})
    checked = checked_in(plan)
    assert checked["ratio_base"] == "rounded"


def test_the_file_has_every_share_and_no_formula(desk, lease_paid_in_part, interest_gr):
    lease_paid_in_part.items.get().liability.liability_type.__class__.objects.filter(code="lease").update(
        name="=HYPERLINK(1)"
    )
    answer = desk("filip").get(FILE, asked(**PRINCIPAL_FIRST))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert {row["płatność"] for row in rows} == {lease_paid_in_part.reference}
    assert {row["rodzaj należności"] for row in rows} == {"'=HYPERLINK(1)"}
    shares = {row["na co"]: (row["zaksięgowano"], row["byłoby"]) for row in rows}
    assert shares["odsetki"] == (zl(interest_gr).removesuffix(" zł"), "0,00")
    assert sum(int(row["byłoby"].replace(",", "")) for row in rows) == 10_000
    assert lease_paid_in_part.payer.name not in answer.content.decode("utf-8-sig")


def test_the_file_without_a_rule_leads_back_to_the_form(desk):
    assert desk("filip").get(FILE)["Location"] == PAGE


@pytest.mark.parametrize("address", [PAGE, FILE])
def test_only_who_plans_rules_may_try_them(address, desk, lease_paid_in_part):
    query = asked(**PRINCIPAL_FIRST)
    for name, status in (("daria", 403), ("edyta", 403), ("anna", 404), (None, 302)):
        answer = desk(name).get(address, query)
        assert answer.status_code == status
        assert lease_paid_in_part.reference not in answer.content.decode()
    assert desk("filip").post(address, query).status_code == 405


def test_trying_writes_nothing(
    desk: Callable[..., Client], lease_paid_in_part: Payment, in_borki: tenancy.Scope
) -> None:
    from tests.access.test_matrix import digest

    client = desk("filip")
    client.get(PAGE)
    before, entries = digest(in_borki), Entry.objects.count()
    client.get(PAGE, asked(**PRINCIPAL_FIRST))
    client.get(FILE, asked(**PRINCIPAL_FIRST))
    assert (digest(in_borki), Entry.objects.count()) == (before, entries)


def test_the_list_of_rules_leads_to_the_trial(desk):
    page = desk("filip").get("/urzad/ustawienia/zaliczanie/")
    assert f'href="{PAGE}"' in page.content.decode()
