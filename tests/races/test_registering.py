"""One person registers in two places at one moment: one open account (S63)."""

from uuid import UUID

import pytest
from django.utils import timezone

from kernel.actors import Actor, ActorKind
from kernel.errors import Conflict
from services.accounts.actions import Application, register
from services.accounts.domain import CLOSED_STATES
from services.accounts.models import RegulationAcceptance, Resident
from services.accounts.queries import person_index
from services.notices.models import Message
from services.users.models import User
from tenants.configuration.queries import current_regulation

PESEL = "75870300048"
VISITOR = Actor(kind=ActorKind.ANONYMOUS, address="203.0.113.7")


def application(email: str, regulation_id: UUID, pesel: str = PESEL) -> Application:
    return Application(
        first_name="Zdzisława",
        last_name="Źrebięcka",
        pesel=pesel,
        email=email,
        address="ul. Próbna 4, 21-345 Borki",
        password="cztery zwykle slowa razem",
        regulation_id=regulation_id,
    )


def open_accounts() -> list[Resident]:
    return list(
        Resident.objects.filter(person_index=person_index(PESEL)).exclude(
            state__in=[s.value for s in CLOSED_STATES]
        )
    )


@pytest.mark.covers("S8", "S63")
def test_one_person_under_several_addresses_ends_in_one_open_account(own):
    regulation_id = current_regulation(timezone.localdate()).public_id
    forms = [application(f"osoba-{n}@poczta.example", regulation_id) for n in range(6)]
    results = own.together(*(lambda form=form: register(form, actor=VISITOR) for form in forms))
    assert {getattr(result, "code", result) for result in results} <= {None, "registration.at_the_same_time"}
    assert len(open_accounts()) == 1
    # Whoever was told to try again has left nothing behind; the others are closed second accounts.
    made = Resident.objects.filter(person_index=person_index(PESEL)).count()
    assert made == results.count(None)
    assert (
        RegulationAcceptance.objects.filter(user__resident__person_index=person_index(PESEL)).count() == made
    )
    assert Message.objects.filter(kind="registered").count() == made


def test_who_was_told_to_try_again_can_do_so(own):
    regulation_id = current_regulation(timezone.localdate()).public_id
    forms = [application(f"osoba-{n}@poczta.example", regulation_id) for n in range(6)]
    results = own.together(*(lambda form=form: register(form, actor=VISITOR) for form in forms))
    for form, result in zip(forms, results, strict=True):
        if isinstance(result, Conflict):
            register(form, actor=VISITOR)
    states = sorted(Resident.objects.filter(person_index=person_index(PESEL)).values_list("state", flat=True))
    assert states == ["duplicate"] * 5 + ["submitted"]


@pytest.mark.covers("S63")
def test_one_address_for_several_persons_ends_in_one_account(own):
    regulation_id = current_regulation(timezone.localdate()).public_id
    pesels = ("75870300048", "75870300055", "75870300062", "75870300079")
    forms = [application("wspolny@poczta.example", regulation_id, pesel) for pesel in pesels]
    results = own.together(*(lambda form=form: register(form, actor=VISITOR) for form in forms))
    assert {getattr(result, "code", result) for result in results} <= {None, "registration.at_the_same_time"}
    user = User.objects.find("wspolny@poczta.example", "resident")
    assert Resident.objects.filter(user=user).count() == 1
    assert Resident.objects.filter(person_index__in=[person_index(pesel) for pesel in pesels]).count() == 1
