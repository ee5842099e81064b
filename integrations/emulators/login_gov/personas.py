"""Persons who can log in. None exists: all were born in the 1800s (month + 80), so no living person has their PESEL."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Persona:
    """An invented person; `identifier` is a PESEL, or "CC/PL/…" of another member state's means."""

    key: str
    given_names: str
    family_name: str
    born_on: date
    identifier: str
    note: str

    @property
    def full_name(self) -> str:
        """Given names and family name."""
        return f"{self.given_names} {self.family_name}"


_BORN = date(1875, 7, 3)
PERSONAS = (
    Persona("anna", "Anna", "Przykładowa", _BORN, "75870300017", "zwykła mieszkanka"),
    Persona("bartek", "Bartłomiej", "Przykładowy", _BORN, "75870300031", "to samo nazwisko co Anna"),
    Persona("gesla", "Gęślą-Jaźń", "Żółć-Ćmiąca", _BORN, "75870300024", "wszystkie polskie litery"),
    Persona(
        "dluga",
        "Maksymiliana Wilhelmina Konstantyna",
        "Przykładowska-Niepodzielnie-Wielonazwiskowa-Dwuczłonowa",
        date(1899, 12, 31),
        "99923100014",
        "bardzo długie nazwisko",
    ),
    Persona(
        "obca", "Erika", "Mustermann", date(1888, 8, 12), "DE/PL/T0100000X", "dowód z Niemiec, bez PESEL"
    ),
)


def personas(more: Iterable[Mapping[str, str]] = ()) -> dict[str, Persona]:
    """The built-in persons and further ones (key, given_names, family_name, born_on, identifier, note), by their keys."""
    added = (
        Persona(
            key=one["key"],
            given_names=one["given_names"],
            family_name=one["family_name"],
            born_on=date.fromisoformat(one["born_on"]),
            identifier=one["identifier"],
            note=one.get("note", ""),
        )
        for one in more
    )
    return {persona.key: persona for persona in (*PERSONAS, *added)}
