"""The access matrix as a document (T-20): role x object x verb for every surface, read from what decides at run time.

Nothing is written by hand but the names of verbs and the situations below: roles and scopes come from
`services.users.domain`, addresses and their guards from the URL configuration, scopes of calls from the views of the API.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from django.conf import settings

from frontend.guards import kind_for
from frontend.routes import MISSING, Route, routes
from kernel.actors import ActorKind
from services.api.v1.urls import urlpatterns as api_patterns
from services.users.domain import (
    API_SCOPES,
    MONEY_VERBS,
    OBJECT_VERBS,
    STAFF_VERBS,
    SUPPORT_VERBS,
    Role,
    Verb,
)

ROLES: Final = (Role.CLERK, Role.MODERATOR, Role.ADMIN)
YES, NO = "tak / yes", "–"

VERBS: Final[Mapping[Verb, tuple[str, str]]] = {
    Verb.OWN_ACCOUNT: ("własne konto", "own account"),
    Verb.OWN_DUES: ("własne należności i płatności", "own dues and payments"),
    Verb.DESK: ("wejście do panelu urzędu", "entering the desk"),
    Verb.VERIFY_REGISTRATION: ("weryfikacja rejestracji", "verifying a registration"),
    Verb.AUTHORISE_REGISTRATION: ("autoryzacja rejestracji", "authorising a registration"),
    Verb.VIEW_LIABILITIES: ("przeglądanie należności", "seeing liabilities"),
    Verb.IMPORT_LIABILITIES: ("import należności", "importing liabilities"),
    Verb.VIEW_PAYMENTS: ("przeglądanie płatności", "seeing payments"),
    Verb.BOOK_PAYMENT: ("księgowanie płatności", "booking a payment"),
    Verb.CORRECT_LEDGER: ("poprawianie księgi (storno)", "correcting the ledger"),
    Verb.REFUND_PAYMENT: ("zwrot wpłaty", "refunding a payment"),
    Verb.RESOLVE_MISMATCH: ("wyjaśnianie niezgodności", "resolving what does not agree"),
    Verb.VIEW_STATISTICS: ("statystyka", "statistics"),
    Verb.HANDLE_COMPLAINT: ("rozpatrywanie reklamacji i zgłoszeń", "handling complaints and reports"),
    Verb.ASSIST_AT_COUNTER: ("pomoc w okienku", "assisting at the counter"),
    Verb.CONFIGURE: ("ustawienia gminy", "settings of the gmina"),
    Verb.DRAFT_REGULATION: ("projekt regulaminu", "drafting the regulation"),
    Verb.APPROVE_REGULATION: (
        "zatwierdzanie regulaminu (druga osoba)",
        "approving the regulation (second person)",
    ),
    Verb.PUBLISH_REGULATION: ("ogłoszenie regulaminu", "publishing the regulation"),
    Verb.EDIT_PUBLICATIONS: ("ogłoszenia urzędu", "news, bulletins, questions"),
    Verb.REVIEW_PUBLICATIONS: (
        "sprawdzanie ogłoszeń (druga osoba)",
        "reviewing publications (second person)",
    ),
    Verb.ANSWER_MESSAGES: ("wiadomości o należnościach", "messages about dues"),
    Verb.REPORT_TEXT: ("zgłaszanie treści moderatorowi", "reporting a text to the moderator"),
    Verb.MODERATE: ("ukrywanie i przywracanie treści", "hiding and restoring texts"),
    Verb.MANAGE_STAFF: ("pracownicy i upoważnienia", "staff and authorisations"),
    Verb.MANAGE_API_CLIENTS: ("klienci API", "API clients"),
    Verb.VIEW_AUDIT: ("dziennik zdarzeń", "audit log"),
    Verb.DECIDE_CHANGE: ("druga osoba przy rachunkach i kluczach", "second person for accounts and keys"),
    Verb.GRANT_SUPPORT: ("zgoda na dostęp wsparcia", "consent to support access"),
    Verb.REVEAL_DATA: ("odsłanianie danych osobowych", "revealing personal data"),
    Verb.PROTECT_DATA: ("sprawy ochrony danych osobowych", "data protection"),
    Verb.HANDLE_LETTERS: ("wiadomości niedoręczone", "letters that did not arrive"),
    Verb.API_LIABILITIES_READ: ("czytanie należności przez API", "reading liabilities by API"),
    Verb.API_LIABILITIES_WRITE: ("zapis należności przez API", "writing liabilities by API"),
    Verb.API_PAYMENTS_READ: ("czytanie płatności przez API", "reading payments by API"),
    Verb.API_PAYMENTS_BOOK: ("księgowanie przez API", "booking by API"),
    Verb.OPERATE_PLATFORM: ("prowadzenie platformy", "operating the platform"),
}
"""What each verb is called, in Polish and in English."""

SITUATIONS: Final = (
    ("nikt nie jest zalogowany", "nobody is signed in", "302, strona logowania / sign-in page", "401"),
    ("konto innego rodzaju", "another kind of account", "404", "–"),
    ("rola bez tej czynności", "a role without the verb", "403", "403"),
    ("upoważnienie wygasło, jeszcze nie zaczęło się albo jest cofnięte",
     "authorisation over, not begun or revoked", "403", "401 (klucz / key)"),
    ("konto zamknięte", "closed account", "302, strona logowania / sign-in page", "401"),
    ("przedmiot innego wydziału", "object of another department", "404", "–"),
    ("czynność pieniężna bez przydziału do wszystkich rodzajów",
     "money act without a grant on every type concerned", "404", "–"),
    ("przedmiot innej gminy", "object of another gmina", "404", "404"),
    ("sesja albo klucz innej gminy", "session or key of another gmina",
     "302, strona logowania / sign-in page", "401"),
    ("dostęp wsparcia: czynność spoza czytania", "support access: anything but reading", "403", "–"),
)  # fmt: skip
"""What else decides, whatever the role: in Polish, in English, what a page answers, what the API answers."""


def matrix_text() -> str:
    """The whole document in Markdown, the same for the same code."""
    return "\n".join([*_head(), *_roles(), *_situations(), *_pages(), *_console(), *_api()]) + "\n"


def calls() -> Iterator[tuple[str, str, Verb]]:
    """Method, address and verb of every call of the API that needs a key."""
    for entry in api_patterns:
        verbs = getattr(getattr(entry.callback, "cls", None), "verbs", {})
        for method, verb in verbs.items():
            yield method, f"/api/v1/{entry.pattern}", verb


def _head() -> list[str]:
    return [
        "# Macierz dostępu / Access matrix",
        "",
        "Ten plik pisze program: `python -m portal access_matrix`. Nie poprawiaj go ręcznie; test porównuje go z kodem.",
        "Written by the program from the one table of roles (`services/users/domain.py`), the guards of all addresses",
        "and the scopes of the API. A test compares this file with the code, and another one asks every address as",
        "everybody (`tests/access`).",
        "",
    ]


def _roles() -> list[str]:
    verbs = [verb for verb in Verb if kind_for(verb) == ActorKind.STAFF and verb not in API_SCOPES]
    head = ["czynność / verb", "kod / code", *(role.polish for role in ROLES), "wsparcie / support"]
    head += ["przedmiot / object"]
    rows = [
        [
            _named(verb),
            f"`{verb.value}`",
            *(YES if verb in STAFF_VERBS[role] else NO for role in ROLES),
            YES if verb in SUPPORT_VERBS else NO,
            _object(verb),
        ]
        for verb in verbs
    ]
    return ["## Role i czynności urzędu / Staff roles and verbs", "", *_table(head, rows), ""]


def _object(verb: Verb) -> str:
    if verb in MONEY_VERBS:
        return "wszystkie rodzaje należności, których dotyczy / every liability type concerned"
    if verb in OBJECT_VERBS:
        return "przydzielony rodzaj albo wydział / granted type or department"
    return "cała gmina / the whole gmina"


def _situations() -> list[str]:
    head = ["sytuacja", "situation", "strona / page", "API"]
    return [
        "## Co jeszcze rozstrzyga / What else decides",
        "",
        *_table(head, SITUATIONS),
        "",
        "Każda odmowa zostawia wpis w dzienniku i niczego nie zmienia. / Every refusal is logged and changes nothing.",
        "",
    ]


def _pages() -> list[str]:
    known = [one for one in routes(settings.ROOT_URLCONF) if not one.name.startswith("api:")]
    return [
        "## Strony gminy / Pages of a gmina",
        "",
        *_table(
            ["adres / address", "nazwa / name", "czynność / verb", "kto / who"], [_page(one) for one in known]
        ),
        "",
    ]


def _console() -> list[str]:
    known = routes(settings.PUBLIC_SCHEMA_URLCONF)
    head = ["adres / address", "nazwa / name", "czynność / verb", "kto / who"]
    return ["## Konsola platformy / Console", "", *_table(head, [_page(one) for one in known]), ""]


def _page(route: Route) -> list[str]:
    return [f"`/{route.pattern}`", route.name, _guard(route), _who(route)]


def _guard(route: Route) -> str:
    return _named(route.guard) if isinstance(route.guard, Verb) else NO


def _who(route: Route) -> str:
    if route.guard is None:
        return "każdy / anybody"
    if route.guard is MISSING or not isinstance(route.guard, Verb):
        return "rozstrzyga podpis / decided by a signature"
    kind = kind_for(route.guard)
    if kind == ActorKind.PLATFORM:
        return "operator platformy / platform operator"
    if kind == ActorKind.RESIDENT:
        return "mieszkaniec, swoje / resident, own"
    return ", ".join(role.polish for role in ROLES if route.guard in STAFF_VERBS[role])


def _api() -> list[str]:
    scopes = sorted(API_SCOPES)
    head = ["wywołanie / call", *(f"`{scope.value}`" for scope in scopes)]
    rows = [
        [f"`{method} {address}`", *(YES if scope == verb else NO for scope in scopes)]
        for method, address, verb in calls()
    ]
    return ["## API i zakresy kluczy / API and scopes", "", *_table(head, rows)]


def _named(verb: Verb) -> str:
    polish, english = VERBS[verb]
    return f"{polish} / {english}"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(line) + " |" for line in lines]
