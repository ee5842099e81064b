"""A real SMTP server on loopback that keeps every mail as a file, and a page that shows them."""

from integrations.emulators.mailbox.server import Mailbox, start

__all__ = ["Mailbox", "start"]
