"""Feature flags and quotas: declared in code, changed for one gmina, seen by every check without a query (P8, P10)."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kernel import tenancy
from kernel.audit.models import AuditEntry
from kernel.errors import InvalidInput, NotFound, Refused
from tenants.metering import flags, quotas, switchboard
from tenants.metering.actions import set_flag, set_quota
from tenants.metering.flags import FLAGS, PART_PAYMENTS, Flag
from tenants.metering.models import FlagOverride, QuotaOverride
from tenants.metering.quotas import API_REQUESTS, IMPORT_ROWS, IMPORTS, QUOTAS, STORAGE, Quota
from tests.fixtures.database import ACTOR

pytestmark = pytest.mark.django_db
BORKI, DABROWA = "0615022", "2465011"


@pytest.fixture(autouse=True)
def nothing_is_known():
    switchboard.forget()
    yield
    switchboard.forget()


def switch(
    is_on: bool | None, teryt: str = BORKI, name: str = "part_payments", reason: str = "Prośba gminy"
) -> None:
    with tenancy.public():
        set_flag(teryt, name, is_on=is_on, reason=reason, actor=ACTOR)


def limit(most: int | None, teryt: str = BORKI, name: str = "imports", reason: str = "Prośba gminy") -> None:
    with tenancy.public():
        set_quota(teryt, name, most=most, reason=reason, actor=ACTOR)


def test_p10_a_switch_is_thrown_for_one_gmina_and_gets_its_default_back(borki, dabrowa):
    assert PART_PAYMENTS.default is True
    switch(False)
    with tenancy.enter(borki):
        assert not PART_PAYMENTS.is_on()
    with tenancy.enter(dabrowa):
        assert PART_PAYMENTS.is_on()
    switch(None)
    with tenancy.enter(borki):
        assert PART_PAYMENTS.is_on()


def test_p10_a_check_asks_the_database_nothing(in_borki):
    PART_PAYMENTS.is_on()
    with CaptureQueriesContext(connection) as asked:
        for _ in range(100):
            PART_PAYMENTS.is_on()
            API_REQUESTS.most()
    assert len(asked) == 0


def test_p10_a_change_is_seen_within_a_second_by_one_small_question(in_borki, monkeypatch):
    clock = [100.0]
    monkeypatch.setattr(switchboard.time, "monotonic", lambda: clock[0])
    PART_PAYMENTS.is_on()
    with CaptureQueriesContext(connection) as asked:
        clock[0] += 0.99
        PART_PAYMENTS.is_on()
        assert len(asked) == 0
        clock[0] += 0.02
        PART_PAYMENTS.is_on()
        assert len([one for one in asked.captured_queries if "metering" in one["sql"]]) == 1


def test_p10_who_when_and_why_are_kept_and_stand_in_the_audit_log(in_public):
    switch(False, reason="Uchwała rady nr 7")
    row = FlagOverride.objects.get()
    assert (row.name, row.is_on, row.reason, row.changed_by) == (
        "part_payments",
        False,
        "Uchwała rady nr 7",
        ACTOR.ref,
    )
    assert timezone.now() - row.changed_at < timedelta(minutes=1)
    entry = AuditEntry.objects.get(action="tenant.flag_set")
    assert entry.details == {
        "flag": "part_payments", "before": True, "after": False, "is_default": False, "reason": "Uchwała rady nr 7",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda: switch(False, reason="  "), InvalidInput),
        (lambda: switch(False, name="nieznany"), NotFound),
        (lambda: switch(False, teryt="0000000"), NotFound),
        (lambda: limit(5, reason=""), InvalidInput),
        (lambda: limit(-1), InvalidInput),
        (lambda: limit(5, name="nieznany"), NotFound),
        (lambda: limit(5, teryt="0000000"), NotFound),
    ],
)
def test_what_is_refused_changes_nothing(act, error, in_public):
    before = switchboard.settings()
    with pytest.raises(error):
        act()
    switchboard.forget()
    assert switchboard.settings() == before
    assert not FlagOverride.objects.exists()
    assert not QuotaOverride.objects.exists()
    assert not AuditEntry.objects.filter(action__in=["tenant.flag_set", "tenant.quota_set"]).exists()


def test_p10_an_unknown_flag_is_an_error_when_the_module_is_imported():
    with pytest.raises(ImportError):
        from tenants.metering.flags import PART_PAYMENT  # type: ignore[attr-defined]  # noqa: F401


def test_two_flags_or_quotas_of_one_name_are_refused():
    with pytest.raises(ValueError, match="part_payments"):
        Flag("part_payments", "x", "x", True, "x", timezone.localdate())
    with pytest.raises(ValueError, match="imports"):
        Quota("imports", "x", "x", 1, quotas.Period.DAY)
    assert FLAGS["part_payments"] is PART_PAYMENTS
    assert QUOTAS["imports"] is IMPORTS


@pytest.mark.parametrize("flag", FLAGS.values(), ids=list(FLAGS))
def test_p10_no_flag_has_outlived_its_day(flag):
    assert flag.remove_after >= timezone.localdate(), (
        f"{flag.owner}: remove the flag {flag.name}, or decide its new day"
    )
    assert flag.description.endswith(".")
    assert flag.owner


@pytest.mark.parametrize("flag", FLAGS.values(), ids=list(FLAGS))
def test_p10_every_flag_switches_something(flag):
    """A flag that no code asks is a promise to the operator that nobody keeps."""
    name = next(name for name, value in vars(flags).items() if value is flag)
    root = Path(flags.__file__).parents[2]
    sources = [path for part in ("services", "frontend") for path in (root / part).rglob("*.py")]
    assert any(f"{name}.is_on()" in path.read_text() for path in sources)


def test_p8_a_quota_is_changed_for_one_gmina_and_gets_its_default_back(borki, dabrowa):
    limit(7)
    with tenancy.enter(borki):
        assert IMPORTS.most() == 7
    with tenancy.enter(dabrowa):
        assert IMPORTS.most() == IMPORTS.default
    limit(None)
    with tenancy.enter(borki):
        assert IMPORTS.most() == IMPORTS.default
    with tenancy.public():
        entries = AuditEntry.objects.filter(action="tenant.quota_set").order_by("id")
        assert [(one.details["before"], one.details["after"]) for one in entries] == [
            (IMPORTS.default, 7),
            (7, IMPORTS.default),
        ]


def test_p8_quotas_are_used_up_together_or_not_at_all(in_borki):
    limit(2)
    limit(100, name="import_rows")
    quotas.take((IMPORTS, 1), (IMPORT_ROWS, 90))
    with pytest.raises(Refused) as refused:
        quotas.take((IMPORTS, 1), (IMPORT_ROWS, 11))
    assert (refused.value.code, refused.value.permanent) == ("quota.import_rows", False)
    assert refused.value.params["most"] == 100
    assert 0 < refused.value.params["retry_after"] <= 25 * 3600
    quotas.take((IMPORTS, 1), (IMPORT_ROWS, 10))
    with pytest.raises(Refused) as refused:
        quotas.take((IMPORTS, 1), (IMPORT_ROWS, 0))
    assert refused.value.code == "quota.imports"


def test_p8_a_quota_of_nothing_stops_everything_that_it_limits(in_borki):
    limit(0)
    with pytest.raises(Refused):
        quotas.take((IMPORTS, 1))


def test_the_defaults_let_a_gmina_of_every_size_work():
    assert API_REQUESTS.default >= 60
    assert IMPORT_ROWS.default >= 10 * 10_000
    assert STORAGE.default >= 1024**3
