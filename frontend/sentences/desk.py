"""Lists of the desk and their saved views. Sorted by code."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: Mapping[str, str | Promise] = {
    "list.too_long": _("Lista ma ponad %(most)s wierszy. Zawęź ją filtrami i pobierz w częściach."),
    "view.name": _("Nazwij widok: do %(most)s znaków."),
    "view.query": _("Tych filtrów jest za dużo, żeby zapamiętać je w widoku. Wybierz mniej."),
    "view.too_many": _("Masz już %(most)s widoków tej listy. Usuń ten, którego nie używasz."),
    "view.unknown": _("Nie ma takiego widoku albo należy do kogoś innego."),
}
