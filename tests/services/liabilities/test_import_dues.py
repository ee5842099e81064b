"""Importing dues: the same rows again change nothing, a changed amount posts the difference, bad rows stay out."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from guardian.shortcuts import assign_perm, remove_perm

from kernel import tenancy
from kernel.audit.models import AuditEntry
from kernel.errors import Refused
from services.accounts.models import Payer, Resident
from services.accounts.queries import person_index
from services.ledger.models import AccountKind, Entry
from services.liabilities.actions.receipts import post_receipt
from services.liabilities.models import Debtor, ImportRun, InterestPause, Liability, Overpayment
from services.liabilities.queries import statement
from services.payments.models import PaymentItem
from services.users.models import User
from tenants.configuration.models import Department, LiabilityType
from tests.factories.payments import PaymentFactory
from tests.services.liabilities.rows import (
    OFFICE,
    balance,
    bring,
    counts,
    due,
    entries,
    everything_sums_to_zero,
    owed,
    refused,
    second_payer,
    warned,
)

pytestmark = pytest.mark.django_db


@pytest.mark.covers("D7", "D21", "S25")
def test_an_imported_due_stands_on_the_statement_of_its_payer(in_borki):
    run = bring(due(document_number="FN.1", interest_pauses="2026-10-01/2026-10-10"))
    assert counts(run) == (1, 0, 0, 0)
    assert (run.state, run.lines, run.principal_sum_gr) == ("applied", 1, 30_000)
    payer = Payer.objects.get(external_id="P-1")
    shown = statement(payer, date(2026, 9, 1)).dues
    assert [(one.external_id, one.title, one.principal_gr) for one in shown] == [
        ("N-1", "Podatek od nieruchomości 2026, rata 3", 30_000)
    ]
    assert InterestPause.objects.get().to_on == date(2026, 10, 10)


@pytest.mark.covers("S43")
def test_the_payer_is_stored_encrypted_and_found_by_the_number(in_borki):
    bring(due())
    payer = Payer.objects.get(identifier_index=person_index("75870300062"))
    assert (payer.name, payer.address) == ("Jan Próbny", "ul. Próbna 7, 21-345 Borki")
    with connection.cursor() as cursor:
        cursor.execute("SELECT p::text FROM accounts_payer p WHERE external_id = 'P-1'")
        assert "Jan" not in cursor.fetchone()[0]


def test_the_second_identical_import_changes_nothing(in_borki):
    bring(due(co_owners=[{"external_id": "P-2", "kind": "person", "name": "Maria"}]))
    before = Liability.objects.get(), Payer.objects.get(external_id="P-1")
    run = bring(due(co_owners=[{"external_id": "P-2", "kind": "person", "name": "Maria"}]))
    after = Liability.objects.get(), Payer.objects.get(external_id="P-1")
    assert counts(run) == (0, 0, 1, 0)
    assert (before[0].version, before[0].updated_at) == (after[0].version, after[0].updated_at)
    assert before[1].name == after[1].name
    assert entries() == [("assessment", 30_000)]


def test_a_raised_amount_posts_the_difference(in_borki):
    bring(due())
    run = bring(due(principal="350"))
    assert counts(run) == (0, 1, 0, 0)
    assert entries() == [("assessment", 30_000), ("assessment", 5_000)]
    assert Liability.objects.get().version == 2


def test_a_lowered_amount_is_written_down_by_the_difference(in_borki):
    bring(due())
    bring(due(principal="0"))
    assert entries() == [("assessment", 30_000), ("write_down", -30_000)]
    assert owed() == 0


def test_an_amount_that_goes_up_and_down_is_posted_each_time(in_borki):
    for amount in ("300", "350", "300", "350"):
        bring(due(principal=amount))
    assert [gr for _, gr in entries()] == [30_000, 5_000, -5_000, 5_000]
    assert owed() == 35_000
    assert everything_sums_to_zero()


def test_an_old_due_takes_effect_on_its_due_date_and_a_coming_one_today(in_borki):
    today = timezone.localdate()
    bring(due(due_on="2025-09-15", year=2025), due(external_id="N-2", due_on=str(today + timedelta(days=40))))
    assert set(Entry.objects.values_list("effective_on", flat=True)) == {date(2025, 9, 15), today}


def test_a_write_down_below_what_was_paid_leaves_an_overpayment(in_borki):
    bring(due())
    row = Liability.objects.get()
    post_receipt(
        liability=row,
        principal_gr=25_000,
        interest_gr=0,
        paid_on=date(2026, 9, 10),
        external_id="W-1",
        actor=OFFICE,
    )
    run = bring(due(principal="200"))
    over = Overpayment.objects.get()
    assert warned(run) == [(1, "dues.overpaid")]
    assert owed() == 0
    assert balance(over.public_id, AccountKind.OVERPAYMENT) == -5_000
    assert over.payer.external_id == "P-1"
    assert statement(over.payer, date(2026, 9, 20)).overpayment_gr == 5_000
    assert everything_sums_to_zero()


def test_a_dry_run_tells_the_same_and_writes_no_due(in_borki):
    bring(due())
    rows = [due(principal="350", payer_name="Inny"), due(external_id="N-2", payer_name="Inny"), due(year="x")]
    check = bring(*rows, is_dry_run=True)
    assert (check.state, check.is_dry_run) == ("checked", True)
    assert owed() == 30_000
    assert Liability.objects.count() == 1
    assert Payer.objects.get(external_id="P-1").name == "Jan Próbny"
    assert Entry.objects.count() == 1
    real = bring(*rows)
    assert counts(check) == counts(real) == (1, 1, 0, 1)
    assert refused(check) == refused(real)
    assert owed() == 35_000


def test_good_rows_go_in_and_bad_ones_are_reported_by_line(in_borki):
    run = bring(due(), due(external_id="N-2", principal="12.34"), due(external_id="N-3", due_on="2026-02-30"))
    assert counts(run) == (1, 0, 0, 2)
    assert refused(run) == [(2, "principal", "dues.not_full_zloty"), (3, "due_on", "dues.day")]
    assert list(Liability.objects.values_list("external_id", flat=True)) == ["N-1"]
    assert run.principal_sum_gr == 30_000


def test_a_payer_that_only_a_refused_row_describes_is_not_made(in_borki):
    run = bring(
        due(**second_payer(), year="x"),
        due(external_id="N-2", co_owners="P-2"),
        due(external_id="N-3", **second_payer(payer_external_id="P-3"), co_owners="P-9"),
        due(external_id="N-4", co_owners="P-3"),
    )
    assert [code for _, _, code in refused(run)] == [
        "dues.number",
        "dues.co_owner_unknown",
        "dues.co_owner_unknown",
        "dues.co_owner_unknown",
    ]
    assert not Payer.objects.filter(external_id__in=["P-2", "P-3"]).exists()
    assert Liability.objects.count() == 0


def test_co_owners_are_debtors_of_one_due(in_borki):
    run = bring(due(external_id="N-2", **second_payer()), due(co_owners="P-2"))
    assert counts(run) == (2, 0, 0, 0)
    row = Liability.objects.get(external_id="N-1")
    assert set(row.debtors.values_list("external_id", flat=True)) == {"P-1", "P-2"}
    payer = Payer.objects.get(external_id="P-2")
    assert {one.external_id for one in statement(payer, date(2026, 9, 1)).dues} == {"N-1", "N-2"}
    bring(due())
    assert set(Debtor.objects.filter(liability=row).values_list("payer__external_id", flat=True)) == {"P-1"}


def test_what_a_row_leaves_out_of_a_payer_stays_as_it_is(in_borki):
    bring(due())
    run = bring(due(payer_identifier=None, payer_address=""))
    assert counts(run) == (0, 0, 1, 0)
    payer = Payer.objects.get(external_id="P-1")
    assert (payer.identifier, payer.address) == ("75870300062", "ul. Próbna 7, 21-345 Borki")


def test_a_changed_address_changes_the_payer_once_and_no_due(in_borki):
    bring(due(), due(external_id="N-2"))
    run = bring(due(payer_address="ul. Nowa 1"), due(external_id="N-2", payer_address="ul. Nowa 1"))
    assert counts(run) == (0, 2, 0, 0)
    assert Payer.objects.get(external_id="P-1").address == "ul. Nowa 1"
    assert set(Liability.objects.values_list("version", flat=True)) == {1}


def test_rows_that_contradict_each_other_about_a_payer_are_refused_after_the_first(in_borki):
    run = bring(due(), due(external_id="N-2", payer_name="Ktoś Inny"))
    assert refused(run) == [(2, "payer_external_id", "dues.payer_contradiction")]
    assert Payer.objects.get(external_id="P-1").name == "Jan Próbny"


def test_the_number_of_a_payer_with_an_account_is_not_given_to_another_person(in_borki):
    run = bring(due(payer_external_id="K-anna", payer_name="Ktoś Inny"))
    assert refused(run) == [(1, "payer_identifier", "dues.payer_identifier_changed")]
    assert Payer.objects.get(external_id="K-anna").name == "Anna Przykładowa"
    assert Liability.objects.count() == 0


def test_a_wrong_number_without_an_account_behind_it_can_be_mended(in_borki):
    bring(due())
    bring(due(payer_identifier="75870300079"))
    assert Payer.objects.get(external_id="P-1").identifier == "75870300079"
    assert Payer.objects.get(identifier_index=person_index("75870300079")).external_id == "P-1"
    assert not Payer.objects.filter(identifier_index=person_index("75870300062")).exists()


def test_a_due_keeps_its_type(in_borki):
    bring(due())
    run = bring(due(liability_type="waste_fee"))
    assert refused(run) == [(1, "liability_type", "dues.type_changed")]
    assert Liability.objects.get().liability_type.code == "property_tax"


@pytest.mark.covers("D49")
def test_a_type_that_the_office_has_just_made_is_imported_without_code(in_borki):
    LiabilityType.objects.create(
        code="dog_fee",
        name="Opłata od posiadania psów",
        department=Department.objects.first(),
        interest_regime="tax",
        allocation_regime="tax",
        payment_day_rule="debit",
        principal_rounding="grosz",
    )
    assert counts(bring(due(liability_type="dog_fee", principal="12.34"))) == (1, 0, 0, 0)


def test_a_clerk_imports_only_types_of_the_own_grants(in_borki, person):
    daria = person("daria")
    user = User.objects.get(pk=daria.user_id)
    for department in Department.objects.all():
        remove_perm("configuration.handle_department", user, department)
    assign_perm("configuration.handle_liabilitytype", user, LiabilityType.objects.get(code="waste_fee"))
    run = bring(due(), due(external_id="N-2", liability_type="waste_fee"), actor=daria.actor)
    assert refused(run) == [(1, "liability_type", "dues.type_foreign")]
    assert list(Liability.objects.values_list("external_id", flat=True)) == ["N-2"]


@pytest.mark.parametrize("name", ["anna", "edyta", "filip"])
def test_nobody_else_may_import_and_nothing_goes_in(name, in_borki, person):
    with pytest.raises(Refused, match=r"access\.denied"):
        bring(due(), actor=person(name).actor)
    assert Liability.objects.count() == ImportRun.objects.count() == 0


def test_an_import_is_recorded_with_who_did_it_and_its_sums(in_borki, person):
    daria = person("daria")
    run = bring(due(), due(external_id="N-2", year="x"), actor=daria.actor)
    entry = AuditEntry.objects.get(action="import.applied")
    assert (entry.actor_ref, entry.role, entry.subject_ref) == (daria.ref, "clerk", str(run.public_id))
    assert entry.details["created"] == entry.details["rejected"] == 1
    assert "Próbn" not in str(entry.details)


def test_what_is_kept_of_refused_lines_is_encrypted(in_borki):
    run = bring(due(title="Tajny " * 40))
    with connection.cursor() as cursor:
        cursor.execute("SELECT r::text FROM liabilities_importrun r")
        assert "Tajny" not in cursor.fetchone()[0]
    assert "Tajny" in ImportRun.objects.get(pk=run.pk).findings["rejected"][0][4]


def test_the_other_gmina_sees_nothing_of_it(in_borki, dabrowa):
    bring(due())
    with tenancy.enter(dabrowa):
        assert Liability.objects.count() == ImportRun.objects.count() == 0
        assert not Payer.objects.filter(external_id="P-1").exists()


@pytest.mark.covers("D62", "D63")
def test_a_due_that_somebody_is_paying_may_change_and_the_report_says_so(in_borki):
    own = {"payer_external_id": "K-anna", "payer_name": "Anna Przykładowa", "payer_identifier": ""}
    bring(due(**own))
    payment = PaymentFactory(
        payer=Payer.objects.get(external_id="K-anna"),
        resident=Resident.objects.get(representations__payer__external_id="K-anna"),
        dues=[Liability.objects.get()],
    )
    run = bring(due(**own, principal="350"))
    assert warned(run) == [(1, "dues.under_payment")]
    assert owed() == 35_000
    item = PaymentItem.objects.get(payment=payment)
    assert (item.principal_gr, item.is_open) == (30_000, True)


def test_the_number_of_statements_does_not_grow_with_the_rows(in_borki, known_switches):
    def statements(start: int, count: int, principal: str) -> int:
        rows = [
            due(external_id=f"N-{n}", payer_external_id=f"P-{n}", principal=principal)
            for n in range(start, start + count)
        ]
        with CaptureQueriesContext(connection) as queries:
            assert bring(*rows).rejected == 0
        return len(queries)

    assert statements(0, 3, "300") == statements(1000, 300, "300")
    assert statements(0, 3, "310") == statements(1000, 300, "310")
