"""Two gminas ask for their ways to pay through one cache: each sees its own operator's, and only its own (bug 22)."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.core.cache import cache

from integrations.emulators.operators import Emulator
from integrations.emulators.registry import start
from kernel import tenancy
from kernel.errors import Unavailable
from services.payments.methods import operator_methods
from tenants.configuration.models import OperatorAccount
from tenants.configuration.queries import operator_config
from tests.fixtures.database import SECRETS
from tests.fixtures.running import merchants

pytestmark = pytest.mark.django_db
SAME = UUID("01920000-0000-7000-8000-000000000022")
BANK = "25"


@pytest.fixture
def emulators() -> Iterator[dict[str, Emulator]]:
    """Each gmina has its operator: the same protocol, two servers."""
    with (
        start("przelewy24", merchants=merchants()) as first,
        start("przelewy24", merchants=merchants()) as second,
    ):
        yield {"borki": first, "dabrowa": second}


@pytest.fixture
def accounts(borki, dabrowa, emulators) -> dict[str, tuple[tenancy.Scope, OperatorAccount]]:
    """One account in each gmina; everything by which a list is kept is the same in both, but the gmina."""
    found = {}
    for name, scope in (("borki", borki), ("dabrowa", dabrowa)):
        with tenancy.enter(scope):
            account = (
                OperatorAccount.objects.filter(is_active=True, operator="przelewy24").order_by("id").first()
            )
            assert account is not None
            account.public_id, account.version, account.api_url = SAME, 1, emulators[name].url
            account.profile = "local"
            account.secrets = {
                key: [value] for key, value in SECRETS.items()
            }  # bound to the account's number
            account.save()
        found[name] = (scope, account)
    cache.clear()
    return found


def states(accounts, name: str, amount_gr: int = 10_000) -> dict[str, str]:
    scope, account = accounts[name]
    with tenancy.enter(scope):
        return {method.id: method.state.value for method in operator_methods(account, amount_gr)}


def test_a_bank_that_is_off_for_one_gmina_is_on_for_the_other(accounts, emulators):
    emulators["borki"].control.switch_method(BANK, active=False)

    for _ in range(2):  # the second time from the cache
        assert states(accounts, "borki")[BANK] != "ok"
        assert states(accounts, "dabrowa")[BANK] == "ok"


def test_the_list_that_is_kept_for_an_outage_is_the_gminas_own(accounts, emulators):
    states(accounts, "borki")
    emulators["dabrowa"].control.fault("lists", "500", times=5)

    with pytest.raises(Unavailable):
        states(accounts, "dabrowa")
    assert states(accounts, "borki")[BANK] == "ok"


def test_another_amount_is_asked_anew(accounts, emulators):
    states(accounts, "borki", 10_000)
    before = len(emulators["borki"].control.log())
    states(accounts, "borki", 10_000)
    assert len(emulators["borki"].control.log()) == before
    states(accounts, "borki", 10_001)
    assert len(emulators["borki"].control.log()) > before


def test_the_operators_settings_are_never_those_of_the_gmina_asked_before(accounts, emulators):
    addresses = []
    for name in ("borki", "dabrowa", "borki"):
        scope, account = accounts[name]
        with tenancy.enter(scope):
            stored = OperatorAccount.objects.get(public_id=SAME)
            addresses.append(operator_config(stored).profile.api_url)
            assert stored.pk == account.pk
    assert addresses == [emulators[name].url for name in ("borki", "dabrowa", "borki")]
