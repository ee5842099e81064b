"""Why a number is what it is: a code for the surface that words it, and the provision that decided."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of a calculation. `article` cites the provision; `values` fill the sentence (grosze, days,
    ids).
    """

    code: str
    article: str
    values: Mapping[str, object] = field(default_factory=dict)
