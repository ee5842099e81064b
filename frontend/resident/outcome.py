"""What the page of a payment says: the outcome in words, the balance around it, where the money went."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.resident.acting import Acting
from frontend.resident.underway import underway
from services.accounts.oversight import ledger_entries_of
from services.liabilities.queries import liability
from services.payments.domain.states import State
from services.payments.queries import holds_lock, statement
from services.payments.queries_refunds import refunds_shown_to_payer


@dataclass(frozen=True)
class Outcome:
    """A heading, what it means, what to do now; `kind` is the colour, `failed` stops the steps with a reason."""

    kind: str
    title: str | Promise
    text: str | Promise
    advice: str | Promise = ""
    failed: str | Promise = ""


_WAITING = Outcome(
    "info",
    _("Czekamy na potwierdzenie płatności"),
    _(
        "Operator nie potwierdził jeszcze wpłaty. Zwykle trwa to kilka minut, czasem do następnego dnia roboczego."
    ),
    _(
        "Jeśli masz już potwierdzenie z banku, nie płać drugi raz. Możesz zamknąć tę stronę: napiszemy e-mail."
    ),
)
_FREE = _("Należności są znowu wolne. Jeśli pieniądze zeszły z konta, nie płać drugi raz i napisz do urzędu.")

OUTCOMES = {
    State.CREATED: _WAITING,
    State.STARTED: _WAITING,
    State.PENDING: _WAITING,
    State.UNKNOWN: Outcome(
        "warning",
        _("Jeszcze nie wiemy, co z tą płatnością"),
        _("Połączenie z operatorem się urwało. Sprawdzamy u niego, czy płatność powstała."),
        _("Nie płać drugi raz. Gdy tylko się dowiemy, pokażemy to tutaj i wyślemy e-mail."),
    ),
    State.PAID_UNVERIFIED: Outcome(
        "info",
        _("Operator zgłosił wpłatę, sprawdzamy ją"),
        _("Za chwilę powinniśmy mieć pewność."),
        _("Nie płać drugi raz."),
    ),
    State.PAID: Outcome(
        "success",
        _("Zapłacono"),
        _("Operator potwierdził wpłatę. Teraz urząd musi ją zaksięgować."),
        _("Do tego czasu saldo się nie zmienia, a należności są zablokowane przed drugą zapłatą."),
    ),
    State.BOOKED: Outcome(
        "success",
        _("Urząd zaksięgował wpłatę"),
        _("Saldo Twoich należności już ją uwzględnia."),
    ),
    State.MISMATCH: Outcome(
        "warning",
        _("Urząd wyjaśnia tę wpłatę"),
        _("Pieniądze dotarły, ale coś się nie zgadza, na przykład kwota."),
        _("Nie płać drugi raz. Urząd sprawdzi wpłatę i się z Tobą skontaktuje."),
    ),
    State.FAILED: Outcome(
        "danger", _("Płatność się nie udała"), _FREE, failed=_("Operator odmówił płatności.")
    ),
    State.CANCELLED: Outcome(
        "neutral", _("Płatność anulowana"), _FREE, failed=_("Płatność została anulowana.")
    ),
    State.EXPIRED: Outcome(
        "neutral", _("Płatność wygasła"), _FREE, failed=_("Operator nie dostał pieniędzy na czas.")
    ),
    State.REFUND_PENDING: Outcome(
        "info",
        _("Trwa zwrot pieniędzy"),
        _("Urząd zlecił zwrot. Pieniądze wrócą na konto, z którego zapłacono."),
        failed=_("Księgowanie czeka na koniec zwrotu."),
    ),
    State.PARTLY_REFUNDED: Outcome(
        "info", _("Zwrócono część pieniędzy"), _("Część wpłaty wróciła na konto, z którego zapłacono.")
    ),
    State.REFUNDED: Outcome(
        "neutral",
        _("Pieniądze zwrócono"),
        _("Wpłata wróciła na konto, z którego zapłacono."),
        failed=_("Pieniądze zwrócono, więc nie ma czego księgować."),
    ),
    State.CHARGEBACK: Outcome(
        "danger",
        _("Bank cofnął płatność"),
        _("Bank zabrał pieniądze z powrotem."),
        _("Należność może być znowu do zapłaty. W razie wątpliwości napisz do urzędu."),
        failed=_("Bank zabrał pieniądze z powrotem."),
    ),
}


_GOING_BACK = frozenset({State.REFUND_PENDING, State.PARTLY_REFUNDED})


def outcome_of(payment: Any) -> Outcome:
    """The outcome of a payment as of now."""
    return OUTCOMES[State(payment.state)]


@dataclass(frozen=True)
class Balance:
    """Around a payment under way, in grosze: the balance now, what was ordered, the balance after booking."""

    now_gr: int
    ordered_gr: int
    after_gr: int


def balance_of(payment: Any, acting: Acting, today: date) -> Balance | None:
    """The payer's whole balance now and after booking, while the payment holds its dues (D62, R12).

    None when there is nothing to show: the payment is over or its money goes back, or the resident no longer acts for its
    payer.
    """
    if State(payment.state) in _GOING_BACK:
        return None
    if not holds_lock(payment) or payment.payer_id not in {payer.pk for payer in acting.payers}:
        return None
    whole = statement(payment.payer, today, acting.resident)
    own = [item for item in underway(whole) if item.lock.payment_id == payment.public_id]
    closed_gr = sum(item.now_gr - item.after_gr for item in own)
    return Balance(whole.total_gr, payment.amount_gr, whole.total_gr - closed_gr)


@dataclass(frozen=True)
class MoneyBack:
    """A refund: the grosze, and the day on which it was ordered or, once it is done, on which it ended."""

    amount_gr: int
    on: date
    is_done: bool


def money_back(payment: Any) -> list[MoneyBack]:
    """Refunds of the payment that are under way or done, the oldest first."""
    return [
        MoneyBack(row.amount_gr, localdate(row.ended_at or row.approved_at), row.ended_at is not None)
        for row in refunds_shown_to_payer(payment)
    ]


@dataclass(frozen=True)
class BookedShare:
    """A part of a booked payment: what it went for and how much, in grosze."""

    label: str
    amount_gr: int


def booked_shares(payment: Any) -> list[BookedShare]:
    """Where the money of a booked payment went: the credits of its ledger entry, which may name an earlier arrear.

    Of a payment that was booked anew only what stands; nothing for a booking that the office has taken back.
    """
    if State(payment.state) != State.BOOKED:
        return []
    entries = ledger_entries_of(payment.public_id)
    taken_back = {entry.reference for entry in entries if entry.code == "reversal"}
    standing = [e for e in entries if e.code != "reversal" and e.public_id not in taken_back]
    return [share for entry in standing for share in credited_by(entry)]


def credited_by(entry: Any) -> list[BookedShare]:
    """What the entry paid: its credits of dues, interest, costs and overpayments, in the order of its lines."""
    return [
        BookedShare(label, -row.amount_gr)
        for row in entry.postings.all()
        if row.amount_gr < 0 and (label := _label(row))
    ]


def _label(posting: Any) -> str:
    if posting.account == "reminder_costs":
        return _now("Koszty upomnienia")
    if posting.account == "overpayment":
        return _now("Nadpłata, do rozliczenia z urzędem")
    if posting.account == "receivable_principal":
        return _now("%(title)s: należność główna") % {"title": liability(posting.subject).title}
    if posting.account == "receivable_interest":
        return _now("%(title)s: odsetki") % {"title": liability(posting.subject).title}
    return ""
