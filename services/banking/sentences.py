"""Polish sentences for what is said about a posting: in reports beside files, in answers of the API, at the desk."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from integrations.finance.sentences import SENTENCES as FILE_SENTENCES
from kernel.money import format_gr
from services.banking.models import PostingRow

POSTINGS: Mapping[str, str | Promise] = {
    "posting.differs": _(
        "Ten identyfikator ma już inne księgowanie. Nadaj poprawionemu księgowaniu nowy identyfikator."
    ),
    "posting.due_unknown": _(
        "Nie ma takiej należności wśród tych, które wolno księgować temu kontu. Sprawdź identyfikator albo najpierw wczytaj "
        "należność."
    ),
    "posting.in_future": _("Dzień księgowania jeszcze nie nadszedł. Popraw go albo wczytaj plik później."),
    "posting.in_portal": _("Tę płatność zaksięgowano już w portalu z dniem %(day)s."),
    "posting.in_statement": _("Już zaksięgowane z wyciągu bankowego z dnia %(day)s."),
    "posting.known": _("To samo księgowanie wczytano już wcześniej."),
    "posting.other_due": _(
        "Przelew na tę kwotę z dnia %(day)s zaksięgowano już z wyciągu na inną należność tego płatnika. Cofnij dopasowanie "
        "wyciągu i dopasuj go do właściwej należności albo popraw księgowanie."
    ),
    "posting.payment_amount": _(
        "Księgowania z numerem tej płatności nie dają razem jej kwoty: %(expected)s. Wczytaj wszystkie w jednym pliku albo "
        "popraw kwoty."
    ),
    "posting.payment_not_paid": _(
        "Płatność z tym numerem nie czeka w portalu na zaksięgowanie. Sprawdź numer i stan płatności."
    ),
    "posting.payment_other_due": _(
        "Należność z tego księgowania nie jest należnością płatnika tej płatności. Sprawdź numer płatności i należność."
    ),
    "posting.payment_unknown": _(
        "Nie ma płatności o tym numerze wśród tych, które wolno księgować temu kontu. Sprawdź numer."
    ),
    "posting.take_back_nothing": _(
        "Nie ma księgowania tej kwoty na tej należności, które można cofnąć. Sprawdź kwotę i należność."
    ),
    "posting.take_back_other": _(
        "Te pieniądze zaksięgowano w portalu, nie z systemu finansowego (dzień %(day)s). Cofnij tamto dopasowanie albo "
        "księgowanie w portalu."
    ),
    "posting.take_back_part": _(
        "To księgowanie jest częścią płatności z portalu, a płatność cofa się w całości. Cofnij jej księgowanie w portalu."
    ),
    "posting.unforeseen": _(
        "Tego księgowania nie udało się zapisać. Wczytaj je jeszcze raz, a jeśli się powtórzy, zgłoś to administratorowi."
    ),
    "postings.not_checked": _("Sprawdzanie pliku jeszcze trwa. Poczekaj, aż się skończy."),
    "postings.too_big": _("Plik jest większy niż %(megabytes)s MB. Podziel go na części."),
    "postings.unknown": _("Nie ma takiego pliku księgowań albo nie jest on dla Twojego konta."),
}

ACTS: Mapping[str, str | Promise] = {
    "bank_transfer.being_paid": _(
        "Pieniądze za tę należność przyszły już przez portal. Najpierw zaksięguj tamtą płatność."
    ),
    "bank_transfer.enforced": _("Należność jest w egzekucji: wpłatę dzieli organ egzekucyjny."),
    "bank_transfer.too_much": _(
        "Kwota jest większa niż to, co zostało do zapłaty. Sprawdź, czy wpłaty już nie zaksięgowano, i przypis."
    ),
    "payment.credited_before_paid": _("Dzień księgowania jest wcześniejszy niż dzień zapłaty. Popraw go."),
    "payment.refund_open": _("Zwrot tej płatności jest w toku. Zaksięguj ją, gdy się skończy."),
}
"""Refusals of the acts themselves, as they are said about a row."""


def posting_sentence(row: PostingRow) -> str:
    """What is said about the row; empty where there is nothing to say, the code itself where no sentence is known."""
    text = str(POSTINGS.get(row.code) or ACTS.get(row.code) or "")
    if row.code in FILE_SENTENCES:
        text = _now(FILE_SENTENCES[row.code]).replace("%(field)s", row.field)
    params = {
        "day": f"{row.told_on:%d.%m.%Y}" if row.told_on else "–",
        "expected": format_gr(row.expected_gr or 0),
    }
    if not text:
        return row.code
    try:
        return text % params
    except (KeyError, ValueError):  # a sentence that quotes what stood in the cell, which is not kept
        return text.partition("%(")[0].rstrip(" „:(")
