"""Acting for somebody else: request, document, decision, scope, term and end (eKasa § 2 pkt 1)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from kernel import tenancy
from kernel.actors import ActorKind
from kernel.audit.models import AuditEntry
from kernel.documents import Document
from kernel.errors import Conflict, InvalidInput, NotFound, Refused
from services.accounts.actions import (
    Represented,
    give_representation_up,
    grant_representation,
    reject_representation_request,
    request_representation,
    revoke_representation,
    withdraw_representation_request,
)
from services.accounts.domain.representation import Level, Scope, Title
from services.accounts.models import Representation, RepresentationDocument, RepresentationRequest
from services.accounts.queries import acts_for, resident_of
from services.accounts.queries_representation import (
    authorities_of,
    authority_over,
    document_of,
    require_level,
    residents_of,
    waiting_requests,
)
from services.notices.models import Message
from services.payments.queries import SEE_ONLY, basket, statement
from tests.factories.accounts import PayerFactory, ResidentFactory
from tests.factories.liabilities import LiabilityFactory
from tests.fixtures.cast import Person

pytestmark = pytest.mark.django_db
NIP = "5260250274"
PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\nPelnomocnictwo dla Anny Kanarkowskiej\n%%EOF\n"
LETTER = Document("../moje upoważnienie.exe", PDF)


@pytest.fixture
def anna(in_borki, person):
    return person("anna")


@pytest.fixture
def company(in_borki):
    return PayerFactory(company=True, name="Piekarnia Próbna", identifier=NIP)


@pytest.fixture
def ask(anna) -> Callable[..., RepresentationRequest]:
    """`ask(level=…, types=…, valid_to=…)`: Anna asks to act for the bakery."""

    def send(document: Document | None = LETTER, **changes: Any):
        scope = Scope(
            level=changes.pop("level", Level.FULL),
            valid_from=changes.pop("valid_from", timezone.localdate()),
            valid_to=changes.pop("valid_to", None),
            types=changes.pop("types", None),
        )
        values = {"name": "Piekarnia Próbna", "identifier": "526-025-02-74", "title": Title.ATTORNEY}
        actor = changes.pop("actor", anna.actor)
        return request_representation(Represented(**(values | changes), scope=scope), document, actor=actor)

    return send


@pytest.fixture
def grant(company, daria) -> Callable[[RepresentationRequest], Representation]:
    return lambda row: grant_representation(
        request_id=row.public_id, payer_id=company.public_id, version=1, actor=daria.actor
    )


def resident(person):
    return resident_of(person.actor)


@pytest.mark.covers("D13")
def test_a_request_with_a_document_waits_and_gives_nothing_yet(ask, anna, company):
    row = ask()
    assert [one.public_id for one in waiting_requests()] == [row.public_id]
    assert company not in acts_for(resident(anna), timezone.localdate())
    letter = Message.objects.get()
    assert (letter.kind, letter.recipient) == ("representation_requested", "anna@mieszkaniec.example")


@pytest.mark.covers("S43", "S49")
def test_the_document_is_kept_as_it_was_and_cannot_be_read_in_the_database(ask):
    row = ask()
    kept = document_of(row.public_id)
    assert (kept.content, kept.media_type, kept.size) == (PDF, "application/pdf", len(PDF))
    assert kept.name == "moje upoważnienie.pdf"
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_representationdocument")
        raw = b"".join(bytes(v) for v in cursor.fetchone() if isinstance(v, memoryview | bytes))
        cursor.execute("SELECT * FROM accounts_representationrequest")
        raw += b"".join(bytes(v) for v in cursor.fetchone() if isinstance(v, memoryview | bytes))
    for plain in (
        b"Kanarkowskiej",
        b"S2FuYXJrb3dza2llag",
        b"Piekarnia",
        NIP.encode(),
        "upoważnienie".encode(),
    ):
        assert plain not in raw


@pytest.mark.covers("D13")
def test_what_a_clerk_grants_holds_from_then_on_and_is_told(ask, grant, anna, company, daria):
    grant(ask(level=Level.PAY))
    authority = authority_over(resident(anna), company, timezone.localdate())
    assert (authority.level, authority.types, authority.is_self) == (Level.PAY, None, False)
    entry = AuditEntry.objects.get(action="representation.granted")
    assert (entry.actor_ref, entry.role, entry.details["level"]) == (daria.ref, "clerk", "pay")
    assert Message.objects.filter(kind="representation_granted").count() == 1


REFUSALS: list[tuple[dict[str, Any], str]] = [
    ({"identifier": "5260250275"}, "representation.identifier"),
    ({"identifier": ""}, "representation.identifier"),
    ({"identifier": "75870300017"}, "representation.own"),
    ({"name": " "}, "representation.name"),
    ({"document": None}, "document.missing"),
    ({"document": Document("a.pdf", b"")}, "document.empty"),
    ({"document": Document("a.pdf", b"MZ\x90 program")}, "document.type"),
    ({"document": Document("a.pdf", b"<html><script>alert(1)</script>")}, "document.type"),
    ({"document": Document("a.pdf", PDF[:-7])}, "document.type"),
    ({"document": Document("a.pdf", PDF.replace(b"/Type", b"/JavaScript"))}, "document.active"),
    ({"document": Document("a.pdf", PDF.replace(b"/Type", b"/J#61vaScript"))}, "document.active"),
    ({"document": Document("a.pdf", PDF.replace(b"/Type", b"/Launch"))}, "document.active"),
    ({"document": Document("a.pdf", PDF + b" " * 5 * 1024 * 1024 + b"%%EOF")}, "document.too_large"),
    ({"types": frozenset()}, "representation.types"),
    ({"valid_to": timezone.localdate() - timedelta(days=1)}, "representation.term"),
    ({"valid_to": date(2090, 1, 1)}, "representation.term"),
]


@pytest.mark.parametrize(("changes", "code"), REFUSALS, ids=[f"{n} {c}" for n, (_, c) in enumerate(REFUSALS)])
def test_a_request_that_cannot_be_leaves_nothing(ask, changes, code):
    with pytest.raises(InvalidInput) as refused:
        ask(**changes)
    assert refused.value.code == code
    assert not RepresentationRequest.objects.exists()
    assert not RepresentationDocument.objects.exists()
    assert not Message.objects.exists()


def test_a_liability_type_that_the_gmina_does_not_have_cannot_be_asked_for(ask):
    with pytest.raises(NotFound, match=r"liability_type\.unknown"):
        ask(types=frozenset({"podatek_od_smokow"}))
    assert not RepresentationRequest.objects.exists()


def test_by_the_register_somebody_may_ask_without_a_document(ask):
    assert ask(document=None, title=Title.STATUTORY).state == "waiting"


def test_a_second_request_for_the_same_number_waits_for_the_first(ask):
    first = ask()
    with pytest.raises(Conflict, match=r"representation\.requested"):
        ask()
    assert RepresentationRequest.objects.get() == first


def test_who_has_no_active_account_cannot_ask(ask, in_borki):
    waiting = ResidentFactory(submitted=True)
    actor = Person("", "", waiting.user_id, str(waiting.user.public_id), ActorKind.RESIDENT).actor
    with pytest.raises(Refused, match=r"access\.not_active"):
        ask(actor=actor)
    assert not RepresentationRequest.objects.exists()


@pytest.mark.parametrize("name", ["edyta", "filip", "celina", "anna"])
def test_who_is_no_clerk_grants_and_refuses_nothing(ask, company, person, name):
    row = ask()
    actor = person(name).actor
    with pytest.raises(Refused, match=r"access\.denied"):
        grant_representation(request_id=row.public_id, payer_id=company.public_id, version=1, actor=actor)
    with pytest.raises(Refused, match=r"access\.denied"):
        reject_representation_request(request_id=row.public_id, reason="Bo tak.", version=1, actor=actor)
    row.refresh_from_db()
    assert row.state == "waiting"
    assert not Representation.objects.filter(payer=company).exists()


def test_a_refused_request_tells_the_reason_and_gives_nothing(ask, anna, company, daria):
    row = ask()
    reject_representation_request(
        request_id=row.public_id, reason="Pełnomocnictwo bez podpisu.", version=1, actor=daria.actor
    )
    assert company not in acts_for(resident(anna), timezone.localdate())
    assert "Pełnomocnictwo bez podpisu." in Message.objects.get(kind="representation_rejected").body
    ask()  # a new one may be sent


def test_a_refusal_needs_a_reason(ask, daria):
    row = ask()
    with pytest.raises(InvalidInput, match=r"reason\.missing"):
        reject_representation_request(request_id=row.public_id, reason=" ", version=1, actor=daria.actor)
    row.refresh_from_db()
    assert row.state == "waiting"


@pytest.mark.covers("S35")
def test_who_saw_an_older_version_or_comes_second_decides_nothing(ask, grant, company, daria):
    row = ask()
    with pytest.raises(Conflict, match=r"registration\.stale"):
        grant_representation(
            request_id=row.public_id, payer_id=company.public_id, version=7, actor=daria.actor
        )
    assert not Representation.objects.filter(payer=company).exists()
    grant(row)
    with pytest.raises(Conflict, match=r"representation_request\.decided"):
        reject_representation_request(
            request_id=row.public_id, reason="Bo tak.", version=1, actor=daria.actor
        )
    assert Representation.objects.get(payer=company).revoked_at is None


def test_what_was_withdrawn_cannot_be_granted(ask, grant, anna, company):
    row = ask()
    withdraw_representation_request(request_id=row.public_id, actor=anna.actor)
    withdraw_representation_request(request_id=row.public_id, actor=anna.actor)
    with pytest.raises(Conflict, match=r"representation_request\.decided"):
        grant(row)
    assert not Representation.objects.filter(payer=company).exists()


def test_nobody_withdraws_or_gives_up_what_is_another_persons(ask, grant, person):
    row = ask()
    with pytest.raises(NotFound):
        withdraw_representation_request(request_id=row.public_id, actor=person("celina").actor)
    right = grant(row)
    with pytest.raises(NotFound):
        give_representation_up(representation_id=right.public_id, actor=person("celina").actor)
    right.refresh_from_db()
    assert right.revoked_at is None


def test_nobody_becomes_the_representative_of_the_own_file(ask, person, daria):
    row = ask()
    own = person("anna").payer_id
    with pytest.raises(Conflict, match=r"representation\.own"):
        grant_representation(request_id=row.public_id, payer_id=own, version=1, actor=daria.actor)
    assert Representation.objects.get(payer__public_id=own).is_self


def test_the_other_gminas_clerk_does_not_know_the_request(ask, company, dabrowa, person):
    row = ask()
    with tenancy.enter(dabrowa), pytest.raises(NotFound):
        grant_representation(
            request_id=row.public_id, payer_id=company.public_id, version=1, actor=person("daria").actor
        )
    row.refresh_from_db()
    assert row.state == "waiting"


# --- term ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "until", "on", "holds"),
    [
        (date(2028, 2, 29), date(2028, 2, 29), date(2028, 2, 28), False),
        (date(2028, 2, 29), date(2028, 2, 29), date(2028, 2, 29), True),
        (date(2028, 2, 29), date(2028, 2, 29), date(2028, 3, 1), False),
        (date(2027, 3, 1), date(2028, 2, 29), date(2028, 2, 29), True),
        (date(2027, 3, 1), date(2028, 2, 28), date(2028, 2, 29), False),
        (date(2028, 2, 29), None, date(2099, 2, 28), True),
    ],
)
def test_a_term_holds_from_its_first_to_its_last_day(ask, grant, anna, company, since, until, on, holds):
    grant(ask(valid_from=since, valid_to=until))
    assert (company in acts_for(resident(anna), on)) == holds
    assert (company in [one.payer for one in authorities_of(resident(anna), on)]) == holds
    assert bool(residents_of(company, on, "any")) == holds


def test_a_right_that_was_taken_away_ends_at_once_and_is_told(ask, grant, anna, company, daria):
    right = grant(ask())
    due = LiabilityFactory(payer=company)
    revoke_representation(
        representation_id=right.public_id,
        reason="Odwołano pełnomocnictwo.",
        version=right.version,
        actor=daria.actor,
    )
    assert company not in acts_for(resident(anna), timezone.localdate())
    with pytest.raises(NotFound, match=r"payer\.foreign"):
        statement(company, timezone.localdate(), resident(anna))
    with pytest.raises(NotFound, match=r"payer\.foreign"):
        basket(company, [due.public_id], timezone.localdate(), resident(anna))
    assert "Odwołano pełnomocnictwo." in Message.objects.get(kind="representation_revoked").body


def test_taking_away_needs_a_clerk_a_reason_and_the_version_that_was_shown(
    ask, grant, company, daria, person
):
    right = grant(ask())
    given = {"representation_id": right.public_id}
    with pytest.raises(Refused):
        revoke_representation(**given, reason="Powód.", version=1, actor=person("filip").actor)
    with pytest.raises(InvalidInput, match=r"reason\.missing"):
        revoke_representation(**given, reason="", version=1, actor=daria.actor)
    with pytest.raises(Conflict, match=r"registration\.stale"):
        revoke_representation(**given, reason="Powód.", version=9, actor=daria.actor)
    right.refresh_from_db()
    assert right.revoked_at is None


def test_who_gave_a_right_up_may_be_granted_it_again(ask, grant, anna, company):
    right = grant(ask())
    give_representation_up(representation_id=right.public_id, actor=anna.actor)
    assert company not in acts_for(resident(anna), timezone.localdate())
    again = grant(ask(level=Level.SEE))
    assert again.pk == right.pk
    assert authority_over(resident(anna), company, timezone.localdate()).level == Level.SEE


# --- scope ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def two_dues(company):
    from tenants.configuration.models import LiabilityType

    first, second = LiabilityType.objects.order_by("id")[:2]
    return [LiabilityFactory(payer=company, liability_type=kind) for kind in (first, second)]


def test_a_representative_for_one_liability_type_sees_and_pays_no_other(ask, grant, anna, company, two_dues):
    mine, other = two_dues
    grant(ask(types=frozenset({mine.liability_type.code})))
    today = timezone.localdate()
    assert [due.public_id for due in statement(company, today, resident(anna)).dues] == [mine.public_id]
    with pytest.raises(NotFound, match=r"liability\.unknown"):
        basket(company, [other.public_id], today, resident(anna))
    with pytest.raises(NotFound, match=r"payer\.foreign"):
        require_level(anna.actor, company, Level.SEE, [other.liability_type.code])
    assert residents_of(company, today, mine.liability_type.code) == [resident(anna)]
    assert residents_of(company, today, other.liability_type.code) == []


def test_when_the_last_type_of_a_scope_is_gone_nothing_is_left_and_not_everything(
    ask, grant, anna, company, two_dues
):
    right = grant(ask(types=frozenset({two_dues[0].liability_type.code})))
    right.liability_types.clear()
    assert statement(company, timezone.localdate(), resident(anna)).dues == ()


def test_who_may_only_look_pays_nothing(ask, grant, anna, company, two_dues):
    from services.payments.actions import Order, start_payment
    from services.payments.models import Payment

    grant(ask(level=Level.SEE))
    today = timezone.localdate()
    dues = statement(company, today, resident(anna)).dues
    assert {due.not_payable_reason for due in dues} == {SEE_ONLY}
    assert basket(company, [two_dues[0].public_id], today, resident(anna)).groups == ()
    with pytest.raises(Refused, match=r"representation\.level"):
        start_payment(
            Order(
                payer_id=company.public_id,
                due_ids=(two_dues[0].public_id,),
                group_key="any",
                method_id="1",
                expected_total_gr=30_000,
                start_key=uuid4(),
            ),
            actor=anna.actor,
        )
    assert not Payment.objects.exists()


@pytest.mark.parametrize(("level", "goes"), [("see", False), ("pay", False), ("full", True)])
def test_only_an_extended_representative_files_requests(ask, grant, anna, company, level, goes):
    grant(ask(level=Level(level)))
    if goes:
        assert require_level(anna.actor, company, Level.FULL).payer == company
    else:
        with pytest.raises(Refused, match=r"representation\.level"):
            require_level(anna.actor, company, Level.FULL)
