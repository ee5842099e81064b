"""The counter, lists of the desk and their saved views. Sorted by code."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: Mapping[str, str | Promise] = {
    "counter.request": _("Zapisz, o co prosi ta osoba: do %(most)s znaków."),
    "counter.settled": _("Ktoś już załatwił ten wniosek. Odśwież stronę."),
    "counter.unknown": _("Nie ma takiego wniosku."),
    "list.too_long": _("Lista ma ponad %(most)s wierszy. Zawęź ją filtrami i pobierz w częściach."),
    "view.name": _("Nazwij widok: do %(most)s znaków."),
    "view.query": _("Tych filtrów jest za dużo, żeby zapamiętać je w widoku. Wybierz mniej."),
    "view.too_many": _("Masz już %(most)s widoków tej listy. Usuń ten, którego nie używasz."),
    "view.unknown": _("Nie ma takiego widoku albo należy do kogoś innego."),
    "visit.closed": _("Ta wizyta jest już zakończona. Jeśli osoba wróciła, otwórz nową."),
    "visit.unknown": _("Nie ma takiej wizyty albo prowadzi ją ktoś inny."),
}
