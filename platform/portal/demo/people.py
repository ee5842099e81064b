"""The people of the demo: none exists. PESEL numbers are of people born in the 1800s, mail addresses end in `.example`,
tax numbers begin with 000, which no tax office has, and surnames say what they are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from random import Random

from stdnum.pl import nip, pesel

PASSWORD = "skarbnik-demo"  # noqa: S105 -- shown to everybody who starts the demo
TOTP_SECRET = "SKARBNIKDEMOSKARBNIKDEMOSKARBNIK"  # noqa: S105 -- as above: of every app in the demo
GMINAS = ("borki", "dabrowa-gornicza")
"""Presets that `make run` sets up, by name."""

RESIDENTS_MAIL, STAFF_MAIL, PLATFORM_MAIL = "mieszkaniec.example", "urzad.example", "platforma.example"


@dataclass(frozen=True)
class Login:
    """Somebody who can sign in: `roles` are those of the office, empty for residents."""

    name: str
    full_name: str
    domain: str
    about: str
    roles: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        """The address with which they sign in."""
        return f"{self.name}@{self.domain}"


RESIDENTS = (
    Login("anna", "Anna Przykładowa", RESIDENTS_MAIL, "resident with dues, arrears and a payment to book"),
    Login("bartek", "Bartek Wzorcowy", RESIDENTS_MAIL, "resident who represents a company"),
    Login("celina", "Celina Próbna", RESIDENTS_MAIL, "resident without dues"),
)
STAFF = (
    Login("daria", "Daria Urzędowa", STAFF_MAIL, "clerk", ("clerk",)),
    Login("edyta", "Edyta Regulaminowa", STAFF_MAIL, "moderator", ("moderator",)),
    Login("filip", "Filip Nadzorczy", STAFF_MAIL, "local administrator", ("admin",)),
    Login("grazyna", "Grażyna Potrójna", STAFF_MAIL, "all three roles", ("clerk", "moderator", "admin")),
)
OPERATOR = Login("olga", "Olga Operatorska", PLATFORM_MAIL, "operator of the platform")

_WOMEN = ("Alicja", "Barbara", "Dorota", "Ewa", "Felicja", "Halina", "Irena", "Jadwiga", "Klara", "Lidia")
_MEN = ("Adam", "Cezary", "Dawid", "Edward", "Grzegorz", "Henryk", "Ignacy", "Jan", "Karol", "Leon", "Marian")
_SURNAMES = (
    "Testow",
    "Zmyślon",
    "Umown",
    "Pokazow",
    "Ćwiczebn",
    "Fikcyjn",
    "Szkicow",
    "Makietow",
    "Ilustracyjn",
    "Treningow",
)
_STREETS = ("Przykładowa", "Próbna", "Wzorcowa", "Pokazowa", "Ćwiczebna", "Makietowa")
_PLAIN = str.maketrans("ąćęłńóśźż", "acelnoszz")


@dataclass(frozen=True)
class Person:
    """A synthetic person with everything that a registration asks for."""

    first_name: str
    last_name: str
    pesel: str
    email: str
    address: str

    @property
    def full_name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


def people(chance: Random, town: str) -> Iterator[Person]:
    """The residents with a login first, then 210 others in an order that `chance` decides; nobody comes twice."""
    numbers: set[str] = set()
    for login in RESIDENTS:
        first, last = login.full_name.split()
        yield Person(
            first, last, _pesel(chance, numbers, first[-1] == "a"), login.email, _address(chance, town)
        )
    women = [(first, f"{stem}a") for first, stem in product(_WOMEN, _SURNAMES)]
    men = [(first, f"{stem}y") for first, stem in product(_MEN, _SURNAMES)]
    names = women + men
    chance.shuffle(names)
    for first, last in names:
        email = f"{first}.{last}@{RESIDENTS_MAIL}".lower().translate(_PLAIN)
        yield Person(first, last, _pesel(chance, numbers, first[-1] == "a"), email, _address(chance, town))


def company_nip(number: int) -> str:
    """A tax number with a right check digit that no tax office could have given."""
    while True:
        digits = f"000{number:06d}"
        # The check digit counts -1, so the sum without it, modulo 11, is the digit itself; 10 is none.
        if (check := nip.checksum(f"{digits}0")) != 10:
            return f"{digits}{check}"
        number += 1_000


def _pesel(chance: Random, taken: set[str], is_woman: bool) -> str:
    while True:
        year, month, day = chance.randrange(40, 99), chance.randrange(1, 13), chance.randrange(1, 29)
        sex = chance.choice("02468" if is_woman else "13579")
        digits = f"{year}{month + 80}{day:02d}{chance.randrange(1000):03d}{sex}"
        number = digits + pesel.calc_check_digit(digits)
        if number not in taken:
            taken.add(number)
            return number


def _address(chance: Random, town: str) -> str:
    return f"ul. {chance.choice(_STREETS)} {chance.randrange(1, 120)}, {town}"
