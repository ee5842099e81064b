"""A field of an operator's settings form."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SettingField:
    """One value that the operator's contract gives to the gmina. `label` and `help` are Polish message ids;
    `pattern` is the regular expression that a valid value matches as a whole; `is_number` lets a phone show digits."""

    name: str
    label: str
    help: str
    pattern: str
    is_number: bool = False
