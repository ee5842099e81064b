"""The operator switches a flag and changes a limit of one gmina; it works at once and says who and why (P8, P10)."""

import pytest

from kernel import tenancy
from kernel.audit.models import AuditEntry
from tenants.metering import counters, quotas, switchboard
from tenants.metering.flags import FLAGS, SELF_REGISTRATION
from tenants.metering.models import FlagOverride, QuotaOverride
from tenants.metering.quotas import IMPORTS, QUOTAS, STORAGE
from tests.frontend.console.conftest import browser
from tests.frontend.reading import words

PAGE = "/gminy/0615022/przelaczniki/"
FLAG, QUOTA = f"{PAGE}self_registration/", f"{PAGE}limit/imports/"
WHY = "Uchwała rady nr 7"


@pytest.fixture(autouse=True)
def nothing_is_known():
    switchboard.forget()
    yield
    switchboard.forget()


def overrides() -> int:
    with tenancy.public():
        return FlagOverride.objects.count() + QuotaOverride.objects.count()


def test_the_page_shows_every_switch_and_every_limit(operator):
    page = words(operator.get(PAGE))
    for one in (*FLAGS.values(), *QUOTAS.values()):
        assert one.label in page
        assert one.description in page
    assert "jak wszędzie" in page


def test_p10_a_flag_is_switched_off_for_one_gmina_and_the_portal_follows_at_once(operator, borki, dabrowa):
    assert operator.post(FLAG, {"state": "off", "reason": WHY})["Location"] == PAGE
    page = words(operator.get(PAGE))
    assert WHY in page
    assert "Olga Operatorska" in page
    assert "Konto zakłada urząd" in words(browser("borki.localhost").get("/rejestracja/"))
    neighbour = browser("dabrowa-gornicza.localhost").get("/rejestracja/")
    assert "Konto zakłada urząd" not in neighbour.content.decode()
    assert WHY in words(operator.get("/gminy/0615022/"))
    operator.post(FLAG, {"state": "default", "reason": "Wracamy"})
    assert overrides() == 0
    assert SELF_REGISTRATION.is_on_in("0615022")


def test_p8_a_limit_is_changed_with_a_reason_and_used_as_it_is_typed(operator, in_borki):
    assert operator.post(QUOTA, {"most": "7", "reason": WHY})["Location"] == PAGE
    assert operator.post(f"{PAGE}limit/storage/", {"most": "3", "reason": WHY}).status_code == 302
    assert (IMPORTS.most(), STORAGE.most()) == (7, 3 * 1024 * 1024)
    quotas.take((IMPORTS, 5))
    page = words(operator.get(PAGE))
    assert "5 z 7" in page
    assert "3 MB" in page
    operator.post(QUOTA, {"most": "", "reason": "Wracamy"})
    assert IMPORTS.most() == IMPORTS.default


@pytest.mark.parametrize(
    ("path", "sent", "words_shown"),
    [
        (FLAG, {"state": "off", "reason": " "}, "Napisz, dlaczego to zmieniasz."),
        (FLAG, {"state": "inny", "reason": WHY}, "inny"),
        (QUOTA, {"most": "dużo", "reason": WHY}, "Podaj liczbę całkowitą"),
        (QUOTA, {"most": "-1", "reason": WHY}, "0"),
        (QUOTA, {"most": "7", "reason": ""}, "Napisz, dlaczego to zmieniasz."),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_changes(path, sent, words_shown, operator):
    answer = operator.post(path, sent)
    assert answer.status_code == 422
    assert words_shown in words(answer)
    assert overrides() == 0


@pytest.mark.parametrize(
    "path",
    [
        f"{PAGE}nieznany/",
        f"{PAGE}limit/nieznany/",
        "/gminy/0000000/przelaczniki/",
        FLAG.replace("0615022", "0"),
    ],
)
def test_what_does_not_exist_is_not_found(path, operator):
    assert operator.get(path).status_code == 404
    assert operator.post(path, {"state": "off", "most": "1", "reason": WHY}).status_code in (404, 405)
    assert overrides() == 0


def test_nobody_but_an_operator_changes_anything(client_for, borki):
    for client in (browser(), client_for("filip", borki)):
        for path, sent in ((FLAG, {"state": "off"}), (QUOTA, {"most": "1"})):
            assert client.post(path, {**sent, "reason": WHY}).status_code in (302, 404)
    assert overrides() == 0
    with tenancy.public():
        assert not AuditEntry.objects.filter(action__startswith="tenant.flag").exists()


def test_what_borki_uses_is_not_shown_for_another_gmina(operator, in_borki):
    quotas.take((IMPORTS, 5))
    assert counters.used_by("2465011", ["imports"]) == {"imports": 0}
    assert "5 z" not in words(operator.get(PAGE.replace("0615022", "2465011")))
