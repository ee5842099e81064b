"""Classes of data and how long they are kept: the law's least, what is usual, and what the erasing job does. Pure."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final


class DataClass(StrEnum):
    """Klasa danych; the order is that of the page."""

    MESSAGES = "messages"
    REJECTED = "rejected"
    CLOSED = "closed"
    SIGNATURES = "signatures"
    PROOFS = "proofs"
    IMPORTS = "imports"
    COMPLAINTS = "complaints"
    REPORTS = "reports"
    STATEMENTS = "statements"
    REQUESTS = "requests"
    DISCLOSURES = "disclosures"
    REVEALS = "reveals"
    BREACHES = "breaches"
    VISITS = "visits"
    THREADS = "threads"
    MODERATED = "moderated"


@dataclass(frozen=True)
class Rule:
    """How long a class is kept, in months: `least` is what the law or evidence wants, `usual` what counts unless the office
    chooses otherwise, `most` the longest that may be chosen."""

    label: str
    counted_from: str
    fate: str
    law: str
    least: int
    usual: int
    most: int


RULES: Final = {
    DataClass.MESSAGES: Rule(
        "Listy wysłane z portalu",
        "wysłania",
        "listy znikają",
        "art. 5 ust. 1 lit. e RODO",
        least=1,
        usual=12,
        most=60,
    ),
    DataClass.REJECTED: Rule(
        "Odrzucone rejestracje",
        "odrzucenia",
        "imię, nazwisko, PESEL, adres, telefon i e-mail znikają",
        "art. 5 ust. 1 lit. e RODO; dochodzenie roszczeń",
        least=3,
        usual=12,
        most=36,
    ),
    DataClass.CLOSED: Rule(
        "Zamknięte konta",
        "końca roku, w którym zamknięto konto",
        "imię, nazwisko, PESEL, adres, telefon i e-mail znikają",
        "art. 86 § 1 Ordynacji podatkowej, art. 74 ust. 2 ustawy o rachunkowości",
        least=60,
        usual=60,
        most=120,
    ),
    DataClass.SIGNATURES: Rule(
        "Podpisane wnioski o rejestrację",
        "zamknięcia konta albo odrzucenia rejestracji",
        "wniosek, podpisany plik i dowody podpisu znikają, najpóźniej razem z danymi konta",
        "art. 17 ust. 3 lit. e RODO; przedawnienie roszczeń (art. 118 KC)",
        least=12,
        usual=60,
        most=120,
    ),
    DataClass.PROOFS: Rule(
        "Potwierdzenia tożsamości z login.gov.pl",
        "zamknięcia konta albo odrzucenia rejestracji",
        "potwierdzenie znika, najpóźniej razem z danymi konta",
        "art. 17 ust. 3 lit. e RODO; przedawnienie roszczeń (art. 118 KC)",
        least=12,
        usual=60,
        most=120,
    ),
    DataClass.IMPORTS: Rule(
        "Błędne wiersze importu należności",
        "importu",
        "odrzucone wiersze znikają, zostają liczby",
        "art. 5 ust. 1 lit. e RODO",
        least=1,
        usual=12,
        most=60,
    ),
    DataClass.COMPLAINTS: Rule(
        "Reklamacje",
        "zakończenia sprawy",
        "treść, odpowiedzi i załączniki znikają, zostają stan i daty",
        "art. 5 ust. 2 RODO; przedawnienie roszczeń (art. 118 KC)",
        least=36,
        usual=72,
        most=120,
    ),
    DataClass.REPORTS: Rule(
        "Zgłoszenia niezgodności w należnościach",
        "odpowiedzi",
        "treść i odpowiedź znikają, zostają stan i daty",
        "art. 5 ust. 1 lit. e RODO; termin przedawnienia podatku (art. 70 § 1 Ordynacji podatkowej)",
        least=12,
        usual=60,
        most=120,
    ),
    DataClass.STATEMENTS: Rule(
        "Wpłaty z wyciągów bankowych",
        "końca roku, w którym wpłata przyszła",
        "wpłacający, jego rachunek, tytuł i uwagi znikają, zostają kwoty i dni",
        "art. 74 ust. 2 ustawy o rachunkowości, art. 86 § 1 Ordynacji podatkowej",
        least=60,
        usual=60,
        most=120,
    ),
    DataClass.REQUESTS: Rule(
        "Żądania osób (art. 15-21 RODO)",
        "odpowiedzi",
        "treść żądania i odpowiedzi znika, zostają rodzaj i daty",
        "art. 5 ust. 2 RODO; przedawnienie roszczeń (art. 118 KC)",
        least=36,
        usual=72,
        most=120,
    ),
    DataClass.DISCLOSURES: Rule(
        "Ewidencja udostępnień",
        "udostępnienia",
        "wpis znika",
        "art. 5 ust. 2 RODO; art. 15 ust. 1 lit. c",
        least=24,
        usual=60,
        most=120,
    ),
    DataClass.REVEALS: Rule(
        "Odsłonięcia ukrytych danych",
        "odsłonięcia",
        "opis powodu znika, zostaje kto, kiedy i co",
        "art. 5 ust. 2 RODO; § 20 ust. 2 KRI",
        least=24,
        usual=60,
        most=120,
    ),
    DataClass.BREACHES: Rule(
        "Ewidencja naruszeń",
        "zamknięcia sprawy",
        "opis znika, zostają daty i liczby",
        "art. 33 ust. 5 RODO",
        least=36,
        usual=60,
        most=120,
    ),
    DataClass.VISITS: Rule(
        "Odwiedziny: adres IP i przeglądarka",
        "odwiedzin",
        "wpis znika, zostają same liczby odwiedzin",
        "art. 5 ust. 1 lit. e, art. 89 ust. 1 RODO",
        least=1,
        usual=1,
        most=3,
    ),
    DataClass.THREADS: Rule(
        "Wiadomości o należnościach",
        "ostatniej wiadomości w rozmowie",
        "cała rozmowa znika",
        "art. 5 ust. 1 lit. e RODO; przedawnienie roszczeń (art. 118 KC)",
        least=12,
        usual=36,
        most=120,
    ),
    DataClass.MODERATED: Rule(
        "Treści zgłoszone moderatorowi",
        "decyzji moderatora",
        "oryginał i uwagi znikają, zostają rodzaj, powód i daty",
        "art. 5 ust. 2 RODO",
        least=6,
        usual=24,
        most=60,
    ),
}


def kept_since(today: date, months: int) -> date:
    """First day that is still kept on `today` when things are kept for so many months."""
    index = today.year * 12 + today.month - 1 - months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(today.day, monthrange(year, month)[1]))


def kept_until(day: date, months: int) -> date:
    """Last day on which something of `day` is kept, when such things are kept for so many months."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def closed_before(today: date, months: int) -> date:
    """Accounts closed before this day may go: the time runs from the end of the year of the closing (art. 70 § 1 O.p.)."""
    return date(kept_since(today, months).year, 1, 1)
