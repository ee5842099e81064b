"""The SMTP side: every mail is accepted and stored, unless an outage was ordered."""

import asyncio
import re
import threading
from collections.abc import Sequence

from aiosmtpd.smtp import SMTP, Envelope, Session

from integrations.emulators.mailbox.folder import Folder
from integrations.emulators.mailbox.reports import Reports

_REPORTING = re.compile(r"\s+(RET|ENVID|NOTIFY|ORCPT)=\S+", re.IGNORECASE)
MODES = ("refuse", "tempfail", "drop")
MAX_MAIL_BYTES = 32 * 1024 * 1024


class Outage:
    """What goes wrong with the next mails: refuse (554), tempfail (451), drop (the connection is cut)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mode = ""
        self._times = 0

    def order(self, mode: str, times: int) -> None:
        """Let the next `times` mails fail; 0 ends the outage. ValueError for an unknown mode."""
        if mode not in MODES or times < 0:
            raise ValueError(f"no such fault: {mode} {times}")
        with self._lock:
            self._mode, self._times = mode, times

    def take(self) -> str:
        """The mode for this mail, "" when it goes through."""
        with self._lock:
            if self._times < 1:
                return ""
            self._times -= 1
            return self._mode

    def state(self) -> dict[str, str | int]:
        with self._lock:
            return {"mode": self._mode if self._times else "", "times": self._times}


class Receiver:
    """aiosmtpd's handler. Outages strike at MAIL FROM, so that each failed mail counts once."""

    def __init__(self, folder: Folder, outage: Outage, reports: Reports | None = None) -> None:
        self._folder = folder
        self._outage = outage
        self._reports = reports

    async def handle_EHLO(  # noqa: N802 -- aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        return [responses[0], "250-DSN", *responses[1:]] if self._reports else responses

    async def handle_MAIL(  # noqa: N802 -- aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Sequence[str]
    ) -> str:
        mode = self._outage.take()
        if mode == "refuse":
            return "554 5.7.1 Odmowa na zamówienie"
        if mode == "tempfail":
            return "451 4.3.0 Chwilowa awaria na zamówienie"
        if mode == "drop" and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
            return "421 4.3.2 Koniec"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.original_content or b""
        reports, wants_success = self._reports, isinstance(server, Connection) and server.wants_success
        kept = self._folder.keep(
            envelope.mail_from or "",
            envelope.rcpt_tos,
            content,
            before=lambda mail_id: reports.owe(mail_id, success=wants_success) if reports else None,
        )
        return f"250 2.0.0 {kept.id}"


class Connection(SMTP):
    """aiosmtpd's protocol with the words of RFC 3461, which it does not know."""

    wants_success = False

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802 -- aiosmtpd's name
        self.wants_success = False
        await super().smtp_MAIL(_REPORTING.sub("", arg) if arg else arg)

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802 -- aiosmtpd's name
        self.wants_success |= "NOTIFY=SUCCESS" in (arg or "").upper()
        await super().smtp_RCPT(_REPORTING.sub("", arg) if arg else arg)


def protocol(receiver: Receiver) -> SMTP:
    """One SMTP connection."""
    return Connection(
        receiver, data_size_limit=MAX_MAIL_BYTES, enable_SMTPUTF8=True, hostname="skrzynka.localhost"
    )
