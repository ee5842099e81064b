"""Changes by two persons, revealed personal data, support access, roles and their authorisations. Sorted by code."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: Mapping[str, str | Promise] = {
    "change.administrator_too_new": _(
        "Zmianę zatwierdza osoba, która jest administratorem lokalnym od co najmniej %(days)s dni."
    ),
    "change.decided": _("O tej zmianie ktoś już zdecydował. Odśwież stronę."),
    "change.lapsed": _("Ta zmiana czekała za długo i straciła ważność. Zaproponuj ją jeszcze raz."),
    "change.needs_second_person": _("Ta zmiana wymaga zgody drugiej osoby."),
    "change.open": _(
        "Zmiana tego ustawienia czeka już na drugą osobę. Najpierw ją rozstrzygnij albo wycofaj."
    ),
    "change.other_person": _("Wycofać zmianę może tylko osoba, która ją zaproponowała."),
    "change.proposer_without_rights": _(
        "Osoba, która to zaproponowała, nie jest już administratorem lokalnym. Odmów zgody i zaproponuj zmianę sam."
    ),
    "change.reason": _("Napisz powód: od %(least)s do %(most)s znaków."),
    "change.same_person": _("Zgodę musi dać inna osoba niż ta, która zaproponowała zmianę."),
    "change.stale": _(
        "Ktoś zmienił to ustawienie po złożeniu propozycji. Odmów zgody; zmianę trzeba zaproponować od nowa."
    ),
    "change.unknown": _("Nie ma takiej zmiany."),
    "reveal.field": _("Tego pola nie da się odsłonić."),
    "reveal.note": _("Opisz powód: od %(least)s do %(most)s znaków."),
    "reveal.unknown": _("Nie ma takich danych albo nie są one dla Twojego konta."),
    "role.renewal_early": _(
        "Nowe upoważnienie musi już obowiązywać. Wpisz je w dniu, od którego jest ważne, albo popraw datę."
    ),
    "secrecy.text": _("Treść oświadczenia się zmieniła. Przeczytaj ją jeszcze raz i zaznacz ponownie."),
    "support.account": _("Wybierz konto pracownika, który ma dziś ważną rolę."),
    "support.consent_over": _("Zgoda gminy wygasła albo została wycofana. Poproś gminę o nową."),
    "support.door": _("Ten link do panelu gminy już nie działa. Otwórz wejście jeszcze raz w konsoli."),
    "support.hours": _("Wybierz z listy, na ile godzin jest zgoda."),
    "support.of_administrator": _(
        "Nie można udostępnić konta administratora lokalnego. Wybierz konto urzędnika albo moderatora."
    ),
    "support.purpose": _("Napisz, w czym wsparcie ma pomóc: od %(least)s do %(most)s znaków."),
    "support.read_only": _("To dostęp wsparcia: można tylko czytać. Tej czynności nie wykonasz."),
    "support.reason": _("Napisz powód: od %(least)s do %(most)s znaków."),
    "support.secrecy": _("Najpierw złóż oświadczenie o zachowaniu poufności."),
    "support.under_way": _("Ktoś ze wsparcia ogląda już ten panel. Zaczekaj, aż skończy."),
    "support.unknown": _("Nie ma takiej zgody albo takiego dostępu."),
}
