"""Letters: the office's own texts, and what did not arrive. Sorted by code."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: Mapping[str, str | Promise] = {
    "letter.settled": _("Tą wiadomością zajął się już ktoś inny. Odśwież stronę."),
    "letter.unknown": _("Nie ma takiej wiadomości na liście. Być może ktoś wysłał ją już jeszcze raz."),
    "letter_text.brace": _("Nawiasy { } służą tylko do zmiennych, na przykład {portal}. Usuń pozostałe."),
    "letter_text.empty": _("Wpisz temat i treść."),
    "letter_text.long": _("Tekst jest za długi. Najwięcej znaków: %(most)s."),
    "letter_text.required": _(
        "W tekście brakuje zmiennej {%(name)s}. Bez niej list nie powie tego, co najważniejsze."
    ),
    "letter_text.stale": _(
        "Ktoś zmienił ten tekst w tym samym czasie. Odśwież stronę i zobacz, co się zmieniło."
    ),
    "letter_text.subject": _("Temat musi się mieścić w jednym wierszu."),
    "letter_text.unknown": _("Tego listu nie można zmienić."),
    "letter_text.variable": _("Nie ma zmiennej {%(name)s}. Możesz użyć: %(known)s."),
    "quota.bulk_letters": _("Gmina wykorzystała limit przypomnień w tej minucie: %(most)s."),
}
