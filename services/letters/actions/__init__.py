"""What may be done with reminders, texts and letters that did not arrive."""

from services.letters.actions.addresses import trust_own_address
from services.letters.actions.office import retry_all, retry_letter, settle_letter
from services.letters.actions.reminding import remind, write_reminders
from services.letters.actions.texts import reset_text, write_text
from services.letters.actions.wishes import wish_reminders

__all__ = [
    "remind",
    "reset_text",
    "retry_all",
    "retry_letter",
    "settle_letter",
    "trust_own_address",
    "wish_reminders",
    "write_reminders",
    "write_text",
]
