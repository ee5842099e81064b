"""The OpenAPI document of version 1: one for all gminas, made by drf-spectacular from the views."""

import json
import re
from functools import cache
from typing import Any

import yaml
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.http import require_safe
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.settings import patched_settings

DESCRIPTION = """\
REST API portalu opłat gminy dla systemów finansowych: należności do portalu, płatności z portalu, zaksięgowania.

**Adres.** Każda gmina ma własny adres portalu; API jest pod nim w `/api/v1/`. Token działa tylko w swojej gminie.

**Token.** Administrator lokalny tworzy go w panelu urzędu (Klienci API) i wybiera zakresy. Wysyłaj go w nagłówku
`Authorization: Bearer skb_…`. Zakresy: `liabilities:read`, `liabilities:write`, `payments:read`, `payments:book`.

**Kwoty.** W odpowiedziach `{"amount": "123.45", "currency": "PLN"}`, w treści tekst `"123.45"`. Nigdy liczba JSON.

**Błędy.** Każdy błąd ma postać `{"error": {"code", "message", "field", "details"}}`. Program decyduje po `code`, człowiek
czyta `message`.

**Ponowienia.** PUT można powtarzać bez skutku. POST wymaga nagłówka `Idempotency-Key`: to samo wywołanie dostaje tę samą
odpowiedź przez 24 godziny, inna treść z tym samym kluczem to błąd 409, a nieudane wywołanie niczego nie zamraża.

**Limit.** 15 zapisów na sekundę dla jednego klienta; potem 429 z nagłówkiem `Retry-After`.

**Spójność.** Odpowiedź na zapis widać od razu we wszystkich następnych odczytach. Importy jednej gminy wykonują się po
kolei. Saldo zmienia się dopiero przez zaksięgowanie płatności.
"""

SETTINGS: dict[str, Any] = {
    "TITLE": "Skarbnik API",
    "VERSION": "1.0.0",
    "DESCRIPTION": DESCRIPTION,
    "SERVERS": [{"url": "/", "description": "portal gminy"}],
    "TAGS": [
        {"name": "Należności", "description": "Należności pod identyfikatorami systemu finansowego."},
        {"name": "Koszty upomnienia", "description": "Koszty doręczonych upomnień."},
        {"name": "Importy", "description": "Wiele wierszy naraz, z próbą na sucho i raportem."},
        {"name": "Płatności", "description": "Płatności mieszkańców: odczyt i zaksięgowanie."},
    ],
    "ENUM_NAME_OVERRIDES": {
        "PayerKind": [("person", "person"), ("company", "company")],
        "SubjectKind": [("liability", "liability"), ("reminder_cost", "reminder_cost")],
        "PutResult": [(name, name) for name in ("created", "changed", "unchanged")],
        "RowOutcome": [(name, name) for name in ("created", "changed", "unchanged", "rejected")],
    },
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SORT_OPERATIONS": False,
}


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the token is sent."""

    target_class = "services.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """The scheme's entry in the document."""
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "skb_<prefiks>_<sekret>",
            "description": "Token klienta API z panelu urzędu.",
        }


@cache
def document() -> dict[str, Any]:
    """The whole document as plain values; it is the same for every gmina, so it is made once."""
    patterns = [path("api/v1/", include("services.api.v1.urls"))]
    with patched_settings(SETTINGS):
        made = SchemaGenerator(patterns=patterns).get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    plain: dict[str, Any] = json.loads(json.dumps(made))
    _add_scopes(plain)
    for shape in plain["components"]["schemas"].values():
        shape.pop("description", None)  # the docstring of the class, written for us
    return plain


def _add_scopes(made: dict[str, Any]) -> None:
    """Say in each operation's description which scope its token needs, as the views' tables of verbs have it."""
    from services.api.v1.urls import urlpatterns

    for pattern in urlpatterns:
        verbs = getattr(getattr(pattern.callback, "cls", None), "verbs", {})
        place = "/api/v1/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(pattern.pattern))
        for method, verb in verbs.items():
            operation = made["paths"][place][method.lower()]
            operation["description"] = (
                f"{operation.get('description', '')}\n\nZakres tokenu: `{verb.value}`.".strip()
            )


def document_yaml() -> str:
    """The document as it is committed in docs/openapi.yaml."""
    text: str = yaml.dump(document(), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)
    return text


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as they are read."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text)


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """`/api/v1/openapi.json`, for everybody: it holds nothing of the gmina."""
    text = json.dumps(document(), ensure_ascii=False, indent=1)
    return HttpResponse(text, content_type="application/vnd.oai.openapi+json; charset=utf-8")
