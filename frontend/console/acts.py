"""What the platform's audit log says, in words: code -> (words, kind of the mark)."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from frontend.console.wording import READINESS
from services.users.queries import names_of
from tenants.directory.oversight import gminas_of

ACTS: Mapping[str, tuple[str | Promise, str]] = {
    "access.refused": (gettext_lazy("Odmowa dostępu"), "warning"),
    "act.failed": (gettext_lazy("Czynność się nie powiodła"), "danger"),
    "act.refused": (gettext_lazy("Odmowa wykonania czynności"), "warning"),
    "support.asked": (gettext_lazy("Otwarto wejście do panelu gminy za jej zgodą"), "info"),
    "support.started": (gettext_lazy("Rozpoczął się dostęp wsparcia do gminy"), "warning"),
    "support.page": (gettext_lazy("Wsparcie obejrzało stronę panelu gminy"), "neutral"),
    "support.ended": (gettext_lazy("Zakończył się dostęp wsparcia do gminy"), "success"),
    "trust_list.kept": (gettext_lazy("Pobrano nową wersję zaufanej listy"), "info"),
    "tenant.registered": (gettext_lazy("Zarejestrowano gminę"), "info"),
    "tenant.built": (gettext_lazy("Założono bazę danych gminy"), "neutral"),
    "tenant.configured": (gettext_lazy("Wgrano ustawienia i regulamin"), "neutral"),
    "tenant.invited": (gettext_lazy("Zaproszono administratora lokalnego"), "neutral"),
    "tenant.opened": (gettext_lazy("Otwarto portal w wersji próbnej"), "success"),
    "tenant.activated": (gettext_lazy("Otwarto portal"), "success"),
    "tenant.went_live": (gettext_lazy("Uruchomiono portal dla wszystkich"), "success"),
    "tenant.suspended": (gettext_lazy("Zawieszono portal"), "warning"),
    "tenant.resumed": (gettext_lazy("Wznowiono portal"), "success"),
    "tenant.trial_resumed": (gettext_lazy("Wznowiono wersję próbną"), "success"),
    "tenant.limits_changed": (gettext_lazy("Zmieniono limity wersji próbnej"), "neutral"),
    "tenant.letter_asked": (gettext_lazy("Zlecono list próbny"), "neutral"),
    "tenant.replay_asked": (gettext_lazy("Kazano przetworzyć ponownie komunikat operatora"), "neutral"),
    "tenant.domain_claimed": (gettext_lazy("Zgłoszono własną domenę"), "neutral"),
    "tenant.domain_verified": (gettext_lazy("Potwierdzono własną domenę"), "success"),
    "tenant.domain_primary": (gettext_lazy("Zmieniono główny adres portalu"), "neutral"),
    "tenant.domain_removed": (gettext_lazy("Usunięto adres portalu"), "warning"),
    "tenant.offboarding_started": (gettext_lazy("Rozpoczęto odejście gminy"), "warning"),
    "tenant.handed_over": (gettext_lazy("Przekazano gminie eksport danych"), "neutral"),
    "tenant.offboarding_confirmed": (gettext_lazy("Druga osoba potwierdziła odejście"), "warning"),
    "tenant.offboarding_called_off": (gettext_lazy("Odwołano odejście gminy"), "success"),
    "tenant.removed": (gettext_lazy("Usunięto gminę, której założenie się nie powiodło"), "warning"),
    "tenant.closed": (gettext_lazy("Usunięto dane i zamknięto gminę"), "danger"),
    "tenant.exported": (gettext_lazy("Przygotowano eksport danych"), "neutral"),
    "tenant.export_confirmed": (gettext_lazy("Potwierdzono odbiór eksportu"), "neutral"),
    "tenant.imported": (gettext_lazy("Wczytano eksport danych"), "neutral"),
    "tenant.backed_up": (gettext_lazy("Zrobiono kopię zapasową"), "neutral"),
    "tenant.restore_drilled": (gettext_lazy("Przećwiczono odtworzenie kopii"), "neutral"),
    "tenant.restore_begun": (gettext_lazy("Rozpoczęto podmianę danych na kopię"), "info"),
    "tenant.restored": (gettext_lazy("Odtworzono dane z kopii zapasowej"), "warning"),
    "tenant.restore_confirmed": (gettext_lazy("Usunięto dane sprzed odtworzenia"), "neutral"),
    "tenant.restore_undo_begun": (gettext_lazy("Rozpoczęto cofanie odtworzenia"), "info"),
    "tenant.restore_undone": (gettext_lazy("Cofnięto odtworzenie kopii"), "warning"),
    "tenant.swap_failed": (gettext_lazy("Podmiana danych się nie udała"), "danger"),
    "audit.head_accepted": (
        gettext_lazy("Uznano koniec dziennika gminy po przerwanym odtworzeniu"),
        "warning",
    ),
    "tenant.move_started": (gettext_lazy("Rozpoczęto przenosiny do innego klastra"), "info"),
    "tenant.moved": (gettext_lazy("Przeniesiono dane do innego klastra"), "success"),
    "tenant.move_confirmed": (gettext_lazy("Usunięto starą kopię po przenosinach"), "neutral"),
    "tenant.move_undone": (gettext_lazy("Cofnięto przenosiny"), "warning"),
    "tenant.flag_set": (gettext_lazy("Zmieniono włączoną funkcję"), "neutral"),
    "tenant.quota_set": (gettext_lazy("Zmieniono limit gminy"), "neutral"),
    "tenant.statement_drafted": (gettext_lazy("Przygotowano zestawienie miesięczne"), "neutral"),
    "tenant.statement_issued": (gettext_lazy("Wystawiono zestawienie miesięczne"), "neutral"),
    "cluster.set": (gettext_lazy("Zmieniono ustawienia klastra"), "neutral"),
    "announcement.published": (gettext_lazy("Opublikowano komunikat"), "info"),
    "announcement.withdrawn": (gettext_lazy("Wycofano komunikat"), "neutral"),
    "fleet.planned": (gettext_lazy("Zlecono prace na wszystkich gminach"), "info"),
    "fleet.start": (gettext_lazy("Rozpoczęto prace"), "info"),
    "fleet.pause": (gettext_lazy("Wstrzymano prace"), "warning"),
    "fleet.resume": (gettext_lazy("Wznowiono prace"), "info"),
    "fleet.cancel": (gettext_lazy("Odwołano prace"), "warning"),
    "fleet.fail": (gettext_lazy("Prace przerwał błąd"), "danger"),
    "fleet.finish": (gettext_lazy("Zakończono prace"), "success"),
    "fleet.retry": (gettext_lazy("Powtórzono prace w gminach z błędem"), "info"),
    "fleet.noted": (gettext_lazy("Dopisano uwagę do prac"), "neutral"),
    "rates.installed": (gettext_lazy("Wgrano tabele stóp"), "neutral"),
    "rates.added": (gettext_lazy("Dodano wiersz tabeli stóp"), "neutral"),
    "rates.corrected": (gettext_lazy("Poprawiono wiersz tabeli stóp"), "warning"),
    "rates.confirmed": (gettext_lazy("Potwierdzono tabele stóp"), "neutral"),
    "prices.added": (gettext_lazy("Dodano cennik"), "neutral"),
    "operator.made": (gettext_lazy("Założono konto operatora platformy"), "info"),
    "operator.signed_in": (gettext_lazy("Zalogowano do konsoli"), "neutral"),
    "factor.app_added": (gettext_lazy("Dodano aplikację z kodami"), "neutral"),
    "factor.app_removed": (gettext_lazy("Usunięto aplikację z kodami"), "warning"),
    "factor.code_used": (gettext_lazy("Zalogowano się kodem zapasowym"), "warning"),
    "factor.codes_made": (gettext_lazy("Utworzono kody zapasowe"), "neutral"),
    "factor.guessed": (gettext_lazy("Po dobrym haśle zgadywano drugi składnik"), "danger"),
    "factor.passkey_added": (gettext_lazy("Dodano klucz dostępu"), "neutral"),
    "factor.passkey_removed": (gettext_lazy("Usunięto klucz dostępu"), "warning"),
    "factor.reset": (gettext_lazy("Usunięto zgubiony drugi składnik logowania"), "warning"),
    "password.changed": (gettext_lazy("Zmieniono hasło"), "neutral"),
    "password.set": (gettext_lazy("Ustawiono hasło"), "neutral"),
    "session.ended": (gettext_lazy("Wylogowano inne urządzenia"), "neutral"),
}
"""A code that is not here is shown as it is: another version of the program wrote it."""

TOLD = ("reason", "note", "proof", "domain", "text")
"""Details that are a sentence or a name for people; the rest is in the CSV file."""


def told(entries: Iterable[Any]) -> list[dict[str, Any]]:
    """Audit entries ready for a page, in three queries however many there are."""
    rows = list(entries)
    names = names_of({row.actor_ref for row in rows if row.actor_kind == "platform"})
    gminas = gminas_of({row.subject_ref for row in rows if row.subject_type == "directory.tenant"})
    return [_item(row, names, gminas.get(row.subject_ref, ("", ""))) for row in rows]


def _item(entry: Any, names: dict[str, str], gmina: tuple[str, str]) -> dict[str, Any]:
    title, kind = ACTS.get(entry.action, (entry.action, "neutral"))
    return {
        "entry": entry,
        "title": title,
        "kind": kind,
        "at": entry.at,
        "text": _text(entry.details),
        "actor": _who(entry, names),
        "teryt": gmina[0],
        "gmina": gmina[1],
        "is_refused": entry.outcome != "done",
        "details": json.dumps(entry.details, ensure_ascii=False, sort_keys=True) if entry.details else "",
    }


def _who(entry: Any, names: dict[str, str]) -> str:
    if entry.actor_kind == "platform":
        return names.get(entry.actor_ref, _("operator platformy"))
    return _("nikt zalogowany") if entry.actor_kind == "anonymous" else _("program")


def _text(details: Mapping[str, Any]) -> str:
    said = [str(details[name]) for name in TOLD if details.get(name)]
    if details.get("missing"):
        missing = ", ".join(
            str(READINESS[line][0]) if line in READINESS else line for line in details["missing"]
        )
        said.append(_("Braki: %(missing)s.") % {"missing": missing})
    return " ".join(said)
