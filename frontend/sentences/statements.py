"""Bank statements, matching their lines, and how accounts are read. Sorted by code."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: Mapping[str, str | Promise] = {
    "bank_account.exists": _("Wyciągi tego rachunku są już ustawione. Otwórz go z listy."),
    "bank_account.in_use": _(
        "Ten rachunek ma już wczytane wyciągi, więc jego numer nie może się zmienić. Dodaj nowy rachunek, a ten wyłącz."
    ),
    "bank_account.layout_unknown": _("Wybierz układ pliku z listy."),
    "bank_account.not_for_layout": _("Wybrany układ nie ma tego ustawienia. Zostaw „jak w układzie”."),
    "bank_account.unknown": _("Nie ma takiego rachunku albo nie jest on dla Twojego konta."),
    "bank_transfer.amount": _("Kwota wpłaty musi być większa od zera."),
    "bank_transfer.being_paid": _(
        "Pieniądze za tę należność przyszły już przez portal. Najpierw zaksięguj tamtą płatność."
    ),
    "bank_transfer.changed": _(
        "Od pokazania podziału coś się zmieniło, więc pieniądze poszłyby inaczej. Sprawdź podział jeszcze raz."
    ),
    "bank_transfer.day": _("Dzień zapłaty nie może być późniejszy niż dzień uznania rachunku urzędu."),
    "bank_transfer.enforced": _("Należność jest w egzekucji: wpłatę dzieli organ egzekucyjny. Wybierz inną."),
    "bank_transfer.mixed_laws": _(
        "Zaznaczono należności publiczne i cywilne. Zaksięguj wpłatę na jedne albo na drugie."
    ),
    "bank_transfer.no_dues": _("Zaznacz co najmniej jedną należność."),
    "bank_transfer.too_much": _(
        "Przyszło więcej, niż trzeba zapłacić. Zaznacz, że reszta ma być nadpłatą, albo wybierz więcej należności."
    ),
    "eplatnosci.amount": _(
        "Wcześniejsze rozliczenie podało tę płatność ePłatności z inną kwotą i tamta jest już w portalu. Zapytaj w COI, "
        "która kwota jest prawdziwa. Jeśli ta, cofnij tamto dopasowanie; jeśli tamta, odłóż ten wiersz."
    ),
    "match.amount": _(
        "Kwota wpłaty jest inna niż kwota tego, z czym ją dopasowujesz. Sprawdź, czy to na pewno to."
    ),
    "match.entered_otherwise": _(
        "Dla tej wypłaty wpisano już ręcznie przelew z inną kwotą albo innym dniem. Sprawdź, co jest prawdą, popraw wpis na "
        "stronie wypłaty i dopasuj jeszcze raz."
    ),
    "match.nothing_chosen": _("Zaznacz co najmniej jedną należność, którą prowadzisz."),
    "match.several_payers": _(
        "Zaznaczone należności nie mają wspólnego płatnika. Wybierz należności jednej osoby."
    ),
    "match.taken": _("Z tym dopasowano już inną wpłatę. Najpierw cofnij tamto dopasowanie."),
    "match.unknown": _("Nie ma takiego przelewu zbiorczego."),
    "settlement.entered_by_hand": _(
        "Tę wypłatę wpisano ręcznie razem z przelewem. Popraw ją na stronie wypłaty operatora."
    ),
    "statement_file.failed": _("Tego pliku nie udało się wczytać. Wgraj go jeszcze raz."),
    "statement_file.too_big": _("Plik jest większy niż %(megabytes)s MB. Pobierz z banku krótszy okres."),
    "statement_file.unknown": _("Nie ma takiego pliku albo nie jest on dla Twojego konta."),
    "statement_line.matched": _("Tę wpłatę ktoś już dopasował. Odśwież stronę."),
    "statement_line.not_left": _("Ta wpłata nie jest odłożona. Odśwież stronę."),
    "statement_line.not_matched": _("Ta wpłata nie jest dopasowana. Odśwież stronę."),
    "statement_line.not_open": _("Ta wpłata nie czeka na wyjaśnienie. Odśwież stronę."),
    "statement_line.note": _("Napisz, co to za wpłata, najwyżej %(most)s znaków."),
    "statement_line.stale": _(
        "Ktoś zmienił tę wpłatę, gdy strona była otwarta. Sprawdź ją i spróbuj jeszcze raz."
    ),
    "statement_line.unknown": _("Nie ma takiej wpłaty albo nie jest ona dla Twojego konta."),
}
