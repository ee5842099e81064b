"""A record as rows and sentences: the same for the page of the desk and for the PDF."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import groupby

from kernel.money import format_gr
from services.liabilities.domain.reasons import Reason
from services.payments.allocation_statement import wording
from services.payments.allocation_statement.shapes import (
    Day,
    InterestRows,
    LeftRow,
    PeriodRow,
    Remark,
    ShareRow,
    Statement,
)
from services.payments.allocation_statement.wording import day_text, exact_text, number_text, sentence
from services.payments.domain.allocation import AllocationRegime, ShareKind
from services.payments.domain.record import PaidShare, Record, Step, Subject, UsedInterest, UsedRule
from services.payments.queries_records import BookedRecord
from tenants.configuration.domain import RatioBase, ThresholdReading, ThresholdScope


def statement_of(found: BookedRecord) -> Statement:
    """The record of a booked payment in words; nothing in it is computed anew."""
    record = found.record
    subjects = {subject.id: subject for subject in record.subjects}
    return Statement(
        is_public=record.regime == AllocationRegime.TAX,
        amount_gr=record.amount_gr,
        paid_on=record.paid_on,
        booked_on=record.booked_on,
        reversed_on=found.reversed_on,
        days=_days(record),
        day_reasons=_unique(_day_reason(step, record) for step in record.steps),
        chosen=tuple((one.title, one.amount_gr) for one in record.chosen),
        rules=_unique(remark for step in record.steps for remark in _rule(step.rule, record.regime)),
        rows=tuple(_spanned(list(_rows(record, subjects)))),
        overpaid_gr=record.overpaid_gr,
        remarks=_unique(_remarks(record)),
        interests=tuple(
            _interest(interest, step, subjects[interest.subject].title)
            for step in record.steps
            for interest in step.interests
            if interest.days
        ),
        left=tuple(_left(subject, record) for subject in record.subjects),
    )


def _days(record: Record) -> tuple[Day, ...]:
    sources = {step.day_source for step in record.steps}
    is_debit = record.method_group in ("transfer", "traditional") or "debited_on" in sources
    is_debit = is_debit and "authorised_on" not in sources
    paid = "Obciążenie rachunku płatnika" if is_debit else "Potwierdzenie autoryzacji płatności"
    return (
        Day("Zlecenie płatności w portalu", record.ordered_on, "ordered_on" in sources),
        Day(paid, record.debited_on, bool({"debited_on", "authorised_on"} & sources)),
        Day("Uznanie rachunku urzędu", record.credited_on, "credited_on" in sources),
        Day("Zaksięgowanie w urzędzie", record.booked_on, False),
    )


def _day_reason(step: Step, record: Record) -> Remark:
    text = sentence(wording.DAYS, step.day_reason)
    if len({one.paid_on for one in record.steps}) > 1:
        text = f"{step.indicated}: {day_text(step.paid_on)}. {text}"
    return Remark.of(text, step.day_reason)


_RATIO = {
    RatioBase.ROUNDED: "odsetki zaokrąglone do pełnych złotych",
    RatioBase.EXACT: "odsetki dokładne, przed zaokrągleniem",
}
_THRESHOLD = {
    ThresholdReading.ROUNDED: "odsetki po zaokrągleniu",
    ThresholdReading.EXACT: "odsetki przed zaokrągleniem",
}
_SCOPE = {
    ThresholdScope.INSTALMENT: "osobno dla każdej raty",
    ThresholdScope.DECISION: "razem dla rat jednej decyzji",
}


def _rule(rule: UsedRule, regime: str) -> Iterable[Remark]:
    if rule.effective_on is None:
        yield Remark(
            "Gmina nie wprowadziła własnych zasad zaliczania wpłat. Zastosowano zasady domyślne portalu."
        )
    else:
        note = f", podstawa: {rule.note}" if rule.note else ""
        yield Remark(
            f"Zastosowano zasady zaliczania wpłat gminy w wersji obowiązującej od {day_text(rule.effective_on)}{note}."
        )
    if regime == AllocationRegime.CIVIL:
        order = (
            "odsetki, potem należność główną"
            if rule.civil_interest_first
            else "należność główną, potem odsetki"
        )
        yield Remark(
            f"Z wpłaty, która nie wystarcza na całość, zalicza się najpierw {order}.",
            "art. 451 § 1 Kodeksu cywilnego",
        )
        return
    yield Remark(
        f"Przy podziale proporcjonalnym porównuje się zaległość i {_RATIO[RatioBase(rule.ratio_base)]}.",
        "art. 55 § 2 Ordynacji podatkowej",
    )
    yield Remark(
        f"Z progiem, do którego odsetek się nie nalicza, porównuje się "
        f"{_THRESHOLD[ThresholdReading(rule.threshold)]}, {_SCOPE[ThresholdScope(rule.threshold_scope)]}.",
        "art. 54 § 1 pkt 5 Ordynacji podatkowej",
    )


ARREARS = frozenset({"allocation.indicated_arrear", "allocation.earliest_arrear"})


def _rows(record: Record, subjects: Mapping[str, Subject]) -> Iterable[ShareRow]:
    number = 0
    for step in record.steps:
        names = {one.subject: wording.name_of_interest(one.reasons) for one in step.interests}
        for share in step.shares:
            number += 1
            subject = subjects[share.subject]
            kind = names[share.subject] if share.kind == ShareKind.INTEREST else wording.KINDS[share.kind]
            yield ShareRow(
                number=number,
                title=subject.title,
                details=details(subject),
                kind=kind,
                amount_gr=share.amount_gr,
                why=Remark.of(wording.why_share(share.reason, record.regime, step.indicated), share.reason),
                is_arrear=share.kind == ShareKind.REMINDER_COSTS or share.reason.code in ARREARS,
            )


def _spanned(rows: list[ShareRow]) -> Iterable[ShareRow]:
    for _, group in groupby(rows, key=lambda row: (row.title, row.details, row.why)):
        found = list(group)
        for place, row in enumerate(found, 1):
            yield replace(row, span=len(found) if place == 1 else 0, closes=place == len(found))


def details(subject: Subject) -> str:
    """Number of the document and the day: of payment for a due, of delivery for a reminder."""
    if subject.is_cost:
        return f"upomnienie doręczone {day_text(subject.day)}"
    number = [f"dokument {subject.number}"] if subject.number else []
    return ", ".join([*number, f"termin płatności {day_text(subject.day)}"])


def _remarks(record: Record) -> Iterable[Remark]:
    for position, step in enumerate(record.steps, 1):
        for reason in step.reasons:
            # What the last run leaves over is the overpayment, which has a sentence of its own.
            if reason.code == "allocation.overpaid" and position == len(record.steps):
                continue
            text = sentence(wording.REMARKS, reason, indicated=step.indicated)
            yield Remark(text) if reason.code == "allocation.overpaid" else Remark.of(text, reason)


def _interest(interest: UsedInterest, step: Step, title: str) -> InterestRows:
    return InterestRows(
        title=title,
        principal_gr=interest.principal_gr,
        days=interest.days,
        periods=tuple(
            PeriodRow(
                one.from_on,
                one.to_on,
                one.days,
                wording.percent_text(one.rate_bp),
                "; ".join(one.acts),
                exact_text(one.amount),
            )
            for one in interest.periods
        ),
        exact=exact_text(interest.exact),
        total_gr=interest.total_gr,
        remarks=tuple(Remark.of(sentence(wording.INTEREST, reason), reason) for reason in interest.reasons),
        formula=next((_formula(one, interest) for one in step.reasons if _is_ratio_of(one, interest)), None),
    )


def _is_ratio_of(reason: Reason, interest: UsedInterest) -> bool:
    return reason.code == "allocation.proportional" and reason.values["claim"] == interest.subject


def _formula(reason: Reason, interest: UsedInterest) -> Remark:
    """The division of art. 55 § 2 with its numbers: money x principal / (principal + interest)."""
    principal_gr, interest_gr = (
        int(str(reason.values["principal_gr"])),
        int(str(reason.values["interest_gr"])),
    )
    owed = number_text(interest.total_gr)
    if reason.values["ratio_base"] == RatioBase.EXACT:
        owed = exact_text(interest.exact).removesuffix("zł").strip()
    principal = number_text(interest.principal_gr)
    return Remark(
        f"{format_gr(principal_gr + interest_gr)} × {principal} / ({principal} + {owed}) = {format_gr(principal_gr)} "
        f"na należność główną; reszta, {format_gr(interest_gr)}, na odsetki. Podział jest co do grosza.",
        "art. 55 § 2 i art. 63 § 3 Ordynacji podatkowej",
    )


def _left(subject: Subject, record: Record) -> LeftRow:
    paid_gr = sum(share.amount_gr for share in record.shares if _is_principal(share, subject))
    return LeftRow(subject.title, subject.before_gr, paid_gr, subject.left_gr, subject.left_interest_gr)


def _is_principal(share: PaidShare, subject: Subject) -> bool:
    return share.subject == subject.id and share.kind != ShareKind.INTEREST


def _unique(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    return tuple(dict.fromkeys(remarks))
