import smtplib
from email.message import EmailMessage

import httpx
import pytest

from integrations.emulators import mailbox
from integrations.emulators.serving import InProcess

WEB = httpx.Client(timeout=15, trust_env=False)


@pytest.fixture
def box(tmp_path):
    with mailbox.start(tmp_path / "mails") as running:
        yield running


def letter(to="anna@example.org", subject="Potwierdzenie wpłaty", text="Dzień dobry", html=None):
    message = EmailMessage()
    message["From"] = "Gmina Borki <portal@borki.example.org>"
    message["To"] = to
    message["Subject"] = subject
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def send(box, message):
    with smtplib.SMTP(box.host, box.smtp_port, timeout=10) as smtp:
        return smtp.send_message(message)


def messages(box, to=""):
    return WEB.get(f"{box.url}/api/messages", params={"to": to}).json()["messages"]


def test_a_mail_arrives_with_its_diacritics_and_its_links(box):
    send(box, letter(text="Zażółć gęślą jaźń: http://borki.localhost:8000/aktywacja/?t=a1&b=2. Koniec."))

    [found] = messages(box)
    assert found["to"] == ["anna@example.org"]
    assert found["subject"] == "Potwierdzenie wpłaty"
    assert "Zażółć gęślą jaźń" in found["text"]
    assert found["links"] == ["http://borki.localhost:8000/aktywacja/?t=a1&b=2"]


def test_the_newest_mail_comes_first_and_the_recipient_can_be_chosen(box):
    send(box, letter(subject="pierwszy"))
    send(box, letter(to="bartek@example.org", subject="drugi"))
    send(box, letter(subject="trzeci"))

    assert [found["subject"] for found in messages(box)] == ["trzeci", "drugi", "pierwszy"]
    assert [found["subject"] for found in messages(box, "BARTEK@")] == ["drugi"]
    page = WEB.get(box.url, params={"to": "bartek@example.org"}).text
    assert "drugi" in page
    assert "trzeci" not in page


def test_hidden_recipients_are_those_of_the_envelope(box):
    with smtplib.SMTP(box.host, box.smtp_port, timeout=10) as smtp:
        smtp.send_message(letter(), to_addrs=["a@example.org", "b@example.org"])

    assert messages(box)[0]["to"] == ["a@example.org", "b@example.org"]


def test_the_page_of_a_mail_shows_its_text_with_clickable_links(box):
    send(box, letter(text="Wejdź na http://borki.localhost:8000/ i <b>zapłać</b>."))

    page = WEB.get(f"{box.url}/list/{messages(box)[0]['id']}").text

    assert '<a href="http://borki.localhost:8000/"' in page
    assert "&lt;b&gt;zapłać&lt;/b&gt;" in page


def test_the_html_part_is_shown_without_any_right(box):
    send(box, letter(html="<h1>Wpłata</h1><script>fetch('/usun',{method:'POST'})</script>"))
    mail_id = messages(box)[0]["id"]

    page = WEB.get(f"{box.url}/list/{mail_id}").text
    frame = WEB.get(f"{box.url}/list/{mail_id}/html")

    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert "<script>" not in page
    assert "<h1>Wpłata</h1>" in frame.text
    policy = frame.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "allow-scripts" not in policy


def test_a_hostile_subject_cannot_become_markup(box):
    send(box, letter(subject="<script>alert(1)</script>"))

    for path in ("/", f"/list/{messages(box)[0]['id']}"):
        assert "<script>" not in WEB.get(box.url + path).text


def test_an_attachment_can_be_fetched_and_is_never_shown_in_place(box):
    message = letter()
    message.add_attachment(
        b"%PDF-1.7 x", maintype="application", subtype="pdf", filename="potwierdzenie ż.pdf"
    )
    send(box, message)

    [found] = messages(box)
    answer = WEB.get(f"{box.url}/list/{found['id']}/zalacznik/0")

    assert found["attachments"] == [
        {"name": "potwierdzenie ż.pdf", "content_type": "application/pdf", "size": 10}
    ]
    assert answer.content == b"%PDF-1.7 x"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert WEB.get(f"{box.url}/list/{found['id']}/zalacznik/1").status_code == 404


def test_the_source_is_what_was_sent(box):
    message = letter()
    send(box, message)

    source = WEB.get(f"{box.url}/list/{messages(box)[0]['id']}/zrodlo")

    assert source.headers["content-type"].startswith("text/plain")
    assert "Subject: " in source.text


@pytest.mark.parametrize("mail_id", ["nieznany", "..%2f..%2fetc%2fpasswd", "a" * 300, "%00"])
def test_an_unknown_mail_is_not_found(box, mail_id):
    for path in (f"/list/{mail_id}", f"/list/{mail_id}/zrodlo", f"/api/messages/{mail_id}"):
        assert WEB.get(box.url + path).status_code == 404


def test_all_mails_can_be_thrown_away_by_page_and_by_api(box):
    send(box, letter())
    assert WEB.post(f"{box.url}/usun").status_code == 303
    assert messages(box) == []
    assert "Nie ma tu żadnych listów" in WEB.get(box.url).text

    send(box, letter())
    assert WEB.delete(f"{box.url}/api/messages").json() == {"deleted": 1}
    assert messages(box) == []


@pytest.mark.parametrize(
    ("mode", "error", "code"),
    [
        ("refuse", smtplib.SMTPSenderRefused, 554),
        ("tempfail", smtplib.SMTPSenderRefused, 451),
        ("drop", smtplib.SMTPServerDisconnected, None),
    ],
)
def test_an_outage_strikes_the_ordered_number_of_mails_and_none_of_them_is_kept(box, mode, error, code):
    WEB.post(f"{box.url}/__emu__/faults", json={"mode": mode, "times": 2})

    for _ in range(2):
        with pytest.raises(error) as raised:
            send(box, letter())
        assert code is None or raised.value.smtp_code == code
    assert messages(box) == []
    assert send(box, letter()) == {}

    assert len(messages(box)) == 1


def test_an_outage_can_be_ended(box):
    WEB.post(f"{box.url}/__emu__/faults", json={"mode": "refuse", "times": 100})
    WEB.post(f"{box.url}/__emu__/faults", json={"mode": "refuse", "times": 0})

    assert send(box, letter()) == {}
    assert WEB.get(f"{box.url}/__emu__/faults").json() == {"mode": "", "times": 0}


@pytest.mark.parametrize("body", [{"mode": "nonsense"}, {}, [], {"mode": "refuse", "times": -1}])
def test_an_unknown_outage_is_refused(box, body):
    assert WEB.post(f"{box.url}/__emu__/faults", json=body).status_code == 400
    assert send(box, letter()) == {}


def test_the_mailbox_runs_as_a_process_and_keeps_its_mails(tmp_path):
    arguments = ["--smtp-port", "0", "--http-port", "0", "--folder", str(tmp_path / "mails")]

    def started():
        process = InProcess("integrations.emulators.mailbox", arguments)
        _, _, url, smtp = process.ready.split()
        return process, url.rstrip("/"), int(smtp.rpartition(":")[2])

    process, url, port = started()
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as smtp:
        smtp.send_message(letter(subject="przetrwa"))
    process.kill()
    process, url, _ = started()
    try:
        [found] = WEB.get(f"{url}/api/messages").json()["messages"]
    finally:
        process.stop()

    assert found["subject"] == "przetrwa"
