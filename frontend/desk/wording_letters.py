"""Why a letter did not arrive and what to do about it, in the office's words."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: Mapping[str, Promise] = {
    "refused": _("Poczta odmówiła przyjęcia listu na ten adres"),
    "address": _("To nie jest poprawny adres e-mail"),
    "given_up": _("Przez dwa dni nie udało się wysłać"),
    "in_doubt": _("Nie wiadomo, czy list dotarł"),
    "no_mailbox": _("Nie ma takiej skrzynki"),
    "full": _("Skrzynka jest pełna"),
    "returned": _("List wrócił"),
}
ADVICE: Mapping[str, Promise] = {
    "refused": _("Zapytaj osobę o inny adres."),
    "address": _("Zapytaj osobę o poprawny adres."),
    "given_up": _("Wyślij jeszcze raz. Jeśli to się powtarza, powiadom administratora."),
    "in_doubt": _("Zapytaj osobę, czy dostała list, albo wyślij jeszcze raz."),
    "no_mailbox": _("Zapytaj osobę o poprawny adres. Zobaczy też komunikat po zalogowaniu."),
    "full": _("Spróbuj za kilka dni albo skontaktuj się z osobą inaczej."),
    "returned": _("Spróbuj jeszcze raz albo skontaktuj się z osobą inaczej."),
}
