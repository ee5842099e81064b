"""A version of the regulation as a tagged PDF/UA, to keep and to print (art. 8 ust. 1 pkt 2 u.ś.u.d.e.)."""

import json
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

import typst
from django.utils.dateformat import format as format_date

from tenants.configuration.domain_regulation import Block, Regulation
from tenants.configuration.domain_regulation_outline import Item, parts
from tenants.configuration.models import RegulationVersion
from tenants.configuration.queries import office


def pdf(row: RegulationVersion) -> bytes:
    """The document of a published version: the act, a table of contents with links, every word of the text."""
    template = files("tenants.configuration.regulation_document").joinpath("regulation.typ").read_bytes()
    document: bytes = typst.compile(
        template,
        format="pdf",
        sys_inputs={"values": json.dumps(values(row), ensure_ascii=False)},
        pdf_standards=["ua-1"],
    )
    return document


def values(row: RegulationVersion) -> dict[str, Any]:
    """All texts of the document, days written out; nothing in it depends on the moment at which it is made."""
    portal, regulation = office(), Regulation.from_json(row.content)
    act = f"{row.act_kind} nr {row.act_number} z dnia {format_date(row.act_on, 'j E Y')} r., {row.act_issuer}"
    return {
        "portal": portal.portal_name,
        "office": portal.office_name,
        "address": f"{portal.address}, {portal.postal_address}",
        "title": regulation.title,
        "number": row.number,
        "act": f"{row.act_annex}, {act}" if row.act_annex else act,
        "effective_on": f"{format_date(row.effective_on, 'j E Y')} r.",
        "bip": row.bip_url,
        "preamble": _parts(regulation.preamble),
        "sections": [
            {"heading": f"{one.number} {one.heading}".strip(), "parts": _parts(one.blocks)}
            for one in regulation.sections
        ],
        "closing": _parts(regulation.closing),
    }


def _parts(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    return [
        {"paragraph": part.paragraph, "clauses": [_item(item) for item in part.items]}
        for part in parts(blocks)
    ]


def _item(item: Item) -> dict[str, Any]:
    return {"marker": item.marker, "text": item.text, "below": [_item(one) for one in item.children]}
