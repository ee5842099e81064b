import base64
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from integrations.payments.base import BadSignature, EventKind, Malformed, RemoteStatus, WrongMerchant
from integrations.payments.registry import entry
from tests.integrations.payments.tpay.secure import VALUES, form

WARSAW = ZoneInfo("Europe/Warsaw")


def test_a_proper_notification_is_read(secure):
    event = secure.parse(secure.notice(tr_channel="21"))

    assert (event.kind, event.status) == (EventKind.PAYMENT, RemoteStatus.PAID)
    assert (event.ref, event.statement, event.method_id) == ("ref-1", "TR-BRA-KGZK0X", "21")
    assert (event.amount_gr, event.requested_gr, event.currency) == (1010, 1010, "PLN")
    assert event.payer_debited_at == datetime(2026, 3, 29, 23, 59, 59, tzinfo=WARSAW)


def test_the_message_names_no_id_of_the_api(secure):
    """`tr_id` is the title of the transaction; the API is asked by another id, which our record has."""
    assert secure.parse(secure.notice()).operator_tx_id == ""


@pytest.mark.parametrize("status", ["TRUE", "PAID", "true"])
def test_both_words_for_a_payment_are_a_payment(secure, status):
    assert secure.parse(secure.notice(tr_status=status)).status is RemoteStatus.PAID


def test_a_chargeback_is_no_payment_and_another_event(secure):
    """Class 30."""
    paid, back = secure.parse(secure.notice()), secure.parse(secure.notice(tr_status="CHARGEBACK"))

    assert (back.kind, back.status) == (EventKind.CHARGEBACK, RemoteStatus.RETURNED)
    assert back.dedupe_key != paid.dedupe_key


@pytest.mark.parametrize("status", ["FALSE", "", "NEW"])
def test_an_unknown_status_is_never_a_payment(secure, status):
    event = secure.parse(secure.notice(tr_status=status))

    assert (event.kind, event.status) == (EventKind.INFO, RemoteStatus.UNKNOWN)


@pytest.mark.parametrize(("paid", "amount_gr"), [("10.00", 1000), ("100.10", 10010), ("0.01", 1)])
def test_what_was_paid_counts_and_not_what_was_ordered(secure, paid, amount_gr):
    """Class 5: a transfer typed by hand may bring more or less."""
    event = secure.parse(secure.notice(tr_paid=paid, tr_error="surcharge"))

    assert (event.amount_gr, event.requested_gr) == (amount_gr, 1010)


@pytest.mark.parametrize("key", ["tr_amount", "tr_paid"])
@pytest.mark.parametrize(
    "value", ["10.1", "10,10", "10", "-10.10", "+10.10", "1e1", "", " 10.10", "NaN", "010.10"]
)
def test_an_amount_of_another_form_is_refused_even_when_it_is_signed(secure, key, value):
    """Class 18: "10.1" and "10.10" have different checksums."""
    with pytest.raises(Malformed):
        secure.parse(secure.notice(**{key: value}))


@pytest.mark.parametrize(
    "key", ["id", "tr_id", "tr_date", "tr_crc", "tr_amount", "tr_paid", "tr_status", "md5sum"]
)
def test_a_missing_field_is_refused(secure, key):
    with pytest.raises(Malformed):
        secure.parse(secure.notice(**{key: None}))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"a",
        b"a=%FF&b",
        b"\xff\xfe",
        form() + b"&tr_paid=99.99",
        form() + b"&tr_crc=ref-2",
        "&".join(f"f{number}=1" for number in range(200)).encode(),
        form() + b"x" * (64 * 1024),
    ],
)
def test_what_is_no_whole_form_is_refused_even_when_it_is_signed(secure, body):
    with pytest.raises(Malformed):
        secure.parse(secure.notice(body))


@pytest.mark.parametrize(
    "body",
    [form() + b"&", b"\xef\xbb\xbf" + form(), form().replace(b"+", b"%20"), form() + b"\r\n", form().lower()],
)
def test_other_bytes_than_the_signed_ones_are_refused(secure, body):
    """Class 7: the signature is over raw bytes, whatever they mean."""
    with pytest.raises(BadSignature):
        secure.parse(replace(secure.notice(), body=body))


@pytest.mark.parametrize("key", ["tr_amount", "tr_crc", "tr_id", "id"])
def test_a_wrong_checksum_is_refused_although_the_operator_signed_the_body(secure, key):
    """Both checks are required: the operator's key signs for every merchant, the code only for ours."""
    true = secure.parse(secure.notice())
    changed = {**VALUES, key: "99.99" if key == "tr_amount" else "9999"}
    claimed = dict(pair.split("=") for pair in form().decode().split("&"))["md5sum"]

    assert true.ref == "ref-1"
    with pytest.raises(BadSignature):
        secure.parse(secure.notice(**changed, md5sum=claimed))


@pytest.mark.parametrize("claimed", ["", "0" * 32, "DCC5F9C2A9AEC13F02923DCC2ECE8BE8", "ł" * 32])
def test_nothing_but_a_checksum_is_one(secure, claimed):
    """Class 8: empty, other, upper case."""
    with pytest.raises(BadSignature):
        secure.parse(secure.notice(md5sum=claimed))


@pytest.mark.parametrize(
    "spoil",
    [
        lambda header: "",
        lambda header: header.replace("..", "."),
        lambda header: header.replace(
            "..", "." + base64.urlsafe_b64encode(form()).decode().rstrip("=") + "."
        ),
        lambda header: f"{header},{header}",
        lambda header: header + "=",
        lambda header: header + "\n",
        lambda header: header[:-20],
        lambda header: header.split(".")[0] + "..",
        lambda header: ".." + header.split(".")[-1],
        lambda header: "bm90IGpzb24.." + header.split(".")[-1],
        lambda header: "W10.." + header.split(".")[-1],
        lambda header: "A" * 9000 + ".." + header.split(".")[-1],
    ],
)
def test_a_missing_doubled_or_bent_signature_is_refused(secure, spoil):
    """Class 8."""
    true = secure.notice()
    bent = {"X-JWS-Signature": spoil(true.headers["X-JWS-Signature"])}

    with pytest.raises(BadSignature):
        secure.parse(replace(true, headers=bent))


def test_a_request_without_the_header_is_refused(secure):
    with pytest.raises(BadSignature):
        secure.parse(replace(secure.notice(), headers={}))


def test_a_header_that_demands_more_than_we_know_is_refused(secure):
    with pytest.raises(BadSignature):
        secure.parse(secure.notice(header={"crit": ["exp"]}))


def test_a_message_for_another_account_is_refused_even_with_our_code(secure):
    with pytest.raises(WrongMerchant):
        secure.parse(secure.notice(id="202020"))


@pytest.mark.parametrize("changes", [{"test_mode": "1"}, {"tr_id": "TR-BRA-TST4K0X"}])
def test_a_test_notification_is_refused_where_money_is_real(secure, changes):
    request = secure.notice(**changes)

    assert secure.parse(request).status is RemoteStatus.PAID  # the sandbox and the emulator take it
    with pytest.raises(Malformed, match="test notification"):
        secure.parse(request, secure.config("production"))


def test_the_currency_is_told_and_zloty_where_it_is_not(secure):
    assert secure.parse(secure.notice(tr_currency="EUR")).currency == "EUR"
    assert secure.parse(secure.notice()).currency == "PLN"


def test_the_previous_code_verifies_and_an_empty_one_cannot_be_configured(secure):
    """Class 27 and class 9."""
    rotated = secure.config(security_code=("kod-nowy-1", "kod-borki-tajny-1"))

    assert secure.parse(secure.notice(), rotated).ref == "ref-1"
    with pytest.raises(ValueError, match="security_code"):
        secure.config(security_code=("",))


def test_a_refusal_never_says_the_word_that_returns_the_money(secure):
    """Under two-step acceptance `FALSE` means "give it back"."""
    refused = entry("tpay").operator.ack(secure.config(), None, accepted=False)
    taken = entry("tpay").operator.ack(secure.config(), secure.parse(secure.notice()), accepted=True)

    assert (taken.status, taken.body) == (200, b"TRUE")
    assert refused.status == 400
    assert b"FALSE" not in refused.body.upper()
