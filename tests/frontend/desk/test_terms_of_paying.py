"""What the law leaves open about paying in the portal: a version from a day on, each question with its default."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from tenants.configuration.domain_terms import CivilInterestTo, InstrumentReading, PaymentTerms
from tenants.configuration.models import PaymentTermsVersion, Revision
from tenants.configuration.queries import payment_terms
from tests.frontend.reading import error_beside, words

pytestmark = pytest.mark.django_db
LIST = "/urzad/ustawienia/placenie/"
NEW = f"{LIST}nowe/"


def answers(**changes) -> dict[str, str]:
    day = timezone.localdate() + timedelta(days=10)
    return {
        "effective_on": day.isoformat(),
        "pay_by_link": "transfer",
        "blik": "transfer",
        "resolution_number": "XX/1/2026",
        "resolution_on": "2026-01-30",
        "civil_interest_to": "credit",
        "settlement_days": "2",
        "enforced": "block",
        "note": "zarządzenie nr 2",
        **changes,
    }


def test_a_new_version_is_in_force_from_its_day_and_leaves_a_revision(desk):
    before = payment_terms(timezone.localdate())
    assert desk("filip").post(NEW, answers())["Location"] == LIST
    day = timezone.localdate() + timedelta(days=10)
    found = payment_terms(day)
    assert (found.blik, found.civil_interest_to) == (InstrumentReading.TRANSFER, CivilInterestTo.CREDIT)
    assert (found.resolution_number, found.resolution_on) == ("XX/1/2026", date(2026, 1, 30))
    assert found.settlement_days == 2
    assert payment_terms(day - timedelta(days=1)) == before
    row = PaymentTermsVersion.objects.get(effective_on=day)
    assert Revision.objects.get(kind="payment_terms", subject_ref=row.public_id).values["blik"] == "transfer"


def test_the_form_names_the_provision_and_the_default_of_each_question(desk):
    shown = words(desk("filip").get(NEW))
    for provision in (
        "art. 60 § 1 pkt 2",
        "art. 60 § 1 pkt 3",
        "art. 61a § 1",
        "art. 454 § 1 KC",
        "art. 115",
        "art. 64",
    ):
        assert provision in shown
    assert shown.count("(domyślnie)") == 4
    assert "Domyślnie: uchwały nie ma." in shown


def test_the_form_starts_from_what_is_in_force(desk):
    page = desk("filip").get(NEW)
    assert page.context["form"]["resolution_number"].value() == "POKAZ/1/2020"


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"resolution_on": ""}, "resolution_on", "numer, i datę"),
        ({"resolution_number": ""}, "resolution_number", "numer, i datę"),
        ({"settlement_days": "11"}, "settlement_days", ""),
        ({"settlement_days": "-1"}, "settlement_days", ""),
        ({"blik": "card"}, "blik", ""),
        ({"enforced": ""}, "enforced", ""),
        ({"effective_on": ""}, "effective_on", ""),
        ({"note": ""}, "note", ""),
    ],
)
def test_a_wrong_answer_is_refused_beside_its_field(changes, field, sentence, desk):
    count = PaymentTermsVersion.objects.count()
    page = desk("filip").post(NEW, answers(**changes))
    assert page.status_code == 422
    assert error_beside(page, field)
    assert sentence in error_beside(page, field)
    assert PaymentTermsVersion.objects.count() == count


def test_a_day_that_has_a_version_is_not_written_twice(desk):
    desk("filip").post(NEW, answers())
    page = desk("filip").post(NEW, answers(blik="other"))
    assert "Na ten dzień jest już wersja" in error_beside(page, "effective_on")
    day = timezone.localdate() + timedelta(days=10)
    assert PaymentTermsVersion.objects.get(effective_on=day).blik == "transfer"


def test_the_list_and_the_overview_say_what_holds_without_a_decision(desk):
    assert "POKAZ/1/2020" in words(desk("filip").get("/urzad/ustawienia/"))
    assert "obowiązuje" in words(desk("filip").get(LIST))
    PaymentTermsVersion.objects.all().delete()
    assert payment_terms(timezone.localdate()) == PaymentTerms()
    assert "brak: podatki tylko przelewem" in words(desk("filip").get("/urzad/ustawienia/"))
    assert "Obowiązują zasady domyślne" in words(desk("filip").get(LIST))


def test_a_clerk_does_not_decide_it(desk):
    count = PaymentTermsVersion.objects.count()
    assert desk("daria").get(LIST).status_code == 403
    assert desk("daria").post(NEW, answers()).status_code == 403
    assert PaymentTermsVersion.objects.count() == count
