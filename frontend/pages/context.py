"""What the layouts need on every page: the office, its brand, the navigation and who is signed in.

One context processor for all surfaces. Desk and console each give their own part (`navigation.context`);
what is common to a gmina's pages comes from here.
"""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from frontend.entry.idle import idle_limit
from frontend.guards import Request
from frontend.pages.appearance import text_class
from frontend.pages.bars import bars
from frontend.resident.acting import acting_for
from frontend.support import support_bar
from kernel import tenancy
from kernel.actors import ActorKind
from kernel.errors import NotFound
from services.publishing.queries import important
from tenants.configuration.queries import office

Context = dict[str, Any]


def portal(request: Request) -> Context:
    """Variables of the layouts (frontend/components/README.md), by surface.

    Pages drawn before a gmina is known (unknown host, suspended portal) and error pages get none: they stand
    alone.
    """
    match = request.resolver_match
    scope = tenancy.current_or_none()
    if match is None or scope is None:
        return {}
    if "console" in match.namespaces:
        from frontend.console import navigation as console_navigation

        console: Context = console_navigation.context(request)
        return {**console, "idle": idle_limit(request)}
    if scope.is_public:
        return {}
    if "desk" in match.namespaces:
        from frontend.desk import navigation as desk_navigation

        return {
            **office_context(),
            **desk_navigation.context(request),
            "text_class": text_class(request),
            "notice_bars": bars(request, staff=True),
            "support_bar": support_bar(request),
            "idle": idle_limit(request),
        }
    return {
        **office_context(),
        **_visitor_context(request),
        "text_class": text_class(request),
        # Asked only by the pages that show them: start, signing in, the dues.
        "important_bulletins": lambda: important(timezone.localdate()),
        "idle": idle_limit(request),
        "notice_bars": bars(request, staff=False),
        "support_bar": support_bar(request),
    }


def office_context() -> Context:
    """The gmina's office, crest, colour and the links at the foot of every page (S60, S72)."""
    try:
        row = office()
    except NotFound:
        return {"footer_links": footer_links()}
    version = f"?v={row.version}"
    return {
        "office": {
            "portal_name": row.portal_name,
            "office_name": row.office_name,
            "address_lines": [row.address, row.postal_address],
            "phone": row.phone,
            "email": row.email,
        },
        "home_url": reverse("start"),
        "crest_url": reverse("crest") + version if row.crest_svg else "",
        "brand_css_url": reverse("brand_css") + version,
        "footer_links": footer_links(),
    }


def footer_links() -> list[Context]:
    """Pages that every page links to."""
    return [
        {"label": _("Regulamin"), "href": reverse("regulation")},
        {"label": _("Prywatność"), "href": reverse("privacy")},
        {"label": _("Deklaracja dostępności"), "href": reverse("accessibility")},
        {"label": _("Kalkulator odsetek"), "href": reverse("calculator")},
        {"label": _("Wielkość tekstu"), "href": reverse("appearance")},
        {"label": _("Aktualności"), "href": reverse("news")},
        {"label": _("Pytania i odpowiedzi"), "href": reverse("questions")},
        {"label": _("Kontakt"), "href": reverse("contact")},
    ]


def _visitor_context(request: Request) -> Context:
    actor = request.actor
    if actor.kind == ActorKind.RESIDENT:
        return _resident_context(request)
    return {
        "nav": _nav(
            request,
            (_("Początek"), "start", ()),
            (_("Regulamin"), "regulation", ("regulation_version",)),
            (_("Kalkulator odsetek"), "calculator", ()),
            (_("Kontakt"), "contact", ()),
        ),
        "sign_in_url": reverse("sign_in"),
        "register_url": reverse("register"),
    }


ACCOUNT_PAGES = (
    "account_state",
    "my_data",
    "withdraw_data_request",
    "withdraw_processing",
    "own_data",
    "own_phone",
    "own_email",
    "accept_regulation",
    "representing",
    "ask_representation",
    "give_up_representation",
    "close_account",
    "complaints",
    "new_complaint",
    "complain_of_payment",
    "complain",
    "complaint",
    "withdraw_complaint",
    "prove_identity",
    "my_data",
    "withdraw_data_request",
    "safety",
    "change_password",
    "add_app",
    "remove_app",
    "add_passkey",
    "remove_passkey",
    "new_codes",
    "codes",
    "confirm_again",
    "confirm_by_passkey",
)


def _resident_context(request: Request) -> Context:
    acting = acting_for(request)
    account = (_("Twoje konto"), "account", ACCOUNT_PAGES)
    dues = (
        _("Należności"),
        "dues",
        ("due", "dues_on_day", "report_discrepancy", "overpayment", "basket", "checkout"),
    )
    payments = (_("Płatności"), "payments", ("payment",))
    return {
        "nav": _nav(request, *((dues, payments, account) if acting.is_active else (account,))),
        "signed_in_as": request.user.full_name,  # type: ignore[union-attr]
        "sign_out_url": reverse("sign_out"),
        "account_url": reverse("account"),
        "acting_for": {"label": acting.payer.name, "href": reverse("account") + "#w-czyim-imieniu"}
        if acting.payer and acting.has_choice
        else None,
    }


def _nav(request: Request, *links: tuple[str, str, tuple[str, ...]]) -> list[Context]:
    """Links of the main navigation; a page counts as current for its own name and for the names below it."""
    here = request.resolver_match.url_name if request.resolver_match else None
    return [
        {"label": label, "href": reverse(name), "current": here == name or here in below}
        for label, name, below in links
    ]
