"""The proof of a profile: a sample file of the bank, and what a person has confirmed that it says."""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from integrations.finance.statements.profiles import Profile
from integrations.finance.statements.reading import StatementFile, open_statements
from kernel.money import to_decimal_text

_MOST_SHOWN = 20


@dataclass(frozen=True)
class Sample:
    """A sample file of one account with what must be read from it, in the shape of `plain`."""

    content: bytes
    account_nrb: str
    expected: Mapping[str, Any]


def plain(file: StatementFile) -> dict[str, Any]:
    """What a file says, as JSON can hold it: to be shown to whoever sets a profile up, confirmed and kept as expected."""
    return {
        "statements": [
            {
                "number": one.number,
                "opening": None if one.opening_gr is None else to_decimal_text(one.opening_gr),
                "closing": None if one.closing_gr is None else to_decimal_text(one.closing_gr),
                "entries": one.entries,
                "sum": to_decimal_text(one.sum_gr),
            }
            for one in file.statements
        ],
        "entries": [
            {
                "booked_on": entry.booked_on.isoformat(),
                "value_on": entry.value_on.isoformat(),
                "amount": to_decimal_text(entry.amount_gr),
                "payer_name": entry.payer_name,
                "payer_account": entry.payer_account,
                "title": list(entry.title),
                "reference": entry.reference,
                "end_to_end": entry.end_to_end,
                "code": entry.code,
                "virtual_account": entry.virtual_account,
            }
            for entry in file.entries()
        ],
    }


def differences(profile: Profile, sample: Sample) -> list[str]:
    """Where the reading of a sample differs from what was confirmed: “entries.0.amount: 1.00 ≠ 2.00”; [] when nowhere.

    To be asked before a profile is put to use and whenever it is changed. Raises FileRefused when the sample is refused.
    """
    read = plain(open_statements(BytesIO(sample.content), profile, account_nrb=sample.account_nrb))
    return _compared(read, sample.expected, "")[:_MOST_SHOWN]


def _compared(read: Any, expected: Any, path: str) -> list[str]:
    if isinstance(read, dict) and isinstance(expected, Mapping):
        keys = dict.fromkeys((*expected, *read))
        return [told for key in keys for told in _compared(read.get(key), expected.get(key), f"{path}{key}.")]
    if isinstance(read, list) and isinstance(expected, list) and len(read) == len(expected):
        return [
            told
            for at, (one, other) in enumerate(zip(read, expected, strict=True))
            for told in _compared(one, other, f"{path}{at}.")
        ]
    return [] if read == expected else [f"{path.rstrip('.')}: {read} ≠ {expected}"]
