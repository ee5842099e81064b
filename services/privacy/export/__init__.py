"""The copy of everything that the portal holds about a person (art. 15 RODO): plain values, and the same as a PDF.

Who of the office has looked is told by role and time, not by name: employees who act under the controller's authority are
no recipients (Court of Justice, C-579/21). Of people who are represented only what belongs to the own file is told.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from importlib.resources import files
from typing import Any
from uuid import UUID

import typst
from django.utils import timezone
from django.utils.dateformat import format as format_date

from kernel.actors import ActorKind
from kernel.audit.models import AuditEntry
from kernel.money import format_gr
from services.accounts.domain import ResidentState
from services.accounts.models import Payer, RegulationAcceptance, Representation, Resident
from services.liabilities.models import Liability, Overpayment, ReminderCost
from services.notices.models import Message
from services.payments.models import OverpaymentRequest, Payment
from services.privacy.domain.requests import Kind, State
from services.privacy.models import DataRequest, Disclosure
from tenants.configuration.queries import office

FORMAT = "skarbnik.dane-osoby"
VERSION = 1


@dataclass(frozen=True)
class Section:
    """One table of the copy: rows of label -> value, values as text."""

    key: str
    title: str
    note: str
    rows: list[dict[str, str]]


def copy_of(resident: Resident) -> dict[str, Any]:
    """Everything about the person as plain values: format, version, who made it and when, and the sections."""
    row = office()
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_at": timezone.localtime().isoformat(timespec="seconds"),
        "controller": row.controller_name,
        "controller_address": row.controller_address,
        "dpo_email": row.dpo_email,
        "portal": row.portal_name,
        "sections": [asdict(section) for section in _sections(resident)],
    }


def pdf(values: Mapping[str, Any], word: Callable[[str], str] = str) -> bytes:
    """The copy as a tagged PDF/UA. `word` puts codes of acts into words for people."""
    shown = {
        **values,
        "made_at": format_date(timezone.localtime(), "j E Y, H:i"),
        "sections": [
            {**section, "rows": [{key: word(value) for key, value in row.items()} for row in section["rows"]]}
            for section in values["sections"]
        ],
    }
    template = files("services.privacy.export").joinpath("copy.typ").read_bytes()
    document: bytes = typst.compile(
        template,
        format="pdf",
        sys_inputs={"values": json.dumps(shown, ensure_ascii=False)},
        pdf_standards=["ua-1"],
    )
    return document


def _sections(resident: Resident) -> Iterator[Section]:
    own = list(Payer.objects.filter(representations__resident=resident, representations__is_self=True))
    payments = list(Payment.objects.filter(resident=resident).order_by("created_at"))
    yield Section(
        "person", "Konto i dane osoby", "Podane przy rejestracji albo zmienione później.", [_person(resident)]
    )
    yield Section("acceptances", "Zaakceptowane wersje regulaminu", "", list(_acceptances(resident)))
    yield Section("representations", "W czyim imieniu działa konto", "", list(_representations(resident)))
    yield Section(
        "payers",
        "Kartoteka płatnika",
        "Te dane pochodzą z systemu finansowego urzędu.",
        [_payer(one) for one in own],
    )
    yield Section("liabilities", "Należności", "Z systemu finansowego urzędu.", list(_liabilities(own)))
    yield Section("overpayments", "Nadpłaty i wnioski o nie", "", list(_overpayments(own, resident)))
    yield Section("payments", "Płatności w portalu", "", [_payment(one) for one in payments])
    yield Section("letters", "Listy wysłane z portalu", "", list(_letters(resident, payments)))
    yield Section("requests", "Żądania dotyczące danych", "", list(_requests(resident)))
    yield Section("disclosures", "Komu urząd udostępnił dane", "", list(_disclosures(resident)))
    about, by = _audit(resident, own, payments)
    yield Section(
        "seen",
        "Kto zaglądał do danych i co zrobił",
        "Pracownicy urzędu są wskazani przez rolę.",
        about,
    )
    yield Section("acts", "Twoje czynności w portalu", "Z adresem IP, z którego je wykonano.", by)


def _person(resident: Resident) -> dict[str, str]:
    user = resident.user
    return {
        "Imię": resident.first_name,
        "Nazwisko": resident.last_name,
        "PESEL": resident.pesel,
        "Adres": resident.address,
        "E-mail": user.email,
        "E-mail potwierdzony": _at(user.email_confirmed_at),
        "Telefon": resident.phone,
        "Stan konta": ResidentState(resident.state).polish,
        "Rejestracja": _at(resident.submitted_at),
        "Aktywne od": _at(resident.activated_at),
        "Zablokowane": _at(resident.blocked_at),
        "Powód blokady": resident.block_reason or "",
        "Powód odmowy": resident.decision_reason,
        "Potwierdzenie tożsamości": resident.proof_method,
        "Ostatnie logowanie": _at(user.last_login),
        "Numer konta w portalu": str(resident.public_id),
    }


def _acceptances(resident: Resident) -> Iterator[dict[str, str]]:
    rows = RegulationAcceptance.objects.filter(user=resident.user).select_related("regulation")
    for row in rows.order_by("accepted_at"):
        yield {
            "Wersja": str(row.regulation.number),
            "Kiedy": _at(row.accepted_at),
            "Adres IP": row.address or "",
        }


def _representations(resident: Resident) -> Iterator[dict[str, str]]:
    for row in Representation.objects.filter(resident=resident).select_related("payer").order_by("pk"):
        yield {
            "Płatnik": row.payer.name,
            "Numer w systemie finansowym": row.payer.external_id,
            "We własnym imieniu": "tak" if row.is_self else "nie",
            "Podstawa": row.basis,
            "Od": _on(row.valid_from),
            "Do": _on(row.valid_to),
        }


def _payer(payer: Payer) -> dict[str, str]:
    return {
        "Numer w systemie finansowym": payer.external_id,
        "Nazwa": payer.name,
        "PESEL albo NIP": payer.identifier,
        "Adres": payer.address,
    }


def _liabilities(own: Iterable[Payer]) -> Iterator[dict[str, str]]:
    rows = Liability.objects.filter(debtors__in=list(own)).select_related("liability_type").distinct()
    for row in rows.order_by("due_on", "pk"):
        yield {
            "Tytuł": row.title,
            "Rodzaj": row.liability_type.name,
            "Kwota": format_gr(row.principal_gr),
            "Termin": _on(row.due_on),
            "Dokument": row.document_number,
            "Rachunek": row.account_nrb,
            "Tytuł wykonawczy": row.writ_number,
        }
    for cost in ReminderCost.objects.filter(payer__in=list(own)).order_by("pk"):
        yield {
            "Tytuł": f"Koszty upomnienia {cost.number}".strip(),
            "Kwota": format_gr(cost.amount_gr),
            "Termin": _on(cost.delivered_on),
        }


def _overpayments(own: Iterable[Payer], resident: Resident) -> Iterator[dict[str, str]]:
    for row in (
        Overpayment.objects.filter(payer__in=list(own)).select_related("liability_type").order_by("pk")
    ):
        yield {"Co": f"nadpłata: {row.liability_type.name}", "Kiedy": _on(row.arose_on)}
    for asked in OverpaymentRequest.objects.filter(resident=resident).order_by("pk"):
        yield {
            "Co": "wniosek o zwrot" if asked.kind == "refund" else "wniosek o zaliczenie",
            "Kiedy": _at(asked.created_at),
            "Kwota": "" if asked.amount_gr is None else format_gr(asked.amount_gr),
            "Rachunek do zwrotu": asked.account_nrb,
            "Powód odmowy": asked.reason,
        }


def _payment(row: Payment) -> dict[str, str]:
    return {
        "Numer": row.reference,
        "Tytuł": row.title,
        "Kwota": format_gr(row.amount_gr),
        "Stan": row.state,
        "Zlecona": _at(row.created_at),
        "Opłacona": _at(row.paid_at),
        "Zaksięgowana": _at(row.booked_at),
        "Sposób": row.method_name,
        "Numer u operatora": row.operator_id,
    }


def _letters(resident: Resident, payments: Iterable[Payment]) -> Iterator[dict[str, str]]:
    requests = resident.data_requests.values_list("public_id", flat=True)
    refs = _refs(resident.public_id, resident.user.public_id, *(one.public_id for one in payments), *requests)
    for row in Message.objects.filter(related_ref__in=refs).order_by("created_at"):
        yield {
            "Kiedy": _at(row.sent_at or row.created_at),
            "Na adres": row.recipient,
            "Temat": row.subject,
            "Treść": row.body,
        }


def _requests(resident: Resident) -> Iterator[dict[str, str]]:
    for row in DataRequest.objects.filter(resident=resident).order_by("received_on", "pk"):
        yield {
            "Żądanie": Kind(row.kind).polish,
            "Wpłynęło": _on(row.received_on),
            "Treść": row.text,
            "Stan": State(row.state).polish,
            "Odpowiedź": row.answer,
        }


def _disclosures(resident: Resident) -> Iterator[dict[str, str]]:
    for row in Disclosure.objects.filter(resident=resident).order_by("disclosed_on", "pk"):
        yield {
            "Kiedy": _on(row.disclosed_on),
            "Komu": row.recipient,
            "Jakie dane": row.scope,
            "Podstawa": row.basis,
            "Pismo": row.letter,
        }


def _audit(
    resident: Resident, own: Iterable[Payer], payments: Iterable[Payment]
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """What others did to the person's things, and what the person did."""
    me = str(resident.user.public_id)
    refs = _refs(
        resident.public_id, me, *(one.public_id for one in own), *(one.public_id for one in payments)
    )
    about = AuditEntry.objects.filter(subject_ref__in=refs).exclude(actor_ref=me).order_by("at", "pk")
    by = AuditEntry.objects.filter(actor_ref=me).order_by("at", "pk")
    return (
        [{"Kiedy": _at(row.at), "Kto": _who(row), "Czynność": row.action} for row in about],
        [{"Kiedy": _at(row.at), "Czynność": row.action, "Adres IP": row.address or ""} for row in by],
    )


def _who(row: AuditEntry) -> str:
    if row.actor_kind == ActorKind.STAFF:
        return {"admin": "administrator lokalny", "clerk": "urzędnik", "moderator": "moderator"}.get(
            row.role, "pracownik urzędu"
        )
    return {
        ActorKind.SYSTEM.value: "program",
        ActorKind.API.value: "system finansowy urzędu",
        ActorKind.PLATFORM.value: "operator platformy",
        ActorKind.RESIDENT.value: "inny użytkownik",
    }.get(row.actor_kind, "osoba niezalogowana")


def _refs(*given: UUID | str) -> list[str]:
    return [str(one) for one in given]


def _at(moment: datetime | None) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


def _on(day: date | None) -> str:
    return day.isoformat() if day else ""
