"""Residents, payers and the office's roles, as registration and the desk leave them behind."""

from datetime import date, timedelta
from typing import Any

import factory
from django.utils import timezone

from kernel.identifiers import is_valid_pesel
from services.accounts.domain import ResidentState
from services.accounts.models import Payer, PayerKind, RegulationAcceptance, Representation, Resident
from services.accounts.queries import person_index
from services.users.domain import Role
from services.users.models import StaffRole, User, UserKind
from tenants.configuration.queries import current_regulation

PASSWORD = "haslo do testow 1234"
_WEIGHTS = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)


def synthetic_pesel(number: int) -> str:
    """The `number`-th PESEL of somebody born in the years 1800-1899 (month + 80), with a right check digit."""
    year, month, day = number % 100, number // 100 % 12 + 1, number // 1200 % 28 + 1
    digits = f"{year:02}{month + 80:02}{day:02}{number // 33600 % 10000:04}"
    check = -sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 10
    pesel = f"{digits}{check}"
    assert is_valid_pesel(pesel)
    return pesel


class PayerFactory(factory.django.DjangoModelFactory):
    """A person known to the finance system by a PESEL number; `company` is one with a NIP."""

    class Meta:
        model = Payer

    external_id = factory.Sequence(lambda n: f"P-{n}")
    kind = PayerKind.PERSON
    name = "Genowefa Próbna"
    identifier = factory.Sequence(lambda n: synthetic_pesel(n + 5_000_000))
    identifier_index = factory.LazyAttribute(lambda payer: person_index(payer.identifier))
    address = "ul. Próbna 3, 00-001 Próba"

    class Params:
        company = factory.Trait(
            kind=PayerKind.COMPANY, name="Zakład Próbny sp. z o.o.", identifier="5260001246"
        )


class ResidentUserFactory(factory.django.DjangoModelFactory):
    """A resident's sign-in account with a confirmed address; `unconfirmed` is one whose link was not followed."""

    class Meta:
        model = User

    kind = UserKind.RESIDENT
    email = factory.Sequence(lambda n: f"osoba{n}@mieszkaniec.example")
    full_name = "Genowefa Próbna"
    email_confirmed_at = factory.LazyFunction(timezone.now)

    class Params:
        unconfirmed = factory.Trait(email_confirmed_at=None)

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **fields: Any) -> User:
        confirmed_at = fields.pop("email_confirmed_at")
        user = model_class.objects.create_user(**fields)
        user.email_confirmed_at = confirmed_at
        user.save()
        return user


class ResidentFactory(factory.django.DjangoModelFactory):
    """An active resident who may act for `payer` (if given); traits are the other states."""

    class Meta:
        model = Resident
        skip_postgeneration_save = True

    user = factory.SubFactory(ResidentUserFactory)
    state = ResidentState.ACTIVE
    first_name = "Genowefa"
    last_name = "Próbna"
    pesel = factory.Sequence(synthetic_pesel)
    person_index = factory.LazyAttribute(lambda resident: person_index(resident.pesel))
    address = "ul. Próbna 3, 00-001 Próba"
    phone = ""
    submitted_at = factory.LazyFunction(timezone.now)

    class Params:
        submitted = factory.Trait(state=ResidentState.SUBMITTED)
        verified = factory.Trait(state=ResidentState.VERIFIED)
        rejected = factory.Trait(state=ResidentState.REJECTED)
        duplicate = factory.Trait(state=ResidentState.DUPLICATE)
        blocked = factory.Trait(state=ResidentState.BLOCKED)
        deactivated = factory.Trait(state=ResidentState.DEACTIVATED)

    @factory.post_generation
    def acceptance(self, create: bool, extracted: object, **kwargs: object) -> None:
        RegulationAcceptance.objects.create(
            user=self.user, regulation=current_regulation(timezone.localdate()), accepted_at=timezone.now()
        )

    @factory.post_generation
    def payer(self, create: bool, extracted: Payer | None, **kwargs: object) -> None:
        if extracted is not None:
            Representation.objects.create(
                resident=self, payer=extracted, is_self=True, valid_from=date(2020, 1, 1)
            )


class StaffUserFactory(factory.django.DjangoModelFactory):
    """Somebody of the office, without any role yet."""

    class Meta:
        model = User

    kind = UserKind.STAFF
    email = factory.Sequence(lambda n: f"pracownik{n}@urzad.example")
    full_name = "Hieronim Urzędowy"

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **fields: Any) -> User:
        return model_class.objects.create_user(**fields)


class StaffRoleFactory(factory.django.DjangoModelFactory):
    """A role on the strength of an authorisation in force; traits are authorisations that give nothing today."""

    class Meta:
        model = StaffRole

    user = factory.SubFactory(StaffUserFactory)
    role = Role.CLERK
    authorisation_number = factory.Sequence(lambda n: f"OR.077.{n}.2026")
    authorised_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=30))
    issuer = "Wójt"
    valid_from = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=30))
    valid_to = None

    class Params:
        not_yet = factory.Trait(
            valid_from=factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=1))
        )
        expired = factory.Trait(
            valid_to=factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=1))
        )
        revoked = factory.Trait(revoked_at=factory.LazyFunction(timezone.now))
