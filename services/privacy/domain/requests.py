"""Requests of a person about her or his data (art. 15-21 RODO): kinds, states, deadlines. Pure."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from kernel.dates import next_working_day

LONGEST_TEXT: Final = 2000
ANSWER_MONTHS: Final = 1
EXTENDED_MONTHS: Final = 3


class Kind(StrEnum):
    """Rodzaj żądania."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    RESTRICTION = "restriction"
    ERASURE = "erasure"
    OBJECTION = "objection"

    @property
    def polish(self) -> str:
        """What the person asks for."""
        return {
            "access": "dostęp do danych i ich kopia (art. 15)",
            "rectification": "poprawienie danych (art. 16)",
            "restriction": "ograniczenie przetwarzania (art. 18)",
            "erasure": "usunięcie danych (art. 17)",
            "objection": "sprzeciw (art. 21)",
        }[self.value]


class State(StrEnum):
    """Stan żądania. Only WAITING can be decided or withdrawn."""

    WAITING = "waiting"
    GRANTED = "granted"
    PARTLY = "partly"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def polish(self) -> str:
        """As pages say it."""
        return {
            "waiting": "czeka na odpowiedź",
            "granted": "uwzględnione",
            "partly": "uwzględnione w części",
            "refused": "odmowa",
            "withdrawn": "wycofane",
        }[self.value]


DECIDED: Final = (State.GRANTED, State.PARTLY, State.REFUSED)


def answer_due(received_on: date, *, is_extended: bool = False) -> date:
    """Last day for an answer: a month after the receipt, three months with an extension (art. 12 ust. 3 RODO).

    Months run to the day of the same number, or to the end of a shorter month; a last day that is free moves to the next
    working day (art. 3 of Regulation 1182/71).
    """
    months = EXTENDED_MONTHS if is_extended else ANSWER_MONTHS
    index = received_on.month - 1 + months
    year, month = received_on.year + index // 12, index % 12 + 1
    day = min(received_on.day, monthrange(year, month)[1])
    return next_working_day(date(year, month, day))


@dataclass(frozen=True)
class Kept:
    """Something that an erasure leaves: what, until when (None while the account or the debt lasts), and by which law."""

    what: str
    until_on: date | None
    why: str


def kept_after_erasure(
    *,
    last_payment_on: date | None,
    owes: bool,
    audit_until_on: date,
    requests_until_on: date,
    evidence_until_on: date | None = None,
) -> tuple[Kept, ...]:
    """What stays when the data of a person are to be erased, and why (art. 17 ust. 3 lit. b and e RODO).

    `evidence_until_on` is given when there is a signed form or a proof of identity: with payments it stays for claims,
    without any it goes with the name.

    Tax papers: five years from the end of the year in which the time for payment ended (art. 86 § 1 with art. 70 § 1
    Ordynacji podatkowej); accounting evidence: five years from the beginning of the year after the booking (art. 74 ust. 2
    pkt 4-5 u.o.r.). Both end on 31 December, so one day is told.
    """
    kept = [
        Kept(
            "wpisy dziennika zdarzeń z numerem konta, bez imienia i nazwiska",
            audit_until_on,
            "rozliczalność (art. 5 ust. 2 RODO, § 20 ust. 2 KRI)",
        ),
        Kept(
            "to żądanie, odpowiedź na nie i wpisy o udostępnieniu danych",
            requests_until_on,
            "rozliczalność (art. 5 ust. 2 RODO)",
        ),
    ]
    if owes:
        kept.append(
            Kept(
                "należności i ich dłużnik",
                None,
                "obowiązek prowadzenia ewidencji podatków i opłat (art. 6 ust. 1 lit. c RODO)",
            )
        )
    if last_payment_on is not None:
        kept.append(
            Kept(
                "imię, nazwisko, PESEL i wpłaty z ich tytułami",
                date(last_payment_on.year + 5, 12, 31),
                "art. 86 § 1 Ordynacji podatkowej, art. 74 ust. 2 ustawy o rachunkowości",
            )
        )
        if evidence_until_on is not None:
            kept.append(
                Kept(
                    "dowód tożsamości z rejestracji: podpisany wniosek albo potwierdzenie z login.gov.pl",
                    evidence_until_on,
                    "obrona przed roszczeniami (art. 17 ust. 3 lit. e RODO)",
                )
            )
    return tuple(kept)


def kept_of_complaints(until_on: date) -> Kept:
    """Complaints and reports with their answers: what the office must be able to show in a dispute stays its time."""
    return Kept(
        "reklamacje, zgłoszenia niezgodności i odpowiedzi na nie",
        until_on,
        "obrona przed roszczeniami (art. 17 ust. 3 lit. e RODO, art. 118 KC)",
    )


ERASED: Final[Mapping[str, str]] = {
    "phone": "numer telefonu",
    "address": "adres podany przy rejestracji",
    "email": "adres e-mail",
    "changes": "poprzednie adresy i telefony",
    "protection": "drugi składnik logowania i otwarte sesje",
    "messages": "wysłane listy",
}
"""What an erasure takes at once, whatever must stay."""
