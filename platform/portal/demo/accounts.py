"""Accounts of the demo: the office's people, the residents with a login by the real way in, the many others in bulk."""

import re
import secrets
from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from kernel.actors import Actor, ActorKind
from kernel.dates import WARSAW
from portal.demo.dues import Payer as PlannedPayer
from portal.demo.people import PASSWORD, RESIDENTS, STAFF, TOTP_SECRET, Login, Person
from portal.demo.story import Story
from services.accounts.actions import (
    Application,
    approve_registration,
    authorise_registration,
    confirm_address,
    register,
)
from services.accounts.domain import ResidentState
from services.accounts.models import Payer, RegulationAcceptance, Representation, Resident
from services.accounts.proofs import ProvenIdentity
from services.accounts.queries import person_index, resident_of
from services.accounts.staff import grant_department
from services.notices.models import Message
from services.users.actions import Authorisation, grant_role, make_staff
from services.users.domain import Role
from services.users.models import AuthenticatorApp, StaffRole, User, UserKind, email_index
from tenants.configuration.domain import WayIn
from tenants.configuration.queries import current_regulation, departments, office, ways_in

SINCE = date(2024, 1, 2)
"""Day from which the demo's roles and representations hold."""
UNGUESSED = secrets.token_urlsafe(24)
CONFIRMATION = re.compile(r"/rejestracja/potwierdz/([^/\s]+)/")


def make_office(actor: Actor) -> None:
    """The office's people with their roles; whoever is a clerk handles every department."""
    password = make_password(PASSWORD)
    for login in STAFF:
        user = User.objects.find(login.email, UserKind.STAFF)
        if user is None:
            with transaction.atomic():
                user = make_staff(email=login.email, full_name=login.full_name, actor=actor)
                user.password, user.email_confirmed_at = password, timezone.now()
                user.save()
                give_app(user)
                _give_roles(user, login, actor)


def give_app(user: User) -> None:
    """The second factor that every account of office and console must have; its key is printed with the logins."""
    AuthenticatorApp.objects.get_or_create(user=user, defaults={"secret": TOTP_SECRET})


def _give_roles(user: User, login: Login, actor: Actor) -> None:
    for place, name in enumerate(login.roles, start=1):
        authorisation = Authorisation(
            number=f"OR.077.{user.pk}.{place}.{SINCE.year}",
            on=SINCE,
            issuer="kierownik urzędu",
            valid_from=SINCE,
        )
        grant = grant_role(user_id=user.public_id, role=Role(name), authorisation=authorisation, actor=actor)
        # A second person for bank accounts and keys has held the role for some days.
        granted_at = datetime.combine(SINCE, time.min, tzinfo=WARSAW)
        StaffRole.objects.filter(pk=grant.pk).update(granted_at=granted_at)
        if name == "clerk":
            for department in departments():
                grant_department(user_id=user.public_id, department_id=department.public_id, actor=actor)


def staff_actor(name: str) -> Actor:
    """One of the office's people, as an actor."""
    login = next(one for one in STAFF if one.name == name)
    user = User.objects.find(login.email, UserKind.STAFF)
    assert user is not None
    return Actor(kind=ActorKind.STAFF, ref=str(user.public_id), user_id=user.pk)


def resident_actor(email: str) -> Actor:
    """A resident, as an actor."""
    user = User.objects.find(email, UserKind.RESIDENT)
    assert user is not None
    return Actor(kind=ActorKind.RESIDENT, ref=str(user.public_id), user_id=user.pk)


def make_payers(payers: Sequence[PlannedPayer]) -> None:
    """The payers' files that the finance system keeps, as an import writes them, also of people who owe nothing."""
    known = set(Payer.objects.values_list("external_id", flat=True))
    Payer.objects.bulk_create(
        Payer(
            external_id=one.external_id,
            kind=one.kind,
            name=one.name,
            identifier=one.identifier,
            identifier_index=person_index(one.identifier),
            address=one.address,
        )
        for one in payers
        if one.external_id not in known
    )


def make_cast(story: Story) -> None:
    """Register the residents who have a login, confirm, approve and authorise them; Bartek represents the company."""
    for person in story.residents[: len(RESIDENTS)]:
        _register(person)
        _confirm(person)
        _approve(person)
        _authorise(person)
    bartek = resident_of(resident_actor(RESIDENTS[1].email))
    company = Payer.objects.get(external_id=story.company.external_id)
    values = {"basis": "KRS: prezes zarządu", "valid_from": SINCE}
    Representation.objects.get_or_create(resident=bartek, payer=company, defaults=values)


def make_queue(waiting: Sequence[Person]) -> None:
    """Registrations in the clerk's queue: the first is half-way where the gmina has two steps, one mail is unconfirmed,
    and the last person is unknown to the finance system."""
    for place, person in enumerate(waiting):
        _register(person)
        if place != 1:
            _confirm(person)
    if waiting and office().registration_policy == "clerk_then_admin":
        _approve(waiting[0])


def make_others(story: Story) -> int:
    """The residents nobody signs in as, in bulk with one password hash; how many were made."""
    people = story.residents[len(RESIDENTS) :]
    known = {bytes(index) for index in User.objects.values_list("email_index", flat=True)}
    missing = [person for person in people if email_index(person.email) not in known]
    with transaction.atomic():
        residents = _bulk(missing)
        files = {payer.identifier: payer.external_id for payer in story.payers}
        payers = {payer.external_id: payer for payer in Payer.objects.filter(kind="person")}
        Representation.objects.bulk_create(
            Representation(
                resident=resident, payer=payers[files[resident.pesel]], is_self=True, valid_from=SINCE
            )
            for resident in residents
        )
    return len(missing)


def _bulk(people: Collection[Person]) -> list[Resident]:
    now, password = timezone.now(), make_password(PASSWORD)
    users = User.objects.bulk_create(
        User(
            kind=UserKind.RESIDENT,
            email=person.email,
            email_index=email_index(person.email),
            full_name=person.full_name,
            password=password,
            email_confirmed_at=now,
        )
        for person in people
    )
    regulation = current_regulation(timezone.localdate())
    RegulationAcceptance.objects.bulk_create(
        RegulationAcceptance(user=user, regulation=regulation, accepted_at=now) for user in users
    )
    return Resident.objects.bulk_create(
        Resident(
            user=user,
            state=ResidentState.ACTIVE,
            first_name=person.first_name,
            last_name=person.last_name,
            pesel=person.pesel,
            person_index=person_index(person.pesel),
            address=person.address,
            phone="",
            submitted_at=now,
            activated_at=now,
        )
        for user, person in zip(users, people, strict=True)
    )


def _register(person: Person) -> None:
    if User.objects.find(person.email, UserKind.RESIDENT):
        return
    application = Application(
        first_name=person.first_name,
        last_name=person.last_name,
        pesel=person.pesel,
        email=person.email,
        address=person.address,
        password=UNGUESSED,
        regulation_id=current_regulation(timezone.localdate()).public_id,
    )
    proof = None
    if WayIn.LOCAL_ACCOUNT not in ways_in():
        proof = ProvenIdentity("login_gov", person.pesel, person.first_name, person.last_name)
    register(application, actor=Actor(kind=ActorKind.ANONYMOUS), proof=proof)
    # The password that is shown to everybody is too plain for the rule.
    user = User.objects.find(person.email, UserKind.RESIDENT)
    assert user is not None
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])


def _confirm(person: Person) -> None:
    """Follow the link of the letter, which waits in the outbox."""
    resident = _resident(person)
    if resident.user.email_confirmed_at is None:
        letter = Message.objects.filter(kind="registered", related_ref=str(resident.public_id)).latest("id")
        found = CONFIRMATION.search(letter.body)
        assert found is not None
        confirm_address(found[1], actor=resident_actor(person.email))


def _approve(person: Person) -> None:
    resident = _resident(person)
    if resident.state == ResidentState.SUBMITTED:
        approve_registration(
            registration_id=resident.public_id,
            payer_id=_file_of(person),
            version=resident.version,
            actor=staff_actor("daria"),
        )


def _authorise(person: Person) -> None:
    resident = _resident(person)
    if resident.state == ResidentState.VERIFIED:
        authorise_registration(
            registration_id=resident.public_id, version=resident.version, actor=staff_actor("filip")
        )


def _resident(person: Person) -> Resident:
    return resident_of(resident_actor(person.email))


def _file_of(person: Person) -> UUID:
    return Payer.objects.get(identifier_index=person_index(person.pesel)).public_id
