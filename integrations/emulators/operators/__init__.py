"""What all emulated payment operators share: books, clock, faults, notifications, pages (payments.md section 10)."""

from integrations.emulators.operators.control_client import Control
from integrations.emulators.operators.server import Emulator

__all__ = ["Control", "Emulator"]
