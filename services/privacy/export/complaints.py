"""Complaints and reports in the copy of a person's data: what was written on both sides, and which documents came."""

from collections.abc import Iterator

from services.accounts.models import Resident
from services.complaints.domain.reports import Matter, ReportState
from services.complaints.domain.states import Event, Kind, Outcome, State
from services.complaints.models import Complaint, DiscrepancyReport
from services.privacy.export.parts import Row, Section, at, file_row

_SAID = {
    Event.DATA_REQUESTED: "urząd poprosił o uzupełnienie",
    Event.DATA_GIVEN: "uzupełnienie",
    Event.PASSED_ON: "przekazanie operatorowi płatności",
    Event.OPERATOR_ANSWERED: "odpowiedź operatora",
    Event.ANSWERED: "odpowiedź urzędu",
    Event.TIME_RAN_OUT: "pozostawienie bez rozpatrzenia",
    Event.WITHDRAWN: "wycofanie",
}


def sections(resident: Resident) -> Iterator[Section]:
    """Complaints with what happened to them, and reports about dues."""
    yield Section(
        "complaints",
        "Reklamacje",
        "Z tym, co się z nimi działo. W kopii dla programów (JSON) są też same załączniki.",
        list(_complaints(resident)),
    )
    yield Section("reports", "Zgłoszenia niezgodności w należnościach", "", list(_reports(resident)))


def _complaints(resident: Resident) -> Iterator[Row]:
    """Each complaint, followed by what happened to it."""
    rows = Complaint.objects.filter(resident=resident).prefetch_related("steps")
    for row in rows.order_by("submitted_at", "pk"):
        names = [one.name for one in row.documents.defer("content")]
        yield {
            "Numer": row.reference,
            "Złożona": at(row.submitted_at),
            "Rodzaj": Kind(row.kind).polish,
            "Czego dotyczy": row.subject,
            "Opis": row.description,
            "Kto płacił": row.paid_by_name,
            "Kontakt do płacącego": row.paid_by_contact,
            "Załączniki": ", ".join(names),
            "Stan": State(row.state).polish,
            "Rozstrzygnięcie": Outcome(row.outcome).polish if row.outcome else "",
        }
        for document in row.documents.all():
            yield {
                "Numer": row.reference,
                "Załącznik": document.name,
                **file_row(document.name, document.content),
            }
        for step in row.steps.all():
            yield {
                "Numer": row.reference,
                "Kiedy": at(step.at),
                "Co": _SAID[Event(step.event)],
                "Treść": step.text,
            }


def _reports(resident: Resident) -> Iterator[Row]:
    """Each report that a due was shown wrongly, with the office's answer."""
    rows = DiscrepancyReport.objects.filter(resident=resident).select_related("liability")
    for row in rows.order_by("reported_at", "pk"):
        yield {
            "Należność": row.liability.title,
            "Wysłane": at(row.reported_at),
            "Co się nie zgadza": Matter(row.matter).polish,
            "Opis": row.description,
            "Stan": ReportState(row.state).polish,
            "Odpowiedź": row.answer,
        }
