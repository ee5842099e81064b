"""Kinds of letters whose words a gmina may write itself, and the variables of each.

Letters about security, payments and rights keep the words of the program: there a wrong word costs money or a right.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.utils.formats import date_format

_DAY: Final = "j E Y"
_MARKED_YEAR: Final = 2999


@dataclass(frozen=True)
class Variable:
    """`{name}` in a text: what stands in the letter's context under `key` (a path with dots). `meaning` is
    for the office."""

    name: str
    key: str
    meaning: str
    example: str | date

    def text(self, context: Mapping[str, object]) -> str:
        """The value as it stands in a letter."""
        return _text(_found(context, self.key))

    def mark(self, number: int) -> str | date:
        """A value that shows in a template where the variable stands: the variable itself, or a day that never is."""
        return date(_MARKED_YEAR, 1, number) if isinstance(self.example, date) else f"{{{self.name}}}"


PORTAL: Final = Variable("portal", "portal", "nazwa portalu", "Portal należności")
ADDRESS: Final = Variable(
    "adres_portalu", "portal_address", "adres portalu w internecie", "https://gmina.example"
)
GMINA: Final = Variable("gmina", "gmina", "nazwa gminy", "Gmina")
REASON: Final = Variable(
    "powod", "reason", "powód podany przez urząd", "Numer PESEL nie zgadza się z nazwiskiem."
)
WHOM: Final = Variable(
    "kogo", "name", "osoba lub firma, w której imieniu ktoś działa", "Tartak Próbny sp. z o.o."
)


@dataclass(frozen=True)
class Kind:
    """One kind of letter. `title` says to the office when it goes out; `required` variables must not be missing."""

    kind: str
    title: str
    variables: tuple[Variable, ...]
    required: tuple[str, ...] = ()
    has_fixed_part: bool = False
    names: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Every kind has the common variables too."""
        object.__setattr__(self, "names", tuple(one.name for one in self.all_variables))

    @property
    def all_variables(self) -> tuple[Variable, ...]:
        """Its own variables first."""
        return (*self.variables, PORTAL, ADDRESS, GMINA)

    @property
    def names_shown(self) -> str:
        """The variables as they are written in a text."""
        return ", ".join(f"{{{name}}}" for name in self.names)

    def values(self, context: Mapping[str, object]) -> dict[str, str]:
        """The text of each variable in a letter."""
        return {one.name: one.text(context) for one in self.all_variables}

    def example(self) -> dict[str, object]:
        """A context with made-up values of its own variables."""
        return _nested((one.key, one.example) for one in self.variables)

    def marked(self) -> dict[str, object]:
        """A context that writes the variables instead of values."""
        return _nested((one.key, one.mark(number)) for number, one in enumerate(self.all_variables, start=1))

    def unmarked(self, text: str) -> str:
        """The text with the variables in place of their marks."""
        for number, one in enumerate(self.all_variables, start=1):
            text = text.replace(_text(one.mark(number)), f"{{{one.name}}}")
        return text


def _text(value: object) -> str:
    return date_format(value, _DAY) if isinstance(value, date) else str(value)


def _found(context: Mapping[str, object], key: str) -> object:
    value: Any = context
    for name in key.split("."):
        value = value.get(name, "") if isinstance(value, Mapping) else getattr(value, name, "")
    return value


def _nested(pairs: Iterable[tuple[str, object]]) -> dict[str, object]:
    whole: dict[str, Any] = {}
    for key, value in pairs:
        *above, last = key.split(".")
        place = whole
        for name in above:
            place = place.setdefault(name, {})
        place[last] = value
    return whole


EDITABLE: Final[Mapping[str, Kind]] = {
    one.kind: one
    for one in (
        Kind(
            "due_reminder",
            "Przypomnienie o terminie płatności",
            (
                Variable("kiedy", "when", "„za 7 dni” albo „dziś”", "za 7 dni"),
                Variable("termin", "due_on", "termin płatności", date(2026, 9, 15)),
                Variable(
                    "lista",
                    "listed",
                    "należności z kwotami, każda w swoim wierszu",
                    "- Podatek od nieruchomości, rata III: 214,00 zł\n- Opłata za odpady, wrzesień: 96,00 zł",
                ),
                Variable("razem", "total", "suma wszystkich należności z listy", "310,00 zł"),
                Variable(
                    "link", "pay_url", "adres strony z należnościami", "https://gmina.example/naleznosci/"
                ),
            ),
            required=("termin", "lista", "link"),
            has_fixed_part=True,
        ),
        Kind(
            "registered",
            "Prośba o potwierdzenie adresu po rejestracji",
            (
                Variable(
                    "link",
                    "confirm_url",
                    "link do potwierdzenia adresu",
                    "https://gmina.example/potwierdz/abc/",
                ),
                Variable("termin", "deadline_on", "do kiedy urząd sprawdzi formularz", date(2026, 3, 12)),
            ),
            required=("link", "termin"),
        ),
        Kind("registration_verified", "Dane z rejestracji są sprawdzone", ()),
        Kind("account_active", "Konto jest aktywne", ()),
        Kind("registration_rejected", "Rejestracja odrzucona", (REASON,), required=("powod",)),
        Kind("account_blocked", "Konto zablokowane", (REASON,), required=("powod",), has_fixed_part=True),
        Kind("account_unblocked", "Konto odblokowane", (REASON,), required=("powod",)),
        Kind(
            "representation_rejected",
            "Wniosek o reprezentowanie odrzucony",
            (WHOM, REASON),
            required=("kogo", "powod"),
        ),
        Kind(
            "representation_revoked",
            "Prawo do reprezentowania cofnięte",
            (WHOM, REASON),
            required=("kogo", "powod"),
        ),
    )
}
