"""Polish sentences for the codes of the API. The list of codes with their statuses is part of the documentation."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from services.liabilities.sentences import ERRORS


@dataclass(frozen=True)
class Meaning:
    """HTTP status and sentence of a code."""

    status: int
    sentence: str | Promise


CODES: Mapping[str, Meaning] = {
    "access.denied": Meaning(403, _("Ten token nie ma zakresu „%(verb)s”.")),
    "cursor.invalid": Meaning(400, _("Nieprawidłowy kursor. Zacznij listę od początku.")),
    "dues.invalid": Meaning(400, _("Nie można przyjąć tych danych. Szczegóły są w polu details.")),
    "idempotency.in_progress": Meaning(409, _("Wywołanie z tym kluczem jeszcze trwa. Spróbuj za chwilę.")),
    "idempotency.key_invalid": Meaning(
        400, _("Nagłówek Idempotency-Key ma od 1 do 255 drukowalnych znaków ASCII.")
    ),
    "idempotency.key_missing": Meaning(400, _("Dodaj nagłówek Idempotency-Key z niepowtarzalną wartością.")),
    "idempotency.other_request": Meaning(409, _("Tego klucza użyto już z inną treścią. Użyj nowego klucza.")),
    "import.unknown": Meaning(404, ERRORS["import.unknown"]),
    "imports.row_not_object": Meaning(400, _("Wiersz %(line)s nie jest obiektem JSON.")),
    "imports.switched_off": Meaning(
        403, _("Import przez API jest w tej gminie wyłączony. Zapisuj należności pojedynczo.")
    ),
    "imports.too_many_rows": Meaning(400, _("Za dużo wierszy: najwyżej %(limit)s w jednym imporcie.")),
    "imports.version": Meaning(400, _("Nieznana wersja formatu. Obsługujemy wersję 1.")),
    "liability.unknown": Meaning(404, _("Nie ma należności o tym identyfikatorze.")),
    "method.not_allowed": Meaning(405, _("Ten adres nie obsługuje metody %(method)s.")),
    "not_found": Meaning(404, _("Nie ma takiego zasobu.")),
    "payment.credited_before_paid": Meaning(
        400, _("Dzień uznania rachunku urzędu jest wcześniejszy niż dzień zapłaty.")
    ),
    "payment.credited_in_future": Meaning(400, _("Dzień uznania rachunku urzędu jeszcze nie nadszedł.")),
    "payment.illegal_transition": Meaning(
        409, _("Tej płatności nie można zaksięgować, bo nie czeka na zaksięgowanie.")
    ),
    "payment.unknown": Meaning(404, _("Nie ma płatności o tym identyfikatorze.")),
    "payment_day.unknown": Meaning(409, _("Nie wiadomo jeszcze, kiedy płatność wyszła z rachunku płatnika.")),
    "quota.api_requests": Meaning(
        429, _("Limit gminy to %(most)s wywołań na minutę. Poczekaj tyle sekund, ile mówi Retry-After.")
    ),
    "quota.import_rows": Meaning(
        429,
        _("Limit gminy to %(most)s wierszy importu na dobę. Wyślij resztę jutro albo poproś o wyższy limit."),
    ),
    "quota.imports": Meaning(
        429, _("Limit gminy to %(most)s importów na dobę. Wyślij następny jutro albo poproś o wyższy limit.")
    ),
    "quota.storage": Meaning(
        403, _("Gmina wykorzystała całe miejsce na dane. Import nie jest możliwy; poproś o wyższy limit.")
    ),
    "rate.limited": Meaning(429, _("Za dużo zapisów w ciągu sekundy. Spróbuj za chwilę.")),
    "reminder_cost.unknown": Meaning(404, _("Nie ma kosztów upomnienia o tym identyfikatorze.")),
    "request.invalid": Meaning(400, _("Popraw dane. Szczegóły są w polu details.")),
    "request.media_type": Meaning(415, _("Wyślij treść jako application/json.")),
    "request.not_acceptable": Meaning(406, _("Odpowiedzi są dostępne tylko jako application/json.")),
    "request.not_object": Meaning(400, _("Treść musi być obiektem JSON.")),
    "request.too_big": Meaning(413, _("Treść jest większa niż 12 MB. Podziel ją na części.")),
    "request.unreadable": Meaning(400, _("Treść nie jest poprawnym JSON w UTF-8.")),
    "server.error": Meaning(500, _("Błąd po naszej stronie. Został zgłoszony; spróbuj później.")),
    "service.unavailable": Meaning(503, _("Chwilowa przerwa. Spróbuj ponownie za kilka sekund.")),
    "token.expired": Meaning(401, _("Token stracił ważność. Poproś urząd o nowy.")),
    "token.invalid": Meaning(401, _("Nieprawidłowy token.")),
    "token.missing": Meaning(401, _("Dodaj nagłówek Authorization: Bearer z tokenem.")),
    "token.revoked": Meaning(401, _("Token został unieważniony.")),
}

FALLBACK: Mapping[int, str | Promise] = {
    400: _("Popraw dane i spróbuj jeszcze raz."),
    403: _("Nie masz uprawnienia do tej czynności."),
    404: CODES["not_found"].sentence,
    409: _("Stan się zmienił. Pobierz go jeszcze raz."),
}
"""For codes of services that are not listed: the status is decided by the kind of error."""
