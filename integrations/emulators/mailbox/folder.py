"""The mails as files: `<id>.eml` as received, `<id>.json` with the envelope."""

import json
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

_MAX_ID = 60


@dataclass(frozen=True)
class Envelope:
    """Who sent the mail to whom, as the SMTP dialogue said. `received_at` is ISO 8601 in UTC."""

    id: str
    received_at: str
    sender: str
    recipients: tuple[str, ...]


class Folder:
    """All mails of one folder, newest first."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.mkdir(parents=True, exist_ok=True)

    def keep(
        self,
        sender: str,
        recipients: Sequence[str],
        content: bytes,
        before: Callable[[str], None] = lambda mail_id: None,
    ) -> Envelope:
        """Store a mail durably before the sender is told that it was accepted; `before` gets its id while it does not count
        as accepted yet."""
        envelope = Envelope(
            id=f"{time.time_ns():020d}-{secrets.token_hex(4)}",
            received_at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            sender=sender,
            recipients=tuple(recipients),
        )
        (self._path / f"{envelope.id}.eml").write_bytes(content)
        before(envelope.id)
        # The envelope appears last and by renaming: a mail is listed only when it is whole.
        waiting = self._path / f"{envelope.id}.tmp"
        waiting.write_text(json.dumps(asdict(envelope)), encoding="utf-8")
        waiting.rename(self._path / f"{envelope.id}.json")
        return envelope

    def list(self, recipient: str = "") -> list[Envelope]:
        """The envelopes, newest first; `recipient` narrows them to addresses that contain it."""
        wanted = recipient.strip().lower()
        found = (self._read(path) for path in sorted(self._path.glob("*.json"), reverse=True))
        return [
            envelope
            for envelope in found
            if envelope and (not wanted or any(wanted in address.lower() for address in envelope.recipients))
        ]

    def get(self, mail_id: str) -> tuple[Envelope, EmailMessage] | None:
        """One mail, parsed; None when there is none of that id."""
        envelope, content = self._read(self._file(mail_id, "json")), self.raw(mail_id)
        if envelope is None or content is None:
            return None
        return envelope, BytesParser(policy=policy.default).parsebytes(content)

    def raw(self, mail_id: str) -> bytes | None:
        """The mail as it was received."""
        try:
            return self._file(mail_id, "eml").read_bytes()
        except OSError:
            return None

    def clear(self) -> int:
        """Throw all mails away; returns how many there were."""
        envelopes = list(self._path.glob("*.json"))
        for path in envelopes:
            path.unlink(missing_ok=True)
            path.with_suffix(".eml").unlink(missing_ok=True)
        return len(envelopes)

    def _file(self, mail_id: str, suffix: str) -> Path:
        # The id comes from an address: only our own form reaches the file system.
        plain = len(mail_id) <= _MAX_ID and mail_id.replace("-", "").isalnum() and mail_id.isascii()
        return self._path / f"{mail_id if plain else 'none'}.{suffix}"

    def _read(self, path: Path) -> Envelope | None:
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return Envelope(values["id"], values["received_at"], values["sender"], tuple(values["recipients"]))
