"""The three surfaces on which people sign in, and what differs between them. The views ask `surface_of(request)`."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kernel import tenancy
from kernel.actors import ActorKind
from services.users.domain import Verb
from services.users.passkeys import Site

EMAIL, GOODBYE = _("Adres e-mail"), _("Wylogowano.")


@dataclass(frozen=True)
class Surface:
    """One surface: whose accounts enter it, its url names, layouts and words."""

    kind: ActorKind
    namespace: str
    start: str
    """Url name of the first page."""
    after: str
    """Url name of the page after signing out."""
    own_verb: Verb
    """What everybody may do who is signed in here: guards the pages about one's own account."""
    outside: str
    inside: str
    title: str | Promise
    lead: str | Promise = ""
    email_label: str | Promise = EMAIL
    goodbye: str | Promise = GOODBYE

    def url(self, name: str, *args: object) -> str:
        """Address of one of the pages of entering, or any other page of this surface."""
        return reverse(self.namespace + name, args=args)


RESIDENT = Surface(
    kind=ActorKind.RESIDENT,
    namespace="",
    start="dues",
    after="start",
    own_verb=Verb.OWN_ACCOUNT,
    outside="layouts/public.html",
    inside="layouts/resident.html",
    title=_("Zaloguj się"),
    goodbye=_("Wylogowano. Do zobaczenia!"),
)
DESK = Surface(
    kind=ActorKind.STAFF,
    namespace="desk:",
    start="start",
    after="sign_in",
    own_verb=Verb.DESK,
    outside="layouts/public.html",
    inside="layouts/desk.html",
    title=_("Logowanie do panelu urzędu"),
    lead=_("Dla pracowników urzędu. Mieszkańcy logują się na stronie głównej portalu."),
    email_label=_("Służbowy adres e-mail"),
)
CONSOLE = Surface(
    kind=ActorKind.PLATFORM,
    namespace="console:",
    start="start",
    after="sign_in",
    own_verb=Verb.OPERATE_PLATFORM,
    outside="layouts/console.html",
    inside="layouts/console.html",
    title=_("Logowanie do konsoli"),
    lead=_("Dla operatora platformy. Konta mieszkańców i urzędów tu nie działają."),
)
BY_KIND = {one.kind.value: one for one in (RESIDENT, DESK, CONSOLE)}
_BY_NAMESPACE = {"desk": DESK, "console": CONSOLE}


def surface_of(request: HttpRequest) -> Surface:
    """The surface whose page this is."""
    match = request.resolver_match
    namespaces = match.namespaces if match else []
    return next((_BY_NAMESPACE[name] for name in namespaces if name in _BY_NAMESPACE), RESIDENT)


def site_of(request: HttpRequest) -> Site:
    """The host of this request as a passkey knows it. Host and scheme were checked before any view: an unknown host is
    answered with 404, and the scheme is believed from a trusted proxy only."""
    host = request.get_host()
    name = "Skarbnik" if tenancy.current().is_public else tenancy.current().name
    return Site(
        host=host.rsplit(":", 1)[0].lower().rstrip("."), origin=f"{request.scheme}://{host}", name=name
    )


def cookie_name(name: str) -> str:
    """A cookie's name with the prefix that keeps it to this host, where cookies are secure."""
    return f"__Host-{name}" if settings.SESSION_COOKIE_SECURE else name
