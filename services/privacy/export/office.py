"""The copy: what the office wrote, answered, gave away, saw and did."""

from collections.abc import Iterable, Iterator, Sequence

from kernel.actors import ActorKind
from kernel.audit.models import AuditEntry
from kernel.errors import NotFound
from services.accounts.models import Payer, Resident
from services.complaints.queries_own import complaint_refs
from services.correspondence.models import DueMessage
from services.counter.domain import Act, Shown
from services.counter.queries import visits_about
from services.moderation.domain import Ground as Moderated
from services.moderation.domain import State as Moderation
from services.moderation.queries import author as author_of
from services.moderation.queries import cases, registered, subject
from services.notices.models import Message
from services.payments.models import OverpaymentRequest, Payment
from services.privacy.domain.requests import Kind, State
from services.privacy.export.parts import Row, Section, at, on, refs
from services.privacy.models import DataRequest, Disclosure
from services.safeguards.domain import RevealReason
from services.safeguards.queries import reveals_about

ROLES = {"admin": "administrator lokalny", "clerk": "urzędnik", "moderator": "moderator"}
OFFICE = "pracownik urzędu"
FIELDS = {
    "pesel": "PESEL",
    "address": "adres",
    "email": "adres e-mail",
    "phone": "telefon",
    "identifier": "PESEL albo NIP",
    "account_nrb": "rachunek do zwrotu",
}


def sections(resident: Resident, own: Sequence[Payer], payments: Sequence[Payment]) -> Iterator[Section]:
    """Letters, requests, disclosures, and every look at the person's things."""
    yield Section("conversations", "Wiadomości o należnościach", "", list(_conversations(resident)))
    yield Section("moderated", "Treści, które ukrył moderator", "", list(_moderated(resident)))
    yield Section("letters", "Listy wysłane z portalu", "", list(_letters(resident, payments)))
    yield Section("requests", "Żądania dotyczące danych", "", list(_requests(resident)))
    yield Section(
        "counter",
        "Wizyty w okienku urzędu",
        "Co pracownik zrobił na Twoją prośbę.",
        list(_counter(own)),
    )
    yield Section("disclosures", "Komu urząd udostępnił dane", "", list(_disclosures(resident)))
    yield Section(
        "reveals",
        "Kto odsłonił ukryte dane i dlaczego",
        "Pracownicy urzędu są wskazani przez rolę.",
        list(_reveals(resident, own)),
    )
    about, by = _audit(resident, own, payments)
    yield Section(
        "seen",
        "Kto zaglądał do danych i co zrobił",
        "Pracownicy urzędu są wskazani przez rolę.",
        about,
    )
    yield Section("acts", "Twoje czynności w portalu", "Z adresem IP, z którego je wykonano.", by)


def _conversations(resident: Resident) -> Iterator[Row]:
    rows = DueMessage.objects.filter(thread__resident=resident).select_related("thread__liability")
    for row in rows.order_by("written_at", "pk"):
        yield {
            "Należność": row.thread.liability.title,
            "Kiedy": at(row.written_at),
            "Kto": "urząd" if row.is_from_office else "Ty",
            "Treść": row.body,
        }


def _moderated(resident: Resident) -> Iterator[Row]:
    """The person's own words that a moderator has hidden, as they were written. There are few such cases in a gmina."""
    for case in cases().filter(state=Moderation.HIDDEN):
        text = registered(case)
        try:
            author = author_of(text, subject(text, case.subject_ref))
        except NotFound:
            continue
        if author == resident.user:
            yield {
                "Co": text.label,
                "Treść": case.original,
                "Dlaczego": Moderated(case.ground).polish,
                "Powód": case.reason,
                "Kiedy": at(case.decided_at),
            }


def _letters(resident: Resident, payments: Iterable[Payment]) -> Iterator[Row]:
    requests = resident.data_requests.values_list("public_id", flat=True)
    asked = resident.representation_requests.values_list("public_id", flat=True)
    rights = resident.representations.values_list("public_id", flat=True)
    threads = resident.due_threads.values_list("public_id", flat=True)
    found = refs(
        resident.public_id,
        resident.user.public_id,
        *(one.public_id for one in payments),
        *requests,
        *asked,
        *rights,
        *complaint_refs(resident),
        *threads,
    )
    for row in Message.objects.filter(related_ref__in=found).order_by("created_at"):
        yield {
            "Kiedy": at(row.sent_at or row.created_at),
            "Na adres": row.recipient,
            "Temat": row.subject,
            "Treść": row.body,
        }


def _requests(resident: Resident) -> Iterator[Row]:
    for row in DataRequest.objects.filter(resident=resident).order_by("received_on", "pk"):
        yield {
            "Żądanie": Kind(row.kind).polish,
            "Wpłynęło": on(row.received_on),
            "Treść": row.text,
            "Stan": State(row.state).polish,
            "Powód przedłużenia": row.extended_why or "",
            "Odpowiedź": row.answer,
        }


def _disclosures(resident: Resident) -> Iterator[Row]:
    for row in Disclosure.objects.filter(resident=resident).order_by("disclosed_on", "pk"):
        yield {
            "Kiedy": on(row.disclosed_on),
            "Komu": row.recipient,
            "Jakie dane": row.scope,
            "Podstawa": row.basis,
            "Pismo": row.letter,
        }


def _counter(own: Sequence[Payer]) -> Iterator[Row]:
    for visit in visits_about(own):
        for act in visit.acts.all():
            yield {
                "Kiedy": at(act.done_at),
                "Co zrobiono": Act(act.kind).polish,
                "Treść wniosku": act.text,
                "Dokument tożsamości": Shown(visit.shown).polish,
            }
        if not visit.acts.all():
            yield {
                "Kiedy": at(visit.opened_at),
                "Co zrobiono": "pokazano należności",
                "Treść wniosku": "",
                "Dokument tożsamości": Shown(visit.shown).polish,
            }


def _reveals(resident: Resident, own: Iterable[Payer]) -> Iterator[Row]:
    asked = OverpaymentRequest.objects.filter(resident=resident).values_list("public_id", flat=True)
    about = [resident.public_id, *(one.public_id for one in own), *asked]
    for row in reveals_about(*about).order_by("revealed_at", "pk"):
        yield {
            "Kiedy": at(row.revealed_at),
            "Kto": ROLES.get(row.role, OFFICE),
            "Co": FIELDS.get(row.field, row.field),
            "Dlaczego": RevealReason(row.reason).polish,
            "Opis": row.note,
        }


def _audit(
    resident: Resident, own: Iterable[Payer], payments: Iterable[Payment]
) -> tuple[list[Row], list[Row]]:
    """What others did to the person's things, and what the person did."""
    me = str(resident.user.public_id)
    about_refs = refs(
        resident.public_id, me, *(one.public_id for one in own), *(one.public_id for one in payments)
    ) + complaint_refs(resident)
    about = AuditEntry.objects.filter(subject_ref__in=about_refs).exclude(actor_ref=me).order_by("at", "pk")
    by = AuditEntry.objects.filter(actor_ref=me).order_by("at", "pk")
    return (
        [{"Kiedy": at(row.at), "Kto": _who(row), "Czynność": row.action} for row in about],
        [{"Kiedy": at(row.at), "Czynność": row.action, "Adres IP": row.address or ""} for row in by],
    )


def _who(row: AuditEntry) -> str:
    if row.actor_kind == ActorKind.STAFF:
        return ROLES.get(row.role, OFFICE)
    return {
        ActorKind.SYSTEM.value: "program",
        ActorKind.API.value: "system finansowy urzędu",
        ActorKind.PLATFORM.value: "operator platformy",
        ActorKind.RESIDENT.value: "inny użytkownik",
    }.get(row.actor_kind, "osoba niezalogowana")
