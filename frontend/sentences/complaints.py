"""Complaints and reports about dues. Sorted by code."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: Mapping[str, str | Promise] = {
    "complaint.documents": _("Dodaj najwyżej %(most)s plików naraz."),
    "complaint.key_taken": _(
        "Tej reklamacji nie da się wysłać z tej strony. Skopiuj jej treść, otwórz formularz jeszcze raz i wyślij."
    ),
    "complaint.no_such_step": _(
        "Tej czynności nie można teraz zrobić: stan reklamacji się zmienił. Sprawdź, jak stoi sprawa."
    ),
    "complaint.not_a_transaction": _("Operatorowi przekazuje się tylko reklamacje wpłat."),
    "complaint.operator_day": _(
        "Podaj dzień, w którym przyszła odpowiedź: nie wcześniejszy niż przekazanie reklamacji i nie późniejszy niż dziś."
    ),
    "complaint.paid_by": _(
        "Podaj, kto płacił i jak się z tą osobą skontaktować. Bez tego operator nie znajdzie wpłaty."
    ),
    "complaint.payment": _("Wybierz wpłatę, której dotyczy reklamacja."),
    "complaint.stale": _(
        "Ktoś zmienił tę sprawę, gdy strona była otwarta. Otwórz ją jeszcze raz i sprawdź, co się stało."
    ),
    "complaint.text_long": _("Napisz najwyżej %(most)s znaków."),
    "complaint.text_missing": _("Napisz, o co chodzi."),
    "complaint.too_late": _(
        "Czas na uzupełnienie minął, więc reklamacja zostaje bez rozpatrzenia. Możesz złożyć nową."
    ),
    "complaint.too_many": _(
        "Masz już %(most)s reklamacji, które czekają. Poczekaj na odpowiedź albo wycofaj którąś z nich."
    ),
    "complaint.unknown": _("Nie ma takiej reklamacji."),
    "discrepancy_report.unknown": _("Nie ma takiego zgłoszenia."),
    "discrepancy_report.waits": _(
        "Twoje zgłoszenie o tej należności czeka już na urząd. Nowe wyślesz, gdy urząd odpowie."
    ),
}
