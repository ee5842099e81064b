"""Polish sentences for what makes a file unreadable: what is wrong and what to do. One for each code.

The surface puts “Wiersz %(line)s: ” before a sentence when the error's line is not 0.
"""

from collections.abc import Mapping

from integrations.texts import gettext_noop as _

SENTENCES: Mapping[str, str] = {
    "bank_profile.missing": _("W opisie układu pliku brakuje pola %(field)s. Uzupełnij je."),
    "bank_profile.unknown": _("W opisie układu pliku jest nieznane pole %(field)s. Sprawdź jego nazwę."),
    "bank_profile.wrong": _("Pole %(field)s w opisie układu pliku ma niedozwoloną wartość. Popraw je."),
    "finance_file.account": _(
        "Numer rachunku „%(found)s” zawiera niedozwolone znaki. Pobierz plik ponownie z banku."
    ),
    "finance_file.after_end": _("Po wierszu z podsumowaniem są jeszcze dane. Pobierz plik ponownie."),
    "finance_file.amount": _(
        "Nie można odczytać kwoty „%(found)s”. Sprawdź zapis kwot w układzie pliku albo popraw plik."
    ),
    "finance_file.amount_negative": _("Kwota w polu %(field)s jest za mała: %(found)s. Popraw ją."),
    "finance_file.amount_too_big": _("Kwota „%(found)s” jest za duża, żeby była prawdziwa. Sprawdź plik."),
    "finance_file.amount_zero": _("Kwota nie może być zerem. Popraw ją albo usuń wiersz."),
    "finance_file.balance": _(
        "Saldo początkowe i suma operacji dają %(found)s, a saldo końcowe to %(expected)s. Pliku nie wczytano. Pobierz go "
        "ponownie z banku."
    ),
    "finance_file.balance_twice": _(
        "Wyciąg podaje saldo %(found)s więcej niż raz. Pobierz plik ponownie z banku."
    ),
    "finance_file.batch_sum": _(
        "Suma operacji zbiorczej to %(expected)s, a jej części dają %(found)s. Zgłoś to bankowi."
    ),
    "finance_file.binary": _(
        "Plik nie jest zwykłym plikiem tekstowym (zawiera znak zerowy). Pobierz go ponownie."
    ),
    "finance_file.byte_order_mark": _(
        "Plik jest zapisany w UTF-8, a w ustawieniach rachunku jest %(declared)s. Popraw ustawienia rachunku."
    ),
    "finance_file.cell_error": _("Komórka %(field)s zawiera błąd arkusza: %(found)s. Popraw ją."),
    "finance_file.cell_number": _(
        "Komórka %(field)s ma postać, w której arkusz mógł zmienić wartość (%(found)s). Ustaw dla kolumny format „Tekst” i "
        "wpisz wartość jeszcze raz."
    ),
    "finance_file.cells": _(
        "Liczba pól w wierszu to %(found)s, a powinna być %(expected)s. Sprawdź rozdzielacze i cudzysłowy."
    ),
    "finance_file.changed": _("Plik zmienił się po sprawdzeniu. Wczytaj go jeszcze raz."),
    "finance_file.characters": _(
        "Wiersz zawiera niedozwolone znaki sterujące. Pobierz albo zapisz plik ponownie."
    ),
    "finance_file.choice": _(
        "Niedozwolona wartość pola %(field)s: „%(found)s”. Dozwolone są w opisie formatu."
    ),
    "finance_file.column_missing": _("Brakuje kolumn: %(columns)s. Uzupełnij plik albo sprawdź jego układ."),
    "finance_file.column_twice": _("Te kolumny są w pliku więcej niż raz: %(columns)s. Zostaw po jednej."),
    "finance_file.column_unknown": _("Nieznane kolumny: %(columns)s. Sprawdź ich nazwy w opisie formatu."),
    "finance_file.control_entries": _(
        "Plik powinien mieć tyle pozycji: %(expected)s, a ma: %(found)s. Pliku nie wczytano. Pobierz go ponownie."
    ),
    "finance_file.control_missing": _(
        "Plik nie ma sumy kontrolnej dla zapisów %(record)s. Dodaj ją na końcu."
    ),
    "finance_file.control_sum": _(
        "Suma kontrolna to %(expected)s, a kwoty w pliku dają %(found)s. Pliku nie wczytano. Pobierz go ponownie."
    ),
    "finance_file.currency": _(
        "Waluta „%(found)s” nie jest złotym (PLN). Portal wczytuje tylko kwoty w złotych."
    ),
    "finance_file.cut_off": _(
        "Ostatni wiersz jest urwany (nie kończy się znakiem końca wiersza). Pobierz plik ponownie."
    ),
    "finance_file.damaged": _(
        "Plik jest uszkodzony i nie da się go otworzyć. Zapisz go albo pobierz ponownie."
    ),
    "finance_file.day": _("Nie ma takiego dnia: „%(found)s”. Podaj istniejącą datę w zapisie %(form)s."),
    "finance_file.empty": _("Plik jest pusty. Wybierz inny plik."),
    "finance_file.encoding": _(
        "Bajt %(byte)s nie pasuje do kodowania %(declared)s. Wybierz kodowanie, w którym zapisano plik."
    ),
    "finance_file.encoding_utf_8": _(
        "Plik jest zapisany w UTF-8, a zadeklarowano %(declared)s. Popraw kodowanie w ustawieniach."
    ),
    "finance_file.field": _(
        "Nie można odczytać pola %(field)s: „%(found)s”. Sprawdź układ pliku albo pobierz plik ponownie."
    ),
    "finance_file.flag": _("W polu %(field)s wpisz tak albo nie (w JSON true albo false)."),
    "finance_file.format": _(
        "To nie jest plik skarbnik.%(expected)s, tylko „%(found)s”. Wybierz właściwy plik."
    ),
    "finance_file.formula": _(
        "Komórka zaczyna się jak formuła arkusza: „%(found)s”. Zastąp formuły ich wartościami."
    ),
    "finance_file.head_missing": _(
        "Przed danymi brakuje wiersza „file” z nazwą formatu, wersją i datą danych. Dodaj go na początku."
    ),
    "finance_file.instant": _(
        "Podaj czas z przesunięciem w polu %(field)s, na przykład 2026-09-15T12:30:00+02:00."
    ),
    "finance_file.json": _("Plik nie jest poprawnym plikiem JSON. Popraw go we wskazanym miejscu."),
    "finance_file.json_number": _(
        "Liczba %(found)s nie jest dozwolona. Kwoty zapisz jako tekst w cudzysłowie."
    ),
    "finance_file.json_shape": _(
        "Budowa pliku JSON jest inna niż w opisie formatu. Sprawdź listę rows i sumy control."
    ),
    "finance_file.json_twice": _("Pole %(field)s jest w jednym obiekcie JSON dwa razy. Zostaw jedno."),
    "finance_file.kind": _("Nieznany rodzaj wiersza: „%(found)s”. Dozwolone: %(expected)s."),
    "finance_file.layout": _(
        "Opis operacji ma inny układ niż zadeklarowany (znak „%(declared)s”, w pliku „%(found)s”). Wybierz układ tego banku."
    ),
    "finance_file.line_break": _(
        "Wiersze kończą się samym znakiem CR. Zapisz plik z końcami wierszy LF albo CRLF."
    ),
    "finance_file.line_too_long": _(
        "Wiersz jest za długi (ponad %(most)s bajtów). Sprawdź, czy to właściwy plik."
    ),
    "finance_file.list_too_long": _("Lista w polu %(field)s ma więcej niż %(most)s pozycji. Skróć ją."),
    "finance_file.missing": _("Brakuje wymaganego pola %(field)s. Uzupełnij je."),
    "finance_file.no_entries": _("W pliku nie ma żadnej pozycji. Wybierz inny plik."),
    "finance_file.no_statement": _("W pliku nie ma żadnego wyciągu. Wybierz inny plik."),
    "finance_file.not_camt": _(
        "To nie jest wyciąg camt.053 („%(found)s”). Pobierz z banku wyciąg w tym formacie."
    ),
    "finance_file.not_list": _(
        "Pole %(field)s nie jest poprawną listą. Rozdziel pozycje znakiem | (w JSON podaj listę)."
    ),
    "finance_file.not_mt940": _(
        "To nie jest wyciąg MT940 („%(found)s”). Pobierz z banku wyciąg w tym formacie."
    ),
    "finance_file.not_text": _("W polu %(field)s podaj wartość jako tekst w cudzysłowie."),
    "finance_file.not_xlsx": _(
        "To nie jest skoroszyt XLSX. Zapisz plik jako skoroszyt programu Excel (.xlsx)."
    ),
    "finance_file.nrb": _(
        "Błędny numer rachunku „%(found)s”: ma 26 cyfr z prawidłowymi cyframi kontrolnymi."
    ),
    "finance_file.number": _(
        "W polu %(field)s podaj liczbę całkowitą z dozwolonego zakresu, a nie „%(found)s”."
    ),
    "finance_file.order": _(
        "Niewłaściwa kolejność: jest „%(found)s”, a najpierw powinno być „%(expected)s”. Pobierz plik ponownie."
    ),
    "finance_file.other_account": _(
        "Plik dotyczy innego rachunku: %(found)s. Wybierz rachunek, z którego jest plik."
    ),
    "finance_file.other_kind": _(
        "To jest plik %(found)s, a nie plik tekstowy w oczekiwanym formacie. Wybierz inny plik."
    ),
    "finance_file.pages": _(
        "Saldo tej strony wyciągu nie zgadza się z poprzednią stroną. Pobierz cały wyciąg."
    ),
    "finance_file.parts": _("Pole „%(found)s” ma więcej niż 4 części po 35 znaków. Sprawdź układ pliku."),
    "finance_file.parts_sum": _(
        "Kwota %(found)s nie jest sumą należności głównej, odsetek i kosztów upomnienia. Popraw ją."
    ),
    "finance_file.period": _("Okres „%(found)s” kończy się przed początkiem. Popraw daty."),
    "finance_file.quotes": _(
        "Cudzysłowy w wierszu nie zgadzają się z układem pliku. Wybierz układ tego banku albo popraw plik."
    ),
    "finance_file.statement_twice": _(
        "Wyciąg nr %(number)s jest już w wierszu %(first)s tego pliku. Usuń powtórzenie."
    ),
    "finance_file.tag": _("Nieznany początek pola MT940: „%(found)s”. Pobierz plik ponownie z banku."),
    "finance_file.text_too_long": _(
        "Tekst „%(found)s” jest dłuższy niż %(most)s znaków. Skróć go albo sprawdź układ pliku."
    ),
    "finance_file.too_big": _("Plik jest większy niż %(megabytes)s MB. Podziel go na mniejsze."),
    "finance_file.too_many": _("Plik ma więcej niż %(most)s pozycji. Podziel go na mniejsze."),
    "finance_file.too_many_lines": _(
        "Jedno pole ma więcej niż %(most)s wierszy. Pobierz plik ponownie z banku."
    ),
    "finance_file.twice": _("Identyfikator „%(found)s” jest już w wierszu %(first)s. Usuń powtórzenie."),
    "finance_file.unfinished": _(
        "Plik urywa się przed końcem: brakuje „%(expected)s”. Pobierz plik ponownie."
    ),
    "finance_file.unknown_field": _(
        "Pole %(field)s nie należy do tego rodzaju wiersza. Usuń je albo popraw jego nazwę."
    ),
    "finance_file.version": _(
        "Plik ma wersję formatu „%(found)s”, a portal czyta wersję %(expected)s. Zmień ustawienia eksportu."
    ),
    "finance_file.width": _("Wiersz ma %(found)s znaków, a powinien mieć %(expected)s. Sprawdź układ pliku."),
    "finance_file.xlsx_bomb": _(
        "Skoroszyt po rozpakowaniu ma ponad %(megabytes)s MB. Podziel go na mniejsze."
    ),
    "finance_file.xlsx_part": _(
        "Skoroszyt zawiera niedozwoloną część: %(found)s. Zapisz same dane w nowym skoroszycie."
    ),
    "finance_file.xlsx_sheets": _(
        "Dane mogą być tylko w jednym arkuszu, a są też w „%(found)s”. Usuń pozostałe arkusze."
    ),
    "finance_file.xml": _("Plik XML jest uszkodzony albo niepełny. Pobierz go ponownie z banku."),
    "finance_file.xml_document_type": _(
        "Plik XML zawiera definicję DOCTYPE, która jest niedozwolona. Pobierz go ponownie z banku."
    ),
}
