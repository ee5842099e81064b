"""What makes a TERYT code and a portal's address acceptable, as pure functions."""

import re
from typing import Final

from kernel.errors import InvalidInput

RESERVED_LABELS: Final = frozenset({"www", "console", "api", "mail", "poczta", "static", "admin"})
"""First labels of host names that the platform keeps for itself."""

_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_CITY_COUNTIES: Final = 61
_LAST_VOIVODESHIP: Final = 32
_KINDS: Final = {"1": ("urban", "city_county"), "2": ("rural",), "3": ("urban_rural",)}


def check_teryt(teryt: str, kind: str) -> None:
    """Refuse what is no TERYT code of a gmina of this kind.

    7 digits: voivodeship (even, 02-32), county (from 61: a city with county rights), gmina, kind (1 urban, 2 rural, 3
    urban-rural). Raises InvalidInput("tenant.teryt") for the form and ("tenant.teryt_kind") for another kind.
    """
    if not re.fullmatch(r"[0-9]{7}", teryt):
        raise InvalidInput("tenant.teryt", field="teryt")
    voivodeship, county, gmina = int(teryt[:2]), int(teryt[2:4]), int(teryt[4:6])
    is_even = 0 < voivodeship <= _LAST_VOIVODESHIP and voivodeship % 2 == 0
    if not (is_even and county and gmina and teryt[6] in _KINDS):
        raise InvalidInput("tenant.teryt", field="teryt")
    is_city_county = county >= _CITY_COUNTIES
    if kind not in _KINDS[teryt[6]] or is_city_county is not (kind == "city_county"):
        raise InvalidInput("tenant.teryt_kind", field="teryt")


def check_label(label: str) -> None:
    """Refuse what cannot be the first label of a portal's host name (RFC 1035, RFC 5890) or is reserved.

    Lower-case letters a-z, digits and hyphens inside, at most 63 characters; "xn--" would be a disguised other alphabet.
    Raises InvalidInput("tenant.label") or ("tenant.label_reserved").
    """
    if not _LABEL.fullmatch(label) or label[2:4] == "--":
        raise InvalidInput("tenant.label", field="label")
    if label in RESERVED_LABELS:
        raise InvalidInput("tenant.label_reserved", field="label")
