"""P6, P9, P12, P13: work on all gminas, statements, parity and the public status through the pages of the console."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from kernel import tenancy
from portal.jobs import run_now
from tenants.archive.models import BackupRecord
from tenants.directory.models import Announcement, Tenant, TenantPulse
from tenants.fleet.models import FleetJob, FleetJobGmina, GminaParity
from tenants.fleet.parity import store_parity
from tests.frontend.console.conftest import browser
from tests.frontend.reading import words

BORKI, DABROWA = "0615022", "2465011"
SUMS = {
    "confirmed": 3, "confirmed_gr": 300_00, "settled_gr": 200_00, "booked": 2, "booked_gr": 200_00,
    "ledger_gr": 200_00, "discrepancies": {}, "oldest_at": None,
}  # fmt: skip


def jobs() -> list[FleetJob]:
    with tenancy.public():
        return list(FleetJob.objects.all())


def test_p6_a_backup_of_chosen_gminas_is_asked_for_with_a_deliberate_yes(operator, settings, tmp_path):
    settings.BACKUP_DIR = str(tmp_path)
    page = "/prace/nowe/back_up/"
    assert "Zlecić prace?" in words(operator.get(page))
    assert operator.post(page, {"gminas": BORKI}).status_code == 422
    assert operator.post(page, {"gminas": "9999999", "is_sure": "on"}).status_code == 422
    assert jobs() == []
    where = operator.post(page, {"gminas": BORKI, "is_sure": "on"})["Location"]
    [job] = jobs()
    assert where == f"/prace/{job.public_id}/"
    assert (job.kind, job.state, job.total) == ("back_up", "planned", 1)
    shown = operator.get(where)
    assert shown["Refresh"] == "3"
    assert "Gmina Borki" in words(shown)
    assert "Gmina Dąbrowa" not in words(shown)


def test_p6_without_a_folder_no_backup_is_asked_for(operator, settings):
    settings.BACKUP_DIR = ""
    refused = operator.post("/prace/nowe/back_up/", {"is_sure": "on"})
    assert refused.status_code == 422
    assert "Ustaw BACKUP_DIR" in words(refused)
    assert jobs() == []


@pytest.mark.parametrize("kind", ["migrate", "provision", "statements", "nic"])
def test_what_is_no_work_of_the_console_has_no_page(kind, operator):
    assert operator.post(f"/prace/nowe/{kind}/", {"is_sure": "on"}).status_code == 404
    assert jobs() == []


def test_the_page_says_that_the_version_is_changed_by_the_deployment(operator):
    page = words(operator.get("/prace/"))
    assert "skarbnik fleet_migrate" in page
    assert "każdej nocy" in page


def test_results_are_told_in_words_and_the_failed_are_tried_again(operator):
    operator.post("/prace/nowe/verify/", {"is_sure": "on"})
    [job] = jobs()
    assert job.total == 2
    with tenancy.public():
        good = {"entries": 12, "seals": 3, "acts": 40, "head": "ab"}
        FleetJobGmina.objects.filter(teryt=BORKI).update(state="done", result=good, ms=5)
        FleetJobGmina.objects.filter(teryt=DABROWA).update(state="failed", error="archive.busy")
        FleetJob.objects.update(state="failed", failed=1, done=1)
    where = f"/prace/{job.public_id}/"
    page = words(operator.get(where))
    assert "wpisów księgi: 12, pieczęci: 3, wpisów dziennika: 40" in page
    assert "Inne zadanie pracuje teraz na danych tej gminy." in page
    assert "zakończone z błędami" in page
    operator.post(where, {"zrob": "retry"})
    with tenancy.public():
        assert FleetJob.objects.get().state == "planned"
        assert FleetJobGmina.objects.get(teryt=DABROWA).state == "waiting"
    assert "Powtórzono prace w gminach z błędem" in words(operator.get("/dziennik/"))


def test_p6_whose_backup_is_overdue_is_found_among_the_troubles(operator, settings, tmp_path):
    settings.BACKUP_DIR = str(tmp_path)
    ago = timezone.now() - timedelta(days=3)
    with tenancy.public():
        Tenant.objects.update(opened_at=ago)
        BackupRecord.objects.create(teryt=BORKI, file="a.zip", sha256="0" * 64, size=1)
    listed = words(operator.get("/?klopot=kopie"))
    assert "Gmina Dąbrowa" in listed
    assert "Gmina Borki" not in listed
    with tenancy.public():
        BackupRecord.objects.update(made_at=ago)
    assert "Gmina Borki" in words(operator.get("/?klopot=kopie"))
    settings.BACKUP_DIR = ""
    assert "Gmina Borki" not in words(operator.get("/?klopot=kopie"))


# --- P9 -----------------------------------------------------------------------------------------------------------------


def test_p9_drafts_for_all_gminas_are_asked_for_at_once(operator):
    refused = operator.post("/zestawienia/", {"month": "2026-01"})
    assert refused.status_code == 422, "there are no prices"
    this_month = f"{timezone.localdate():%Y-%m}"
    assert operator.post("/zestawienia/", {"month": this_month}).status_code == 422
    assert jobs() == []
    from datetime import date

    from tenants.metering.models import PriceList

    with tenancy.public():
        PriceList.objects.create(valid_from=date(2020, 1, 1), added_by="tests")
    operator.post("/zestawienia/", {"month": "2026-01"})
    [job] = jobs()
    assert (job.kind, job.target, job.total) == ("statements", "2026-01-01", 2)


# --- P13 ----------------------------------------------------------------------------------------------------------------


def test_p13_operators_offices_and_the_ledger_stand_side_by_side(operator):
    store_parity(BORKI, SUMS)
    store_parity(DABROWA, SUMS | {"discrepancies": {"not_settled": 2}, "oldest_at": timezone.now()})
    page = words(operator.get("/zgodnosc/"))
    assert "Gmina Dąbrowa" in page
    assert "Gmina Borki" not in page
    assert "Brak wypłaty od operatora: 2" in page
    assert "Gmina Borki" in words(operator.get("/zgodnosc/?stan=wszystkie"))
    store_parity(BORKI, SUMS | {"ledger_gr": 199_99})
    assert "0,01" in words(operator.get("/zgodnosc/"))


def test_p13_when_all_agrees_the_page_says_so(operator):
    store_parity(BORKI, SUMS)
    page = words(operator.get("/zgodnosc/"))
    assert "Wszystko się zgadza" in page
    assert "Gminy, które nie przysłały jeszcze sum: 1" in page


def test_p13_a_gminas_own_job_tells_the_sums(in_public):
    run_now("measure", [BORKI])
    row = GminaParity.objects.get(teryt=BORKI)
    assert (row.confirmed, row.booked_gr, row.difference_gr, row.discrepancies) == (0, 0, 0, {})


# --- P12 ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def status(db):
    cache.clear()
    with tenancy.public():
        Tenant.objects.update(opened_at=timezone.now() - timedelta(days=1))
    yield lambda: browser().get("/stan/")
    cache.clear()


def beat(*teryts: str) -> None:
    with tenancy.public():
        for teryt in teryts:
            row = Tenant.objects.get(teryt=teryt)
            TenantPulse.objects.update_or_create(tenant=row, defaults={"beat_at": timezone.now()})


def announce(text: str, *, for_all: bool = True, audience: str = "everybody", hours: int = -1) -> None:
    with tenancy.public():
        begin = timezone.now() + timedelta(hours=hours)
        Announcement.objects.create(
            text=text,
            audience=audience,
            for_all=for_all,
            shown_from=begin,
            shown_to=begin + timedelta(hours=5),
        )


def test_p12_anybody_reads_how_the_platform_does(status):
    beat(BORKI, DABROWA)
    assert "Wszystko działa." in words(status())


def test_p12_a_silent_gmina_is_a_disturbance_and_most_of_them_an_outage(status):
    beat(BORKI)
    assert "Mamy poważną awarię." in words(status()), "half of the gminas"
    cache.clear()
    with tenancy.public():
        Tenant.objects.filter(teryt=DABROWA).update(state="suspended")
    assert "Wszystko działa." in words(status()), "who is suspended is expected to be closed"


def test_p12_the_status_tells_what_is_for_everybody_and_no_secret_of_a_gmina(status):
    announce("Prace w sobotę.", hours=48)
    announce("Trwa wymiana serwera.")
    announce("Tylko Borki.", for_all=False)
    announce("Tylko urzędy.", audience="staff")
    page = words(status())
    assert "Prace w sobotę." in page.partition("Zapowiedzi")[2]
    assert "Trwa wymiana serwera." in page.partition("Zapowiedzi")[0]
    for kept in ("Tylko Borki.", "Tylko urzędy.", "Borki", "Dąbrowa", BORKI, DABROWA, "console:"):
        assert kept not in page


def test_p12_the_database_is_asked_no_more_than_twice_a_minute(status, django_assert_max_num_queries):
    status()
    with django_assert_max_num_queries(4):
        status()


def test_p12_a_gmina_that_was_opened_just_now_is_no_outage(status):
    beat(BORKI)
    with tenancy.public():
        Tenant.objects.filter(teryt=DABROWA).update(opened_at=timezone.now())
    assert "Wszystko działa." in words(status())
