"""How the desk names what concerns residents' accounts: files, representation, proofs, and the acts that need a reason."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from frontend.desk.wording import Words

FITS: Words = {
    "clean": _("jedna kartoteka, te same dane"),
    "missing": _("w systemie finansowym nie ma kartoteki z tym numerem PESEL"),
    "several": _("kilka kartotek z tym numerem PESEL"),
    "other_name": _("kartoteka ma inne imię lub nazwisko"),
    "taken": _("kartoteka jest już powiązana z kontem innej osoby"),
}
LEVELS: Words = {
    "see": _("tylko wgląd"),
    "pay": _("podstawowy: wgląd i płacenie"),
    "full": _("rozszerzony: wgląd, płacenie i wnioski"),
}
TITLES: Words = {
    "statutory": _("z prawa (właściciel, zarząd, rodzic, opiekun)"),
    "attorney": _("pełnomocnictwo"),
}
REPRESENTATION_STATES: Words = {
    "waiting": _("czeka na decyzję"),
    "granted": _("przyjęty"),
    "rejected": _("odrzucony"),
    "withdrawn": _("wycofany"),
}
PROOFS: Words = {
    "login_gov": _("login.gov.pl"),
    "trusted_profile": _("podpis zaufany"),
    "qualified_signature": _("podpis kwalifikowany"),
}


@dataclass(frozen=True)
class ActWords:
    """What a page that asks for a reason says about its act."""

    title: Promise
    warning: Promise
    text: Promise
    button: Promise
    done: Promise
    kind: str = "danger"


ACCOUNT_ACTS: Mapping[str, ActWords] = {
    "block": ActWords(
        _("Zablokować konto?"),
        _("Mieszkaniec od razu straci dostęp do należności"),
        _(
            "Należności się nie zmienią: zapłaci je zwykłym przelewem albo w urzędzie. Konto można odblokować."
        ),
        _("Zablokuj i wyślij powód"),
        _("Konto jest zablokowane. Mieszkaniec dostanie e-mail z powodem."),
    ),
    "unblock": ActWords(
        _("Odblokować konto?"),
        _("Mieszkaniec odzyska wszystko, co miał"),
        _("Będzie mógł się zalogować i płacić."),
        _("Odblokuj i wyślij powód"),
        _("Konto jest odblokowane. Mieszkaniec dostanie e-mail."),
        "warning",
    ),
    "close": ActWords(
        _("Zamknąć konto?"),
        _("Tego nie da się cofnąć"),
        _(
            "Konto zostanie zamknięte na stałe. Należności, płatności i historia zostają. Osoba może założyć nowe konto."
        ),
        _("Zamknij konto i wyślij powód"),
        _("Konto jest zamknięte. Mieszkaniec dostanie e-mail z powodem."),
    ),
    "unlink": ActWords(
        _("Odłączyć kartotekę?"),
        _("Mieszkaniec od razu przestanie widzieć te należności"),
        _("Portal nie powiąże jej z tym kontem sam. Powód zobaczą tylko pracownicy urzędu."),
        _("Odłącz kartotekę"),
        _("Kartoteka jest odłączona."),
    ),
    "revoke": ActWords(
        _("Cofnąć prawo do reprezentowania?"),
        _("Mieszkaniec od razu przestanie widzieć te należności"),
        _("Żeby znowu reprezentować, złoży nowy wniosek."),
        _("Cofnij prawo i wyślij powód"),
        _("Prawo jest cofnięte. Mieszkaniec dostanie e-mail z powodem."),
    ),
}
