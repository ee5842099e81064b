"""The audit log at the desk: who, in which role, what, when and from where; narrowed by day, act and person."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

import frontend
from frontend.desk.acts import ACTS
from frontend.desk.history import details_text
from kernel.actors import Actor, ActorKind
from kernel.audit import sealing
from kernel.audit.models import AuditEntry
from kernel.audit.recording import record
from services.users.models import User
from tests.frontend.reading import main, words

pytestmark = pytest.mark.django_db
LOG = "/urzad/dziennik/"
ROOT = Path(frontend.__file__).parents[1]


@pytest.fixture
def entries(in_borki, person):
    """One act of Daria's today, one of Filip's yesterday, one of the system's."""
    daria, filip = person("daria").actor.in_role("clerk"), person("filip").actor.in_role("admin")
    record("payment.booked", actor=daria, amount_gr=12_345, credited_on=timezone.localdate())
    AuditEntry.objects.create(
        at=timezone.now() - timedelta(days=1), actor_kind=filip.kind, actor_ref=filip.ref, role="admin",
        action="role.granted", address="10.0.0.7",
    )  # fmt: skip
    record(
        "payment.state", actor=Actor(kind=ActorKind.SYSTEM, ref="operator"), before="started", after="paid"
    )


def rows(page) -> str:
    return words(page).partition("Wpisy, od najnowszego")[2]


@pytest.mark.covers("S32")
def test_each_entry_says_who_in_which_role_what_and_from_where(desk, entries):
    shown = rows(desk("filip").get(LOG))
    assert "Zaksięgowano płatność Daria Urzędowa urzędnik kwota: 123,45 zł" in shown
    assert "Nadano rolę Filip Urzędowa administrator lokalny 10.0.0.7" in shown
    assert "system (operator)" in shown
    assert "stan przed: płatnik jest u operatora; stan po: opłacona, do zaksięgowania" in shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("action=role.granted", ["Nadano rolę"]),
        ("who=kind:system&action=payment.state", ["Zmienił się stan płatności"]),
        ("since={yesterday}&until={yesterday}", ["Nadano rolę"]),
        ("role=admin", ["Nadano rolę"]),
        ("outcome=done&action=payment.booked", ["Zaksięgowano płatność"]),
        ("outcome=failed", []),
    ],
)
def test_the_log_can_be_narrowed(query, found, desk, entries):
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    shown = rows(desk("filip").get(f"{LOG}?{query.format(yesterday=yesterday)}"))
    known = ["Nadano rolę", "Zmienił się stan płatności", "Zaksięgowano płatność"]
    assert [title for title in known if title in shown] == found


def test_one_persons_acts_are_found_by_name_not_by_typing(desk, entries, person):
    shown = rows(desk("filip").get(f"{LOG}?who={person('daria').ref}"))
    assert "Zaksięgowano płatność" in shown
    assert "Nadano rolę" not in shown


def test_what_was_done_to_one_object_is_found_by_its_number(desk, entries, person):
    filip = person("filip")
    subject = person("daria").ref
    record("staff.invited_again", User.objects.get(public_id=subject), actor=filip.actor)
    shown = rows(desk("filip").get(f"{LOG}?subject={subject}"))
    assert "Wysłano zaproszenie jeszcze raz" in shown
    assert "Zaksięgowano płatność" not in shown


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("subject=abc", "To nie jest numer obiektu"),
        ("since=2026-02-02&until=2026-02-01", "Dzień końcowy nie może być przed początkowym"),
    ],
)
def test_a_wrong_filter_says_what_to_mend_and_shows_nothing(query, told, desk, entries):
    page = desk("filip").get(f"{LOG}?{query}")
    assert told in words(page)
    assert "Zaksięgowano płatność" not in rows(page)


def test_an_entry_has_a_page_with_everything_it_says_and_its_seal(desk, entries):
    entry = AuditEntry.objects.get(action="role.granted")
    assert "czeka na pieczęć" in words(desk("filip").get(f"{LOG}{entry.public_id}/"))
    sealing._seal_some.__wrapped__()  # the test is one transaction
    shown = words(desk("filip").get(f"{LOG}{entry.public_id}/"))
    for part in ("Nadano rolę", "Filip Urzędowa", "10.0.0.7", "role.granted", "zgodny z pieczęcią"):
        assert part in shown
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER USER")
        cursor.execute("UPDATE audit_auditentry SET address = '10.0.0.8' WHERE id = %s", [entry.pk])
    shown = words(desk("filip").get(f"{LOG}{entry.public_id}/"))
    assert "Ten wpis nie jest taki, jak go zapisano" in shown
    assert desk("filip").get(f"{LOG}{uuid4()}/").status_code == 404


def test_nothing_found_leads_back_to_the_whole_log(desk, entries):
    page = desk("filip").get(f"{LOG}?until=2001-01-01")
    assert "Nie ma takich wpisów" in words(page)
    assert f'href="{LOG}"' in main(page)


def test_the_newest_comes_first_and_long_logs_have_pages(desk, person):
    for number in range(55):
        record("regulation.drafted", actor=person("filip").actor, number=number)
    first = rows(desk("filip").get(f"{LOG}?action=regulation.drafted"))
    assert first.index("numer: 54") < first.index("numer: 53")
    assert "numer: 0 " not in first
    assert "numer: 0 " in rows(desk("filip").get(f"{LOG}?action=regulation.drafted&strona=2"))


@pytest.mark.parametrize("name", ["daria", "edyta"])
@pytest.mark.parametrize("path", ["", "plik.csv", "plik.json", "okres/", "{entry}/"])
def test_only_the_administrator_reads_it(path, name, desk, entries):
    entry = AuditEntry.objects.get(action="role.granted").public_id
    page = desk(name).get(LOG + path.format(entry=entry))
    assert page.status_code == 403
    assert "10.0.0.7" not in page.content.decode()
    assert not AuditEntry.objects.filter(action="audit.exported").exists()


def test_every_act_of_a_gmina_has_a_polish_name():
    source = "\n".join(
        path.read_text()
        for folder in ("services", "tenants/configuration")
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts
    )
    first = re.findall(r"\brecord\(\s*([^,]+),", source)
    recorded = {code for argument in first for code in re.findall(r'"([a-z_]+\.[a-z_]+)"', argument)}
    saved = set(re.findall(r'_(?:save|add_dated)\(row,(?: values, version,)? "([a-z_]+)"', source))
    platform_only = {"operator.made", "operator.signed_in", "rates.installed"}
    assert len(recorded) > 20
    assert len(saved) >= 5
    assert (recorded | {f"configuration.{kind}" for kind in saved}) - platform_only <= set(ACTS)


def test_details_are_words_and_inner_ones_stay_inside():
    shown = details_text(
        {
            "amount_gr": 100,
            "credited_on": "2026-11-02",
            "payer": "0193",
            "duplicate": False,
            "scopes": ["payments:read"],
        }
    )
    assert shown.replace("\u00a0", " ") == (
        "kwota: 1,00 zł; uznanie rachunku: 02.11.2026; druga rejestracja tej osoby: nie; uprawnienia: czytanie płatności"
    )
