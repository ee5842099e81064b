"""Complaints and a report of the demo, one in each place where the office or the resident has something to do."""

from datetime import date
from uuid import NAMESPACE_URL, uuid5

from kernel import tenancy
from kernel.actors import Actor
from portal.demo.accounts import resident_actor, staff_actor
from portal.demo.people import RESIDENTS
from services.accounts.queries import resident_of
from services.complaints.actions import (
    Grievance,
    answer_complaint,
    pass_complaint_on,
    report_discrepancy,
    request_data,
    submit_complaint,
)
from services.complaints.domain.reports import Matter
from services.complaints.domain.states import Kind, Outcome
from services.complaints.models import Complaint, DiscrepancyReport
from services.complaints.queries_own import dues_to_choose, payments_to_choose


def make_complaints(today: date) -> None:
    """Anna waits for the office, once for the operator, and has a report; Bartek is asked for data and has an answer."""
    anna, bartek = (resident_actor(one.email) for one in RESIDENTS[:2])
    _complain(anna, "waiting", "Rata zapłacona przelewem, a portal dalej ją pokazuje", due_on=today)
    asked = _complain(bartek, "asked", "Nie widzę należności spółki, którą reprezentuję")
    if asked.state == "open":
        request_data(
            complaint_id=asked.public_id,
            text="Podaj NIP spółki i numer decyzji, której nie widać.",
            version=asked.version,
            actor=staff_actor("daria"),
        )
    answered = _complain(bartek, "answered", "Portal wylogował mnie w trakcie płacenia")
    if answered.state == "open":
        answer_complaint(
            complaint_id=answered.public_id,
            outcome=Outcome.ACCEPTED,
            text="Przepraszamy. Tego dnia trwały prace techniczne. Wpłata nie doszła do skutku, nic nie pobrano.",
            version=answered.version,
            actor=staff_actor("daria"),
        )
    _complain_of_payment(anna)
    _report(anna, today)


def _key(name: str) -> str:
    return f"skarbnik:demo:{tenancy.current_tenant_id()}:complaint:{name}"


def _complain(actor: Actor, name: str, subject: str, *, due_on: date | None = None) -> Complaint:
    due = dues_to_choose(resident_of(actor), due_on).first() if due_on else None
    told = Grievance(
        kind=Kind.OTHER,
        subject=subject,
        description="Dane pokazowe: proszę sprawdzić i odpowiedzieć na adres z mojego konta.",
        key=uuid5(NAMESPACE_URL, _key(name)),
        liability_id=due.public_id if due else None,
    )
    return submit_complaint(told, actor=actor)


def _complain_of_payment(actor: Actor) -> None:
    """Where the operator answered and there is a payment."""
    payment = payments_to_choose(actor).first()
    if payment is None:
        return
    told = Grievance(
        kind=Kind.TRANSACTION,
        subject="Z konta zeszło więcej, niż pokazał portal",
        description="Dane pokazowe: na wyciągu jest o złotówkę więcej.",
        key=uuid5(NAMESPACE_URL, _key("payment")),
        payment_id=payment.public_id,
        paid_by_name=RESIDENTS[0].full_name,
        paid_by_contact=RESIDENTS[0].email,
    )
    row = submit_complaint(told, actor=actor)
    if row.state == "open" and row.passed_on_at is None:
        pass_complaint_on(
            complaint_id=row.public_id,
            version=row.version,
            text="Numer u operatora: 1",
            actor=staff_actor("daria"),
        )


def _report(actor: Actor, today: date) -> None:
    resident = resident_of(actor)
    if DiscrepancyReport.objects.filter(resident=resident).exists():
        return
    due = dues_to_choose(resident, today).first()
    if due is not None:
        report_discrepancy(
            liability_id=due.public_id,
            matter=Matter.AMOUNT,
            description="Dane pokazowe: w decyzji jest kwota o 12 zł niższa.",
            actor=actor,
        )
