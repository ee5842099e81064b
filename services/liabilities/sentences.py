"""Polish sentences for what an import finds: one for each code, the same at the desk, in the API and on the command line.

`%(excerpt)s` is the beginning of the value in question.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from integrations.finance.sentences import SENTENCES as FILES

ROWS: Mapping[str, str | Promise] = {
    "dues.amount": _("Podaj kwotę w złotych, na przykład 123.45 albo 123,45."),
    "dues.amount_negative": _("Kwota nie może być ujemna. Odpis to mniejsza kwota tej samej należności."),
    "dues.amount_not_text": _('Podaj kwotę jako tekst w cudzysłowie, na przykład "123.45".'),
    "dues.amount_too_big": _("Kwota jest większa niż 999 999 999,99 zł."),
    "dues.amount_zero": _("Koszty upomnienia muszą być większe od zera."),
    "dues.cells": _(
        "Liczba pól w wierszu jest inna niż liczba kolumn (%(excerpt)s). Sprawdź średniki i cudzysłowy."
    ),
    "dues.characters": _("Tekst zawiera znaki, których nie da się pokazać."),
    "dues.choice": _("Niedozwolona wartość. Dozwolone są w opisie formatu."),
    "dues.co_owner_twice": _("Ta sama osoba jest wpisana dwa razy jako współwłaściciel albo płatnik."),
    "dues.co_owner_unknown": _(
        "Nieznany współwłaściciel: %(excerpt)s. Nie ma go w portalu ani w tym imporcie."
    ),
    "dues.costs_not_for_type": _("Dla tego rodzaju należności nie ma kosztów upomnienia: %(excerpt)s."),
    "dues.day": _("Podaj istniejący dzień, na przykład 2026-09-15 albo 15.09.2026."),
    "dues.delivered_before_sent": _("Upomnienie doręczono przed wysłaniem? Popraw daty."),
    "dues.flag": _("Wpisz tak albo nie (w JSON true albo false)."),
    "dues.liability_of_another": _("Należność %(excerpt)s nie jest należnością tego płatnika."),
    "dues.liability_unknown": _("Nieznana należność: %(excerpt)s."),
    "dues.missing": _("To pole jest wymagane."),
    "dues.nip": _("Błędny numer NIP. Ma 10 cyfr z prawidłową cyfrą kontrolną."),
    "dues.not_full_zloty": _("Ten rodzaj należności podaje się w pełnych złotych."),
    "dues.not_list": _("Podaj listę; ta ma za dużo elementów albo inną postać."),
    "dues.not_text": _("Podaj wartość jako tekst w cudzysłowie."),
    "dues.nrb": _("Błędny numer rachunku: ma 26 cyfr z prawidłowymi cyframi kontrolnymi."),
    "dues.number": _("Podaj liczbę całkowitą z dozwolonego zakresu."),
    "dues.other_id": _("Identyfikator w treści jest inny niż w adresie."),
    "dues.pause": _("Okres bez odsetek zapisz jako dwa dni: 2026-01-01/2026-02-28."),
    "dues.pauses_overlap": _("Okresy bez odsetek zachodzą na siebie."),
    "dues.payer_contradiction": _("Wcześniejszy wiersz tego importu podaje inne dane płatnika %(excerpt)s."),
    "dues.payer_identifier_changed": _(
        "Ten numer płatnika jest w portalu połączony z kontem mieszkańca i należy do kogoś innego (inny PESEL, NIP "
        "albo rodzaj płatnika). Wyjaśnij to przed importem."
    ),
    "dues.payer_unknown": _("Nieznany płatnik: %(excerpt)s."),
    "dues.pesel": _("Błędny numer PESEL. Ma 11 cyfr i zawiera datę urodzenia."),
    "dues.too_long": _("Tekst jest za długi: „%(excerpt)s”."),
    "dues.twice": _("Ten identyfikator jest już w wierszu %(excerpt)s."),
    "dues.type_changed": _(
        "Rodzaju istniejącej należności nie można zmienić. Odpisz ją (kwota 0) i wprowadź pod nowym identyfikatorem."
    ),
    "dues.type_foreign": _("Nie prowadzisz należności tego rodzaju: %(excerpt)s."),
    "dues.type_inactive": _("Ten rodzaj należności nie jest już używany: %(excerpt)s."),
    "dues.type_unknown": _("Nieznany rodzaj należności: %(excerpt)s."),
    "dues.unknown_field": _("Nieznane pole. Sprawdź jego nazwę w opisie formatu."),
    # warnings: the row is taken
    "dues.overpaid": _("Po odpisie zostaje nadpłata: %(excerpt)s."),
    "dues.pesel_check_digit": _(
        "PESEL ma złą cyfrę kontrolną. Takie numery istnieją, ale sprawdź, czy to nie pomyłka."
    ),
    "dues.whole_and_instalments": _(
        "Tę samą decyzję przesłano w całości i w ratach (dokument %(excerpt)s), więc policzono ją dwa razy. Przesyłaj same "
        "raty, a kwocie całej decyzji wpisz 0."
    ),
    "dues.under_payment": _(
        "Ktoś właśnie płaci tę należność. Zmiana jest zapisana, ale płatność idzie na poprzednią kwotę."
    ),
}

ERRORS: Mapping[str, str | Promise] = {
    "dues.invalid": _("Nie można przyjąć tych danych. Szczegóły są niżej."),
    "dues_file.binary": _("To nie jest plik tekstowy (wiersz %(line)s). Zapisz go jako CSV UTF-8."),
    "dues_file.column_missing": _("Brakuje kolumn: %(columns)s."),
    "dues_file.column_twice": _("Te kolumny są w pliku dwa razy: %(columns)s."),
    "dues_file.column_unknown": _("Nieznane kolumny: %(columns)s. Sprawdź nazwy w opisie formatu."),
    "dues_file.cp1250": _(
        "Plik jest w stronie kodowej Windows-1250 (wiersz %(line)s, bajt %(position)s: %(byte)s). "
        "Zapisz go jako CSV UTF-8, inaczej polskie litery byłyby zniekształcone."
    ),
    "dues_file.contradictions": _(
        "Plik opisuje więcej niż %(most)s płatników na dwa różne sposoby. Sprawdź, czy kolumny nie są zamienione."
    ),
    "dues_file.empty": _("Plik jest pusty."),
    "dues_file.encoding": _(
        "Pliku nie da się odczytać jako UTF-8 (wiersz %(line)s, bajt %(position)s: %(byte)s). Zapisz go jako CSV UTF-8."
    ),
    "dues_file.no_rows": _("Plik ma nagłówek, ale nie ma w nim żadnego wiersza."),
    "dues_file.quotes": _("Cudzysłowy nie są domknięte w zapisie, który zaczyna się w wierszu %(line)s."),
    "dues_file.spreadsheet": _("To jest arkusz kalkulacyjny. Zapisz go jako CSV UTF-8 i wybierz ten plik."),
    "dues_file.too_big": _("Plik jest większy niż %(megabytes)s MB. Podziel go na części."),
    "dues_file.utf16": _("Plik jest w UTF-16. Zapisz go jako CSV UTF-8."),
    "dues_file.version": _("Nieznana wersja formatu: %(version)s. Obsługujemy wersję 1."),
    "import.missing_changed": _(
        "Liczba należności, których nie ma w pliku, zmieniła się w tym czasie. Sprawdź ją jeszcze raz."
    ),
    "import.not_checked": _("Ten import nie ma już danych do zapisania. Wybierz plik jeszcze raz."),
    "import.not_full": _("W tym imporcie nie ma brakujących należności do odpisania."),
    "import.unknown": _("Nie ma takiego importu."),
    "import.unknown_form": _(
        "To nie jest plik CSV, XLSX ani JSON. Zapisz należności w jednej z tych postaci."
    ),
    "overpayment.amount": _("Kwota nadpłaty musi być większa od zera."),
    "overpayment.differs": _("Pod tym identyfikatorem jest już inna nadpłata."),
    "receipt.amount": _("Podaj kwotę wpłaty większą od zera."),
    "receipt.differs": _("Pod tym identyfikatorem jest już inna wpłata."),
    "receipt.too_much": _("Wpłata jest większa niż należność."),
}
"""Errors of this service's actions, for surfaces that show a whole error."""


def file_sentence(code: str, params: Mapping[str, object]) -> str:
    """The sentence for what refused a whole file, with its line when there is one; "" for a fault of the program."""
    text = FILES.get(code) or ERRORS.get(code)
    if text is None:
        return ""
    said = str(_now(text) if isinstance(text, str) else text) % params
    line = params.get("line")
    return _now("Wiersz %(line)s: %(said)s") % {"line": line, "said": said} if line else said


def row_sentence(code: str, excerpt: str = "") -> str:
    """The sentence for one finding of an import."""
    return str(ROWS[code]) % {"excerpt": excerpt}
