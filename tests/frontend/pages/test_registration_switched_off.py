"""Where the operator has switched registration off, only the office makes accounts (P10)."""

from collections.abc import Iterator

import pytest
from django.utils import timezone

from kernel import tenancy
from kernel.actors import ANONYMOUS
from kernel.errors import Refused
from services.accounts.actions import Application, register
from services.accounts.models import Resident
from tenants.configuration.queries import current_regulation
from tenants.metering import switchboard
from tenants.metering.actions import set_flag
from tests.factories.accounts import synthetic_pesel
from tests.fixtures.database import ACTOR
from tests.fixtures.ways import with_passwords
from tests.frontend.reading import heading, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def switched_off(in_borki) -> Iterator[None]:
    with tenancy.public():
        set_flag("0615022", "self_registration", is_on=False, reason="Prośba gminy", actor=ACTOR)
    yield
    switchboard.forget()


def application() -> Application:
    return Application(
        "Zofia", "Przykładowa", synthetic_pesel(123_456), "zofia@mieszkaniec.example", "ul. Próbna 7, 00-001 Próba",
        "cztery zwykle slowa razem", current_regulation(timezone.localdate()).public_id,
    )  # fmt: skip


def test_p10_the_form_is_replaced_by_the_way_to_the_office(client_for, in_borki):
    page = client_for(None, in_borki).get("/rejestracja/")
    assert heading(page) == "Załóż konto w portalu"
    assert "Prosimy zgłosić się do urzędu." in words(page)
    assert "<form" not in page.content.decode().split("<main")[1].split("</main>")[0]


def test_p10_a_form_sent_all_the_same_makes_no_account(client_for, in_borki):
    before = Resident.objects.count()
    client_for(None, in_borki).post("/rejestracja/", {"first_name": "Zofia"})
    with pytest.raises(Refused) as refused:
        register(application(), actor=ANONYMOUS)
    assert refused.value.code == "registration.switched_off"
    assert Resident.objects.count() == before


def test_p10_the_other_gmina_registers_as_before(dabrowa):
    with_passwords(dabrowa)
    with tenancy.enter(dabrowa):
        register(application(), actor=ANONYMOUS)
        assert Resident.objects.filter(first_name__isnull=False, state="submitted").count() == 1
