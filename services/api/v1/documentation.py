"""The readable page of the API, drawn from the OpenAPI document by the server.

Swagger UI and ReDoc need inline styles, run only with JavaScript and do not pass an accessibility check; this page holds
the same operations, fields, codes and examples as plain HTML with the portal's own layout and components.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

from services.api.v1.described import SAMPLES
from services.api.v1.schema import document
from services.api.v1.sentences import CODES
from services.liabilities.sentences import ROWS

JSON = "application/json"
PLACEHOLDERS = {
    "{external_id}": "N-2026-1001-3",
    "{import_id}": "01936b1e-7e55-7c60-a1b4-9d2c7f8e0b12",
    "{payment_id}": "01936b1e-8a10-7d33-b7c2-64e0a9f1d205",
}


@dataclass(frozen=True)
class Field:
    """One parameter or one field of a body; a field of a nested object has a dotted name."""

    name: str
    kind: str
    is_required: bool
    description: SafeString

    @property
    def code(self) -> SafeString:
        """The name as code."""
        return _code(self.name)


@dataclass(frozen=True)
class Answer:
    """One response: its status, what it means, its codes and an example of success."""

    status: str
    description: SafeString
    example: str


@dataclass(frozen=True)
class Operation:
    """One call."""

    anchor: str
    summary: str
    method: str
    path: str
    description: tuple[SafeString, ...]
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    body_example: str
    answer_fields: tuple[Field, ...]
    answers: tuple[Answer, ...]

    def command(self, origin: str) -> str:
        """The call as a curl command."""
        path = self.path
        for placeholder, value in PLACEHOLDERS.items():
            path = path.replace(placeholder, value)
        parts = [f"curl -X {self.method} '{origin}{path}'", '-H "Authorization: Bearer $TOKEN"']
        if any(field.name == "Idempotency-Key" for field in self.parameters):
            parts.append('-H "Idempotency-Key: $(uuidgen)"')
        if self.body_example:
            parts.append("-H 'Content-Type: application/json'")
            parts.append(f"-d '{self.body_example}'")
        return " \\\n  ".join(parts)


@dataclass(frozen=True)
class Chapter:
    """Operations about one thing."""

    title: str
    description: str
    operations: tuple[Operation, ...]


@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    """`/api/v1/dokumentacja/`, for everybody."""
    origin = f"{request.scheme}://{request.get_host()}"
    return render(
        request,
        "api/documentation.html",
        {
            "introduction": _paragraphs(document()["info"]["description"]),
            "version": document()["info"]["version"],
            "chapters": [
                {
                    "chapter": chapter,
                    "operations": [(one, one.command(origin)) for one in chapter.operations],
                }
                for chapter in chapters()
            ],
            "codes": sorted(
                (meaning.status, _code(code), str(meaning.sentence) % SAMPLES)
                for code, meaning in CODES.items()
            ),
            "row_codes": [
                (code, re.sub(r"[:(]? ?„?%\(\w+\)s”?\)?", "", str(text))) for code, text in ROWS.items()
            ],
        },
    )


@cache
def chapters() -> tuple[Chapter, ...]:
    """The document's operations by tag, in the order of the document."""
    made = document()
    found: dict[str, list[Operation]] = {tag["name"]: [] for tag in made["tags"]}
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            found[operation["tags"][0]].append(_operation(path, method.upper(), operation))
    return tuple(Chapter(tag["name"], tag["description"], tuple(found[tag["name"]])) for tag in made["tags"])


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> Operation:
    content = operation.get("requestBody", {}).get("content", {}).get(JSON, {})
    answers = tuple(_answer(status, answer) for status, answer in operation["responses"].items())
    best = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
    return Operation(
        anchor=operation["operationId"].replace("_", "-"),
        summary=operation["summary"],
        method=method,
        path=path,
        description=tuple(_paragraphs(operation["description"])),
        parameters=tuple(_parameter(one) for one in operation.get("parameters", [])),
        body=tuple(_fields(content.get("schema", {}))),
        body_example=_example(content),
        answer_fields=tuple(_fields(best["content"][JSON]["schema"])),
        answers=answers,
    )


def _parameter(parameter: Mapping[str, Any]) -> Field:
    shape = parameter["schema"]
    return Field(
        parameter["name"],
        _kind(shape),
        parameter.get("required", False),
        _text(parameter.get("description", "")),
    )


def _answer(status: str, answer: Mapping[str, Any]) -> Answer:
    example = _example(answer["content"][JSON]) if status.startswith("2") else ""
    return Answer(status, _text(answer["description"]), example)


def _example(content: Mapping[str, Any]) -> str:
    for example in content.get("examples", {}).values():
        return json.dumps(example["value"], ensure_ascii=False, indent=2)
    return ""


def _resolved(shape: Mapping[str, Any]) -> Mapping[str, Any]:
    """The shape behind a reference; what the referring place adds stays."""
    for reference in (shape, *shape.get("allOf", [])):
        if "$ref" in reference:
            name = reference["$ref"].rsplit("/", 1)[1]
            behind: Mapping[str, Any] = document()["components"]["schemas"][name]
            return {**behind, **{key: value for key, value in shape.items() if key not in ("$ref", "allOf")}}
    return shape


def _fields(shape: Mapping[str, Any], prefix: str = "") -> Iterator[Field]:
    """Fields of an object, with those of nested objects and of lists of objects after it; amounts stay one field."""
    shape = _resolved(shape)
    choices = [_resolved(one) for one in shape.get("oneOf", [])]
    for choice in choices:
        yield from _fields(choice, prefix)
    for name, inner in shape.get("properties", {}).items():
        inner = _resolved(inner)
        is_required = name in shape.get("required", [])
        yield Field(f"{prefix}{name}", _kind(inner), is_required, _text(inner.get("description", "")))
        if not _is_amount(inner):
            below = inner.get("items", inner)
            yield from _fields(below, f"{prefix}{name}[]." if "items" in inner else f"{prefix}{name}.")


def _is_amount(shape: Mapping[str, Any]) -> bool:
    return set(shape.get("properties", {})) == {"amount", "currency"}


_KINDS = {
    "string": "tekst",
    "integer": "liczba",
    "boolean": "true/false",
    "object": "obiekt",
    "array": "lista",
}
_FORMATS = {"date": "dzień", "date-time": "chwila", "uuid": "UUID"}


def _kind(shape: Mapping[str, Any]) -> str:
    if _is_amount(shape):
        return "kwota"
    kind = _FORMATS.get(shape.get("format", ""), _KINDS.get(shape.get("type", "object"), "obiekt"))
    if "enum" in shape:
        kind = " | ".join(str(one) for one in shape["enum"] if one is not None)
    if "maxLength" in shape:
        kind += f" do {shape['maxLength']} znaków"
    if "minimum" in shape:
        kind += f" {shape['minimum']}–{shape['maximum']}"
    return f"{kind} albo null" if shape.get("nullable") else kind


def _paragraphs(text: str) -> list[SafeString]:
    return [_text(part) for part in text.strip().split("\n\n") if part.strip()]


def _text(text: str) -> SafeString:
    """The few marks of Markdown that our descriptions use, as HTML; everything else is escaped."""
    html = str(escape(" ".join(text.split())))
    html = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", html)
    html = re.sub(r"`(.+?)`", lambda found: f"<code>{_breakable(found[1])}</code>", html)
    return mark_safe(html)  # noqa: S308 - escaped above; our own texts


def _code(text: str) -> SafeString:
    """A name or code, which may break after a dot or an underscore where there is no room."""
    return mark_safe(f"<code>{_breakable(str(escape(text)))}</code>")  # noqa: S308 - escaped


def _breakable(html: str) -> str:
    return re.sub(r"([._/:])(?=\w)", r"\1<wbr>", html)
