"""What the tables and columns mean, for whoever reads an archive without this program."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.db import models
from psycopg import sql

from tenants.archive.catalog import Catalog, Column, Table
from tenants.archive.rows import ROWLESS, encrypted_columns
from tenants.archive.servers import Connection
from tenants.configuration.domain_regulation import Regulation

REGULATIONS: Final = "configuration_regulationversion"

_UNITS: Final = {
    "_gr": "grosze",
    "_bp": "punkty bazowe (1/100 procentu)",
    "_on": "dzień",
    "_at": "chwila, UTC",
}

READ_ME: Final = """Archiwum danych gminy z portalu opłat

manifest.json       co zawiera archiwum: skróty SHA-256 plików, liczby wierszy, sumy księgi w groszach
opis.json           opis tabel i kolumn: typy, klucze, znaczenie
dane/TABELA.csv     wiersze tabeli: UTF-8, przecinki, pierwszy wiersz to nazwy kolumn; każda wartość stoi w cudzysłowie,
                    a brak wartości (NULL) to puste miejsce bez cudzysłowu
dane/TABELA.json    te same wiersze jako JSON
regulamin/          treść każdej wersji regulaminu
klucze.json         klucze gminy; otwierają zaszyfrowane kolumny w zrzucie bazy i pozwalają przenieść gminę do innego portalu
zrzut/gmina.sql     zrzut schematu z PostgreSQL (pg_dump); kolumny z danymi osobowymi są w nim zaszyfrowane

Kwoty są w groszach. W księdze (ledger_entry, ledger_posting) strona Wn jest dodatnia, Ma ujemna, a suma każdego zapisu
to zero.
Archiwum zawiera dane osobowe, tajemnicę skarbową, skróty haseł i klucze. Prosimy przechowywać je zaszyfrowane.
"""


def describe(catalog: Catalog) -> bytes:
    """The description of all tables as JSON."""
    tables = [_table(table) for table in catalog.tables.values()]
    return json.dumps({"tabele": tables}, ensure_ascii=False, indent=1).encode()


def regulation_texts(connection: Connection, catalog: Catalog) -> Iterator[tuple[str, bytes]]:
    """File name and text of each version of the regulation of the schema that the connection is in."""
    if REGULATIONS not in catalog.tables:
        return
    table = sql.Identifier(REGULATIONS)
    query = sql.SQL("SELECT number, state, content FROM {} ORDER BY number").format(table)
    for number, state, content in connection.execute(query).fetchall():
        yield f"regulamin/wersja-{number}-{state}.txt", Regulation.from_json(content).plain_text().encode()


@cache
def _models() -> Mapping[str, type[models.Model]]:
    return {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}


def _table(table: Table) -> dict[str, Any]:
    model = _models().get(table.name)
    fields = {field.column: field for field in model._meta.local_fields} if model else {}
    meaning = " ".join((model.__doc__ or "").split()) if model else ""
    return {
        "tabela": table.name,
        "nazwa": str(model._meta.verbose_name) if model else "",
        # Django writes the list of fields where a class has no docstring.
        "znaczenie": "" if model and meaning.startswith(f"{model.__name__}(") else meaning,
        "wiersze_pominięte": table.name in ROWLESS,
        "klucz_główny": list(table.key),
        "klucze_obce": [
            {"kolumny": list(one.columns), "tabela": one.table, "wskazuje_na": list(one.to)}
            for one in table.references
        ],
        "kolumny": [_column(table, column, fields.get(column.name)) for column in table.columns],
    }


def _column(table: Table, column: Column, field: Any) -> dict[str, Any]:
    sealed = column.name in encrypted_columns().get(table.name, {})
    found: dict[str, Any] = {
        "kolumna": column.name,
        "typ": "text" if sealed else column.type,
        "może_być_pusta": column.nullable,
    }
    if field is not None:
        found["znaczenie"] = str(field.verbose_name)
        if field.help_text:
            found["opis"] = str(field.help_text)
        if field.choices:
            found["wartości"] = {str(value): str(label) for value, label in field.flatchoices}
    unit = next((unit for end, unit in _UNITS.items() if column.name.endswith(end)), "")
    if unit:
        found["jednostka"] = unit
    if sealed:
        found["w_bazie_zaszyfrowana"] = True
    if column.generated:
        found["wyliczana"] = True
    return found
