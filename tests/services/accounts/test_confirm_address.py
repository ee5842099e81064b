"""The link that proves the e-mail address."""

import re
from datetime import UTC, datetime, timedelta
from unittest import mock

import pytest
from django.core.signing import TimestampSigner

from kernel import tenancy
from kernel.audit.models import AuditEntry
from kernel.errors import NotFound
from services.accounts.actions import confirm_address, register
from services.accounts.actions.registering import CONFIRMATION_HOURS
from services.accounts.entry import confirm_again
from services.accounts.models import Resident
from services.notices.models import Message
from services.users.models import User

pytestmark = pytest.mark.django_db

ADDRESS = "zdzislawa@poczta.example"


@pytest.fixture
def registered(application, visitor) -> Resident:
    register(application(), actor=visitor)
    return Resident.objects.get(user=User.objects.find(ADDRESS, "resident"))


def token_of(message: Message) -> str:
    found = re.search(r"/rejestracja/potwierdz/([^/\s]+)/", message.body)
    assert found
    return found.group(1)


def mailed_token() -> str:
    return token_of(Message.objects.filter(kind="registered").latest("id"))


def is_confirmed(resident: Resident) -> bool:
    return User.objects.get(pk=resident.user_id).email_confirmed_at is not None


def test_the_mailed_link_proves_the_address(registered, visitor):
    confirm_address(mailed_token(), actor=visitor)
    assert is_confirmed(registered)
    entry = AuditEntry.objects.get(action="registration.address_confirmed")
    assert (entry.subject_ref, entry.address) == (str(registered.public_id), "203.0.113.7")


def test_proving_the_address_does_not_open_the_account(registered, visitor):
    confirm_address(mailed_token(), actor=visitor)
    registered.refresh_from_db()
    assert registered.state == "submitted"


def test_following_the_link_twice_is_the_same_as_once(registered, visitor):
    confirm_address(mailed_token(), actor=visitor)
    first = User.objects.get(pk=registered.user_id).email_confirmed_at
    confirm_address(mailed_token(), actor=visitor)
    assert User.objects.get(pk=registered.user_id).email_confirmed_at == first
    assert AuditEntry.objects.filter(action="registration.address_confirmed").count() == 1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda token: "",
        lambda token: "x",
        lambda token: token + "x",
        lambda token: "f" + token[1:],
        lambda token: token.rsplit(":", 1)[0],
        lambda token: token.split(":")[0],
    ],
    ids=["empty", "one letter", "longer", "other id", "unsigned", "bare id"],
)
def test_a_forged_link_proves_nothing(registered, visitor, spoil):
    with pytest.raises(NotFound, match=r"link\.dead"):
        confirm_address(spoil(mailed_token()), actor=visitor)
    assert not is_confirmed(registered)


@pytest.mark.parametrize("salt", ["confirm-address", "confirm-address|2465011", "confirm-address|"])
def test_a_link_signed_for_another_purpose_or_gmina_proves_nothing(registered, visitor, salt):
    token = TimestampSigner(salt=salt).sign(str(registered.public_id))
    with pytest.raises(NotFound, match=r"link\.dead"):
        confirm_address(token, actor=visitor)
    assert not is_confirmed(registered)


def test_another_gminas_link_proves_nothing_here_and_still_works_there(registered, visitor, dabrowa):
    token = mailed_token()
    with tenancy.enter(dabrowa):
        with pytest.raises(NotFound, match=r"link\.dead"):
            confirm_address(token, actor=visitor)
        assert not AuditEntry.objects.filter(action="registration.address_confirmed").exists()
    assert not is_confirmed(registered)
    confirm_address(token, actor=visitor)
    assert is_confirmed(registered)


def test_a_link_that_names_nobody_proves_nothing(registered, visitor):
    nobody = TimestampSigner(salt="confirm-address|0615022").sign("0192f0a0-0000-7000-8000-000000000000")
    with pytest.raises(NotFound, match=r"link\.dead"):
        confirm_address(nobody, actor=visitor)
    assert not is_confirmed(registered)


@pytest.mark.parametrize(("minutes", "is_alive"), [(-1, True), (1, False)])
def test_the_link_lives_three_days(registered, visitor, minutes, is_alive):
    later = datetime.now(UTC) + timedelta(hours=CONFIRMATION_HOURS, minutes=minutes)
    with mock.patch("django.core.signing.time.time", return_value=later.timestamp()):
        if is_alive:
            confirm_address(mailed_token(), actor=visitor)
        else:
            with pytest.raises(NotFound, match=r"link\.dead"):
                confirm_address(mailed_token(), actor=visitor)
    assert is_confirmed(registered) is is_alive


def test_who_lost_the_letter_gets_a_new_link_that_works(registered, visitor):
    first = mailed_token()
    confirm_again(user_id=registered.user_id, address="203.0.113.7")
    assert Message.objects.filter(kind="registered").count() == 2
    confirm_address(mailed_token(), actor=visitor)
    assert is_confirmed(registered)
    confirm_address(first, actor=visitor)  # the older letter is not a lie either


def test_a_proven_address_gets_no_further_letter(registered, visitor):
    confirm_address(mailed_token(), actor=visitor)
    confirm_again(user_id=registered.user_id, address="203.0.113.7")
    assert Message.objects.filter(kind="registered").count() == 1
