"""The formats as JSON Schema (2020-12), made from the same table as the readers; kept in docs/exchange/."""

from typing import Any

from integrations.finance.exchange.formats import FORMAT_VERSION, MODES, Column, Format, Kind, Record

_DAY = {"type": "string", "pattern": r"^([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}\.[0-9]{2}\.[0-9]{4})$"}
_PERIOD = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}/[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_AMOUNT = r"^-?[0-9]{1,13}([.,][0-9]{1,2})?$"


def json_schema(form: Format) -> dict[str, Any]:
    """The schema of a JSON file of the format. It says the form; what rows mean to each other only a reader can judge."""
    controls = {
        "of": {"enum": list(form.records)},
        "count": {"type": "integer", "minimum": 0},
        "sum": {"type": "string", "pattern": _AMOUNT},
    }
    head = ["format", "format_version", "mode", "as_of", "control"] if form.needs_head else []
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"skarbnik.{form.name}, version {FORMAT_VERSION}",
        "type": "object",
        "additionalProperties": False,
        "required": [*head, "rows"],
        "properties": {
            "format": {"const": f"skarbnik.{form.name}"},
            "format_version": {"const": FORMAT_VERSION},
            "mode": {"enum": list(MODES)},
            "as_of": _DAY,
            "rows": {
                "type": "array",
                "items": {"anyOf": [_record(one, form) for one in form.records.values()]},
            },
            "control": {
                "type": "array",
                "items": {
                    "type": "object",
                    "additionalProperties": False,
                    "required": list(controls),
                    "properties": controls,
                },
            },
        },
    }


def _record(record: Record, form: Format) -> dict[str, Any]:
    says = [] if record is form.default else ["record"]
    return {
        "title": record.name,
        "type": "object",
        "additionalProperties": False,
        "required": [*says, *(column.name for column in record.columns if column.required)],
        "properties": {
            "record": {"const": record.name},
            "format_version": {"const": FORMAT_VERSION},
            **{column.name: _column(column) for column in record.columns},
        },
    }


def _column(column: Column) -> dict[str, Any]:
    match column.kind:
        case Kind.TEXT:
            return {
                "type": "string",
                "maxLength": column.most,
                **({"minLength": 1} if column.required else {}),
            }
        case Kind.CHOICE:
            return {"enum": list(column.choices)}
        case Kind.AMOUNT:
            return {"type": "string", "pattern": _AMOUNT if column.least < 0 else _AMOUNT.replace("-?", "")}
        case Kind.DAY:
            return _DAY
        case Kind.INSTANT:
            return {"type": "string", "format": "date-time"}
        case Kind.WHOLE:
            return {"type": "integer", "minimum": column.least, "maximum": column.most}
        case Kind.FLAG:
            return {"type": "boolean"}
        case Kind.NRB:
            return {"type": "string", "pattern": "^(PL)?[0-9 -]{26,40}$"}
        case Kind.LIST:
            return _list(column, {"type": "string", "minLength": 1, "maxLength": 80})
        case Kind.PERIODS:
            return _list(column, {"type": "string", "pattern": _PERIOD})


def _list(column: Column, items: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "array",
        "maxItems": column.most,
        "items": items,
        **({"minItems": 1} if column.required else {}),
    }
