"""Polish words for what the services tell by codes: states of payments, reasons of interest, why a due cannot be paid."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.components.formats import day_text, money_text
from kernel.money import round_to_grosz
from services.liabilities.domain.interest import Interest
from services.payments.domain.states import State

PROOFS: Mapping[str, str | Promise] = {
    "login_gov": _("przez login.gov.pl"),
    "trusted_profile": _("podpisem zaufanym"),
    "qualified_signature": _("podpisem kwalifikowanym"),
}
"""By what the identity of an account was proven."""


@dataclass(frozen=True)
class Word:
    """A short label with the kind (colour and sign) in which it is shown."""

    label: str | Promise
    kind: str


PAYMENT_STATES: Mapping[State, Word] = {
    State.CREATED: Word(_("Zlecona"), "info"),
    State.STARTED: Word(_("Zlecona"), "info"),
    State.UNKNOWN: Word(_("Jeszcze nie wiemy"), "warning"),
    State.PENDING: Word(_("W trakcie"), "info"),
    State.PAID_UNVERIFIED: Word(_("Sprawdzamy"), "info"),
    State.PAID: Word(_("Opłacona, czeka na urząd"), "success"),
    State.MISMATCH: Word(_("Wyjaśnia urząd"), "warning"),
    State.BOOKED: Word(_("Zaksięgowana"), "success"),
    State.FAILED: Word(_("Nieudana"), "danger"),
    State.CANCELLED: Word(_("Anulowana"), "neutral"),
    State.EXPIRED: Word(_("Wygasła"), "neutral"),
    State.REFUND_PENDING: Word(_("Zwrot w toku"), "info"),
    State.PARTLY_REFUNDED: Word(_("Część zwrócona"), "info"),
    State.REFUNDED: Word(_("Zwrócona"), "neutral"),
    State.CHARGEBACK: Word(_("Cofnięta przez bank"), "danger"),
}

NOT_PAYABLE: Mapping[str, str | Promise] = {
    "enforced": _("W egzekucji, nie do zapłaty tutaj"),
    "type_offline": _("Tylko przelewem albo w urzędzie"),
    "no_account": _("Urząd nie podał rachunku"),
    "locked": _("Płatność w toku"),
    "see_only": _("Tylko do wglądu: płaci płatnik"),
}

REQUEST_STATES: Mapping[str, Word] = {
    "waiting": Word(_("czeka na urząd"), "info"),
    "granted": Word(_("przyjęty"), "success"),
    "rejected": Word(_("odrzucony"), "danger"),
    "withdrawn": Word(_("wycofany"), "neutral"),
}
OVERPAYMENT_STATES: Mapping[str, Word] = {
    "waiting": Word(_("czeka na urząd"), "info"),
    "done": Word(_("załatwiony"), "success"),
    "rejected": Word(_("odrzucony"), "danger"),
    "withdrawn": Word(_("wycofany"), "neutral"),
    "reversed": Word(_("cofnięty przez urząd"), "warning"),
}

EX_OFFICIO_STATES: Mapping[str, Word] = {
    "done": Word(_("wykonane"), "success"),
    "reversed": Word(_("cofnięte przez urząd"), "warning"),
}

METHOD_NOTES: Mapping[str, str | Promise] = {
    "temporarily_off": _("chwilowo niedostępny"),
    "amount": _("nie przyjmuje takiej kwoty"),
    "fee_unknown": _("urząd nie podał opłaty"),
}

ENTRIES: Mapping[str, str | Promise] = {
    "assessment": _("Urząd naliczył należność"),
    "write_down": _("Urząd zmniejszył należność"),
    "cost": _("Koszty upomnienia"),
    "payment": _("Wpłata przez portal"),
    "receipt": _("Wpłata poza portalem"),
    "overpayment": _("Rozliczenie nadpłaty"),
    "overpaid_credit": _("Zaliczenie nadpłaty"),
    "overpaid_refund": _("Zwrot nadpłaty"),
    "reversal": _("Urząd wycofał błędny zapis"),
}

INTEREST_REASONS: Mapping[str, str | Promise] = {
    "interest.due_date_moved": _(
        "Termin %(due_on)s wypadł w dzień wolny, więc można było zapłacić do %(effective_due_on)s."
    ),
    "interest.paid_before": _(
        "Odjęliśmy odsetki zapłacone wcześniej: %(paid)s. Od dnia po każdej wpłacie odsetki liczymy od tego, co zostało "
        "z należności."
    ),
    "interest.paused": _("Za %(days)s dni odsetek nie naliczono."),
    "interest.tax": _("To odsetki za zwłokę w stawce podstawowej."),
    "interest.reduced": _("To odsetki za zwłokę w stawce obniżonej o połowę."),
    "interest.civil": _("To odsetki ustawowe za opóźnienie."),
    "interest.commercial": _("To odsetki ustawowe za opóźnienie w transakcjach handlowych."),
    "interest.commercial_healthcare": _(
        "To odsetki ustawowe za opóźnienie w transakcjach handlowych, niższe dla publicznego podmiotu leczniczego."
    ),
    "interest.contract": _("To odsetki umowne, %(rate)s w skali roku."),
    "interest.capped": _(
        "Stopa z umowy przekracza najwyższą dozwoloną, więc liczymy według najwyższej dozwolonej."
    ),
    "interest.none": _("Od tej należności nie nalicza się odsetek."),
    "interest.rounded_to_zloty": _("Sumę zaokrągla się do pełnych złotych."),
    "interest.rounded_to_grosz": _("Sumę zaokrągla się do grosza."),
    "interest.below_threshold": _("Odsetki nie przekraczają %(minimum)s, więc ich nie pobieramy."),
    "interest.rounded_jointly": _(
        "Odsetki od zaległych rat tej decyzji liczy się razem: %(joint)s po zaokrągleniu. Tu jest część tej raty."
    ),
    "interest.below_threshold_jointly": _(
        "Odsetki od zaległych rat tej decyzji razem nie przekraczają %(minimum)s, więc ich nie pobieramy."
    ),
    "interest.rates_unconfirmed": _("Stopy odsetek są potwierdzone do %(known_on)s; potem mogą się zmienić."),
}


@dataclass(frozen=True)
class Explanation:
    """One sentence about the interest and the provision behind it."""

    text: str
    article: str


def explanations(interest: Interest) -> list[Explanation]:
    """Why the interest is what it is, sentence by sentence."""
    return [
        Explanation(str(INTEREST_REASONS[reason.code]) % _written(reason.values), reason.article)
        for reason in interest.reasons
    ]


def period_rows(interest: Interest) -> list[dict[str, Any]]:
    """Periods of one rate for a table; amounts in grosze, each rounded only to be shown."""
    return [
        {
            "from_on": period.from_on,
            "to_on": period.to_on,
            "days": period.days,
            "rate": percent_text(period.rate_bp),
            "acts": "; ".join(period.acts),
            "amount_gr": round_to_grosz(period.amount),
        }
        for period in interest.periods
    ]


def percent_text(rate_bp: int) -> str:
    """Hundredths of a percent as people write them: 1050 -> "10,5%"."""
    whole, rest = divmod(rate_bp, 100)
    return f"{whole},{rest:02d}".rstrip("0").rstrip(",") + "%"


def days_text(days: int) -> str:
    """“1 dzień”, “5 dni”."""
    return _now("1 dzień") if days == 1 else _now("%(days)s dni") % {"days": days}


def _written(values: Mapping[str, Any]) -> dict[str, str]:
    words = {}
    for name, value in values.items():
        if isinstance(value, date):
            words[name] = day_text(value)
        elif name.endswith("_gr"):
            words[name.removesuffix("_gr")] = money_text(value)
        elif name.endswith("_bp"):
            words[name.removesuffix("_bp")] = percent_text(value)
        else:
            words[name] = str(value)
    return words
