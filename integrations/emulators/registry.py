"""Which operators are emulated, by the code that their adapter has, too."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from integrations.emulators.autopay.operator import EmulatedAutopay
from integrations.emulators.imoje.operator import EmulatedImoje
from integrations.emulators.operators.operator import EmulatedOperator
from integrations.emulators.operators.server import Emulator, application
from integrations.emulators.payu.operator import EmulatedPayU
from integrations.emulators.przelewy24.operator import EmulatedPrzelewy24
from integrations.emulators.serving import InThread
from integrations.emulators.tpay.operator import EmulatedTpay

_KINDS: tuple[type[EmulatedOperator], ...] = (
    EmulatedPrzelewy24,
    EmulatedAutopay,
    EmulatedPayU,
    EmulatedTpay,
    EmulatedImoje,
)
EMULATORS: Mapping[str, type[EmulatedOperator]] = {kind.code: kind for kind in _KINDS}


def start(
    code: str, *, state: Path | None = None, merchants: Iterable[Mapping[str, Any]] = (), port: int = 0
) -> Emulator:
    """Start one operator's emulator in a thread of this process, on a free port unless one is named.

    `merchants` are objects with name, account (NRB), ids and secrets. KeyError when nobody emulates `code`.
    """
    return Emulator(InThread(application(EMULATORS[code], state, merchants), port=port))
