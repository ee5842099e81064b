"""Tags that write one value: money, days, instants, account numbers, counted nouns, icons."""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from frontend.components import formats, icons
from kernel.money import Money

register = template.Library()


def _nothing() -> SafeString:
    return format_html(
        '<span aria-hidden="true">–</span><span class="visually-hidden">{}</span>',
        gettext("brak"),
    )


@register.simple_tag
def money(grosze: int | Money | None, sign: bool = False) -> SafeString:
    """Write grosze as “1 234,56 zł”; None as a dash. Raises TypeError for anything but an int or Money."""
    if grosze is None:
        return _nothing()
    if isinstance(grosze, Money):
        grosze = grosze.gr
    return format_html('<span class="money">{}</span>', formats.money_text(grosze, sign=sign))


@register.filter
def money_text(grosze: int) -> str:
    """Write integer grosze as plain text, for attributes and letters."""
    return formats.money_text(grosze)


@register.simple_tag
def day(value: dt.date | None, short: bool = False) -> SafeString:
    """Write a day in a `<time>`; None as a dash."""
    if value is None:
        return _nothing()
    if isinstance(value, dt.datetime):
        raise TypeError("an instant is not a day: use {% instant %}, which knows the time zone")
    return format_html(
        '<time datetime="{}">{}</time>', value.isoformat(), formats.day_text(value, short=short)
    )


@register.simple_tag
def instant(value: dt.datetime | None, short: bool = False) -> SafeString:
    """Write an aware instant in the current time zone in a `<time>`; None as a dash."""
    if value is None:
        return _nothing()
    local = timezone.localtime(value)
    return format_html(
        '<time datetime="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        formats.instant_text(local, short=short),
    )


@register.simple_tag
def moment(value: dt.date | dt.datetime | None, short: bool = False) -> SafeString:
    """Write a day or an instant, whichever it is."""
    return instant(value, short) if isinstance(value, dt.datetime) else day(value, short)


@register.simple_tag
def nrb(number: str) -> SafeString:
    """Write a bank account number in groups of digits."""
    return format_html('<span class="nrb">{}</span>', formats.nrb_text(number))


@register.simple_tag
def counted(number: int, one: str, few: str, many: str) -> str:
    """Write a number with its noun: 1 wpłata, 3 wpłaty, 12 wpłat."""
    return formats.counted(number, one, few, many)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon; decoration unless `label` is given."""
    return icons.icon(name, label)
