"""Words of bank statements: what a line is, what it was matched with, why a person has to look."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from frontend.desk.wording import Words

LINE_STATES: Mapping[str, tuple[Promise, str]] = {
    "waiting": (_("czeka na dopasowanie"), "info"),
    "matched": (_("dopasowana"), "success"),
    "to_clarify": (_("do wyjaśnienia"), "warning"),
    "left": (_("poza portalem"), "neutral"),
    "outgoing": (_("wychodząca"), "neutral"),
}
FILE_STATES: Mapping[str, tuple[Promise, str]] = {
    "checked": (_("sprawdzony, nic nie zapisano"), "info"),
    "queued": (_("czeka na wczytanie"), "info"),
    "stored": (_("w toku"), "info"),
    "done": (_("wczytany"), "success"),
    "failed": (_("nieudany, nic nie zapisano"), "danger"),
}
POSTING_STATES: Mapping[str, tuple[Promise, str]] = {
    "checking": (_("sprawdzanie"), "info"),
    "checked": (_("sprawdzony, nic nie zapisano"), "info"),
    "booking": (_("w toku"), "info"),
    "stopped": (_("zatrzymany w połowie"), "warning"),
    "done": (_("wczytany"), "success"),
}
POSTING_OUTCOMES: Mapping[str, tuple[Promise, str]] = {
    "waiting": (_("czeka"), "info"),
    "booked": (_("zaksięgowane"), "success"),
    "recognised": (_("już zaksięgowane"), "neutral"),
    "taken_back": (_("cofnięte"), "success"),
    "known": (_("bez zmian"), "neutral"),
    "refused": (_("odrzucone"), "warning"),
}
TARGETS: Words = {
    "dues": _("należności płatnika"),
    "payment": _("płatność z portalu"),
    "payout": _("wypłata operatora"),
    "service": _("przelew zbiorczy ePłatności"),
}
GROUNDS: Words = {
    "reference": _("po numerze w tytule"),
    "virtual_account": _("po rachunku wirtualnym"),
    "amount_and_payer": _("po kwocie i wpłacającym"),
    "clerk": _("ręcznie"),
}
WHY: Words = {
    "nothing": _("nic nie pasuje"),
    "several": _("pasuje kilka rzeczy"),
    "amount": _("inna kwota"),
    "too_much": _("więcej niż do zapłaty"),
    "twice": _("druga wpłata za to samo"),
    "not_paid": _("płatność w portalu bez potwierdzenia"),
    "being_paid": _("ta należność jest opłacana w portalu"),
    "enforced": _("należność w egzekucji"),
    "looks_like": _("taka sama w innym wyciągu"),
    "posted": _("już zaksięgowana z systemu finansowego"),
    "taken_back": _("dopasowanie cofnięte"),
    "refused": _("nie udało się zaksięgować"),
}
WHAT_TO_DO: Words = {
    "nothing": _(
        "W tytule nie ma znanego numeru, a kwota i nazwa nie pasują do nikogo. Poszukaj płatnika albo należności."
    ),
    "several": _("Wpłata pasuje do kilku płatników albo należności. Wybierz właściwą."),
    "amount": _(
        "W tytule jest znany numer, ale kwota jest inna. Sprawdź, czy operator nie potrącił prowizji i nie połączył wypłat."
    ),
    "too_much": _(
        "Numer należności się zgadza, ale przyszło więcej, niż trzeba zapłacić. Resztę możesz zapisać jako nadpłatę."
    ),
    "twice": _(
        "Z tą płatnością albo wypłatą dopasowano już inny wiersz. Sprawdź, czy nie zapłacono dwa razy."
    ),
    "not_paid": _(
        "Operator nie potwierdził jeszcze tej płatności w portalu. Poczekaj na uzgodnienie albo wyjaśnij to z operatorem."
    ),
    "being_paid": _(
        "Pieniądze za tę należność przyszły już przez portal i czekają na zaksięgowanie. Najpierw zaksięguj tamtą płatność."
    ),
    "enforced": _("Należność jest w egzekucji, więc wpłatę dzieli organ egzekucyjny. Skontaktuj się z nim."),
    "looks_like": _(
        "Taki sam wiersz jest już w innym wyciągu. To może być druga wpłata albo ten sam przelew pokazany dwa razy."
    ),
    "posted": _(
        "System finansowy podał już księgowanie tej samej kwoty z tych dni i portal je zaksięgował. Jeśli to ten sam "
        "przelew, odłóż wiersz jako nienależący do portalu. Dopasuj go ręcznie tylko, gdy pieniądze przyszły drugi raz."
    ),
    "taken_back": _("Ktoś cofnął dopasowanie albo przywrócił wiersz. Powód jest w historii."),
    "refused": _("Wpłata została rozpoznana, ale księgowanie się nie powiodło. Powód jest niżej."),
}
