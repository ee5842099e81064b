"""Delivery reports (RFC 3464), as a real mail server writes them: later, from its queue, to the return address.

That a report is owed is written down together with the mail, before the sender hears that it was accepted, and a server that
was killed goes on with what it owes: so a report says for certain that the mail was taken.
"""

import json
import threading
import time
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

NOBODY = "nieistnieje"
"""Who writes to an address that begins so gets the mail back."""
FULL = "przepelniona"
"""Here the mailbox is full."""
PAUSE_SECONDS = 0.2
_POSTMASTER = "mailer-daemon@skrzynka.localhost"


class Reports:
    """Reports that are owed for mails of `folder`, and the Maildir into which they fall."""

    def __init__(self, folder: Path, maildir: Path) -> None:
        self._folder = folder
        self._owed = folder / "owed"
        self._owed.mkdir(parents=True, exist_ok=True)
        self._maildir = maildir
        for name in ("tmp", "new", "cur"):
            (maildir / name).mkdir(parents=True, exist_ok=True)

    def owe(self, mail_id: str, *, success: bool) -> None:
        """Note, before the mail is accepted, that its sender is to be told."""
        (self._owed / mail_id).write_text("success" if success else "failure")

    def start(self) -> None:
        """Write reports for ever, in a thread of this process."""
        threading.Thread(target=self._run, name="reports", daemon=True).start()

    def _run(self) -> None:
        while True:
            for owed in sorted(self._owed.iterdir()):
                self._write(owed)
            time.sleep(PAUSE_SECONDS)

    def _write(self, owed: Path) -> None:
        try:
            envelope = json.loads((self._folder / f"{owed.name}.json").read_text(encoding="utf-8"))
            wants_success = owed.read_text() == "success"
        except (OSError, ValueError):
            return  # not accepted: it came no further than this, or is on its way
        for number, recipient in enumerate(envelope["recipients"]):
            failure = _failure(recipient)
            if failure or wants_success:
                report = _report(envelope["sender"], recipient, failure)
                name = f"{envelope['id']}.{number}.skrzynka"
                waiting = self._maildir / "tmp" / name
                waiting.write_bytes(report)
                waiting.rename(self._maildir / "new" / name)
        owed.unlink(missing_ok=True)


def _failure(recipient: str) -> str:
    """The enhanced code with which a mail to this address fails; "" when it is delivered."""
    if recipient.startswith(NOBODY):
        return "5.1.1"
    return "5.2.2" if recipient.startswith(FULL) else ""


def _report(sender: str, recipient: str, failure: str) -> bytes:
    report = MIMEMultipart("report", report_type="delivery-status")
    report["From"], report["To"] = _POSTMASTER, sender
    report["Subject"] = (
        "Undelivered Mail Returned to Sender" if failure else "Successful Mail Delivery Report"
    )
    report["Auto-Submitted"] = "auto-replied"
    report.attach(MIMEText("This is the mail system at host skrzynka.localhost.\n"))
    whole, single = Message(), Message()
    whole["Reporting-MTA"] = "dns; skrzynka.localhost"
    single["Final-Recipient"] = f"rfc822; {recipient}"
    single["Action"] = "failed" if failure else "relayed"
    single["Status"] = failure or "2.0.0"
    status = MIMEBase("message", "delivery-status")
    status.set_payload([whole, single])
    report.attach(status)
    return report.as_bytes()
