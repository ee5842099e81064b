"""What the known gminas, and the kinds of gminas, start with: data in this folder, read and checked here.

A folder is one gmina: `gmina.toml`, `regulation.txt` (the text as published) and `crest.svg` (an emblem of
our own, no coat of arms). `kinds/` holds what a new gmina of a kind starts with, and
`template-regulation.txt` is a text to begin from.
"""

import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Final

from tenants.directory.presets.reading import PresetError, Table
from tenants.directory.presets.settings import (
    REGISTRATION_POLICIES,
    read_accounts,
    read_allocation_rule,
    read_departments,
    read_fee_tariff,
    read_liability_types,
    read_operator_accounts,
    read_payment_terms,
    require_payable,
)
from tenants.directory.presets.shapes import KindPreset, OfficePreset, Preset, RegulationAct

__all__ = [
    "KINDS",
    "TEMPLATE_FIELDS",
    "KindPreset",
    "Preset",
    "PresetError",
    "load_kind",
    "load_preset",
    "names",
    "read_kind",
    "read_preset",
    "template_regulation",
]

KINDS: Final = ("rural", "urban_rural", "urban", "city_county")
TEMPLATE_FIELDS: Final = (
    "portal_name",
    "portal_url",
    "gmina_name",
    "office_name",
    "office_address",
    "contact_email",
    "discrepancy_email",
    "controller_name",
    "controller_address",
    "dpo_email",
)
"""What `template_regulation` needs, all as non-empty text."""

_HERE: Final = files(__name__)
_TERYT_KIND: Final = {"rural": "2", "urban_rural": "3", "urban": "1", "city_county": "1"}
_CITY_COUNTIES: Final = 61
_COLOUR: Final = r"#[0-9a-f]{6}"
_EMAIL: Final = r"[^@\s]+@[^@\s]+\.[a-z]+"
_ADDRESS: Final = r"https://[a-z0-9.-]+/(\S*)"


def names() -> tuple[str, ...]:
    """The gminas that have a preset, by folder name."""
    return tuple(sorted(one.name for one in _HERE.iterdir() if one.joinpath("gmina.toml").is_file()))


def load_preset(name: str) -> Preset:
    """The preset of one gmina. Raises PresetError: no such gmina, or a file that does not pass the checks."""
    if name not in names():
        raise PresetError(f"no preset {name!r}; there are {', '.join(names())}")
    folder = _HERE.joinpath(name)
    settings, regulation, crest = (
        folder.joinpath(file).read_text(encoding="utf-8")
        for file in ("gmina.toml", "regulation.txt", "crest.svg")
    )
    return read_preset(name, settings, regulation_text=regulation, crest_svg=crest)


def load_kind(kind: str) -> KindPreset:
    """The start of a new gmina of a kind from KINDS. Raises PresetError."""
    if kind not in KINDS:
        raise PresetError(f"no kind of gmina {kind!r}; there are {', '.join(KINDS)}")
    folder = _HERE.joinpath("kinds")
    settings, crest = (
        folder.joinpath(file).read_text(encoding="utf-8") for file in (f"{kind}.toml", "crest.svg")
    )
    return read_kind(kind, settings, crest_svg=crest)


def read_preset(slug: str, text: str, *, regulation_text: str, crest_svg: str) -> Preset:
    """A preset from the text of its files. Raises PresetError."""
    path = f"{slug}/gmina.toml"
    whole = Table.parse(text, path)
    gmina = whole.table("gmina")
    kind = gmina.one_of("kind", KINDS)
    departments = read_departments(whole.tables("departments"))
    accounts = read_accounts(whole.tables("accounts"))
    types = read_liability_types(whole.tables("liability_types"), departments, accounts)
    operator_accounts = read_operator_accounts(whole.tables("operator_accounts"), accounts)
    require_payable(types, operator_accounts, path)
    preset = Preset(
        slug=slug,
        name=gmina.text("name", r"\S.{0,118}\S"),
        teryt=_teryt(gmina, kind),
        kind=kind,
        label=gmina.text("label", r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"),
        office=_office(whole.table("office")),
        regulation_text=regulation_text,
        regulation_act=_act(whole.table("regulation")),
        crest_svg=crest_svg,
        departments=departments,
        accounts=accounts,
        liability_types=types,
        allocation_rule=read_allocation_rule(whole.table("allocation_rule"), dated=True),
        payment_terms=read_payment_terms(whole.table("payment_terms")),
        fee_tariff=read_fee_tariff(whole.table("fee_tariff")),
        operator_accounts=operator_accounts,
    )
    gmina.done()
    whole.done()
    return preset


def read_kind(kind: str, text: str, *, crest_svg: str) -> KindPreset:
    """The preset of a kind from the text of its files. Raises PresetError."""
    whole = Table.parse(text, f"kinds/{kind}.toml")
    departments = read_departments(whole.tables("departments"))
    preset = KindPreset(
        kind=kind,
        portal_name=whole.text("portal_name", r"\S.{0,78}\S"),
        brand_colour=whole.text("brand_colour", _COLOUR),
        registration_policy=whole.one_of("registration_policy", REGISTRATION_POLICIES),
        legal_basis=_legal_basis(whole),
        crest_svg=crest_svg,
        departments=departments,
        liability_types=read_liability_types(whole.tables("liability_types"), departments, None),
        allocation_rule=read_allocation_rule(whole.table("allocation_rule"), dated=False),
    )
    whole.done()
    return preset


def template_regulation(values: Mapping[str, str]) -> str:
    """A regulation to begin from, with the office's own names. Raises PresetError when a field is missing.

    It holds the parts that art. 8 ust. 3 of the Act of 18 July 2002 requires; the office's lawyer decides.
    """
    blank = [name for name in TEMPLATE_FIELDS if not values.get(name, "").strip()]
    if blank:
        raise PresetError(f"template-regulation.txt: {', '.join(blank)} is missing")
    template = _HERE.joinpath("template-regulation.txt").read_text(encoding="utf-8")
    return re.sub(r"\{(\w+)\}", lambda found: " ".join(values[found[1]].split()), template)


def _teryt(gmina: Table, kind: str) -> str:
    """7 digits: voivodeship, county (from 61: a city with county rights), gmina, kind."""
    teryt = gmina.text("teryt", r"[0-9]{7}")
    county_city = int(teryt[2:4]) >= _CITY_COUNTIES
    if teryt[6] != _TERYT_KIND[kind] or county_city is not (kind == "city_county"):
        raise gmina.fault("teryt", f"{teryt} is not the code of a gmina of the kind {kind}")
    return teryt


def _office(table: Table) -> OfficePreset:
    office = OfficePreset(
        portal_name=table.text("portal_name", r"\S.{0,78}\S"),
        gmina_name=table.text("gmina_name", r"\S.{0,118}\S"),
        office_name=table.text("office_name", r"\S.{0,158}\S"),
        address=table.text("address", r"\S.{0,158}\S"),
        postal_address=table.text("postal_address", r"[0-9]{2}-[0-9]{3} \S.{0,70}"),
        email=table.text("email", _EMAIL),
        phone=table.text("phone", r"[+0-9 ]{6,40}", blank=True),
        portal_url=table.text("portal_url", _ADDRESS, blank=True),
        controller_name=table.text("controller_name", r"\S.{0,198}\S"),
        controller_address=table.text("controller_address", r"\S.{0,238}\S"),
        dpo_email=table.text("dpo_email", _EMAIL),
        discrepancy_email=table.text("discrepancy_email", _EMAIL),
        legal_basis=_legal_basis(table),
        brand_colour=table.text("brand_colour", _COLOUR),
        registration_policy=table.one_of("registration_policy", REGISTRATION_POLICIES),
        takes_login_gov=table.flag("takes_login_gov"),
        takes_local_accounts=table.flag("takes_local_accounts"),
        takes_signed_registrations=table.flag("takes_signed_registrations"),
    )
    if not office.takes_login_gov and not office.takes_local_accounts:
        raise table.fault("takes_local_accounts", "no resident could sign in")
    table.done()
    return office


def _legal_basis(table: Table) -> str:
    """Consent alone is no basis for what an office does under public power (S73 against D88)."""
    basis = table.text("legal_basis")
    if not re.search(r"art\. 6 ust\. 1 lit\. [ce]\b", basis):
        raise table.fault("legal_basis", "names neither art. 6 ust. 1 lit. c nor lit. e RODO")
    return basis


def _act(table: Table) -> RegulationAct:
    act = RegulationAct(
        act_annex=table.text("act_annex", r"\S.{0,38}\S", blank=True),
        act_kind=table.text("act_kind", r"\S.{0,58}\S"),
        act_number=table.text("act_number", r"\S.{0,39}"),
        act_issuer=table.text("act_issuer", r"\S.{0,118}\S"),
        act_on=table.day("act_on"),
        effective_on=table.day("effective_on"),
        bip_url=table.text("bip_url", _ADDRESS, blank=True),
    )
    if act.effective_on < act.act_on:
        raise table.fault("effective_on", "is before the day of the act")
    table.done()
    return act
