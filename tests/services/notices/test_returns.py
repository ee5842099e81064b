"""Letters that come back: a real mail server reports to the return address, and each report finds its letter (RFC 3464)."""

from pathlib import Path

import pytest
from django.utils import timezone

from integrations.emulators.mailbox import start
from integrations.messages.maildir import new_mails
from integrations.messages.reports import Fate, read_report
from kernel import tenancy
from kernel.audit.models import AuditEntry
from services.notices.actions import write_message
from services.notices.models import BadAddress, Message, MessageState, Undelivered
from services.notices.queries import bad_address, bad_among
from services.notices.returning import return_address, returned
from services.notices.returns import read_returns
from services.notices.tasks import deliver_due
from tests.fixtures.mail import caught, use_mail_server
from tests.outages.processes import eventually

pytestmark = pytest.mark.django_db


@pytest.fixture
def returns(settings, tmp_path: Path) -> Path:
    folder = tmp_path / "returns"
    settings.RETURN_ADDRESS, settings.RETURN_MAILDIR = "zwroty@poczta.example", str(folder)
    return folder


@pytest.fixture
def mailbox(settings, tmp_path: Path, returns: Path):
    """A mail server that reports what became of its mails."""
    with start(tmp_path / "mail", returns=returns) as running:
        use_mail_server(settings, running.smtp_port)
        yield running


def write(recipient: str) -> Message:
    return write_message(kind="address_taken", recipient=recipient, context={})


def reports(folder: Path, count: int) -> None:
    eventually(lambda: len(list(new_mails(folder, 99))) == count, f"{count} reports")


def test_each_letter_has_a_return_address_of_its_own_that_nobody_else_can_make(in_borki, settings, returns):
    message = write("anna@b.example")
    address = return_address(message.public_id)
    found = returned(address)
    assert found is not None
    assert (found.teryt, found.message_id) == ("0615022", message.public_id)
    assert len(address.partition("@")[0]) <= 64, "RFC 5321 section 4.5.3.1.1"
    assert returned(address.upper()) == found
    assert returned(f"{address[: -len('@poczta.example') - 10]}{'0' * 10}@poczta.example") is None
    assert returned("zwroty@poczta.example") is None
    assert returned(address.replace("poczta.example", "inna.example")) is None


def test_a_letter_to_a_mailbox_that_does_not_exist_comes_back_and_the_address_is_marked(
    mailbox, in_borki, returns
):
    message = write("nieistnieje@b.example")
    deliver_due()
    reports(returns, 1)
    assert read_returns() == 1
    message.refresh_from_db()
    assert message.state == MessageState.RETURNED
    row = Undelivered.objects.get()
    assert (row.message, row.reason, row.detail) == (message, "no_mailbox", "5.1.1")
    assert bad_address("NieIstnieje@b.example ").status == "5.1.1"
    assert bad_among(["a@b.example", "nieistnieje@b.example"]) == {"nieistnieje@b.example"}
    assert AuditEntry.objects.filter(action="letter.returned").count() == 1
    assert read_returns() == 0
    assert list(new_mails(returns, 9)) == []


def test_a_full_mailbox_returns_the_letter_and_leaves_the_address_good(mailbox, in_borki, returns):
    write("przepelniona@b.example")
    deliver_due()
    reports(returns, 1)
    read_returns()
    assert Undelivered.objects.get().reason == "full"
    assert not BadAddress.objects.exists()


def test_a_letter_that_arrives_leaves_nothing_behind(mailbox, in_borki, returns):
    message = write("anna@b.example")
    deliver_due()
    reports(returns, 1)
    assert read_returns() == 1
    message.refresh_from_db()
    assert message.state == MessageState.SENT
    assert not Undelivered.objects.exists()
    (mail,) = caught(mailbox)
    assert "zwroty" not in str(mail["From"])


def test_the_report_of_one_gmina_is_kept_there_and_nowhere_else(mailbox, borki, dabrowa, returns):
    with tenancy.enter(dabrowa):
        write("nieistnieje@b.example")
        deliver_due()
    reports(returns, 1)
    with tenancy.public():
        assert read_returns() == 1
    with tenancy.enter(borki):
        assert not Undelivered.objects.exists()
        assert bad_address("nieistnieje@b.example") is None
    with tenancy.enter(dabrowa):
        assert Undelivered.objects.count() == 1


def test_what_is_no_report_about_a_letter_of_ours_is_set_aside_for_a_person(in_borki, returns):
    (returns / "new").mkdir(parents=True)
    (returns / "new" / "1").write_bytes(
        b"From: a@b.example\r\nSubject: Jestem na urlopie\r\n\r\nDo zobaczenia"
    )
    forged = b"""Content-Type: multipart/report; report-type=delivery-status; boundary=x
To: zwroty+0615022.00000000000000000000000000000000.0000000000@poczta.example

--x
Content-Type: text/plain

no
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; a

Final-Recipient: rfc822; a@b.example
Action: failed
Status: 5.1.1

--x--
"""
    (returns / "new" / "2").write_bytes(forged)
    assert read_report(forged).fate is Fate.FAILED
    assert read_returns() == 0
    assert sorted(path.name for path in (returns / "cur").iterdir()) == ["1:2,S", "2:2,S"]
    assert not Undelivered.objects.exists()


def test_a_mail_that_the_parser_fails_on_keeps_no_other_from_being_read(in_borki, returns):
    message = write("nieznany@b.example")
    Message.objects.filter(pk=message.pk).update(state=MessageState.SENT, sent_at=timezone.now())
    report = """To: {to}
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; a

Action: failed
Status: 5.1.1

--x--
"""
    (returns / "new").mkdir(parents=True)
    (returns / "new" / "1").write_text(report.format(to="a@["))
    (returns / "new" / "2").write_text(report.format(to=return_address(message.public_id)))
    assert read_returns() == 1
    assert [path.name for path in (returns / "cur").iterdir()] == ["1:2,S"]
    assert Undelivered.objects.get().message_id == message.pk
    assert not list(new_mails(returns, 99))


@pytest.mark.parametrize("action", ["delayed", "relayed", "expanded", "delivered"])
def test_only_a_failure_returns_a_letter(action):
    report = f"""Content-Type: multipart/report; boundary=x
To: a@b.example

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; a

Action: {action}
Status: 4.4.1 (slow)

--x--
"""
    found = read_report(report.encode())
    assert (found.fate.value, found.status) == (action, "4.4.1")
    assert found.fate is not Fate.FAILED


@pytest.mark.parametrize(
    "rubbish", [b"", b"\xff\xfe\x00", b"Content-Type: multipart/report\r\n\r\n", b"a" * 100_000]
)
def test_rubbish_is_no_report(rubbish):
    assert read_report(rubbish) is None
