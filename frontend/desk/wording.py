"""How the desk names what the program keeps as words: choices of settings, states, acts, roles.

The values are those of the models of the services and of the configuration; a test compares the two lists.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, Promise]

INTEREST_REGIMES: Words = {
    "tax": _("odsetki za zwłokę (podatkowe)"),
    "civil": _("odsetki ustawowe za opóźnienie"),
    "commercial": _("odsetki w transakcjach handlowych"),
    "commercial_healthcare": _("odsetki w transakcjach handlowych, dłużnik: publiczny podmiot leczniczy"),
    "contract": _("odsetki umowne"),
    "none": _("bez odsetek"),
}
ALLOCATION_REGIMES: Words = {"tax": _("Ordynacja podatkowa"), "civil": _("Kodeks cywilny")}
PAYMENT_DAY_RULES: Words = {
    "debit": _("obciążenie rachunku płatnika"),
    "credit": _("uznanie rachunku urzędu"),
    "contract": _("dzień zlecenia (umowa)"),
}
PRINCIPAL_ROUNDINGS: Words = {"zloty": _("do pełnych złotych"), "grosz": _("do grosza")}
REGISTRATION_POLICIES: Words = {
    "automatic": _("zaufana tożsamość (na przykład login.gov.pl), a bez niej urzędnik"),
    "clerk": _("urzędnik"),
    "clerk_then_admin": _("urzędnik, potem administrator lokalny"),
}
FEE_BEARERS: Words = {"payer": _("płatnik"), "office": _("urząd"), "none": _("bez kosztów")}
RATIO_BASES: Words = {
    "rounded": _("odsetki zaokrąglone do złotych"),
    "exact": _("odsetki dokładne, przed zaokrągleniem"),
}
THRESHOLDS: Words = {
    "rounded": _("odsetki zaokrąglone do złotych"),
    "exact": _("odsetki dokładne, przed zaokrągleniem"),
}
THRESHOLD_SCOPES: Words = {
    "instalment": _("każda rata osobno"),
    "decision": _("zaległe raty jednej decyzji razem"),
}
INSTRUMENT_READINGS: Words = {
    "transfer": _("polecenie przelewu: liczy się dzień obciążenia rachunku płatnika (art. 60 § 1 pkt 2)"),
    "other": _("inny instrument płatniczy: liczy się dzień autoryzacji (art. 60 § 1 pkt 3)"),
}
ENFORCED_READINGS: Words = {
    "block": _("tylko pokazać, z danymi urzędu skarbowego"),
    "warn": _("pokazać też rachunek urzędu do zwykłego przelewu, z ostrzeżeniem o opłacie egzekucyjnej"),
}
CIVIL_INTEREST_DAYS: Words = {
    "today": _("do dziś; odsetki za dni przelewu zostają do zapłaty"),
    "credit": _("do dnia, w którym pieniądze powinny wpłynąć do urzędu"),
}
PAYER_KINDS: Words = {"person": _("osoba fizyczna"), "company": _("przedsiębiorca lub inna jednostka")}
CHANGE_KINDS: Words = {
    "operator_account": _("konto operatora płatności"),
    "liability_type": _("rachunek rodzaju należności"),
    "signing_access": _("dostęp do usługi podpisu"),
}
SIGNING_ENVIRONMENTS: Words = {
    "production": _("produkcyjne (pz.gov.pl)"),
    "integration": _("integracyjne, do prób (int.pz.gov.pl)"),
    "stand_in": _("symulator, tylko do prób"),
}
ENTRY_METHODS: Words = {
    "password": _("hasło"),
    "password_code": _("hasło i kod z aplikacji"),
    "password_passkey": _("hasło i klucz dostępu"),
    "password_recovery": _("hasło i kod zapasowy"),
    "passkey": _("klucz dostępu"),
    "login_gov": _("login.gov.pl"),
    "support": _("wsparcie platformy"),
}
"""In which way somebody came in."""
KEY_PURPOSES: Words = {"signing": _("podpisu"), "encryption": _("szyfrowania")}
SIGNING_LABELS: Words = {
    "environment": _("Środowisko"),
    "owner": _("Właściciel certyfikatu"),
    "valid_until": _("Certyfikat ważny do"),
    "fingerprint": _("Odcisk certyfikatu (SHA-256)"),
    "secret_private_key": _("Klucz prywatny"),
}
CHANGE_STATES: Mapping[str, tuple[Promise, str]] = {
    "open": (_("czeka na drugą osobę"), "warning"),
    "approved": (_("zatwierdzona"), "success"),
    "refused": (_("odrzucona"), "danger"),
    "withdrawn": (_("wycofana"), "neutral"),
    "lapsed": (_("przeterminowana"), "neutral"),
}
"""What became of a change that needs two persons, with the kind of its badge."""
REVEAL_REASONS: Words = {
    "case": _("prowadzę sprawę tej osoby"),
    "identity": _("sprawdzam tożsamość"),
    "contact": _("kontaktuję się z tą osobą"),
    "correction": _("poprawiam dane"),
    "request": _("odpowiadam na żądanie osoby albo organu"),
    "claims": _("dochodzę roszczenia albo bronię urząd przed nim"),
    "other": _("inny powód"),
}
PERSONAL_FIELDS: Words = {
    "pesel": _("PESEL"),
    "identifier": _("PESEL albo NIP"),
    "address": _("adres"),
    "email": _("e-mail"),
    "phone": _("telefon"),
    "account_nrb": _("rachunek"),
}
SUPPORT_ENDS: Words = {
    "support": _("zakończył operator"),
    "office": _("przerwał urząd"),
    "time": _("skończył się sam"),
}
CHANGE_LABELS: Words = {
    "operator": _("Operator"),
    "label": _("Nazwa dla urzędu"),
    "profile": _("Środowisko"),
    "api_url": _("Adres emulatora"),
    "is_active": _("Używane"),
    "takes_over": _("Przejmuje rachunek od innego konta"),
}
REGULATION_STATES: Words = {"draft": _("projekt"), "published": _("opublikowany")}

ROLES: Words = {
    "admin": _("administrator lokalny"),
    "clerk": _("urzędnik"),
    "moderator": _("moderator"),
    "operator": _("operator platformy"),
}
ACTOR_KINDS: Words = {
    "anonymous": _("gość portalu"),
    "resident": _("mieszkaniec"),
    "staff": _("pracownik urzędu"),
    "api": _("klient API"),
    "platform": _("operator platformy"),
    "system": _("system"),
}
REGISTRATION_STATES: Words = {
    "submitted": _("czeka na weryfikację"),
    "verified": _("zweryfikowana, czeka na autoryzację"),
    "active": _("konto aktywne"),
    "rejected": _("odrzucona"),
    "duplicate": _("druga rejestracja tej samej osoby"),
    "blocked": _("konto zablokowane"),
    "deactivated": _("konto zdezaktywowane"),
}
REGISTRATION_KINDS: Mapping[str, str] = {
    "submitted": "info",
    "verified": "info",
    "active": "success",
    "rejected": "neutral",
    "duplicate": "warning",
    "blocked": "danger",
    "deactivated": "neutral",
}
PAYMENT_STATES: Words = {
    "created": _("przyjęta, bez odpowiedzi operatora"),
    "started": _("płatnik jest u operatora"),
    "unknown": _("wynik nieznany, sprawdzamy"),
    "pending": _("w toku u operatora"),
    "paid_unverified": _("zgłoszona jako opłacona, sprawdzamy"),
    "paid": _("opłacona, do zaksięgowania"),
    "mismatch": _("niezgodność"),
    "booked": _("zaksięgowana"),
    "failed": _("nieudana"),
    "cancelled": _("anulowana"),
    "expired": _("wygasła"),
    "refund_pending": _("w trakcie zwrotu"),
    "partly_refunded": _("zwrócona częściowo"),
    "refunded": _("zwrócona"),
    "chargeback": _("cofnięta przez bank"),
}
PAYMENT_KINDS: Mapping[str, str] = {
    "created": "neutral",
    "started": "info",
    "unknown": "warning",
    "pending": "info",
    "paid_unverified": "info",
    "paid": "info",
    "mismatch": "danger",
    "booked": "success",
    "failed": "neutral",
    "cancelled": "neutral",
    "expired": "neutral",
    "refund_pending": "warning",
    "partly_refunded": "warning",
    "refunded": "neutral",
    "chargeback": "danger",
}
FAILURES: Words = {
    "confirm.contradicted": _("operator zapytany o wpłatę odpowiada co innego niż w komunikacie"),
    "confirm.denied": _("operator zgłosił wpłatę, a potem jej zaprzeczył"),
    "event.amount": _("kwota"),
    "event.currency": _("waluta"),
    "event.not_a_payment": _("to nie jest wpłata"),
    "event.ref": _("numer płatności"),
    "event.requested_amount": _("kwota zlecenia u operatora"),
    "verify.refused": _("operator nie potwierdził naszej kwoty"),
    "operator.unavailable": _("operator nie odpowiadał"),
    "operator.refused": _("operator nie przyjął zlecenia"),
    "operator.credentials": _("operator nie uznał kluczy urzędu"),
    "operator.answer_lost": _("odpowiedź operatora nie dotarła"),
    "operator.bad_answer": _("odpowiedzi operatora nie da się odczytać"),
    "operator.error": _("błąd u operatora"),
    "operator.foreign_redirect": _("operator podał adres strony, który do niego nie należy"),
    "operator.invalid_request": _("zlecenie nie spełnia wymagań operatora"),
    "operator.not_supported": _("operator nie ma takiej usługi"),
    "refund.ambiguous": _("operator ma kilka podobnych zwrotów i nie wiadomo, który jest nasz"),
    "refund.amount": _("operator nie przyjmuje zwrotu takiej kwoty"),
    "refund.amount_exceeded": _("u operatora nie ma już tyle do zwrotu"),
    "refund.insufficient_funds": _("na koncie urzędu u operatora brakuje środków na zwrot"),
    "refund.key_length": _("operator nie przyjmuje numeru zwrotu"),
    "refund.key_reused": _("operator ma już zwrot o tym numerze na inną kwotę"),
    "refund.not_found": _("operator nie zna tej wpłaty"),
    "refund.outcome_unknown": _("odpowiedź operatora nie dotarła"),
    "refund.refused": _("operator odmówił zwrotu"),
    "refund.too_old": _("wpłata jest za stara na zwrot u operatora"),
    "refund.wrong_status": _("wpłata jest u operatora w stanie, z którego nie ma zwrotu"),
    "start.account": _("operator nie przyjmuje numeru rachunku urzędu"),
    "start.amount": _("operator nie przyjmuje takiej kwoty"),
    "start.currency": _("operator nie przyjmuje tej waluty"),
    "start.email": _("operator nie przyjmuje adresu e-mail płatnika"),
    "start.method": _("operator nie zna wybranego sposobu zapłaty"),
    "start.method_unavailable": _("wybrany sposób zapłaty był u operatora wyłączony"),
    "start.outcome_unknown": _("nie wiadomo, czy operator przyjął zlecenie"),
    "start.payer_ip": _("operator nie przyjmuje adresu sieciowego płatnika"),
    "start.ref": _("operator nie przyjmuje numeru płatności"),
    "start.title": _("operator nie przyjmuje tytułu płatności"),
    "start.url": _("operator nie przyjmuje adresu portalu"),
}
"""Why a payment stopped or is a mismatch; the code itself for anything rarer."""
REFUSALS: Words = {
    "access.denied": _("konto nie ma uprawnienia"),
    "access.foreign": _("dane innego wydziału"),
    "access.not_active": _("konto nie jest aktywne"),
    "access.other_kind": _("strona dla innych kont"),
    "support.read_only": _("dostęp wsparcia tylko do czytania"),
    "rolled_back": _("czynność wycofano"),
}
"""Why somebody was not let through; the code itself for anything rarer."""
REFUND_STATES: Words = {
    "proposed": _("czeka na zatwierdzenie"),
    "approved": _("zatwierdzony, zaraz pójdzie do operatora"),
    "sent": _("wysłany do operatora"),
    "unknown": _("bez odpowiedzi operatora, ponawiamy"),
    "pending": _("w toku u operatora"),
    "completed": _("zwrócony"),
    "rejected": _("odrzucony"),
    "withdrawn": _("wycofany"),
}
REFUND_KINDS: Mapping[str, str] = {
    "proposed": "info",
    "approved": "info",
    "sent": "info",
    "unknown": "warning",
    "pending": "info",
    "completed": "success",
    "rejected": "danger",
    "withdrawn": "neutral",
}
DOCUMENTS_SHOWN: Words = {
    "identity_card": _("dowód osobisty"),
    "passport": _("paszport"),
    "mobywatel": _("mObywatel"),
    "residence_card": _("karta pobytu"),
}
VISIT_ENDS: Words = {"idle": _("przez godzinę nic nie zrobiono")}
METHOD_GROUPS: Words = {
    "transfer": _("szybki przelew"),
    "blik": _("BLIK"),
    "card": _("karta płatnicza"),
    "wallet": _("portfel cyfrowy"),
    "instalments": _("raty"),
    "traditional": _("przelew tradycyjny"),
    "other": _("pozostałe"),
}
OVERPAYMENT_KINDS: Words = {"credit": _("zaliczenie"), "refund": _("zwrot")}
OVERPAYMENT_STATES: Words = {
    "waiting": _("czeka na decyzję"),
    "done": _("załatwiony"),
    "rejected": _("odrzucony"),
    "withdrawn": _("wycofany przez płatnika"),
    "reversed": _("rozstrzygnięcie cofnięte"),
}
EX_OFFICIO_STATES: Words = {"done": _("wykonane"), "reversed": _("cofnięte")}
OVERPAYMENT_STATE_KINDS: Mapping[str, str] = {
    "waiting": "info",
    "done": "success",
    "rejected": "neutral",
    "withdrawn": "neutral",
    "reversed": "warning",
}
IMPORT_SOURCES: Words = {"desk": _("plik w panelu urzędu"), "api": _("API"), "command": _("polecenie")}

VERDICTS: Words = {
    "accepted": _("przyjęty"),
    "forged": _("zły podpis"),
    "malformed": _("nieczytelny"),
    "wrong_merchant": _("inny odbiorca"),
    "orphan": _("bez płatności w portalu"),
}
SCOPES: Words = {
    "liabilities:read": _("czytanie należności"),
    "liabilities:write": _("import należności"),
    "payments:read": _("czytanie płatności"),
    "payments:book": _("księgowanie płatności"),
}
DETAILS: Words = {
    "setting": _("ustawienie"),
    "days": _("dni"),
    "ends_on": _("kończy się"),
    "ended_by": _("jak się skończył"),
    "page": _("strona"),
    "ground": _("dlaczego"),
    "hours": _("godziny"),
    "count": _("liczba"),
    "field": _("pole"),
    "support": _("wsparcie platformy"),
    "before": _("stan przed"),
    "before_on": _("starsze niż z dnia"),
    "after": _("stan po"),
    "amount_gr": _("kwota"),
    "approval_lost": _("cofnięte zatwierdzenie"),
    "authorisation": _("upoważnienie"),
    "code": _("kod"),
    "changed": _("zmienione"),
    "counts": _("liczby"),
    "created": _("nowe"),
    "credited_on": _("uznanie rachunku"),
    "data_class": _("klasa danych"),
    "decision": _("rozstrzygnięcie"),
    "department": _("wydział"),
    "due_on": _("termin"),
    "duplicate": _("druga rejestracja tej osoby"),
    "effective_on": _("obowiązuje od"),
    "entries": _("wpisy"),
    "event": _("zdarzenie"),
    "expires_on": _("ważny do"),
    "fee_gr": _("koszt płatności"),
    "form": _("plik"),
    "liability_type": _("rodzaj należności"),
    "lines": _("wiersze"),
    "months": _("miesiące"),
    "months_before": _("miesiące przed zmianą"),
    "name": _("nazwa"),
    "narrowing": _("zawężenie"),
    "noticed_at": _("zauważono"),
    "number": _("numer"),
    "ordered_gr": _("kwota zlecenia"),
    "overpaid_gr": _("nadpłata"),
    "paid_on": _("dzień zapłaty"),
    "payer": _("płatnik"),
    "people": _("osoby"),
    "principal_sum_gr": _("suma należności"),
    "publication_kind": _("rodzaj"),
    "reason": _("powód"),
    "regulation": _("wersja regulaminu"),
    "rejected": _("odrzucone"),
    "role": _("rola"),
    "route": _("strona"),
    "rows": _("liczba wpisów"),
    "scopes": _("uprawnienia"),
    "seal": _("pieczęć"),
    "state": _("stan"),
    "text": _("treść"),
    "texts": _("teksty"),
    "matched": _("dopasowane"),
    "target": _("z czym"),
    "found_by": _("po czym"),
    "unchanged": _("bez zmian"),
    "verb": _("uprawnienie"),
    "verdict": _("ocena"),
    "version": _("wersja"),
    "method": _("sposób"),
    "is_enabled": _("włączone"),
    "purpose": _("klucz do"),
    "environment": _("środowisko"),
    "changed_fields": _("zapisane pola"),
    "fingerprint": _("odcisk certyfikatu"),
    "certificate": _("odcisk certyfikatu"),
    "status": _("kod poczty"),
    "a_week_before": _("7 dni przed terminem"),
    "on_the_day": _("w dniu terminu"),
}
"""Details of audit entries, by their names in the log, in the order in which they are shown."""

PROVIDER_FIELDS: Words = {
    "entity_id": _("identyfikator dostawcy usług"),
    "provider_name": _("nazwa dostawcy usług"),
    "level": _("najniższy poziom zaufania"),
    "ends_node_session": _("wylogowanie z login.gov.pl po odczytaniu danych"),
    "is_enabled": _("logowanie uruchomione"),
}
"""Fields of the registration at login.gov.pl, as the log names those that were changed."""


def word(words: Words, value: str) -> str:
    """The Polish word for a value; the value itself for one that has no word yet."""
    return str(words.get(value, value))


def choices(words: Words, default: str = "") -> list[tuple[str, Promise]]:
    """The words as choices of a form field; `default` is marked as what holds where the office decides nothing."""
    return [
        (value, format_lazy("{} ({})", text, _("domyślnie")) if value == default else text)
        for value, text in words.items()
    ]


SUBJECTS: Words = {
    "accounts.resident": _("konto mieszkańca"),
    "api.apiclient": _("klient API"),
    "audit.retention": _("okres przechowywania dziennika"),
    "complaints.complaint": _("reklamacja"),
    "complaints.discrepancyreport": _("zgłoszenie niezgodności"),
    "configuration.allocationruleversion": _("zasady zaliczania wpłat"),
    "configuration.department": _("wydział"),
    "configuration.feetariff": _("koszty płatności"),
    "configuration.liabilitytype": _("rodzaj należności"),
    "configuration.office": _("dane urzędu i portalu"),
    "configuration.operatoraccount": _("konto operatora płatności"),
    "configuration.paymenttermsversion": _("zasady płacenia w portalu"),
    "configuration.regulationversion": _("regulamin"),
    "correspondence.duethread": _("rozmowa o należności"),
    "banking.bankaccount": _("rachunek bankowy"),
    "banking.statementfile": _("plik z banku"),
    "banking.statementline": _("wpłata z wyciągu"),
    "ledger.entry": _("zapis w księdze"),
    "liabilities.importrun": _("import należności"),
    "liabilities.liability": _("należność"),
    "liabilities.overpayment": _("nadpłata"),
    "moderation.moderatedtext": _("zgłoszona treść"),
    "payments.discrepancy": _("niezgodność"),
    "payments.operatorevent": _("komunikat operatora"),
    "payments.overpaymentrequest": _("wniosek o nadpłatę"),
    "payments.payment": _("płatność"),
    "payments.refund": _("zwrot"),
    "payments.settlementbatch": _("wypłata operatora"),
    "privacy.breach": _("naruszenie ochrony danych"),
    "privacy.datarequest": _("żądanie dotyczące danych"),
    "privacy.disclosure": _("udostępnienie danych"),
    "privacy.erasingrun": _("usuwanie danych"),
    "privacy.informationnotice": _("informacja o danych osobowych"),
    "publishing.publication": _("ogłoszenie"),
    "privacy.retentionperiod": _("okres przechowywania danych"),
    "users.user": _("konto"),
}
"""What an act of the log was about; the name in the program for anything rarer."""
STANDINGS: Mapping[str, tuple[Promise, str]] = {
    "waiting": (_("czeka na pieczęć"), "neutral"),
    "stands": (_("zgodny z pieczęcią"), "success"),
    "changed": (_("inny niż zapieczętowany"), "danger"),
    "added": (_("dopisany poza dziennikiem"), "danger"),
}
"""How an entry of the log stands, and the kind of the badge."""
