"""What a person is told of a sign-in through login.gov.pl: one plain page for each way in which it can end.

Why an answer was not believed stands in the log as a code, not on the page: whoever forged it would only learn from that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from integrations.identity.login_gov.reasons import Reason
from services.identity.attempts import NO_PESEL, OTHER_BROWSER, OTHER_PERSON, UNKNOWN_ATTEMPT

Words = str | Promise


class Outcome(StrEnum):
    """How it ended; the value stands in an address."""

    DECLINED = "niepotwierdzone"
    CANCELLED = "przerwane"
    OVER = "zakonczone"
    LEVEL = "poziom"
    NOT_BELIEVED = "odrzucone"
    NODE_SILENT = "przerwa"
    NODE_REFUSES = "niedostepne"
    NOT_READY = "nieczynne"
    TOO_MANY = "zbyt-czesto"
    NO_PESEL = "bez-pesel"
    BLOCKED = "zablokowane"
    OTHER_PERSON = "inna-osoba"


@dataclass(frozen=True)
class Page:
    """The page of an outcome: `kind` of the mark above it, HTTP status, what happened, what to do now."""

    heading: Words
    kind: str
    status: int
    text: Words
    advice: tuple[Words, ...]
    may_try_again: bool = True
    text_inside: Words = ""
    """In place of `text` for who was signed in before and stays so."""


_CONTACT = _("Jeśli nie wiesz, co zrobić, zadzwoń do urzędu albo napisz. Pomożemy.")
PAGES: Mapping[Outcome, Page] = {
    Outcome.DECLINED: Page(
        _("Nie potwierdzono Twojej tożsamości"),
        "warning",
        200,
        _("Login.gov.pl odpowiedział, że logowanie się nie udało. Nikt nie jest zalogowany."),
        (
            _("Spróbuj jeszcze raz i sprawdź hasło albo kod w swoim banku, profilu zaufanym lub mObywatelu."),
            _("Możesz też wybrać na stronie login.gov.pl inny sposób."),
        ),
        text_inside=_(
            "Login.gov.pl odpowiedział, że logowanie się nie udało. Nadal jesteś w swoim koncie i nic się nie zmieniło."
        ),
    ),
    Outcome.CANCELLED: Page(
        _("Logowanie zostało przerwane"),
        "info",
        200,
        _("Na stronie login.gov.pl wybrano rezygnację. Nikt nie jest zalogowany i nic się nie zmieniło."),
        (_("Gdy zechcesz, zacznij jeszcze raz."),),
        text_inside=_(
            "Na stronie login.gov.pl wybrano rezygnację. Nadal jesteś w swoim koncie i nic się nie zmieniło."
        ),
    ),
    Outcome.OVER: Page(
        _("Ta próba logowania już się skończyła"),
        "info",
        410,
        _("Jedna próba służy jeden raz, w jednej przeglądarce i najwyżej 10 minut. Ta jest już nieważna."),
        (_("Zacznij logowanie od nowa, w tej samej przeglądarce, w której chcesz korzystać z portalu."),),
    ),
    Outcome.LEVEL: Page(
        _("Ten sposób logowania jest za słaby"),
        "warning",
        403,
        _(
            "Do danych o należnościach trzeba potwierdzić tożsamość sposobem o co najmniej średnim poziomie zaufania."
        ),
        (_("Wybierz na stronie login.gov.pl profil zaufany, mObywatela, e-dowód albo swój bank."),),
    ),
    Outcome.NOT_BELIEVED: Page(
        _("Nie możemy przyjąć tej odpowiedzi"),
        "danger",
        403,
        _(
            "Odpowiedź, która przyszła z login.gov.pl, nie przeszła sprawdzenia. "
            "Dla Twojego bezpieczeństwa nikogo nie zalogowaliśmy."
        ),
        (_("Gdy to się powtórzy, powiadom urząd i podaj godzinę."),),
        text_inside=_(
            "Odpowiedź, która przyszła z login.gov.pl, nie przeszła sprawdzenia. "
            "Dla Twojego bezpieczeństwa niczego nie zmieniliśmy. Nadal jesteś w swoim koncie."
        ),
    ),
    Outcome.NODE_SILENT: Page(
        _("Login.gov.pl teraz nie odpowiada"),
        "warning",
        503,
        _("Nie udało się dokończyć logowania, bo login.gov.pl nie odpowiedział na czas. To nie Twój błąd."),
        (_("Spróbuj jeszcze raz za kilka minut."),),
    ),
    Outcome.NODE_REFUSES: Page(
        _("Logowanie przez login.gov.pl teraz nie działa"),
        "danger",
        503,
        _("Login.gov.pl nie przyjął prośby naszego portalu. To nie Twój błąd; zapisaliśmy to i sprawdzimy."),
        (_("Spróbuj ponownie później."),),
    ),
    Outcome.NOT_READY: Page(
        _("Logowanie przez login.gov.pl nie jest jeszcze uruchomione"),
        "info",
        503,
        _("Urząd dopiero przygotowuje ten sposób logowania."),
        (_("Zajrzyj tu za kilka dni albo zapytaj w urzędzie."),),
        may_try_again=False,
    ),
    Outcome.TOO_MANY: Page(
        _("Zbyt wiele prób logowania"),
        "warning",
        429,
        _("Z tego miejsca próbowano zalogować się zbyt wiele razy."),
        (_("Odczekaj 15 minut i spróbuj jeszcze raz."),),
    ),
    Outcome.NO_PESEL: Page(
        _("Nie znamy Twojego numeru PESEL"),
        "info",
        403,
        _(
            "Login.gov.pl potwierdził, kim jesteś, ale nie podał numeru PESEL. Bez niego portal nie znajdzie Twojego konta."
        ),
        (_("Skontaktuj się z urzędem: pracownik sprawdzi, kim jesteś, i powie, jak wejść do portalu."),),
        may_try_again=False,
    ),
    Outcome.BLOCKED: Page(
        _("Twoje konto jest zablokowane"),
        "danger",
        403,
        _(
            "Potwierdziliśmy, kim jesteś, ale urząd zablokował Twoje konto. Powód wysłał na Twój adres e-mail."
        ),
        (_("Zadzwoń do urzędu albo napisz, żeby wyjaśnić sprawę."),),
        may_try_again=False,
    ),
    Outcome.OTHER_PERSON: Page(
        _("To konto należy do innej osoby"),
        "danger",
        403,
        _(
            "Na stronie login.gov.pl zalogowała się inna osoba niż właściciel tego konta. Niczego nie zmieniliśmy."
        ),
        (
            _(
                "Potwierdzić może tylko właściciel konta, swoim profilem zaufanym, mObywatelem, e-dowodem albo bankiem."
            ),
        ),
    ),
}
"""Every outcome with its page."""

_BY_CODE: Mapping[str, Outcome] = {
    Reason.DECLINED: Outcome.DECLINED,
    Reason.UNKNOWN_PERSON: Outcome.DECLINED,
    Reason.CANCELLED: Outcome.CANCELLED,
    Reason.ATTEMPT_USED: Outcome.OVER,
    Reason.ATTEMPT_EXPIRED: Outcome.OVER,
    Reason.RELAY_STATE: Outcome.OVER,
    OTHER_BROWSER: Outcome.OVER,
    UNKNOWN_ATTEMPT: Outcome.OVER,
    OTHER_PERSON: Outcome.OTHER_PERSON,
    NO_PESEL: Outcome.NO_PESEL,
    Reason.ASSERTION_LEVEL: Outcome.LEVEL,
    Reason.STATUS: Outcome.NODE_REFUSES,
    Reason.SOAP_FAULT: Outcome.NODE_REFUSES,
    "login_gov.node": Outcome.NODE_REFUSES,
    "login_gov.provider": Outcome.NODE_REFUSES,
    "login_gov.not_ready": Outcome.NOT_READY,
}
FOR_THE_OPERATOR = frozenset({Outcome.NODE_REFUSES, Outcome.NOT_READY})
"""What whoever runs the platform has to look at."""


def of(code: str, *, is_permanent: bool = True) -> Outcome:
    """The outcome behind a reason code; what nobody named is an answer that is not believed, or a silent node."""
    return _BY_CODE.get(code, Outcome.NOT_BELIEVED if is_permanent else Outcome.NODE_SILENT)
