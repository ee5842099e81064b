"""The copy: the account, what protects it, and whom it acts for."""

from collections.abc import Iterator

from services.accounts.domain import ResidentState
from services.accounts.domain.consents import Purpose, text_of
from services.accounts.domain.restriction import Ground
from services.accounts.models import (
    DataChange,
    EmailChange,
    NotThisPayer,
    RegulationAcceptance,
    Representation,
    RepresentationRequest,
    Resident,
)
from services.accounts.queries_rights import consents_of, restrictions_of
from services.identity.queries import attempts_of, proof_of
from services.privacy.export.parts import Row, Section, at, file_row, on
from services.signing.queries import kept_signatures_of
from services.users.factors import factors_of
from services.users.own_sessions import open_sessions


def sections(resident: Resident) -> Iterator[Section]:
    """Everything about the account itself."""
    yield Section(
        "person", "Konto i dane osoby", "Podane przy rejestracji albo zmienione później.", [_person(resident)]
    )
    yield Section("changes", "Zmiany danych", "", list(_changes(resident)))
    yield Section("acceptances", "Zaakceptowane wersje regulaminu", "", list(_acceptances(resident)))
    yield Section("consents", "Zgody", "Z tekstem, który był na stronie.", list(_consents(resident)))
    yield Section(
        "restrictions", "Ograniczenia przetwarzania (art. 18 RODO)", "", list(_restrictions(resident))
    )
    yield Section(
        "proofs",
        "Potwierdzenia tożsamości",
        "Logowania przez login.gov.pl są przechowywane jeden dzień.",
        list(_proofs(resident)),
    )
    yield Section(
        "signatures",
        "Podpisany wniosek o rejestrację",
        "W kopii dla programów (JSON) są też same pliki, zapisane jako base64.",
        list(_signatures(resident)),
    )
    yield Section(
        "protection",
        "Co chroni konto",
        "Sekretów aplikacji i kodów nie podajemy: kto je ma, wchodzi na konto.",
        list(_protection(resident)),
    )
    yield Section(
        "sessions",
        "Gdzie konto jest teraz zalogowane",
        "Przeglądarka podała swój opis sama.",
        list(_sessions(resident)),
    )
    yield Section("representations", "W czyim imieniu działa konto", "", list(_representations(resident)))
    yield Section(
        "representation_requests", "Wnioski o reprezentowanie", "", list(_representation_requests(resident))
    )
    yield Section("ruled_out", "Kartoteki, które nie są Twoje", "", list(_ruled_out(resident)))


def _person(resident: Resident) -> Row:
    user = resident.user
    return {
        "Imię": resident.first_name,
        "Nazwisko": resident.last_name,
        "PESEL": resident.pesel,
        "Adres": resident.address,
        "E-mail": user.email,
        "E-mail potwierdzony": at(user.email_confirmed_at),
        "Telefon": resident.phone,
        "Stan konta": ResidentState(resident.state).polish,
        "Rejestracja": at(resident.submitted_at),
        "Aktywne od": at(resident.activated_at),
        "Zablokowane": at(resident.blocked_at),
        "Powód blokady": resident.block_reason or "",
        "Powód odmowy": resident.decision_reason,
        "Potwierdzenie tożsamości": resident.proof_method,
        "Ostatnie logowanie": at(user.last_login),
        "Numer konta w portalu": str(resident.public_id),
    }


def _changes(resident: Resident) -> Iterator[Row]:
    for row in DataChange.objects.filter(resident=resident).order_by("changed_at", "pk"):
        yield {
            "Kiedy": at(row.changed_at),
            "Co": row.get_field_display(),
            "Było": row.before,
            "Jest": row.after,
        }
    for waiting in EmailChange.objects.filter(resident=resident).order_by("asked_at"):
        yield {
            "Kiedy": at(waiting.asked_at),
            "Co": "nowy adres e-mail",
            "Jest": waiting.email,
            "Potwierdzony": at(waiting.confirmed_at),
        }


def _acceptances(resident: Resident) -> Iterator[Row]:
    rows = RegulationAcceptance.objects.filter(user=resident.user).select_related("regulation")
    for row in rows.order_by("accepted_at"):
        yield {
            "Wersja": str(row.regulation.number),
            "Kiedy": at(row.accepted_at),
            "Adres IP": row.address or "",
        }


def _consents(resident: Resident) -> Iterator[Row]:
    for row in consents_of(resident.user):
        purpose = Purpose(row.purpose)
        yield {
            "Na co": purpose.polish,
            "Tekst": text_of(purpose, row.text_version),
            "Wersja tekstu": str(row.text_version),
            "Udzielona": at(row.given_at),
            "Adres IP": row.address or "",
            "Wycofana": at(row.withdrawn_at),
        }


def _restrictions(resident: Resident) -> Iterator[Row]:
    for row in restrictions_of(resident):
        yield {
            "Od": at(row.began_at),
            "Podstawa": Ground(row.ground).polish,
            "Do": at(row.ends_at),
            "Dlaczego się skończyło": row.end_reason,
        }


def _proofs(resident: Resident) -> Iterator[Row]:
    found = proof_of(resident.proof_ref)
    if found is not None:
        yield {
            "Co": "tożsamość potwierdzona przy rejestracji",
            "Kiedy": at(found.proven_at),
            "Kto potwierdził": found.issuer,
            "Numer wiadomości": found.message_id,
            "Środek": found.means,
            "Poziom": found.level,
        }
    for row in attempts_of(resident.public_id):
        yield {
            "Co": "logowanie przez login.gov.pl",
            "Kiedy": at(row.started_at),
            "Zakończone": at(row.used_at),
            "Wynik": row.outcome,
        }


def _signatures(resident: Resident) -> Iterator[Row]:
    for kept in kept_signatures_of(resident.public_id):
        found = kept.summary
        yield {
            "Wpłynął": at(found.received_at),
            "Jak": found.way.polish,
            "Wynik": found.state.polish,
            "Podpisujący": found.signer_name,
            "Certyfikat": found.certificate_owner,
            "Wystawca certyfikatu": found.certificate_issuer,
            "Data podpisu": at(found.claimed_at),
            "Skrót pliku (SHA-256)": found.file_sha256,
            "Dokument do podpisu": kept.given_name,
            "Podpisany plik": kept.signed_name,
            **file_row("dokument", kept.given),
            **file_row("podpisany", kept.signed),
        }


def _protection(resident: Resident) -> Iterator[Row]:
    found = factors_of(resident.user)
    if found.app is not None:
        yield {"Co": "aplikacja z kodami", "Dodane": at(found.app.added_at)}
    for key in found.passkeys:
        yield {
            "Co": "klucz dostępu",
            "Nazwa": key.name,
            "Dodane": at(key.added_at),
            "Ostatnio użyte": at(key.used_at),
        }
    if found.codes_left:
        yield {"Co": "kody zapasowe", "Zostało": str(found.codes_left)}


def _sessions(resident: Resident) -> Iterator[Row]:
    for one in open_sessions(resident.user, key=None):
        yield {
            "Od": at(one.entered_at),
            "Ostatnio": at(one.seen_at),
            "Przeglądarka": one.device,
            "Adres IP": one.address,
            "Sposób logowania": one.method,
        }


def _representations(resident: Resident) -> Iterator[Row]:
    for row in Representation.objects.filter(resident=resident).select_related("payer").order_by("pk"):
        yield {
            "Płatnik": row.payer.name,
            "Numer w systemie finansowym": row.payer.external_id,
            "We własnym imieniu": "tak" if row.is_self else "nie",
            "Podstawa": row.basis,
            "Od": on(row.valid_from),
            "Do": on(row.valid_to),
            "Zakończone": at(row.revoked_at),
            "Powód": row.revoke_reason or "",
        }


def _representation_requests(resident: Resident) -> Iterator[Row]:
    rows = RepresentationRequest.objects.filter(resident=resident).select_related("document")
    for row in rows.order_by("asked_at", "pk"):
        document = getattr(row, "document", None)
        yield {
            "Kiedy": at(row.asked_at),
            "Kogo": row.name,
            "PESEL albo NIP": row.identifier,
            "Od": on(row.valid_from),
            "Do": on(row.valid_to),
            "Uwagi": row.note,
            "Stan": row.state,
            "Rozstrzygnięty": at(row.decided_at),
            "Powód": row.reason,
            "Dokument": document.name if document else "",
            **(file_row("dokument", document.content) if document else {}),
        }


def _ruled_out(resident: Resident) -> Iterator[Row]:
    for row in NotThisPayer.objects.filter(resident=resident).select_related("payer").order_by("pk"):
        yield {"Numer w systemie finansowym": row.payer.external_id, "Ustalono": at(row.said_at)}
