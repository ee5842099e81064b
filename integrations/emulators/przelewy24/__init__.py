"""An emulator of Przelewy24's REST API v1: payer's page, virtual clock, faults (payments.md 3 and 10)."""

from integrations.emulators.przelewy24.control_client import Control
from integrations.emulators.przelewy24.server import Emulator, start

__all__ = ["Control", "Emulator", "start"]
