"""Monthly statements: draft, issue, correct. All of it runs on the public schema, by the platform's operator."""

from datetime import date
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from kernel.actors import Actor
from kernel.audit.recording import record
from kernel.dates import warsaw_day
from kernel.errors import Conflict, InvalidInput, NotFound
from tenants.directory.models import Offboarding, Tenant
from tenants.metering import usage
from tenants.metering.domain import (
    Charge,
    DayUsed,
    Line,
    Price,
    charged_days,
    month_of,
    next_month,
    statement_lines,
    totals,
)
from tenants.metering.models import PriceList, Statement, StatementLine, StatementState, UsageDay
from tenants.metering.seller import seller


def draft_statement(
    teryt: str, month: date, *, today: date, reason: str = "", corrects: bool = True, actor: Actor
) -> Statement:
    """Calculate a gmina's month; a draft that is there is calculated anew. `month` is its first day.

    After an issued statement this is its correction and needs the reason; without `corrects` it is refused by
    Conflict("statement.issued"). Raises NotFound("tenant.unknown"), Conflict("statement.month_open") before the month is
    over, Conflict("statement.not_live") for a month before the gmina went live, Conflict("statement.left") for one after the
    last day of its contract, NotFound("price_list.missing"), InvalidInput("metering.reason") and
    Conflict("statement.no_change") for a correction that would change nothing.
    """
    month = month_of(month)
    if next_month(month) > today:
        raise Conflict("statement.month_open")
    usage.gather_api_calls()
    with transaction.atomic(durable=True):
        tenant = Tenant.objects.select_for_update().filter(teryt=teryt).first()
        if tenant is None:
            raise NotFound("tenant.unknown", teryt=teryt)
        last = _issued(tenant, month)
        if last and not corrects:
            raise Conflict("statement.issued")
        if last and not reason.strip():
            raise InvalidInput("metering.reason", field="reason")
        prices = last.price_list if last else _price_list(month)
        lines = _lines(tenant, month, prices)
        if last and lines == _lines_of(last):
            raise Conflict("statement.no_change")
        Statement.objects.filter(tenant=tenant, month=month, state=StatementState.DRAFT).delete()
        statement = _save(tenant, month, prices, lines, corrects=last, reason=reason)
        record("tenant.statement_drafted", tenant, actor=actor, month=f"{month:%Y-%m}", reason=reason)
        return statement


def issue_statement(statement_id: UUID, *, actor: Actor) -> Statement:
    """Give a draft its number; from now on PostgreSQL refuses every change. A second call is the same call.

    Raises NotFound("statement.unknown"), Conflict("statement.days_missing") while a day of the month is not measured,
    Conflict("statement.changed") when the use has changed since the draft and Conflict("statement.seller") while the
    settings do not say who issues it.
    """
    usage.gather_api_calls()
    with transaction.atomic(durable=True):
        rows = Statement.objects.select_for_update(of=("self",)).select_related("tenant", "price_list")
        statement = rows.filter(public_id=statement_id).first()
        if statement is None:
            raise NotFound("statement.unknown")
        if not statement.is_draft:
            return statement
        tenant, month = statement.tenant, statement.month
        missing = len(_charged(tenant, month)) - _days(tenant, month).count()
        if missing > 0:
            raise Conflict("statement.days_missing", days=missing)
        if _lines(tenant, month, statement.price_list) != _lines_of(statement):
            raise Conflict("statement.changed")
        issuer = seller()
        statement.seller_name, statement.seller_address = issuer.name, issuer.address
        statement.seller_nip = issuer.nip
        statement.issued_at = timezone.now()
        statement.year = warsaw_day(statement.issued_at).year
        statement.sequence = _next_sequence(statement.year)
        statement.issued_by = actor.ref
        statement.state = StatementState.ISSUED
        statement.save()
        record(
            "tenant.statement_issued", tenant, actor=actor, number=statement.number,
            month=f"{month:%Y-%m}", gross_gr=statement.gross_gr, reason=statement.reason,
        )  # fmt: skip
        return statement


def _issued(tenant: Tenant, month: date) -> Statement | None:
    """The last issued statement of the month: the one that a further one would correct."""
    rows = Statement.objects.filter(tenant=tenant, month=month, state=StatementState.ISSUED)
    return rows.exclude(corrected_by__state=StatementState.ISSUED).select_related("price_list").first()


def _price_list(month: date) -> PriceList:
    row = PriceList.objects.filter(valid_from__lte=month).first()
    if row is None:
        raise NotFound("price_list.missing")
    return row


def _live_on(tenant: Tenant) -> date:
    if tenant.activated_at is None:
        raise Conflict("statement.not_live")
    return warsaw_day(tenant.activated_at)


def _left_on(tenant: Tenant) -> date | None:
    """The last day of the contract of a gmina that leaves or has left; it is charged up to that day."""
    rows = Offboarding.objects.filter(tenant=tenant, called_off_at__isnull=True)
    return rows.values_list("leaves_on", flat=True).first()


def _charged(tenant: Tenant, month: date) -> list[date]:
    """Days of the month for which the gmina pays. Raises Conflict("statement.not_live"), Conflict("statement.left")."""
    live_on, left_on = _live_on(tenant), _left_on(tenant)
    if live_on >= next_month(month):
        raise Conflict("statement.not_live")
    if left_on is not None and left_on < max(month, live_on):
        raise Conflict("statement.left")
    return charged_days(month, live_on, left_on)


def _days(tenant: Tenant, month: date) -> QuerySet[UsageDay]:
    """Measured days of the month for which the gmina pays."""
    return UsageDay.objects.filter(
        tenant=tenant, day__in=_charged(tenant, month), measured_at__isnull=False
    ).order_by("day")


def _lines(tenant: Tenant, month: date, prices: PriceList) -> list[Line]:
    days = [
        DayUsed(row.day, row.payments, row.messages, row.api_requests, row.residents, row.storage_bytes)
        for row in _days(tenant, month)
    ]
    listed = [Price(Charge(one.charge), one.price_gr, one.per, one.included) for one in prices.items.all()]
    return statement_lines(month, _live_on(tenant), days, listed, _left_on(tenant))


def _lines_of(statement: Statement) -> list[Line]:
    return [
        Line(Charge(one.charge), one.quantity, one.included, one.price_gr, one.per, one.amount_gr)
        for one in statement.lines.all()
    ]


def _save(
    tenant: Tenant,
    month: date,
    prices: PriceList,
    lines: list[Line],
    *,
    corrects: Statement | None,
    reason: str,
) -> Statement:
    sums = totals(lines, prices.vat_bp)
    statement = Statement.objects.create(
        tenant=tenant,
        teryt=tenant.teryt,
        gmina_name=tenant.name,
        month=month,
        price_list=prices,
        corrects=corrects,
        reason=reason,
        net_gr=sums.net_gr,
        vat_bp=prices.vat_bp,
        vat_gr=sums.vat_gr,
        gross_gr=sums.gross_gr,
        drafted_at=timezone.now(),
    )
    StatementLine.objects.bulk_create(
        StatementLine(
            statement=statement,
            charge=one.charge,
            quantity=one.quantity,
            included=one.included,
            price_gr=one.price_gr,
            per=one.per,
            amount_gr=one.amount_gr,
        )
        for one in lines
    )
    return statement


def _next_sequence(year: int) -> int:
    """The next number of the year without a gap: whoever issues at the same moment waits for this commit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('skarbnik statements'))")
    return (Statement.objects.filter(year=year).aggregate(last=Max("sequence"))["last"] or 0) + 1
