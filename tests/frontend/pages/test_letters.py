"""Letters: plain Polish text with a subject, a signature and no more personal data than needed."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from frontend.pages import apps
from kernel import tenancy
from kernel.dates import WARSAW
from services.notices.actions import portal_address, write_message
from services.payments.models import Refund
from services.privacy.models import DataRequest
from tests.factories.accounts import PayerFactory
from tests.factories.liabilities import LiabilityFactory
from tests.factories.payments import PaymentFactory

pytestmark = pytest.mark.django_db
FOLDER = Path(apps.__file__).parent / "templates" / "notices"
PORTAL = "Portal „Nasz & Wasz” <eKasa>"
LINK = "http://borki.localhost/x/?a=1&b=2"
OFFICE = {"office_name": "Urząd Próbny", "address": "ul. Rynek 1", "postal_address": "00-001 Próba"}


@dataclass
class Letter:
    kind: str
    context: dict
    says: tuple[str, ...]


CHANGE = {
    "portal": PORTAL, "setting": "Przelewy24 – podatki", "proposed_by": "Filip Urzędowy", "decided_by": "Grażyna Druga",
    "reason": "Nie znamy tego rachunku.", "lapses_at": datetime(2026, 12, 5, 12, tzinfo=WARSAW),
    "path": "/urzad/ustawienia/zmiany/1/",
}  # fmt: skip
SUPPORT = {
    "portal": PORTAL, "account": "Daria Urzędowa", "purpose": "Nie widać wpłat.", "reason": "Zgłoszenie 12",
    "started_at": datetime(2026, 12, 5, 12, tzinfo=WARSAW), "ends_at": datetime(2026, 12, 5, 13, tzinfo=WARSAW),
    "path": "/urzad/wsparcie/",
}  # fmt: skip
DATA_REQUEST = {
    "portal": PORTAL, "kind": "poprawienie danych (art. 16)", "state": "odmowa", "dpo_email": "iod@borki.example",
    "request": DataRequest(
        kind="rectification", state="refused", due_on=date(2026, 12, 21), answer="Dane są prawidłowe.",
        extended_why="Wiele akt do sprawdzenia.",
    ),
}  # fmt: skip
COMPLAINT = {
    "portal": PORTAL, "reference": "R-ABCD2345", "subject": "Wpłata <poszła> dwa razy", "due_on": date(2026, 12, 4),
    "path": "/konto/reklamacje/1/",
}  # fmt: skip
REPORT = {
    "portal": PORTAL, "title": "Podatek od nieruchomości 2026, rata 3", "document_number": "FN.3120.1.2026",
    "external_id": "N-1", "matter": "kwota", "description": "Decyzja mówi o 240 zł.", "shown_gr": 30_000,
    "shown_due_on": date(2026, 9, 15), "due_path": "/naleznosci/1/", "path": "/urzad/niezgodnosci-zgloszone/1/",
}  # fmt: skip
MODERATED = {
    "portal": PORTAL, "name": "Anna Przykładowa", "text": "uwagi we wniosku o reprezentowanie",
    "ground": "reklama albo treść handlowa", "reason": "Uwagi zachęcają do zakupów.", "office_email": "urzad@borki.example",
}  # fmt: skip
ABOUT_A_DUE = {
    "portal": PORTAL, "liability_type": "podatek od nieruchomości", "department": "Referat Finansów",
    "path": "/urzad/wiadomosci/1/",
}  # fmt: skip
LETTERS = [
    Letter("complaint_received", COMPLAINT, ("R-ABCD2345", "4 grudnia 2026", "/konto/reklamacje/1/")),
    Letter(
        "complaint_data_requested",
        COMPLAINT | {"missing": "Podaj numer <przelewu>.", "until": date(2026, 12, 8)},
        ("Podaj numer <przelewu>.", "8 grudnia 2026", "zostanie bez rozpatrzenia"),
    ),
    Letter("complaint_supplemented", COMPLAINT, ("4 grudnia 2026", "Wpłata <poszła> dwa razy")),
    Letter("complaint_passed_on", COMPLAINT, ("operatorowi płatności", "w ciągu 7 dni")),
    *(
        Letter(
            "complaint_answered",
            COMPLAINT | {"outcome": outcome, "answer": "Zwrócimy drugą wpłatę."},
            (says, "Zwrócimy drugą wpłatę."),
        )
        for outcome, says in (
            ("accepted", "urząd uznał Twoją"),
            ("partly", "w części"),
            ("dismissed", "urząd nie uznał Twojej"),
        )
    ),
    Letter(
        "complaint_unexamined",
        COMPLAINT | {"until": date(2026, 12, 8)},
        ("8 grudnia 2026", "bez rozpatrzenia", "złożyć nową"),
    ),
    Letter(
        "complaints_due",
        {"portal": PORTAL, "total": 3, "overdue": 1, "first_on": date(2026, 12, 4)},
        ("Po terminie są już reklamacje: 1.", "4 grudnia 2026", "/urzad/reklamacje/"),
    ),
    Letter(
        "discrepancy_reported",
        REPORT,
        ("N-1", "300,00 zł", "15 września 2026", "/urzad/niezgodnosci-zgloszone/1/"),
    ),
    Letter("discrepancy_received", REPORT, ("nie jest odwołaniem", "nie zwalnia z zapłaty")),
    Letter(
        "discrepancy_answered",
        REPORT | {"answer": "Poprawimy dane."},
        ("Poprawimy dane.", "nie zwalnia z zapłaty", "/naleznosci/1/"),
    ),
    Letter(
        "due_message_asked",
        ABOUT_A_DUE,
        ("podatek od nieruchomości", "Referat Finansów", "/urzad/wiadomosci/1/"),
    ),
    Letter("due_message_answered", ABOUT_A_DUE, ("/urzad/wiadomosci/1/",)),
    Letter(
        "text_hidden",
        MODERATED,
        ("uwagi we wniosku o reprezentowanie", "reklama albo treść handlowa", "Uwagi zachęcają do zakupów."),
    ),
    Letter("text_restored", MODERATED, ("uwagi we wniosku o reprezentowanie", "Jest taka sama jak przedtem")),
    Letter(
        "due_reminder",
        {
            "portal": PORTAL,
            "when": "za 7 dni",
            "due_on": date(2028, 2, 29),
            "listed": "- Podatek <rolny> & leśny: 75,00 zł, do 29.02.2028",
            "total": "75,00 zł",
            "pay_url": "http://borki.localhost/naleznosci/",
            "unsubscribe_url": LINK,
        },
        (
            "29 lutego 2028 (za 7 dni)",
            "Podatek <rolny> & leśny",
            "Razem: 75,00 zł",
            "Nie jest wezwaniem",
            LINK,
        ),
    ),
    Letter(
        "restriction_begun",
        {
            "portal": PORTAL,
            "rests": ["przypomnienia o terminach"],
            "goes_on": ["płacenie należności"],
            "portal_address": "http://borki.localhost",
            "dpo_email": "iod@borki.example",
        },
        ("art. 18 RODO", "- przypomnienia o terminach", "- płacenie należności", "/konto/moje-dane/"),
    ),
    Letter(
        "restriction_ends",
        {
            "portal": PORTAL,
            "ends_on": date(2028, 2, 29),
            "reason": "Dane <sprawdzono> & poprawiono.",
            "portal_address": "http://borki.localhost",
            "dpo_email": "iod@borki.example",
        },
        ("29.02.2028", "Dane <sprawdzono> & poprawiono.", "Prezesa Urzędu Ochrony Danych Osobowych"),
    ),
    Letter(
        "data_request_received",
        DATA_REQUEST,
        ("poprawienie danych (art. 16)", "najpóźniej 21.12.2026", "iod@borki.example"),
    ),
    Letter(
        "data_request_extended",
        DATA_REQUEST,
        ("najpóźniej 21.12.2026", "Wiele akt do sprawdzenia.", "Prezesa Urzędu Ochrony Danych Osobowych"),
    ),
    Letter(
        "data_request_answered",
        DATA_REQUEST,
        ("Rozstrzygnięcie: odmowa", "Dane są prawidłowe.", "Prezesa Urzędu Ochrony Danych Osobowych"),
    ),
    Letter(
        "many_revealed",
        {"portal": PORTAL, "name": "Daria Urzędowa", "count": 30, "ref": "1"},
        ("30 razy", "/urzad/dziennik/", "72 godziny"),
    ),
    Letter(
        "role_ending",
        {
            "portal": PORTAL,
            "name": "Daria Urzędowa",
            "role": "urzędnik",
            "number": "OR.077.1.2026",
            "ends_on": date(2026, 12, 1),
            "path": "/urzad/pracownicy/1/",
        },
        ("01.12.2026", "OR.077.1.2026", "rola: urzędnik"),
    ),
    Letter(
        "change_proposed",
        CHANGE | {"kind": "operator_account", "state": "open"},
        ("konta operatora płatności", "Filip Urzędowy", "05.12.2026 12:00", "odmów zgody"),
    ),
    Letter(
        "change_decided",
        CHANGE | {"kind": "liability_type", "state": "refused"},
        ("Grażyna Druga", "Nic się nie zmieniło.", "Nie znamy tego rachunku."),
    ),
    Letter(
        "change_decided",
        CHANGE | {"kind": "operator_account", "state": "approved"},
        ("Zatwierdził(a): Grażyna Druga", "Nowe dane już obowiązują."),
    ),
    Letter(
        "support_started",
        SUPPORT,
        ("Daria Urzędowa", "Zgłoszenie 12", "05.12.2026 13:00", "/urzad/wsparcie/"),
    ),
    Letter("support_ended", SUPPORT | {"ended_by": "office"}, ("Przerwał go urząd.", "/urzad/dziennik/")),
    Letter(
        "registered",
        {"portal": PORTAL, "confirm_url": LINK, "deadline_on": date(2026, 12, 1)},
        (LINK, "1 grudnia 2026", "nie rób nic"),
    ),
    Letter("second_registration", {}, ("drugie nie powstanie", "/haslo/", "powiadom urząd")),
    Letter("address_taken", {}, ("nowe nie powstało", "/haslo/")),
    Letter("registration_superseded", {}, ("jest więc zamknięty", "tylko osoba, do której należy")),
    Letter("registration_verified", {"portal": PORTAL}, ("dopuszcza jeszcze administrator",)),
    Letter(
        "account_blocked",
        {"portal": PORTAL, "reason": "Naruszenie <§ 5> & § 6.", "office": OFFICE},
        ("Naruszenie <§ 5> & § 6.", "zwykłym przelewem albo w urzędzie", "Urząd Próbny, ul. Rynek 1"),
    ),
    Letter("account_unblocked", {"portal": PORTAL, "reason": "Wyjaśniono."}, ("znowu działa", "/logowanie/")),
    Letter("account_closed", {"portal": PORTAL, "reason": ""}, ("tak długo, jak każą przepisy",)),
    Letter("account_closed", {"portal": PORTAL, "reason": "Osoba <zmarła>."}, ("Powód: Osoba <zmarła>.",)),
    Letter("own_data_changed", {"portal": PORTAL, "words": "adres, telefon"}, ("adres, telefon.", "/haslo/")),
    Letter("email_change_link", {"portal": PORTAL, "confirm_url": LINK}, (LINK, "24 godziny")),
    Letter("email_change_asked", {"portal": PORTAL}, ("obowiązuje ten", "/haslo/")),
    Letter("email_changed", {"portal": PORTAL}, ("ma inny adres e-mail", "/kontakt/")),
    Letter("representation_requested", {"portal": PORTAL, "name": "Firma & <Syn>"}, ("Firma & <Syn>",)),
    Letter(
        "representation_granted",
        {"portal": PORTAL, "name": "Firma", "valid_from": date(2028, 2, 29), "valid_to": date(2028, 2, 29)},
        ("Od 29 lutego 2028 do 29 lutego 2028 włącznie.", "/konto/"),
    ),
    Letter(
        "representation_granted",
        {"portal": PORTAL, "name": "Firma", "valid_from": date(2026, 1, 2), "valid_to": None},
        ("Od 2 stycznia 2026, bez daty końcowej.",),
    ),
    Letter(
        "representation_rejected",
        {"portal": PORTAL, "name": "Firma", "reason": "Brak <podpisu> & daty."},
        ("Brak <podpisu> & daty.", "/konto/reprezentowanie/"),
    ),
    Letter(
        "representation_revoked",
        {"portal": PORTAL, "name": "Firma", "reason": "Odwołano."},
        ("Odwołano.", "/kontakt/"),
    ),
    Letter(
        "representation_ending",
        {"portal": PORTAL, "name": "Firma & <Syn>", "ends_on": date(2026, 12, 1)},
        ("w imieniu: Firma & <Syn> jeszcze do 1 grudnia 2026 włącznie", "/konto/reprezentowanie/"),
    ),
    Letter(
        "representation_over",
        {"portal": PORTAL, "name": "Firma & <Syn>", "ends_on": date(2026, 12, 1)},
        ("1 grudnia 2026 był ostatnim dniem", "/konto/reprezentowanie/"),
    ),
    Letter(
        "change_proposed",
        CHANGE | {"kind": "signing_access", "state": "open"},
        ("nowy klucz i certyfikat do usługi podpisu", "odmów zgody"),
    ),
    Letter(
        "registrations_due",
        {"portal": PORTAL, "total": 3, "overdue": 1, "first_on": date(2026, 12, 1)},
        ("Po terminie są już rejestracje: 1.", "1 grudnia 2026", "/urzad/rejestracje/"),
    ),
    Letter("test_letter", {"portal": PORTAL}, ("to list próbny", "Nie musisz nic robić.")),
    Letter(
        "login_certificate_ends",
        {
            "portal": PORTAL,
            "purpose": "podpis",
            "ends_at": datetime(2027, 1, 20, 11, tzinfo=UTC),
            "days_left": 60,
            "is_over": False,
        },
        ("20 stycznia 2027 kończy się certyfikat", "/urzad/ustawienia/logowanie/"),
    ),
    Letter(
        "login_certificate_ends",
        {
            "portal": PORTAL,
            "purpose": "szyfrowanie",
            "ends_at": datetime(2026, 11, 20, 11, tzinfo=UTC),
            "days_left": 0,
            "is_over": True,
        },
        ("20 listopada 2026 skończył się certyfikat", "Centralny Ośrodek Informatyki"),
    ),
    Letter(
        "signing_certificate_ends",
        {
            "portal": PORTAL,
            "ends_at": datetime(2027, 1, 20, 11, tzinfo=UTC),
            "days_left": 60,
            "is_over": False,
        },
        ("20 stycznia 2027 kończy się certyfikat", "/logowanie/usluga-podpisu/"),
    ),
    Letter(
        "signing_certificate_ends",
        {
            "portal": PORTAL,
            "ends_at": datetime(2026, 11, 20, 11, tzinfo=UTC),
            "days_left": 0,
            "is_over": True,
        },
        ("20 listopada 2026 skończył się certyfikat", "tylko na swoim komputerze"),
    ),
    Letter("account_active", {"portal": PORTAL}, ("jest aktywne", "/logowanie/")),
    Letter(
        "registration_rejected",
        {"portal": PORTAL, "reason": "Nazwisko & adres nie zgadzają się z ewidencją <EL>."},
        ("Nazwisko & adres nie zgadzają się z ewidencją <EL>.", "/rejestracja/"),
    ),
    Letter(
        "signature_not_taken",
        {"portal": PORTAL, "number": "0193-abc"},
        ("konto nie powstało", "/rejestracja/podpis/", "0193-abc"),
    ),
    Letter(
        "password_reset",
        {"portal": PORTAL, "account_kind": "resident", "password_url": LINK},
        (LINK, "mieszkańca"),
    ),
    Letter(
        "password_reset",
        {"portal": PORTAL, "account_kind": "staff", "password_url": LINK},
        (LINK, "pracownika"),
    ),
    Letter(
        "discrepancies_new",
        {"portal": PORTAL, "counts": [("not_settled", 2), ("fee_differs", 1)], "total": 3, "new": 3},
        ("- Brak wypłaty od operatora: 2", "/urzad/niezgodnosci/"),
    ),
    Letter(
        "discrepancies_daily",
        {"portal": PORTAL, "counts": [("not_settled", 2)], "total": 2, "new": 1},
        ("niezgodności w płatnościach: 2, w tym nowe: 1.", "/urzad/niezgodnosci/"),
    ),
    Letter(
        "staff_invited", {"portal": PORTAL, "full_name": "Hieronim", "password_url": LINK}, (LINK, "/urzad/")
    ),
    Letter(
        "account_protection", {"event": "password_changed"}, ("hasło do Twojego konta zostało zmienione",)
    ),
    Letter("account_protection", {"event": "app_added"}, ("samo hasło nie wystarczy",)),
    Letter("account_protection", {"event": "app_removed"}, ("Jej kody już nie działają.",)),
    Letter("account_protection", {"event": "passkey_added"}, ("dodano klucz dostępu",)),
    Letter("account_protection", {"event": "passkey_removed"}, ("usunięto klucz dostępu",)),
    Letter("account_protection", {"event": "codes_made"}, ("Poprzednie już nie działają.",)),
    Letter("account_protection", {"event": "code_used", "left": 7}, ("Kody, które zostały: 7.",)),
    Letter(
        "account_protection",
        {"event": "code_used", "left": 2, "is_few": True},
        ("Kody, które zostały: 2.", "Zostało ich niewiele."),
    ),
    Letter("account_protection", {"event": "guessing"}, ("zmień hasło jak najszybciej",)),
    Letter("account_protection", {"event": "reset", "password_url": LINK}, (LINK, "powiadom administratora")),
]
PAYMENT_LETTERS = {
    "payment_paid": (
        "301,00 zł",
        "Dla urzędu: 300,00 zł",
        "Opłata operatora: 1,00 zł",
        "Nie płać jeszcze raz.",
    ),
    "payment_booked": ("300,00 zł", "Saldo w portalu już ją uwzględnia."),
    "payment_booked_again": ("300,00 zł", "bo poprzedni zapis był błędny"),
    "booking_reversed": ("300,00 zł", "Zły <dzień> & kwota.", "Nie musisz nic robić."),
    "payment_failed": ("301,00 zł", "nie płać drugi raz"),
    "payment_charged_back": ("301,00 zł", "mogą być znowu do zapłaty", "napisz do urzędu"),
    "refund_completed": (
        "zwrócił 12,00 zł",
        "na konto, z którego zapłacono",
        "Resztę wpłaty rozliczy urząd.",
    ),
    "refund_rejected": ("zwrot 12,00 zł", "Te pieniądze nie przepadły", "Nie musisz nic robić."),
}


OVERPAYMENT_LETTERS = [
    ("overpayment_requested", {"kind": "refund", "state": "waiting"}, ("wniosek o zwrot nadpłaty 50,00 zł",)),
    ("overpayment_requested", {"kind": "credit", "state": "waiting"}, ("zaliczenie nadpłaty 50,00 zł",)),
    ("overpayment_decided", {"kind": "refund", "state": "done"}, ("zwrócił Ci nadpłatę 50,00 zł",)),
    ("overpayment_decided", {"kind": "credit", "state": "done"}, ("zaliczył 50,00 zł", "powstała")),
    (
        "overpayment_decided",
        {"kind": "refund", "state": "rejected", "reason": "Są <zaległości> & koszty."},
        ("Są <zaległości> & koszty.", "Możesz złożyć nowy wniosek."),
    ),
    ("overpayment_credited", {"kind": "credit", "state": "done"}, ("z urzędu 50,00 zł", "/nadplaty/")),
    (
        "overpayment_withdrawn",
        {"kind": "credit", "state": "withdrawn"},
        ("50,00 zł", "urząd go nie rozpatrzy"),
    ),
    (
        "overpayment_reversed",
        {"kind": "credit", "state": "reversed", "reason": "Zła <należność> & dzień."},
        ("Zła <należność> & dzień.", "są znowu do zapłaty"),
    ),
    (
        "overpayment_reversed",
        {"kind": "refund", "state": "reversed", "reason": "Bank oddał pieniądze."},
        ("cofnął zapis zwrotu", "Bank oddał pieniądze."),
    ),
]


@pytest.fixture
def scope(borki):
    with tenancy.enter(borki):
        yield borki


def written(kind: str, context: dict):
    return write_message(kind=kind, recipient="zofia@example.org", context=context)


def test_there_is_a_test_for_every_letter():
    tested = {letter.kind for letter in LETTERS} | set(PAYMENT_LETTERS)
    tested |= {kind for kind, _, _ in OVERPAYMENT_LETTERS}
    assert {path.stem for path in FOLDER.glob("*.txt")} - {"signature"} == tested


def assert_is_a_letter(message) -> None:
    assert 10 < len(message.subject) <= 120
    assert "\n" not in message.subject
    assert message.subject[-1] not in ".,:"
    assert message.body.startswith("Dzień dobry,\n\n")
    assert f"\n{portal_address()}\n" in message.body
    assert "&amp;" not in message.subject + message.body
    assert "<span" not in message.body
    assert "{" not in message.body
    assert "\n\n\n" not in message.body
    assert len(message.body) < 1500


@pytest.mark.covers("D104")
@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter.kind)
def test_a_letter_has_a_subject_a_greeting_and_the_portals_address(letter, scope):
    message = written(letter.kind, letter.context)
    assert_is_a_letter(message)
    for words in letter.says:
        assert words in message.body.replace("\u00a0", " ")
    if "portal" in letter.context:
        assert f"\n{PORTAL}, Gmina Borki\n" in message.body
    else:
        assert "\nGmina Borki\n" in message.body


@pytest.mark.parametrize("kind", PAYMENT_LETTERS)
def test_a_letter_about_a_payment_gives_amounts_and_the_way_to_it_but_nobodys_data(kind, scope):
    payer = PayerFactory()
    payment = PaymentFactory(paid=True, payer=payer, dues=[LiabilityFactory(payer=payer)])
    told = {"reason": "Zły <dzień> & kwota.", "refund": Refund(payment=payment, amount_gr=1_200)}
    message = written(kind, {"portal": PORTAL, "payment": payment, **told})
    assert_is_a_letter(message)
    text = (message.subject + "\n" + message.body).replace("\u00a0", " ")
    for words in PAYMENT_LETTERS[kind]:
        assert words in text
    assert f"{portal_address()}/platnosci/{payment.public_id}/" in text
    for personal in (
        payer.name,
        payer.identifier,
        payer.address,
        payment.resident.last_name,
        "nieruchomości",
    ):
        assert personal not in text


@pytest.mark.parametrize(("kind", "request_row", "says"), OVERPAYMENT_LETTERS)
def test_a_letter_about_an_overpayment_says_what_became_of_it(kind, request_row, says, scope):
    message = written(kind, {"portal": PORTAL, "request": request_row, "amount_gr": 5_000})
    assert_is_a_letter(message)
    for words in says:
        assert words in message.body.replace("\u00a0", " ")


@pytest.mark.covers("S109")
def test_no_letter_carries_a_password(scope):
    for path in FOLDER.glob("*.txt"):
        assert "password }}" not in path.read_text(encoding="utf-8")
