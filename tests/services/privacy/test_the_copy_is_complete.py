"""The copy of one's data holds every section that the inventory promises (art. 15 RODO, S98, D92)."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from kernel.documents import Document
from services.accounts.actions import Represented, give_consent, request_representation
from services.accounts.actions.restricting import restrict
from services.accounts.domain.consents import Purpose
from services.accounts.domain.representation import Level, Scope, Title
from services.accounts.domain.restriction import Ground
from services.accounts.models import Resident
from services.identity.models import LoginAttempt, ProvenPerson
from services.privacy import export
from services.privacy.actions import take_copy
from services.privacy.export import sections_of
from services.privacy.inventory import INVENTORY
from services.safeguards.domain import RevealReason
from services.safeguards.reveals import reveal
from services.users.models import Passkey, Session
from services.users.sessions import key_hash
from tests.services.privacy.test_requests_of_people import sections

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def test_every_section_of_the_inventory_is_in_the_copy(resident):
    keys = {section.key for section in sections_of(resident)}
    promised = {one.section for one in INVENTORY if one.section}
    assert promised - keys == set()


def test_the_copy_holds_own_sessions_and_what_protects_the_account(anna, resident):
    now = timezone.now()
    Session.objects.create(
        key_hash=key_hash("anna's browser"),
        content={
            "entered": {
                "device": "Firefox na laptopie Anny",
                "address": "198.51.100.17",
                "method": "password",
                "at": now.timestamp(),
            }
        },
        user=resident.user,
        seen_at=now,
        ends_at=now + timedelta(minutes=30),
    )
    Passkey.objects.create(
        user=resident.user, name="Telefon Anny", host="x", credential_hash=b"h", credential=b"c"
    )
    found = sections(take_copy(form="json", actor=anna))
    [session] = found["sessions"]
    assert (session["Przeglądarka"], session["Adres IP"]) == ("Firefox na laptopie Anny", "198.51.100.17")
    assert [row["Nazwa"] for row in found["protection"]] == ["Telefon Anny"]


def test_the_copy_holds_the_national_nodes_word_and_the_attempts_of_the_day(anna, resident):
    now = timezone.now()
    proof = ProvenPerson.objects.create(
        person={},
        issuer="węzeł-próbny",
        message_id="id-1",
        means="profil zaufany",
        level="substantial",
        proven_at=now,
        until=now,
        used_at=now,
    )
    Resident.objects.filter(pk=resident.pk).update(proof_method="login_gov", proof_ref=str(proof.public_id))
    for ref, outcome in ((resident.public_id, "login_gov.done"), (None, "login_gov.no_account")):
        LoginAttempt.objects.create(
            request_id=outcome,
            relay_state=outcome,
            nonce_digest=b"n",
            entity_id="x",
            started_at=now,
            used_at=now,
            outcome=outcome,
            resident_ref=ref,
        )
    found = sections(take_copy(form="json", actor=anna))["proofs"]
    assert [row.get("Kto potwierdził", row.get("Wynik")) for row in found] == [
        "węzeł-próbny",
        "login_gov.done",
    ]


def test_the_copy_holds_requests_to_represent_with_their_document(anna):
    scope = Scope(Level.FULL, timezone.localdate())
    asked = Represented(
        "Tartak Próbny sp. z o.o.", "5260001246", Title.ATTORNEY, scope, note="Od córki właściciela."
    )
    request_representation(asked, Document("pelnomocnictwo.pdf", PDF), actor=anna)
    [row] = sections(take_copy(form="json", actor=anna))["representation_requests"]
    assert (row["Kogo"], row["Uwagi"]) == ("Tartak Próbny sp. z o.o.", "Od córki właściciela.")
    [file] = [value for label, value in row.items() if label.endswith("(base64)")]
    assert file.startswith("JVBERi0")
    document = export.pdf(take_copy(form="pdf", actor=anna))
    assert document.startswith(b"%PDF")


def test_the_copy_says_who_revealed_what_and_why_by_role(anna, resident, person):
    """Court of Justice, C-579/21: the role, not the name."""
    reveal(
        resident,
        "pesel",
        reason=RevealReason.CASE,
        note="Sprawa FN.3120.7.2026.",
        now=timezone.now(),
        actor=person("daria").actor,
    )
    copy = take_copy(form="json", actor=anna)
    [row] = sections(copy)["reveals"]
    assert (row["Kto"], row["Co"], row["Dlaczego"]) == ("urzędnik", "PESEL", "prowadzenie sprawy")
    assert row["Opis"] == "Sprawa FN.3120.7.2026."
    assert "Daria" not in json.dumps(copy, ensure_ascii=False)


def test_the_copy_holds_consents_with_their_words_and_restrictions(anna, resident, filip):
    give_consent(Purpose.REMINDERS, text_version=1, actor=anna)
    restrict(resident, Ground.CLAIMS, request_ref=None, actor=filip)
    found = sections(take_copy(form="json", actor=anna))
    [consent] = found["consents"]
    assert consent["Tekst"].startswith("Chcę dostawać e-mailem przypomnienia")
    assert consent["Udzielona"]
    assert found["restrictions"][0]["Podstawa"] == Ground.CLAIMS.polish


def test_nothing_of_the_new_sections_belongs_to_somebody_else(anna, person, resident):
    celina = Resident.objects.get(user__public_id=person("celina").ref)
    give_consent(Purpose.REMINDERS, text_version=1, actor=person("celina").actor)
    reveal(
        celina,
        "pesel",
        reason=RevealReason.CASE,
        note="Sprawa Celiny.",
        now=timezone.now(),
        actor=person("daria").actor,
    )
    found = sections(take_copy(form="json", actor=anna))
    assert (found["consents"], found["reveals"], found["sessions"]) == ([], [], [])
