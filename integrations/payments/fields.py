"""A field of an operator's settings form, and what is wrong with a value of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SettingField:
    """One value that the operator's contract gives to the gmina. `label` and `help` are Polish message ids;
    `pattern` is the regular expression that a valid value matches as a whole; `is_number` lets a phone show digits.
    `choices` are the only values, each with its words (a Polish message id), where the contract leaves no other."""

    name: str
    label: str
    help: str
    pattern: str
    is_number: bool = False
    choices: tuple[tuple[str, str], ...] = ()


class WrongSetting(ValueError):
    """A value that cannot work. `name` is the field's, `reason` says in Polish what to mend (a message id)."""

    def __init__(self, name: str, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.name = name
        self.reason = reason
