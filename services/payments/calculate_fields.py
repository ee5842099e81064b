"""Reading one object of a `calculate` line, and the Polish sentence for what is wrong with it."""

import re
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, TypeVar

from kernel.errors import InvalidInput, SkarbnikError

Id = str | int
Word = TypeVar("Word", bound=StrEnum)

LARGEST = 10**15
"""Ten million million złotych in grosze: more is a slip and not an amount."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LIKENESS = 0.8
_SHORTEST = 4
"""Shorter names are too alike by chance: "ids" is no slip for "id"."""


class Fields:
    """The named values of one object, read strictly: no text for a number, no number for a day.

    A missing or null value is absent. InvalidInput("field.missing") or ("field.invalid") with the field's
    name.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values
        self._known: set[str] = set()

    def has(self, name: str) -> bool:
        """Whether the value is given."""
        self._known.add(name)
        return self._values.get(name) is not None

    def identifier(self, name: str) -> Id:
        """A text or a whole number, given back as it came."""
        value = self._required(name)
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise InvalidInput("field.invalid", field=name)
        return value

    def text(self, name: str) -> str:
        """A text."""
        value = self._required(name)
        if not isinstance(value, str):
            raise InvalidInput("field.invalid", field=name)
        return value

    def whole(self, name: str) -> int:
        """A whole number."""
        value = self._required(name)
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST:
            raise InvalidInput("field.invalid", field=name)
        return value

    def amount(self, name: str) -> int:
        """A whole number that is not negative."""
        value = self.whole(name)
        if value < 0:
            raise InvalidInput("field.invalid", field=name)
        return value

    def day(self, name: str) -> date:
        """A day as YYYY-MM-DD."""
        return _day(self._required(name), name)

    def day_pairs(self, name: str) -> list[tuple[date, date]]:
        """A list of [from, to]; absent means none."""
        pairs = []
        for pair in self._list(name):
            if not isinstance(pair, list) or len(pair) != 2:
                raise InvalidInput("field.invalid", field=name)
            pairs.append((_day(pair[0], name), _day(pair[1], name)))
        return pairs

    def word(self, name: str, words: type[Word], default: Word | None = None) -> Word:
        """One of the words; absent gives the default, if there is one."""
        if default is not None and not self.has(name):
            return default
        value = self.text(name)
        try:
            return words(value)
        except ValueError:
            raise InvalidInput("field.invalid", field=name) from None

    def flag(self, name: str, *, default: bool) -> bool:
        """true or false."""
        if not self.has(name):
            return default
        value = self._values[name]
        if not isinstance(value, bool):
            raise InvalidInput("field.invalid", field=name)
        return value

    def object(self, name: str) -> "Fields":
        """An object; absent means an empty one."""
        value = self._values[name] if self.has(name) else {}
        if not isinstance(value, dict):
            raise InvalidInput("field.invalid", field=name)
        return Fields(value)

    def objects(self, name: str, *, required: bool = False) -> list["Fields"]:
        """A list of objects; absent means an empty one unless it is required."""
        if required:
            self._required(name)
        items = self._list(name)
        if not all(isinstance(item, dict) for item in items):
            raise InvalidInput("field.invalid", field=name)
        return [Fields(item) for item in items]

    def refuse_misspelt(self) -> None:
        """Refuse a name that looks like one we know: a mistyped switch must not silently mean its default.

        Other unknown names are the caller's own business. InvalidInput("field.misspelt").
        """
        for name in self._values.keys() - self._known:
            meant = get_close_matches(name, self._known, n=1, cutoff=_LIKENESS)
            if meant and len(name) >= _SHORTEST:
                raise InvalidInput("field.misspelt", field=name, meant=meant[0])

    def _required(self, name: str) -> Any:
        if not self.has(name):
            raise InvalidInput("field.missing", field=name)
        return self._values[name]

    def _list(self, name: str) -> list[Any]:
        value = self._values[name] if self.has(name) else []
        if not isinstance(value, list):
            raise InvalidInput("field.invalid", field=name)
        return value


def _day(value: Any, name: str) -> date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise InvalidInput("field.invalid", field=name)


def message(error: SkarbnikError) -> str:
    """The Polish sentence of an error; the code itself where there is none."""
    return MESSAGES.get(error.code, error.code).format_map(error.params)


MESSAGES: Mapping[str, str] = {
    "allocation.doubled_id": "Dwie pozycje mają to samo id.",
    "allocation.unknown_indication": "Wskazanego długu nie ma wśród należności (claims).",
    "day.out_of_calendar": "Kalendarz dni wolnych obejmuje lata 1990–2100.",
    "field.invalid": "Pole „{field}” ma niedozwoloną wartość.",
    "field.misspelt": "Nie ma pola „{field}”; może chodziło o „{meant}”?",
    "field.missing": "Brakuje pola „{field}”.",
    "interest.contract_rate_missing": "Odsetki umowne wymagają stopy w polu „contract_rate_bp”.",
    "interest.pause_reversed": "Okres bez odsetek kończy się, zanim się zacznie.",
    "line.failed": "Tego wiersza nie udało się policzyć z powodu błędu w programie; prosimy go zgłosić.",
    "line.not_json": "Wiersz nie jest poprawnym zapisem JSON w UTF-8.",
    "line.not_object": "Wiersz ma być obiektem JSON.",
    "line.unknown_op": "Nie ma takiej operacji („op”).",
    "payment_day.unknown": "Dnia zapłaty nie da się ustalić bez pola „{source}”.",
    "rates.unknown_day": "Tabela stóp tego rodzaju zaczyna się {first_on}; na dzień {day} stopy nie ma.",
    "transfer_qr.amount": "Kwota przelewu nie może być ujemna.",
    "transfer_qr.name": "Nazwa odbiorcy jest pusta albo zawiera znak „|” lub znak sterujący.",
    "transfer_qr.nip": "NIP w kodzie przelewu ma 10 cyfr albo jest pusty.",
    "transfer_qr.nrb": "Numer rachunku ma mieć 26 cyfr i zgodną liczbę kontrolną.",
    "transfer_qr.title": "Tytuł przelewu jest pusty albo zawiera znak „|” lub znak sterujący.",
    "transfer_qr.too_long": "Tekst kodu przelewu ma ponad 160 znaków.",
    "working_days.negative": "Liczba dni roboczych nie może być ujemna.",
}
