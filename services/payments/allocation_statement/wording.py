"""Reasons of a recorded allocation as full sentences of an official letter."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from django.utils.dateformat import format as format_date

from kernel.money import NBSP, divide_half_up, format_gr
from services.liabilities.domain.reasons import Reason
from services.payments.domain.allocation import AllocationRegime

SHARES: Mapping[str, str] = {
    "allocation.earliest_arrear": "Najwcześniejsza zaległość spośród wszystkich zaległości płatnika.",
    "allocation.earliest_due": "Należność przed terminem płatności, najwcześniejsza z pozostałych.",
    "allocation.indicated": "Należność przed terminem płatności, wskazana przez płatnika.",
    "allocation.indicated_arrear": "Najwcześniejsza zaległość wśród należności, które wskazał płatnik: %(indicated)s.",
    "allocation.not_yet_due": "Dług przed terminem płatności.",
    "allocation.oldest_debt": "Najstarszy wymagalny dług.",
    "allocation.reminder_costs_first": "Koszty doręczonego upomnienia zalicza się przed wszystkim innym.",
}
"""Why this due and not another one, by the code of the share's reason."""

CIVIL_INDICATED = "Dług wskazany przez płatnika."

REMARKS: Mapping[str, str] = {
    "allocation.indication_without_arrears": (
        "Wśród należności, które wskazał płatnik (%(indicated)s), nie było zaległości, a były wśród innych. "
        "Wpłata poszła więc najpierw na nie."
    ),
    "allocation.interest_first": (
        "Pieniądze nie wystarczyły na całość: najpierw zapłacono odsetki (%(interest_gr)s), potem należność główną "
        "(%(principal_gr)s)."
    ),
    "allocation.no_reminder_costs_in_civil": "Kosztów upomnienia nie pobiera się przy należnościach cywilnoprawnych.",
    "allocation.overpaid": "Zostało %(amount_gr)s i przeszło na następną należność, którą wskazał płatnik.",
    "allocation.part_of_principal": (
        "Pieniądze nie wystarczyły na całą należność. Odsetek od niej nie było, więc wszystko, co zostało "
        "(%(principal_gr)s), poszło na należność główną."
    ),
    "allocation.principal_first": (
        "Pieniądze nie wystarczyły na całość: najpierw zapłacono należność główną (%(principal_gr)s), potem odsetki "
        "(%(interest_gr)s)."
    ),
    "allocation.proportional": (
        "Pieniądze nie wystarczyły na zaległość z odsetkami, więc podzielono je w stosunku, w jakim w dniu zapłaty "
        "pozostawała zaległość do odsetek: %(principal_gr)s na należność główną i %(interest_gr)s na odsetki."
    ),
}
"""What else decided, by code."""

DAYS: Mapping[str, str] = {
    "payment_day.authorisation": "Za dzień zapłaty uważa się dzień, w którym potwierdzono autoryzację transakcji.",
    "payment_day.contract": "Zgodnie z umową za dzień zapłaty uważa się dzień zlecenia płatności.",
    "payment_day.credit": "Należność cywilnoprawną uważa się za zapłaconą w dniu uznania rachunku urzędu.",
    "payment_day.debit": "Za dzień zapłaty uważa się dzień obciążenia rachunku płatnika.",
    "payment_day.overpayment": "Nadpłatę zalicza się z dniem, w którym powstała.",
    "payment_day.paid_in": "Za dzień zapłaty uważa się dzień wpłacenia gotówki.",
}
"""Why that day is the legal day of payment, by code."""

INTEREST: Mapping[str, str] = {
    "interest.below_threshold": "Odsetki nie przekraczają %(minimum_gr)s, więc się ich nie nalicza.",
    "interest.below_threshold_jointly": (
        "Odsetki od wszystkich zaległych rat tej decyzji nie przekraczają razem %(minimum_gr)s, więc się ich nie "
        "nalicza."
    ),
    "interest.capped": "Stopa umowna przekracza odsetki maksymalne, więc policzono odsetki maksymalne.",
    "interest.civil": "Odsetki ustawowe za opóźnienie.",
    "interest.commercial": "Odsetki ustawowe za opóźnienie w transakcjach handlowych.",
    "interest.commercial_healthcare": (
        "Odsetki ustawowe za opóźnienie w transakcjach handlowych; dłużnikiem jest publiczny podmiot leczniczy."
    ),
    "interest.contract": "Odsetki umowne, %(rate_bp)s w skali roku.",
    "interest.due_date_moved": (
        "Termin %(due_on)s wypadł w dzień wolny od pracy, więc ostatnim dniem zapłaty bez odsetek był dzień "
        "%(effective_due_on)s."
    ),
    "interest.none": "Od tej należności nie nalicza się odsetek.",
    "interest.paid_before": (
        "Odjęto odsetki zapłacone wcześniej: %(paid_gr)s. Od dnia po każdej wcześniejszej wpłacie odsetki biegną od tego, "
        "co zostało z należności."
    ),
    "interest.paused": "Dni, za które odsetek się nie nalicza: %(days)s.",
    "interest.rates_unconfirmed": "W chwili księgowania stopy odsetek były potwierdzone do dnia %(known_on)s.",
    "interest.reduced": "Odsetki za zwłokę w stawce obniżonej.",
    "interest.rounded_jointly": (
        "Odsetki od wszystkich zaległych rat tej decyzji zaokrąglono razem do pełnych złotych (%(joint_gr)s) i "
        "podzielono na raty w stosunku do odsetek dokładnych."
    ),
    "interest.rounded_to_grosz": "Sumę zaokrąglono do grosza.",
    "interest.rounded_to_zloty": "Sumę zaokrąglono do pełnych złotych, 50 groszy w górę.",
    "interest.tax": "Odsetki za zwłokę w stawce podstawowej.",
}
"""How the interest came about, by code."""

KINDS = {"principal": "należność główna", "interest": "odsetki", "reminder_costs": "koszty upomnienia"}

_NAMES_OF_INTEREST = {
    "interest.tax": "odsetki za zwłokę",
    "interest.reduced": "odsetki za zwłokę",
    "interest.contract": "odsetki umowne",
}


def why_share(reason: Reason, regime: str, indicated: str) -> str:
    """Why the share went to this due. `indicated` is the name of what the payer chose."""
    if reason.code == "allocation.indicated" and regime == AllocationRegime.CIVIL:
        return CIVIL_INDICATED
    return SHARES[reason.code] % {"indicated": indicated}


def sentence(words: Mapping[str, str], reason: Reason, **more: str) -> str:
    """A reason in words; its amounts, days and rates as Polish texts."""
    return words[reason.code] % ({name: _text(name, value) for name, value in reason.values.items()} | more)


def name_of_interest(reasons: tuple[Reason, ...]) -> str:
    """What the law calls this interest."""
    found = [_NAMES_OF_INTEREST[reason.code] for reason in reasons if reason.code in _NAMES_OF_INTEREST]
    return found[0] if found else "odsetki ustawowe za opóźnienie"


def day_text(day: date) -> str:
    """“3 listopada 2026” with blanks that do not break."""
    return format_date(day, "j E Y").replace(" ", NBSP)


def percent_text(rate_bp: int) -> str:
    """Hundredths of a percent as people write them: 1050 -> “10,50%”."""
    return f"{rate_bp // 100},{rate_bp % 100:02d}%"


def exact_text(amount: Fraction) -> str:
    """Exact grosze as złote with four places, the last one rounded: 2243.84 gr -> “22,4384 zł”."""
    whole, places = divmod(divide_half_up(amount.numerator * 100, amount.denominator), 10_000)
    return f"{whole:,}".replace(",", NBSP) + f",{places:04d}{NBSP}zł"


def number_text(amount_gr: int) -> str:
    """Grosze as złote without the unit, for a formula: 102200 -> “1 022,00”."""
    return format_gr(amount_gr).removesuffix(f"{NBSP}zł")


def _text(name: str, value: object) -> str:
    if name.endswith("_gr") and isinstance(value, int):
        return format_gr(value)
    if name == "rate_bp" and isinstance(value, int):
        return percent_text(value)
    return day_text(value) if isinstance(value, date) else str(value)
