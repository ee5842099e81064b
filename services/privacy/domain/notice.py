"""The information of art. 13 RODO: its parts, and what is missing in a gmina's own one. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Part:
    """A part that the law wants said: `name` of the value, `article`, what it is, and in which settings it is written."""

    name: str
    article: str
    label: str
    place: str
    least: int = 3
    """Fewest characters that can say anything."""


OFFICE, NOTICE = "office", "notice"

PARTS: Final = (
    Part("controller_name", "art. 13 ust. 1 lit. a", "nazwa administratora danych", OFFICE),
    Part("controller_address", "art. 13 ust. 1 lit. a", "adres administratora danych", OFFICE, 8),
    Part("email", "art. 13 ust. 1 lit. a", "adres e-mail urzędu", OFFICE),
    Part("dpo_email", "art. 13 ust. 1 lit. b", "adres e-mail inspektora ochrony danych", OFFICE),
    Part("purposes", "art. 13 ust. 1 lit. c", "po co urząd przetwarza dane", NOTICE, 20),
    Part("legal_basis", "art. 13 ust. 1 lit. c", "podstawa prawna", OFFICE, 10),
    Part("recipients", "art. 13 ust. 1 lit. e", "kto dostaje dane", NOTICE, 10),
    Part(
        "transfers", "art. 13 ust. 1 lit. f", "czy dane trafiają poza Europejski Obszar Gospodarczy", NOTICE
    ),
    Part("retention", "art. 13 ust. 2 lit. a", "jak długo dane są przechowywane", NOTICE, 10),
    Part("rights", "art. 13 ust. 2 lit. b", "prawa osoby", NOTICE, 20),
    Part(
        "complaint", "art. 13 ust. 2 lit. d", "skarga do Prezesa Urzędu Ochrony Danych Osobowych", NOTICE, 10
    ),
    Part(
        "obligation",
        "art. 13 ust. 2 lit. e",
        "czy podanie danych jest obowiązkowe i co, gdy ich brak",
        NOTICE,
        10,
    ),
    Part("automated", "art. 13 ust. 2 lit. f", "zautomatyzowane decyzje i profilowanie", NOTICE, 10),
)

DEFAULTS: Final[Mapping[str, str]] = {
    "purposes": (
        "Założenie i prowadzenie konta w portalu. Konto pozwala udostępnić mieszkańcom i przedsiębiorcom informacje o ich "
        "należnościach wobec urzędu, przyjąć wpłaty przez internet i rozliczyć je oraz odpowiadać na wnioski."
    ),
    "recipients": (
        "Podmioty, którym prawo daje dostęp do danych, na przykład sąd; dostawcy, którzy na zlecenie urzędu utrzymują "
        "portal; "
        "operator płatności, gdy płacisz: dostaje kwotę, tytuł wpłaty i Twój adres e-mail."
    ),
    "transfers": "Danych nie przekazujemy poza Europejski Obszar Gospodarczy ani do organizacji międzynarodowych.",
    "retention": (
        "Tak długo, jak masz konto, a potem tylko tak długo, jak każą przepisy: dokumenty podatkowe i księgowe co do zasady "
        "5 lat od końca roku, dziennik zdarzeń co najmniej 2 lata."
    ),
    "rights": (
        "Możesz żądać dostępu do swoich danych i ich kopii, poprawienia danych, które są błędne albo nieaktualne, "
        "ograniczenia przetwarzania oraz usunięcia danych, o ile urząd nie musi ich zachować z mocy prawa; usunięcie "
        "oznacza zamknięcie konta. Możesz też sprzeciwić się przetwarzaniu, które opiera się na zadaniu publicznym "
        "(art. 21 RODO)."
    ),
    "complaint": (
        "Jeśli uważasz, że Twoje dane są przetwarzane niezgodnie z prawem, możesz złożyć skargę do Prezesa Urzędu Ochrony "
        "Danych Osobowych, ul. Stawki 2, 00-193 Warszawa."
    ),
    "obligation": (
        "Podanie danych jest dobrowolne, ale konieczne, żeby korzystać z portalu: bez nich nie da się założyć konta. "
        "Należności możesz też zapłacić zwykłym przelewem albo w urzędzie."
    ),
    "automated": "Nie podejmujemy decyzji wyłącznie automatycznie, także przez profilowanie.",
}
"""What a gmina's information says until the office writes its own: true of the portal as it is delivered."""

FIELDS: Final = tuple(DEFAULTS)

_PUBLIC_TASK = re.compile(
    r"6\s*ust\.?\s*1\s*lit\.?\s*[ce]|obowi[ąa]zk|zada[ńn]|interes\w* publiczn", re.IGNORECASE
)
_CONSENT = re.compile(r"zgod|6\s*ust\.?\s*1\s*lit\.?\s*a\b", re.IGNORECASE)


@dataclass(frozen=True)
class Finding:
    """Something that is missing or doubtful; `is_warning` does not stop the portal from opening."""

    article: str
    text: str
    place: str
    is_warning: bool = False


def findings(values: Mapping[str, str], *, asks_consent: bool = False) -> tuple[Finding, ...]:
    """What the information lacks, in the order of the article. Empty means that art. 13 ust. 1 and 2 are answered.

    Consent alone as the legal basis is told too: the service stands on a legal duty and a public task (L-17), and a person
    who cannot refuse without losing a public service does not consent freely (motive 43 RODO). `asks_consent` says that
    nobody registers without consenting.
    """
    found = [
        Finding(part.article, f"Brakuje: {part.label}.", part.place)
        for part in PARTS
        if len(values.get(part.name, "").strip()) < part.least
    ]
    basis = values.get("legal_basis", "")
    if _CONSENT.search(basis) and not _PUBLIC_TASK.search(basis):
        found.append(
            Finding(
                "art. 6 ust. 1",
                "Podstawą jest sama zgoda. Portal służy wykonaniu obowiązku prawnego i zadania publicznego "
                "(art. 6 ust. 1 lit. c i e), więc zgoda nie wystarczy.",
                OFFICE,
                is_warning=True,
            )
        )
    if asks_consent:
        found.append(
            Finding(
                "motyw 43",
                "Rejestracja wymaga zgody na przetwarzanie. Zgoda wymuszona nie jest dobrowolna, więc nie może być jedyną "
                "podstawą: wpisz w ustawieniach urzędu także obowiązek prawny i zadanie publiczne.",
                OFFICE,
                is_warning=True,
            )
        )
    if (
        "uodo" not in values.get("complaint", "").casefold()
        and "ochrony danych" not in values.get("complaint", "").casefold()
    ):
        found.append(
            Finding(
                "art. 13 ust. 2 lit. d",
                "Skarga powinna iść do Prezesa Urzędu Ochrony Danych Osobowych.",
                NOTICE,
            )
        )
    return tuple(found)
