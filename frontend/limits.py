"""How switches, limits and use are worded, for the console and for the office alike."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from frontend.components.formats import number_text
from kernel.money import NBSP
from tenants.metering.domain import MEBIBYTE
from tenants.metering.queries import QuotaUsed
from tenants.metering.quotas import Quota, Unit


def size_text(size: int) -> str:
    """Bytes as people write them: 1572864 -> “1,5 MB”."""
    value, unit = size / MEBIBYTE, "MB"
    if value >= 1024:
        value, unit = value / 1024, "GB"
    return f"{value:.1f}".removesuffix(".0").replace(".", ",") + f"{NBSP}{unit}"


def amount_text(quota: Quota, amount: int) -> str:
    """An amount in the quota's unit."""
    return size_text(amount) if quota.unit is Unit.BYTES else number_text(amount)


def bars(rows: Sequence[QuotaUsed]) -> list[dict[str, Any]]:
    """Items of `{% bar_chart %}`: what is used of each quota."""
    return [
        {
            "label": row.quota.label,
            "value": row.used,
            "of": row.most or 1,
            "text": _("%(used)s z %(most)s")
            % {"used": amount_text(row.quota, row.used), "most": amount_text(row.quota, row.most)},
        }
        for row in rows
    ]


def quota_rows(rows: Sequence[QuotaUsed]) -> list[dict[str, Any]]:
    """The quotas for a table, each with its numbers in words."""
    return [
        {
            "row": row,
            "most": amount_text(row.quota, row.most),
            "used": amount_text(row.quota, row.used),
            "default": amount_text(row.quota, row.quota.default),
        }
        for row in rows
    ]
