"""The order document of Autopay, with the protocol's limits checked before anything is sent."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta

from integrations.payments.amounts import zloty
from integrations.payments.autopay import legal, settings
from integrations.payments.autopay.transactions import WARSAW
from integrations.payments.base import InvalidRequest, Start
from integrations.payments.checks import check_start

_NO_GATEWAY = "0"
"""The payer chooses the bank on Autopay's page."""
_LANGUAGES = {"pl": "PL", "en": "EN"}
_POLISH = "ęóąśłżźćńĘÓĄŚŁŻŹĆŃ"
_NOT_IN_DESCRIPTION = re.compile(r"[^A-Za-z0-9.:, -]")
_NOT_IN_TITLE = re.compile(rf'[^A-Za-z0-9{_POLISH}.,!()" -]')
_NOT_IN_RECEIVER = re.compile(rf"[^A-Za-z0-9{_POLISH}.,!()=\[\]{{}};:? -]")
_DASHES = re.compile(r"[–—/]")


def registration(order: Start, now: datetime) -> dict[str, str]:
    """The values of the start, without ServiceID and hash. InvalidRequest names the value that breaks a limit.

    `now` is the moment from which the link's life is counted; Autopay returns money that comes after its end.
    """
    check_start(order, max_email=settings.MAX_EMAIL, max_url=settings.MAX_URL)
    if order.method_id is not None and not re.fullmatch(r"[1-9][0-9]{0,4}", order.method_id):
        raise InvalidRequest("the method", code="start.method")
    minutes = max(1, min(order.ttl_minutes, settings.MAX_VALIDITY_MINUTES))
    return {
        "OrderID": order.ref,
        "Amount": zloty(order.amount_gr),
        "Description": description(order.title),
        "GatewayID": order.method_id or _NO_GATEWAY,
        "Currency": order.currency,
        "CustomerEmail": order.email,
        "Language": language(order.language),
        "CustomerIP": order.payer_ip if len(order.payer_ip) <= settings.MAX_CUSTOMER_IP else "",
        **_settlement(order),
        "ValidityTime": gateway_time(now + timedelta(minutes=minutes)),
        "ReturnURL": order.return_url,
        **_acceptance(order, now),
    }


def language(code: str) -> str:
    """A language of Autopay's pages; Polish for every one that we do not show ourselves."""
    return _LANGUAGES.get(code, "PL")


def description(title: str) -> str:
    """The title as the payer sees it at the operator: only Latin letters, digits and a few marks, at most 79."""
    plain = unicodedata.normalize("NFKD", _DASHES.sub("-", title).replace("ł", "l").replace("Ł", "L"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _cut(_NOT_IN_DESCRIPTION.sub(" ", letters), settings.MAX_DESCRIPTION)


def transfer_title(title: str) -> str:
    """The title of the transfer to the office's account: with Polish letters, at most 95 characters."""
    return _cut(_NOT_IN_TITLE.sub(" ", _DASHES.sub("-", title)), settings.MAX_TITLE)


def receiver_name(name: str) -> str:
    """The office as the receiver of the transfer, at most 35 characters."""
    return _cut(_NOT_IN_RECEIVER.sub(" ", _DASHES.sub("-", name)), settings.MAX_RECEIVER)


def gateway_time(moment: datetime) -> str:
    """A moment as Autopay reads it: the time on Polish clocks, no zone. The argument has one."""
    return moment.astimezone(UTC).astimezone(WARSAW).strftime("%Y-%m-%d %H:%M:%S")


def _settlement(order: Start) -> dict[str, str]:
    """Where the money of this one payment goes; without an account Autopay settles with the service's own."""
    if not order.account_nrb:
        return {}
    if not re.fullmatch(r"[0-9]{26}", order.account_nrb):
        raise InvalidRequest("the account has not 26 digits", code="start.account")
    return {
        "CustomerNRB": order.account_nrb,
        "Title": transfer_title(order.title),
        "ReceiverName": receiver_name(order.receiver_name),
    }


def _acceptance(order: Start, now: datetime) -> dict[str, str]:
    """With the payer's consent Autopay skips its own page with the regulations."""
    accepted = next(filter(None, map(legal.accepted_regulation, order.consents)), "")
    if not accepted:
        return {}
    return {
        "DefaultRegulationAcceptanceState": "ACCEPTED",
        "DefaultRegulationAcceptanceID": accepted,
        "DefaultRegulationAcceptanceTime": gateway_time(now),
    }


def _cut(text: str, limit: int) -> str:
    return re.sub(r"\s+", " ", text).strip()[:limit].strip()
