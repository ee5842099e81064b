"""A conversation with a mail server, cut where it becomes certain what the server knows.

`smtplib.sendmail` is one call; who dies in it does not know whether the letter left. Here it is two: after `offer` the
server has said that it would take the letter and has not seen a word of it, and only `hand_over` can leave a doubt.
"""

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

_BARE_DOT: Final = re.compile(rb"(?m)^\.")
_END: Final = b".\r\n"
_READY, _TAKEN = 354, 250
_RECIPIENT_TAKEN: Final = (250, 251)
_CLOSING: Final = 421


class InDoubt(Exception):
    """The letter was handed over and no answer came: the server may have taken it (RFC 1047)."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters are handed over. `timeout` is in seconds, for each step of the conversation."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    starts_tls: bool = False
    speaks_tls: bool = False
    timeout: float = 10.0
    our_name: str = "localhost"


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the server is told beside the letter. `sender` gets the delivery reports; with `report_id` the server is asked
    for a report of success too, when it knows such reports (RFC 3461)."""

    sender: str
    recipient: str
    report_id: str = ""


class Conversation:
    """One connection, for many letters one after another; it opens itself with the first."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None

    def offer(self, envelope: Envelope, size: int) -> None:
        """Bring the server to the point at which it wants the letter; it has not seen a word of it.

        Raises smtplib's SMTPSenderRefused, SMTPRecipientsRefused and SMTPDataError for what the server answers, and OSError
        (smtplib's other errors are of this kind) when there is no talking to it.
        """
        smtp = self._opened()
        options = [f"SIZE={size}"] if smtp.has_extn("size") else []
        recipient_options: list[str] = []
        if envelope.report_id and smtp.has_extn("dsn"):
            options += ["RET=HDRS", f"ENVID={envelope.report_id}"]
            recipient_options = ["NOTIFY=SUCCESS,FAILURE"]
        code, answer = smtp.mail(envelope.sender, options)
        if code != _TAKEN:
            self._give_way(code)
            raise smtplib.SMTPSenderRefused(code, answer, envelope.sender)
        code, answer = smtp.rcpt(envelope.recipient, recipient_options)
        if code not in _RECIPIENT_TAKEN:
            self._give_way(code)
            raise smtplib.SMTPRecipientsRefused({envelope.recipient: (code, answer)})
        code, answer = smtp.docmd("DATA")
        if code != _READY:
            self._give_way(code)
            raise smtplib.SMTPDataError(code, answer)

    def hand_over(self, content: bytes) -> None:
        """Give the letter, with CRLF at the ends of its lines, to the server that has been offered it.

        Raises SMTPDataError when the server refuses it, InDoubt when it does not answer.
        """
        assert self._smtp is not None, "nothing was offered"
        whole = _BARE_DOT.sub(b"..", content)
        try:
            self._smtp.send(whole + (b"" if whole.endswith(b"\r\n") else b"\r\n") + _END)
            code, answer = self._smtp.getreply()
        except OSError as error:
            raise InDoubt(type(error).__name__) from error
        if code != _TAKEN:
            self._give_way(code)
            raise smtplib.SMTPDataError(code, answer)

    def close(self) -> None:
        """Say goodbye, where there is somebody to hear it."""
        if self._smtp is not None:
            with suppress(OSError):
                self._smtp.quit()
            self.drop()

    def drop(self) -> None:
        """Break off without a word: a letter that was offered and not handed over is thrown away by the server."""
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def _opened(self) -> smtplib.SMTP:
        if self._smtp is not None:
            return self._smtp
        place = self._server
        smtp: smtplib.SMTP
        if place.speaks_tls:
            smtp = smtplib.SMTP_SSL(
                place.host,
                place.port,
                local_hostname=place.our_name,
                timeout=place.timeout,
                context=ssl.create_default_context(),
            )
        else:
            smtp = smtplib.SMTP(place.host, place.port, local_hostname=place.our_name, timeout=place.timeout)
        try:
            if place.starts_tls and not place.speaks_tls:
                smtp.starttls(context=ssl.create_default_context())
            if place.user and place.password:
                smtp.login(place.user, place.password)
            smtp.ehlo_or_helo_if_needed()
        except BaseException:
            smtp.close()
            raise
        self._smtp = smtp
        return smtp

    def _give_way(self, code: int) -> None:
        """After a refusal the next letter begins anew; a server that says it closes is not spoken to again."""
        if code == _CLOSING or self._smtp is None:
            self.drop()
            return
        try:
            self._smtp.rset()
        except OSError:
            self.drop()
