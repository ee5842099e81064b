"""Words of the console: states, lines of the go-live list, queues, jobs, problems of addresses."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

STATES: Mapping[str, tuple[Words, str]] = {
    "provisioning": (_("zakładana"), "info"),
    "trial": (_("wersja próbna"), "info"),
    "active": (_("działa"), "success"),
    "suspended": (_("zawieszona"), "warning"),
    "offboarding": (_("odchodzi"), "warning"),
    "closed": (_("zamknięta"), "neutral"),
}

READINESS: Mapping[str, tuple[Words, Words]] = {
    "operator": (
        _("Operator płatności jest podłączony"),
        _("Urząd: Ustawienia, Operatorzy płatności. Konto musi być używane i mieć komplet kluczy."),
    ),
    "test_payment": (
        _("Próbna wpłata przeszła"),
        _("Zapłać w portalu małą należność. Liczy się wpłata, którą operator potwierdził na nasze pytanie."),
    ),
    "settlement_accounts": (
        _("Każdy rodzaj należności płatnych online ma rachunek bankowy"),
        _("Urząd: Ustawienia, Rodzaje należności. Wpisz rachunek przy każdym rodzaju."),
    ),
    "regulation": (
        _("Regulamin jest opublikowany i obowiązuje"),
        _("Urząd: Regulamin. Opublikuj wersję, która obowiązuje najpóźniej od dziś."),
    ),
    "staff": (
        _("Administrator i urzędnik mają ważne upoważnienia"),
        _("Urząd: Pracownicy. Potrzebny jest co najmniej jeden administrator lokalny i jeden urzędnik."),
    ),
    "dpo": (
        _("Informacja o danych osobowych (art. 13 RODO) jest kompletna"),
        _("Urząd: Dane osobowe, Informacja dla osób. Strona mówi, czego brakuje."),
    ),
    "sender": (
        _("Nadawca listów i adres do odpowiedzi są ustawione"),
        _(
            "Nadawcą jest adres z ustawień urzędu (Urząd i portal), a gdy go nie ma, adres platformy (DEFAULT_FROM_EMAIL)."
            " Jeśli wpisano własny adres, serwer poczty musi go przyjmować. Odpowiedzi przychodzą na e-mail urzędu."
        ),
    ),
    "test_letter": (
        _("List próbny wyszedł"),
        _(
            "Zleć list próbny poniżej. Trafi na adres urzędu; liczy się dopiero, gdy serwer poczty go przyjął."
        ),
    ),
    "accessibility": (
        _("Deklaracja dostępności jest pełna i ma aktualną datę"),
        _("Strona Deklaracja dostępności w portalu. Przegląd jest potrzebny do 31 marca każdego roku."),
    ),
    "login_gov": (
        _("Logowanie przez login.gov.pl działa, a certyfikaty są ważne jeszcze 60 dni"),
        _("Urząd: Ustawienia, Logowanie mieszkańców. Tam jest też wniosek o certyfikaty."),
    ),
    "own_domain": (
        _("Własna domena odpowiada"),
        _(
            "Strona Adresy: potwierdź domenę i sprawdź certyfikat. Bez własnej domeny ten wiersz nie jest potrzebny."
        ),
    ),
}

QUEUES: Mapping[str, Words] = {
    "messages": _("Listy do wysłania"),
    "events": _("Komunikaty operatorów do przetworzenia"),
    "payments": _("Wpłaty do zaksięgowania"),
    "refunds": _("Zwroty w toku"),
    "reconciliation": _("Uzgodnienie z operatorem"),
    "tokens": _("Tokeny systemów finansowych"),
    "authorisations": _("Upoważnienia pracowników"),
    "audit": _("Wpisy dziennika bez pieczęci"),
    "certificates": _("Certyfikaty do logowania przez login.gov.pl"),
}

JOBS: Mapping[str, Words] = {
    "sweep": _("Listy, powiadomienia, księga i dziennik"),
    "reconcile": _("Uzgodnienie z operatorami"),
    "measure": _("Liczby i stan gminy"),
    "verify_audit": _("Sprawdzenie dziennika zdarzeń"),
}

OUTCOMES: Mapping[str, tuple[Words, str]] = {
    "done": (_("w porządku"), "success"),
    "continues": (_("trwa"), "info"),
    "failed": (_("błąd"), "danger"),
}

MOVES: Mapping[str, tuple[Words, str]] = {
    "copying": (_("kopiowanie"), "info"),
    "stopped": (_("zapis wstrzymany"), "warning"),
    "switched": (_("czeka na potwierdzenie"), "warning"),
    "undoing": (_("cofanie, zapis wstrzymany"), "warning"),
    "confirmed": (_("zakończone"), "success"),
    "undone": (_("cofnięte"), "neutral"),
}

DOMAIN_PROBLEMS: Mapping[str, Words] = {
    "no_proof": _(
        "Nie ma ani rekordu TXT, ani pliku z kodem. Zmiana w DNS bywa widoczna dopiero po kilku godzinach."
    ),
    "dns_away": _("Serwer nazw nie odpowiedział, a pliku z kodem nie ma. Spróbuj za kilka minut."),
    "private": _("Domena prowadzi do adresu w sieci prywatnej, więc pliku nie sprawdzamy. Użyj rekordu TXT."),
}

CERTIFICATE_PROBLEMS: Mapping[str, Words] = {
    "untrusted": _("przeglądarka mu nie ufa"),
    "away": _("adres nie odpowiada przez HTTPS"),
}
