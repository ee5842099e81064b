"""A real SMTP server on loopback, and one whose answers a test chooses."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from integrations.emulators.mailbox import Mailbox, start
from portal.embedded.postgres import free_port
from services.notices.actions import write_message
from services.notices.models import Message
from tests.fixtures.mail import use_mail_server


@pytest.fixture
def mailbox(settings, tmp_path: Path) -> Iterator[Mailbox]:
    """Keeps every mail; it can be ordered to refuse."""
    with start(tmp_path / "mail") as running:
        use_mail_server(settings, running.smtp_port)
        yield running


class Judge:
    """aiosmtpd's handler that answers each recipient with the next word of a list, and the last one for ever."""

    def __init__(self, answers: list[str]) -> None:
        self.answers = answers
        self.mails: list[bytes] = []

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:  # noqa: N802 -- aiosmtpd's name
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802 -- aiosmtpd's name
        self.mails.append(envelope.content)
        return "250 OK"


@pytest.fixture
def judging(settings) -> Iterator[Callable[..., Judge]]:
    """`judging("550 …", "250 OK")`: a mail server that gives these answers about its recipients."""
    with ExitStack() as running:

        def run(*answers: str) -> Judge:
            judge = Judge(list(answers))
            port = free_port()
            controller = Controller(judge, hostname="127.0.0.1", port=port)
            controller.start()
            running.callback(controller.stop)
            use_mail_server(settings, port)
            return judge

        yield run


@pytest.fixture
def message(in_borki) -> Message:
    """One waiting message to Anna."""
    return write_message(kind="address_taken", recipient="anna@mieszkaniec.example", context={})
