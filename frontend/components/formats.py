"""How values are written in Polish: money, days, instants, account numbers, counted nouns.

Pure functions of values. Amounts are integer grosze. A wrong type is an error and never a blank: a page must
not show an amount that is not there.
"""

from __future__ import annotations

import datetime as dt

from kernel.money import NBSP, format_gr

NRB_DIGITS = 26
MONTHS = (
    "stycznia",
    "lutego",
    "marca",
    "kwietnia",
    "maja",
    "czerwca",
    "lipca",
    "sierpnia",
    "września",
    "października",
    "listopada",
    "grudnia",
)


def money_text(grosze: int, *, sign: bool = False) -> str:
    """Write integer grosze as “1 234,56 zł”; `sign` adds “+” to a positive amount.

    Raises TypeError for anything but an int (a float has already lost a grosz somewhere).
    """
    text = format_gr(grosze)
    return f"+{text}" if sign and grosze > 0 else text


def day_text(day: dt.date, *, short: bool = False) -> str:
    """Write a day as “15 marca 2026”, or “15.03.2026” when `short`."""
    if short:
        return f"{day.day:02d}.{day.month:02d}.{day.year}"
    return f"{day.day}{NBSP}{MONTHS[day.month - 1]}{NBSP}{day.year}"


def instant_text(instant: dt.datetime, *, short: bool = False) -> str:
    """Write an instant, already in the reader's time zone, as “15 marca 2026, 14:05”."""
    return f"{day_text(instant.date(), short=short)}, {instant.hour:02d}:{instant.minute:02d}"


def nrb_text(number: str) -> str:
    """Write a bank account number (NRB, with or without “PL”) in groups, 2 digits and then fours.

    The spaces may break a line: a number wider than a phone is read group by group. Anything that is not 26
    digits is returned as it came: showing a number is no place to refuse it.
    """
    digits = "".join(number.split()).removeprefix("PL")
    if len(digits) != NRB_DIGITS or not digits.isdigit():
        return number
    groups = [digits[:2], *(digits[i : i + 4] for i in range(2, NRB_DIGITS, 4))]
    return " ".join(groups)


def number_text(number: int) -> str:
    """Write a whole number with its thousands apart: 1 280."""
    return f"{number:,}".replace(",", NBSP)


def counted(number: int, one: str, few: str, many: str) -> str:
    """Write a number with its noun in the right Polish form: 1 wpłata, 2 wpłaty, 5 wpłat, 22 wpłaty."""
    last, last_two = abs(number) % 10, abs(number) % 100
    if abs(number) == 1:
        noun = one
    elif last in (2, 3, 4) and last_two not in (12, 13, 14):
        noun = few
    else:
        noun = many
    return number_text(number) + NBSP + noun
