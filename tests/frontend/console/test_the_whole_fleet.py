"""P3, P13, P15, P16: the console over all gminas of Poland: the list, the audit log, jobs over the fleet, the charts."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kernel import tenancy
from kernel.audit.recording import record
from tenants.directory.models import (
    Domain,
    DomainCertificate,
    Tenant,
    TenantDay,
    TenantFigures,
    TenantOperatorEvent,
    TenantPulse,
)
from tenants.directory.timeline import days_of_fleet, growth_of_fleet
from tenants.fleet.actions import list_gminas, note_results, take_up_job
from tenants.fleet.models import FleetJob
from tests.fixtures.database import ACTOR
from tests.frontend.reading import words

ALL = 2479


def grow(number: int) -> list[Tenant]:
    """`number` more gminas with addresses, figures and a pulse, as rows only."""
    now = timezone.now()
    rows = [
        Tenant(
            teryt=f"9{n:06d}", name=f"Gmina {n:04d}", kind="rural", schema_name=f"gmina_9{n:06d}", data_key=b"",
            index_key=b"", setup={}, state="active", opened_at=now, activated_at=now,
        )
        for n in range(number)
    ]  # fmt: skip
    made = Tenant.objects.bulk_create(rows)
    hosts = [Domain(domain=f"g{row.teryt}.localhost", tenant=row, is_primary=True) for row in made]
    Domain.objects.bulk_create(hosts)
    figures = {
        "residents": 7,
        "registrations_waiting": 0,
        "liabilities": 3,
        "outstanding_gr": 100,
        "payments": 1,
    }
    TenantFigures.objects.bulk_create(
        TenantFigures(tenant=row, measured_at=now, payments_to_book=0, booked_gr=5, **figures) for row in made
    )
    TenantPulse.objects.bulk_create(
        TenantPulse(tenant=row, beat_at=now, schema_version="90: x") for row in made
    )
    return made


def queries(operator, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert operator.get(address).status_code == 200
    return len(seen)


def test_p3_the_list_costs_the_same_queries_with_every_gmina_of_poland(operator):
    with tenancy.public():
        made = grow(60)
        addresses = ("/", "/?q=gmina", "/?stan=dzialaja", "/?klopot=kolejki", "/przeglad/", "/dziennik/")
        few = {address: queries(operator, address) for address in addresses}
        Tenant.objects.filter(pk__in=[row.pk for row in made]).delete()
        grow(ALL)
        many = {address: queries(operator, address) for address in addresses}
        assert many == few
        answer = operator.get("/?q=G9001234")
        assert [one.row.name for one in answer.context["rows"]] == ["Gmina 1234"]
        last = operator.get("/?strona=50")
        assert len(last.context["rows"]) == (ALL + 2) % 50
        assert last.context["totals"]["gminas"] == ALL + 2


def test_p3_a_gmina_is_found_by_its_address_and_by_a_payments_number(operator):
    with tenancy.public():
        one, other = grow(2)
        TenantOperatorEvent.objects.create(
            tenant=other, event_id="01980000-0000-7000-8000-0000000000aa", operator="tpay", verdict="accepted",
            reference="abc123", deliveries=1, received_at=timezone.now(),
        )  # fmt: skip
    for search, found in ((f"g{one.teryt}.local", one), ("abc123", other)):
        answer = operator.get("/", {"q": search})
        assert [shown.row.teryt for shown in answer.context["rows"]] == [found.teryt]


def test_p15_troubles_narrow_the_list(operator):
    now = timezone.now()
    with tenancy.public():
        silent, expiring, torn, fine = grow(4)
        TenantPulse.objects.filter(tenant=silent).update(beat_at=now - timedelta(minutes=11))
        for row, days, problem in ((expiring, 20, ""), (torn, 300, "untrusted"), (fine, 300, "")):
            host = Domain.objects.get(tenant=row)
            ends_at = now + timedelta(days=days)
            DomainCertificate.objects.create(domain=host, checked_at=now, ends_at=ends_at, problem=problem)
        TenantPulse.objects.create(tenant=Tenant.objects.get(teryt="0615022"), beat_at=now)
        TenantPulse.objects.create(tenant=Tenant.objects.get(teryt="2465011"), beat_at=now)
    found = {
        trouble: {shown.row.teryt for shown in operator.get("/", {"klopot": trouble}).context["rows"]}
        for trouble in ("cisza", "certyfikaty", "niezgodnosci")
    }
    assert found == {
        "cisza": {silent.teryt},
        "certyfikaty": {expiring.teryt, torn.teryt},
        "niezgodnosci": set(),
    }
    assert "nie zgłasza się" in words(operator.get(f"/gminy/{silent.teryt}/"))


def test_every_act_is_found_in_the_audit_log_and_in_its_file(operator):
    with tenancy.public():
        row = Tenant.objects.get(teryt="0615022")
        record("tenant.suspended", row, actor=ACTOR, reason='=HYPERLINK("http://x")', before="active")
    assert "=HYPERLINK" in words(operator.get("/dziennik/?gmina=borki&action=tenant.suspended"))
    assert "=HYPERLINK" not in words(operator.get("/dziennik/?gmina=2465011"))
    assert "=HYPERLINK" not in words(operator.get("/dziennik/?until=2020-01-01"))
    refused = operator.get("/dziennik/?since=2026-02-02&until=2026-01-01")
    assert "Dzień końcowy nie może być przed początkowym." in words(refused)
    assert "=HYPERLINK" not in words(refused)
    answer = operator.get("/dziennik/plik.csv?gmina=borki&action=tenant.suspended")
    assert answer["Content-Type"].startswith("text/csv")
    text = answer.content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";" if ";" in text.splitlines()[0] else ","))
    assert rows[0][:3] == ["kiedy", "czynnosc", "kod"]
    [cells] = rows[1:]
    assert cells[2:4] == ["tenant.suspended", "done"]
    assert cells[6:8] == ["Gmina Borki", "0615022"]
    assert not [cell for cell in cells if cell[:1] in "=+-@\t\r" and cell]


def test_the_filter_knows_who_acted(operator, person):
    operator.post("/prace/nowe/verify/", {"is_sure": "on"})
    with tenancy.public():
        olga = person("olga").ref
    assert "Zlecono prace na wszystkich gminach" in words(operator.get(f"/dziennik/?who={olga}"))
    table = words(operator.get("/dziennik/?who=system")).partition("Wpisy, od najnowszego")[2]
    assert "Zlecono prace na wszystkich gminach" not in table


def test_p16_a_job_over_the_fleet_is_followed_paused_and_resumed(operator):
    job = take_up_job("migrate", "", actor=ACTOR)
    where = f"/prace/{job.public_id}/"
    assert operator.get(where)["Refresh"] == "3"
    list_gminas(job, [("0615022", "Gmina Borki"), ("2465011", "Gmina Dąbrowa Górnicza")])
    note_results(job, [("0615022", "done", "", 12), ("2465011", "failed", "LockNotAvailable", 50)])
    page = words(operator.get(where))
    for shown in ("Postęp: 50%", "Gmina Borki", "12 ms", "LockNotAvailable"):
        assert shown in page
    assert "Gmina Borki" not in words(operator.get(where, {"stan": "failed"}))
    assert "Refresh" not in operator.get(where, {"bez-odswiezania": "1"})
    for act, state in (("pause", "paused"), ("resume", "running"), ("cancel", "cancelled")):
        operator.post(where, {"zrob": act})
        with tenancy.public():
            assert FleetJob.objects.get(pk=job.pk).state == state
    assert "Refresh" not in operator.get(where)
    assert operator.post(where, {"zrob": "pause"}, follow=True).status_code == 200
    assert operator.post("/prace/", {"rodzaj": "migrate"}).status_code == 405


def test_the_charts_count_days_minutes_and_months(in_public):
    today = timezone.localdate()
    one, other = grow(2)
    TenantDay.objects.create(tenant=one, day=today, payments=2, paid_gr=300, beats=50)
    TenantDay.objects.create(tenant=other, day=today, payments=1, paid_gr=100, beats=100)
    days = days_of_fleet(today=today, minutes_today=100)
    assert (days[-1].payments, days[-1].paid_gr, days[-1].uptime) == (3, 400, 75)
    assert (days[0].payments, days[0].uptime) == (0, None)
    assert len(days) == 30
    months = growth_of_fleet(today=today)
    assert (len(months), months[0].portals, months[-1].portals) == (12, 0, 4)
    assert months[-1].month == today.replace(day=1)


@pytest.mark.parametrize("page", ["/przeglad/", "/gminy/0615022/"])
def test_every_chart_has_its_numbers_as_a_table(page, operator):
    with tenancy.public():
        row = Tenant.objects.get(teryt="0615022")
        TenantDay.objects.create(tenant=row, day=timezone.localdate(), payments=41, beats=1)
    answer = operator.get(page).content.decode()
    assert answer.count("<figure") == answer.count("Te same liczby w tabeli")
    assert 'role="img"' in answer
    assert ">41</td>" in answer
