"""Spis danych: every table that holds something about a person, what for, where the person gets it, and when it goes.

One place for four duties: each stored field has a purpose (art. 5 ust. 1 lit. b, c), stands in the copy of one's data or
says why not (art. 15), and goes when its time is over or says which law keeps it (lit. e). A test finds every table with
an encrypted column or a reference to a person, and asks for its entry here.
"""

from dataclasses import dataclass
from typing import Final

from services.privacy.domain.retention import DataClass

LAW_KEEPS_MONEY: Final = (
    "dowód księgowy: art. 74 ust. 2 ustawy o rachunkowości, art. 86 § 1 Ordynacji podatkowej"
)
LAW_KEEPS_CASES: Final = (
    "dokumentacja urzędu: art. 6 ustawy o narodowym zasobie archiwalnym i archiwach, według wykazu akt"
)
FINANCE: Final = "prowadzi ją system finansowy urzędu; portal ma to, co on przysyła"
STAFF: Final = "dotyczy pracownika urzędu, nie mieszkańca"
NOBODY: Final = "sekret urzędu albo zapis techniczny, nie dane osoby"
ITSELF: Final = "znika razem z tym, czego dotyczy"


@dataclass(frozen=True)
class Held:
    """One table: `fields` that hold the person's data, the activity of the register that needs them (its code), the
    section of
    the copy or why there is none, and the class of retention or why there is none."""

    table: str
    what: str
    fields: str
    activity: str
    section: str = ""
    not_copied: str = ""
    data_class: DataClass | None = None
    kept: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The fields one by one."""
        return tuple(self.fields.split())


_CLOSED, _LETTERS = DataClass.CLOSED, DataClass.MESSAGES

INVENTORY: Final = (
    # accounts
    Held("users.user", "konto do logowania", "email full_name email_index password last_login", "konta", "person",
         data_class=_CLOSED),
    Held("accounts.resident", "mieszkaniec",
         "first_name last_name name_tokens pesel person_index address phone decision_reason block_reason", "konta", "person",
         data_class=_CLOSED),
    Held("accounts.datachange", "zmiany danych", "before after", "konta", "changes", data_class=_CLOSED),
    Held("accounts.emailchange", "nowy adres e-mail do potwierdzenia", "email", "konta", "changes", data_class=_CLOSED),
    Held("accounts.regulationacceptance", "akceptacja regulaminu", "address", "konta", "acceptances", data_class=_CLOSED),
    Held("accounts.consent", "zgoda", "address", "zgody", "consents", data_class=_CLOSED),
    Held("accounts.restriction", "ograniczenie przetwarzania", "end_reason", "prawa", "restrictions",
         data_class=_CLOSED),
    Held("accounts.notthispayer", "kartoteka, która nie jest tej osoby", "resident payer", "konta", "ruled_out",
         data_class=_CLOSED),
    Held("accounts.representation", "prawo do reprezentowania", "basis revoke_reason", "reprezentacja", "representations",
         data_class=_CLOSED),
    Held("accounts.representationrequest", "wniosek o reprezentowanie", "name identifier identifier_index note reason",
         "reprezentacja", "representation_requests", data_class=_CLOSED),
    Held("accounts.representationdocument", "pełnomocnictwo albo odpis z rejestru", "name content", "reprezentacja",
         "representation_requests", data_class=_CLOSED),
    Held("users.session", "sesja przeglądarki", "content key_hash", "bezpieczenstwo", "sessions",
         kept="znika najpóźniej po 12 godzinach"),
    Held("users.authenticatorapp", "aplikacja z kodami", "secret", "bezpieczenstwo", "protection", data_class=_CLOSED),
    Held("users.passkey", "klucz dostępu", "name credential credential_hash", "bezpieczenstwo", "protection",
         data_class=_CLOSED),
    Held("users.recoverycode", "kody zapasowe", "digest", "bezpieczenstwo", "protection", data_class=_CLOSED),
    Held("audit.auditentry", "dziennik zdarzeń", "address actor_ref subject_ref", "bezpieczenstwo", "acts",
         kept="własny okres, co najmniej 24 miesiące (docs/audit.md)"),
    Held("safeguards.reveal", "odsłonięcie ukrytych danych", "note", "bezpieczenstwo", "reveals",
         data_class=DataClass.REVEALS),
    # proof of identity
    Held("identity.loginattempt", "próba logowania przez login.gov.pl", "resident_ref account_ref nonce_digest",
         "tozsamosc", "proofs", kept="znika po jednym dniu"),
    Held("identity.provenperson", "potwierdzenie tożsamości z login.gov.pl", "person message_id", "tozsamosc", "proofs",
         data_class=DataClass.PROOFS),
    Held("signing.signingattempt", "wniosek do podpisu", "form page_url", "tozsamosc", "signatures",
         data_class=DataClass.SIGNATURES),
    Held("signing.registrationdocument", "dokument do podpisu", "content", "tozsamosc", "signatures",
         data_class=DataClass.SIGNATURES),
    Held("signing.signedfile", "podpisany plik z dowodami podpisu", "content signer evidence", "tozsamosc", "signatures",
         data_class=DataClass.SIGNATURES),
    # dues and payments
    Held("accounts.payer", "płatnik", "name name_tokens identifier identifier_index address", "naleznosci", "payers",
         kept=FINANCE),
    Held("liabilities.liability", "należność", "title", "naleznosci", "liabilities", kept=FINANCE),
    Held("liabilities.debtor", "dłużnik należności", "payer", "naleznosci", "liabilities", kept=FINANCE),
    Held("liabilities.interestpause", "przerwa w odsetkach", "liability", "naleznosci",
         not_copied="widać ją w rozliczeniu odsetek należności", kept=FINANCE),
    Held("liabilities.remindercost", "koszty upomnienia", "payer", "naleznosci", "liabilities", kept=FINANCE),
    Held("liabilities.remindercost_liabilities", "należności z upomnienia", "liability", "naleznosci", "liabilities",
         kept=FINANCE),
    Held("liabilities.overpayment", "nadpłata", "payer", "naleznosci", "overpayments", kept=FINANCE),
    Held("liabilities.importrun", "import należności", "content findings", "naleznosci",
         not_copied="plik całego urzędu; należności osoby są w swojej części kopii", data_class=DataClass.IMPORTS),
    Held("liabilities.importpart", "część dużego pliku importu", "content", "naleznosci",
         not_copied="znika, gdy plik jest zapisany, najpóźniej po tygodniu", data_class=DataClass.IMPORTS),
    Held("liabilities.importfinding", "uwaga do wiersza dużego pliku", "told", "naleznosci",
         not_copied="plik całego urzędu; należności osoby są w swojej części kopii", data_class=DataClass.IMPORTS),
    Held("liabilities.stageddue", "wiersz pliku, zanim stanie się należnością", "title payer_ids", "naleznosci",
         not_copied="znika, gdy plik jest zapisany, najpóźniej po tygodniu", data_class=DataClass.IMPORTS),
    Held("liabilities.stagedpayer", "płatnik z pliku, zanim będzie w portalu",
         "name name_tokens identifier identifier_index address", "naleznosci",
         not_copied="znika, gdy plik jest zapisany, najpóźniej po tygodniu", data_class=DataClass.IMPORTS),
    Held("liabilities.stagedcost", "koszty upomnienia z pliku, zanim będą w portalu", "payer_id", "naleznosci",
         not_copied="znika, gdy plik jest zapisany, najpóźniej po tygodniu", data_class=DataClass.IMPORTS),
    Held("payments.payment", "płatność", "title redirect_url mismatch_reason", "platnosci", "payments",
         kept=LAW_KEEPS_MONEY),
    Held("payments.paymentitem", "pozycja płatności", "payment liability", "platnosci", "payments", kept=LAW_KEEPS_MONEY),
    Held("payments.refund", "zwrot wpłaty", "reason closing_reason", "platnosci", "refunds", kept=LAW_KEEPS_MONEY),
    Held("payments.operatorevent", "komunikat operatora płatności", "parsed raw", "platnosci", "operator_messages",
         kept=LAW_KEEPS_MONEY),
    Held("payments.overpaymentrequest", "wniosek o nadpłatę", "account_nrb reason", "platnosci", "overpayments",
         kept=LAW_KEEPS_MONEY),
    Held("payments.allocationrecord", "rozliczenie wpłaty", "content", "platnosci",
         not_copied="osoba pobiera je jako dokument przy swojej płatności", kept=LAW_KEEPS_MONEY),
    Held("payments.settlementline", "pozycja wypłaty operatora", "payment", "platnosci",
         not_copied="rozliczenie urzędu z operatorem; kwota i numer są w płatności", kept=LAW_KEEPS_MONEY),
    Held("payments.settlementbatch", "wypłata operatora", "entered_by", "platnosci", not_copied=STAFF, kept=LAW_KEEPS_MONEY),
    Held("payments.discrepancy", "niezgodność z operatorem", "note", "platnosci",
         not_copied="sprawa urzędu z operatorem; wynik jest w płatności", kept=LAW_KEEPS_MONEY),
    Held("banking.statementfile", "plik z banku", "content", "platnosci",
         not_copied="plik całego urzędu; wpłaty osoby są w swoich częściach kopii",
         kept="treść znika po wczytaniu, a bez wczytania po siedmiu dniach"),
    Held("banking.statementline", "wpłata z wyciągu",
         "payer_name payer_account payer_account_index title virtual_account end_to_end note", "platnosci",
         not_copied="wyciąg rachunku urzędu; wpłata zaksięgowana jest w należnościach i płatnościach",
         data_class=DataClass.STATEMENTS),
    Held("banking.match", "dopasowanie wpłaty z wyciągu", "payer payment undo_reason", "platnosci",
         not_copied="rozliczenie wyciągu urzędu; zaksięgowana wpłata jest w należnościach i płatnościach",
         kept=LAW_KEEPS_MONEY),
    Held("banking.postingrow", "księgowanie z systemu finansowego", "due", "platnosci",
         not_copied="numery i kwoty z systemu finansowego; zaksięgowana wpłata jest w należnościach i płatnościach",
         kept=LAW_KEEPS_MONEY),
    Held("ledger.entry", "zapis księgi", "reason", "platnosci",
         not_copied="kwoty księgi są w rozliczeniu płatności i należności", kept=LAW_KEEPS_MONEY),
    Held("api.idempotentcall", "odpowiedź dla systemu finansowego", "answer", "naleznosci",
         not_copied="kopia odpowiedzi o należnościach i płatnościach, które są w kopii", kept="znika po jednym dniu"),
    Held("correspondence.duethread", "rozmowa o należności", "liability resident", "naleznosci", "conversations",
         data_class=DataClass.THREADS),
    Held("correspondence.duemessage", "wiadomość o należności", "author body", "naleznosci", "conversations",
         data_class=DataClass.THREADS),
    Held("moderation.moderatedtext", "treść zgłoszona moderatorowi", "original note reason", "konta", "moderated",
         data_class=DataClass.MODERATED),
    # complaints
    Held("complaints.complaint", "reklamacja", "subject description paid_by_name paid_by_contact answer", "reklamacje",
         "complaints", data_class=DataClass.COMPLAINTS),
    Held("complaints.complaintstep", "zdarzenie w sprawie reklamacji", "text actor_ref", "reklamacje", "complaints",
         data_class=DataClass.COMPLAINTS),
    Held("complaints.complaintdocument", "załącznik do reklamacji", "name content", "reklamacje", "complaints",
         data_class=DataClass.COMPLAINTS),
    Held("complaints.discrepancyreport", "zgłoszenie niezgodności", "description answer", "reklamacje", "reports",
         data_class=DataClass.REPORTS),
    # letters and rights
    Held("letters.reminderwish", "kiedy przypominać o terminach", "resident", "zgody",
         not_copied="zgoda i każde przypomnienie są w kopii", kept="dopóki jest konto"),
    Held("letters.reminder", "o jakim terminie przypomniano", "resident liability", "naleznosci",
         not_copied="każde przypomnienie jest w kopii jako list", kept="60 dni po terminie płatności"),
    Held("notices.message", "list elektroniczny", "recipient subject body unsubscribe_url", "listy", "letters",
         data_class=_LETTERS),
    Held("privacy.datarequest", "żądanie osoby", "text extended_why answer", "prawa", "requests",
         data_class=DataClass.REQUESTS),
    Held("privacy.disclosure", "udostępnienie danych", "recipient scope basis letter", "prawa", "disclosures",
         data_class=DataClass.DISCLOSURES),
    Held("privacy.breach", "naruszenie ochrony danych", "description late_why measures", "prawa",
         not_copied="opis bez nazwisk; o naruszeniu osoba dostaje osobne zawiadomienie", data_class=DataClass.BREACHES),
    Held("privacy.visit", "odwiedziny portalu", "address visitor system browser version", "statystyka",
         not_copied="nie są powiązane z kontem, więc nie wiadomo, czyje są (art. 11 RODO)",
         data_class=DataClass.VISITS),
    # the counter
    Held("counter.visit", "wizyta w okienku", "payer shown clerk", "naleznosci", "counter", kept=LAW_KEEPS_CASES),
    Held("counter.counteract", "czynność w okienku", "text settled_by", "naleznosci", "counter", kept=LAW_KEEPS_CASES),
    # the office's own people and secrets
    Held("users.staffrole", "rola pracownika", "authorisation_number issuer", "pracownicy", not_copied=STAFF,
         kept="rozliczalność upoważnień"),
    Held("worklists.savedview", "zapisany widok listy", "name query", "pracownicy", not_copied=STAFF, kept=ITSELF),
    Held("users.secrecystatement", "oświadczenie o poufności osoby wsparcia", "user", "pracownicy", not_copied=STAFF,
         kept="rozliczalność dostępu wsparcia"),
    Held("accounts.liabilitytypegrant", "uprawnienie do rodzaju należności", "user", "pracownicy", not_copied=STAFF,
         kept=ITSELF),
    Held("accounts.departmentgrant", "uprawnienie do wydziału", "user", "pracownicy", not_copied=STAFF, kept=ITSELF),
    Held("safeguards.proposedchange", "zmiana dla dwóch osób", "content decision_reason", "pracownicy", not_copied=STAFF,
         kept="rozliczalność zmian rachunków"),
    Held("safeguards.supportconsent", "zgoda na dostęp wsparcia", "purpose", "pracownicy", not_copied=STAFF,
         kept="rozliczalność dostępu wsparcia"),
    Held("safeguards.supportaccess", "dostęp wsparcia", "reason operator_ref", "pracownicy", not_copied=STAFF,
         kept="rozliczalność dostępu wsparcia"),
    Held("users.user_groups", "grupy kont", "user", "pracownicy", not_copied=NOBODY, kept=ITSELF),
    Held("users.user_user_permissions", "uprawnienia kont", "user", "pracownicy", not_copied=NOBODY, kept=ITSELF),
    Held("guardian.userobjectpermission", "uprawnienia do przedmiotów", "user", "pracownicy", not_copied=NOBODY,
         kept=ITSELF),
    Held("configuration.operatoraccount", "konto u operatora płatności", "secrets", "pracownicy", not_copied=NOBODY,
         kept="dopóki konto jest używane"),
    Held("signing.signingaccess", "dostęp do usługi podpisu", "private_key", "pracownicy", not_copied=NOBODY,
         kept="dopóki dostęp jest używany"),
    Held("identity.providerkey", "klucz do login.gov.pl", "private_key", "pracownicy", not_copied=NOBODY,
         kept="dopóki klucz jest używany"),
)  # fmt: skip
"""Every table of a gmina that holds something about somebody."""


def held_for(activity: str) -> tuple[Held, ...]:
    """What an activity of the register keeps."""
    return tuple(one for one in INVENTORY if one.activity == activity)
