"""The copy of everything that the portal holds about a person (art. 15 RODO): plain values, and the same as a PDF.

Who of the office has looked is told by role and time, not by name: employees who act under the controller's authority are
no recipients (Court of Justice, C-579/21). Of people who are represented only what belongs to the own file is told. Which
table stands in which section, and why some stand in none, says `services.privacy.inventory`.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from importlib.resources import files
from typing import Any

import typst
from django.utils import timezone
from django.utils.dateformat import format as format_date

from services.accounts.models import Payer, Resident
from services.payments.models import Payment
from services.privacy.export import account, complaints, money, office
from services.privacy.export.parts import FILE_MARK
from services.privacy.export.parts import Section as Section
from tenants.configuration.queries import office as office_row

FORMAT = "skarbnik.dane-osoby"
VERSION = 2


def copy_of(resident: Resident) -> dict[str, Any]:
    """Everything about the person as plain values: format, version, who made it and when, and the sections."""
    row = office_row()
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_at": timezone.localtime().isoformat(timespec="seconds"),
        "controller": row.controller_name,
        "controller_address": row.controller_address,
        "dpo_email": row.dpo_email,
        "portal": row.portal_name,
        "sections": [asdict(section) for section in sections_of(resident)],
    }


def sections_of(resident: Resident) -> Iterator[Section]:
    """The sections in their order."""
    own = list(Payer.objects.filter(representations__resident=resident, representations__is_self=True))
    payments = list(Payment.objects.filter(resident=resident).order_by("created_at"))
    yield from account.sections(resident)
    yield from money.sections(resident, own, payments)
    yield from complaints.sections(resident)
    yield from office.sections(resident, own, payments)


def pdf(values: Mapping[str, Any], word: Callable[[str], str] = str) -> bytes:
    """The copy as a tagged PDF/UA. `word` puts codes of acts into words for people; files are named, not printed."""
    shown = {
        **values,
        "made_at": format_date(timezone.localtime(), "j E Y, H:i"),
        "sections": [
            {
                **section,
                "rows": [
                    {key: word(value) for key, value in row.items() if not key.endswith(FILE_MARK)}
                    for row in section["rows"]
                ],
            }
            for section in values["sections"]
        ],
    }
    template = files("services.privacy.export").joinpath("copy.typ").read_bytes()
    document: bytes = typst.compile(
        template,
        format="pdf",
        sys_inputs={"values": json.dumps(shown, ensure_ascii=False)},
        pdf_standards=["ua-1"],
    )
    return document
