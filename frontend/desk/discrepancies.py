"""Niezgodności in plain words: what does not agree, and what a clerk does about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Words:
    """One kind: what it is called, what happened, what to do."""

    title: Promise
    happened: Promise
    to_do: Promise
    kind: str = "warning"


KINDS: Mapping[str, Words] = {
    "settled_unknown": Words(
        _("Wypłata za płatność, której portal nie zna"),
        _("Operator przelał urzędowi pieniądze za transakcję, której nie zlecono w portalu."),
        _(
            "Sprawdź w panelu operatora, kto i za co zapłacił. Jeśli to wpłata spoza portalu, zaksięguj ją w systemie "
            "finansowym i napisz o tym w wyjaśnieniu."
        ),
        "danger",
    ),
    "not_settled": Words(
        _("Brak wypłaty od operatora"),
        _("Operator potwierdził wpłatę, ale przez kilka dni nie ma jej w żadnej jego wypłacie."),
        _(
            "Zapytaj operatora, podając numer płatności. Nie księguj jej, zanim pieniądze nie wpłyną na rachunek urzędu."
        ),
        "danger",
    ),
    "amount_differs": Words(
        _("Inna kwota w wypłacie niż zapłacona"),
        _("Operator rozliczył tę płatność w innej kwocie, niż potwierdził."),
        _("Porównaj kwoty i wyjaśnij różnicę z operatorem, podając numer płatności."),
        "danger",
    ),
    "fee_differs": Words(
        _("Inny koszt płatności, niż zobaczył płatnik"),
        _("Operator zatrzymał inny koszt, niż portal pokazał płatnikowi przed zapłatą."),
        _("Porównaj cennik z umową z operatorem i popraw go w ustawieniach: Koszty płatności."),
    ),
    "transfer_differs": Words(
        _("Przelew z banku inny niż suma wypłaty"),
        _("Kwota przelewu wpisana z wyciągu nie jest sumą płatności, które operator podał w tej wypłacie."),
        _("Sprawdź kwotę na wyciągu. Jeśli jest dobrze przepisana, zapytaj operatora o skład wypłaty."),
        "danger",
    ),
    "unverified": Words(
        _("Wpłata czeka na potwierdzenie ponad godzinę"),
        _("Operator zgłosił wpłatę, ale jeszcze jej nie potwierdził. Portal pyta go dalej."),
        _("Otwórz płatność i wybierz „Zapytaj operatora teraz”. Jeśli to nie pomoże, zadzwoń do operatora."),
    ),
    "denied": Words(
        _("Operator zaprzeczył wpłacie, którą zgłosił"),
        _(
            "Operator przysłał podpisany komunikat o wpłacie, a zapytany po wygaśnięciu płatności odpowiedział, że "
            "pieniędzy nie ma. Należności są znowu wolne."
        ),
        _(
            "Sprawdź płatność w panelu operatora. Jeśli pieniądze tam są, otwórz płatność i wybierz „Zapytaj operatora "
            "teraz”. Jeśli ich nie ma, zapytaj operatora, skąd był komunikat, i zapisz jego odpowiedź."
        ),
    ),
    "mismatch": Words(
        _("Wpłynęło co innego, niż zlecono"),
        _("Kwota, waluta albo odbiorca wpłaty nie zgadza się ze zleceniem."),
        _("Otwórz tę wpłatę i zdecyduj, czy ją przyjąć w kwocie, która wpłynęła."),
        "danger",
    ),
    "paid_twice": Words(
        _("Zapłacono dwa razy"),
        _("Na te same należności wpłynęły pieniądze z dwóch płatności."),
        _(
            "Jedną płatność zaksięguj, drugą zwróć przed zaksięgowaniem albo też zaksięguj: nadwyżka będzie nadpłatą."
        ),
    ),
    "refund_stuck": Words(
        _("Zwrot bez zakończenia"),
        _("Od kilku dni operator nie powiedział, czy zwrot się udał."),
        _("Sprawdź ten zwrot w panelu operatora. Nie zlecaj go tam drugi raz."),
    ),
    "taken_back": Words(
        _("Pieniądze odeszły po zaksięgowaniu"),
        _("Bank płatnika albo operator cofnął wpłatę, która jest już zaksięgowana."),
        _("Cofnij księgowanie (storno) na stronie płatności: należność będzie znowu do zapłaty."),
        "danger",
    ),
    "forged_often": Words(
        _("Wiele komunikatów ze złym podpisem"),
        _(
            "Jednego dnia przyszło wiele komunikatów, których operator nie podpisał właściwym kluczem. Nic nie zmieniły."
        ),
        _(
            "Jeśli urząd zmieniał klucze u operatora, administrator lokalny wpisze je w ustawieniach. Jeśli nie, ktoś "
            "próbuje podszyć się pod operatora: zawiadom administratora."
        ),
    ),
    "unknown_message": Words(
        _("Komunikat o płatności, której portal nie zna"),
        _("Operator przysłał prawdziwy komunikat z numerem, którego portal nie nadał."),
        _(
            "Sprawdź w panelu operatora, czego dotyczy. Może to być wpłata z innego systemu urzędu na tym samym koncie."
        ),
    ),
    "long_lock": Words(
        _("Należność zablokowana za długo"),
        _("Rozpoczęta płatność blokuje należności dłużej niż zwykle i nikt inny nie może ich zapłacić."),
        _("Otwórz płatność: opłaconą zaksięguj, o nieopłaconą zapytaj operatora."),
    ),
}

DETAILS: Mapping[str, Promise] = {
    "amount_gr": _("Kwota u operatora"),
    "expected_gr": _("Kwota w portalu"),
    "batch": _("Numer wypłaty"),
    "operator_id": _("Numer u operatora"),
    "day": _("Dzień"),
    "count": _("Ile razy"),
}
AMOUNT_LABELS: Mapping[str, tuple[Promise, Promise]] = {
    "transfer_differs": (_("Przelew na wyciągu"), _("Suma wypłaty")),
    "fee_differs": (_("Koszt zatrzymany przez operatora"), _("Koszt pokazany płatnikowi")),
    "mismatch": (_("Wpłynęło"), _("Zlecono")),
}


def listed(row: Any) -> dict[str, Any]:
    """A discrepancy with its words and the page where it is mended."""
    return {"row": row, "words": KINDS[row.kind], "place": _place(row)}


def facts_of(row: Any) -> list[dict[str, Any]]:
    """The numbers of a discrepancy with their names; amounts in grosze under `gr`."""
    found = []
    first, second = AMOUNT_LABELS.get(row.kind, (DETAILS["amount_gr"], DETAILS["expected_gr"]))
    for name, label in {**DETAILS, "amount_gr": first, "expected_gr": second}.items():
        if name in row.details:
            value = row.details[name]
            found.append({"label": label, "gr" if name.endswith("_gr") else "text": value})
    return found


def _place(row: Any) -> dict[str, str] | None:
    if row.kind == "mismatch":
        return {
            "label": _now("Zdecyduj o tej wpłacie"),
            "href": reverse("desk:mismatch", args=[row.payment.public_id]),
        }
    if row.kind == "transfer_differs":
        return {
            "label": _now("Przejdź do wypłaty"),
            "href": reverse("desk:settlement", args=[row.batch.public_id]),
        }
    if row.payment is not None:
        return {
            "label": _now("Przejdź do płatności"),
            "href": reverse("desk:payment", args=[row.payment.public_id]),
        }
    if row.batch is not None:
        return {
            "label": _now("Przejdź do wypłaty"),
            "href": reverse("desk:settlement", args=[row.batch.public_id]),
        }
    return None
