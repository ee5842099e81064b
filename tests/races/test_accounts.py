"""Two people act on one account, one request or one file at one moment: it happens once, and the other one is told."""

import pytest
from django.utils import timezone

from kernel.audit.models import AuditEntry
from services.accounts.actions import (
    Represented,
    block_account,
    grant_representation,
    link_payer,
    match_waiting,
    reject_representation_request,
    request_representation,
)
from services.accounts.domain.representation import Level, Scope, Title
from services.accounts.models import Representation, RepresentationRequest, Resident
from services.notices.models import Message
from tests.factories.accounts import PayerFactory, ResidentFactory
from tests.races.test_offices_acts import colleague


def code_of(result) -> str:
    return getattr(result, "code", "done")


@pytest.mark.covers("S35")
def test_a_grant_and_a_refusal_at_one_moment_are_one_decision(own):
    anna, daria, other = own.person("anna"), own.person("daria"), colleague("clerk")
    firm = PayerFactory(company=True)
    wanted = Represented("Zakład", "5260250274", Title.STATUTORY, Scope(Level.FULL, timezone.localdate()))
    row = request_representation(wanted, None, actor=anna.actor)
    given = {"request_id": row.public_id, "version": 1}
    results = own.together(
        lambda: grant_representation(payer_id=firm.public_id, actor=daria.actor, **given),
        lambda: reject_representation_request(reason="Powód.", actor=other.actor, **given),
    )
    codes = sorted(code_of(result) for result in results)
    assert codes.count("done") == 1, codes
    state = RepresentationRequest.objects.get(pk=row.pk).state
    assert Representation.objects.filter(payer=firm).exists() == (state == "granted")
    decisions = ("representation.granted", "representation.rejected")
    assert AuditEntry.objects.filter(action__in=decisions).count() == 1
    letters = ("representation_granted", "representation_rejected")
    assert Message.objects.filter(kind__in=letters).count() == 1


def test_two_requests_for_one_number_at_one_moment_are_one_request(own):
    anna = own.person("anna")
    wanted = Represented("Zakład", "5260250274", Title.STATUTORY, Scope(Level.SEE, timezone.localdate()))
    results = own.together(
        *(lambda: request_representation(wanted, None, actor=anna.actor) for _ in range(4))
    )
    codes = sorted(code_of(result) for result in results)
    assert codes == ["done", *["representation.requested"] * 3]
    assert RepresentationRequest.objects.count() == 1
    assert Message.objects.filter(kind="representation_requested").count() == 1


@pytest.mark.covers("S35")
def test_one_file_is_linked_to_one_of_two_persons(own):
    payer = PayerFactory(identifier="", identifier_index=None)
    people = [ResidentFactory(), ResidentFactory()]
    clerks = [own.person("daria"), colleague("clerk")]
    results = own.together(
        *(
            lambda one=one, who=who: link_payer(
                resident_id=one.public_id, payer_id=payer.public_id, version=1, actor=who.actor
            )
            for one, who in zip(people, clerks, strict=True)
        )
    )
    assert sorted(code_of(result) for result in results) == ["done", "payer.taken"]
    assert Representation.objects.filter(payer=payer, revoked_at__isnull=True).count() == 1


def test_two_runs_of_the_matching_link_a_file_once(own):
    resident = ResidentFactory()
    payer = PayerFactory(identifier=resident.pesel)
    found = own.together(match_waiting, match_waiting, match_waiting)
    assert sum(found) == 1
    assert Representation.objects.filter(resident=resident, payer=payer).count() == 1
    assert AuditEntry.objects.filter(action="resident.matched").count() == 1


def test_two_blocks_at_one_moment_are_one_block_and_one_letter(own):
    row = Resident.objects.get(user_id=own.person("anna").user_id)
    admins = [own.person("filip"), colleague("admin")]
    results = own.together(
        *(
            lambda who=who: block_account(
                resident_id=row.public_id, reason="Powód.", version=1, actor=who.actor
            )
            for who in admins
        )
    )
    assert sorted(code_of(result) for result in results) == ["done", "registration.stale"]
    assert Resident.objects.get(pk=row.pk).state == "blocked"
    assert Message.objects.filter(kind="account_blocked").count() == 1
