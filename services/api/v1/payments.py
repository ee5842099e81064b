"""Payments: those to book, one of them, and its booking by the finance system."""

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from kernel.actors import Actor
from kernel.errors import InvalidInput
from services.api.idempotency import once
from services.api.queries_payments import Status, exchange_payment, exchange_payments
from services.api.v1 import base, examples
from services.api.v1.described import (
    CURSOR_PARAMETER,
    KEY_PARAMETER,
    KEYED,
    LIMIT_PARAMETER,
    WRITES,
    id_parameter,
    problems,
    success,
)
from services.api.v1.payment_shapes import BookingRequestSerializer, PaymentPageSerializer, PaymentSerializer
from services.payments.actions import book_payment
from services.users.domain import Verb

PAYMENT_ID = id_parameter("payment_id", "Identyfikator płatności w portalu.")


class PaymentList(base.ApiView):
    """Payments of the gmina."""

    verbs: ClassVar = {"GET": Verb.API_PAYMENTS_READ}

    @extend_schema(
        operation_id="payments_list",
        tags=["Płatności"],
        summary="Płatności do zaksięgowania",
        description=(
            "Płatności o podanym statusie, najstarsze pierwsze; domyślnie `to_book`. Zaksięgowana płatność znika z listy "
            "`to_book`, więc system finansowy czyta ją zawsze od początku."
        ),
        parameters=[
            OpenApiParameter(
                "status", str, enum=[status.value for status in Status], description="Domyślnie to_book."
            ),
            LIMIT_PARAMETER,
            CURSOR_PARAMETER,
        ],
        responses={
            200: success(PaymentPageSerializer, "Strona płatności.", examples.PAYMENTS),
            **problems("request.invalid", "cursor.invalid"),
        },
    )
    def get(self, request: Request) -> Response:
        """A page."""
        cursor = request.query_params.get("cursor")
        after = base.cursor_parts(cursor, "id")[0] if cursor else 0
        payments, last = exchange_payments(_status(request), after=after, limit=base.limit_of(request))
        page = {"results": payments, "next_cursor": base.cursor_text({"id": last}) if last else None}
        return Response(PaymentPageSerializer(page).data)


class PaymentById(base.ApiView):
    """One payment."""

    verbs: ClassVar = {"GET": Verb.API_PAYMENTS_READ}

    @extend_schema(
        operation_id="payment_get",
        tags=["Płatności"],
        summary="Jedna płatność",
        description="Płatność z jej pozycjami, a po zaksięgowaniu także z podziałem wpłaty.",
        parameters=[PAYMENT_ID],
        responses={
            200: success(PaymentSerializer, "Płatność.", examples.PAYMENT),
            **problems("payment.unknown"),
        },
    )
    def get(self, request: Request, payment_id: UUID) -> Response:
        """The payment as it stands."""
        return Response(PaymentSerializer(exchange_payment(payment_id)).data)


class PaymentBooking(base.ApiView):
    """The booking of a payment."""

    verbs: ClassVar = {"POST": Verb.API_PAYMENTS_BOOK}
    books_money = True

    @extend_schema(
        operation_id="payment_book",
        tags=["Płatności"],
        summary="Zaksięguj płatność",
        description=(
            "Zalicza wpłatę według prawa i reguły gminy, zmienia saldo i zdejmuje blokadę ponownej płatności. Odpowiedź "
            "mówi, na co poszły pieniądze. Ponowne zaksięgowanie niczego nie zmienia."
        ),
        parameters=[PAYMENT_ID, KEY_PARAMETER],
        request=BookingRequestSerializer,
        responses={
            200: success(PaymentSerializer, "Zaksięgowana płatność.", examples.BOOKED_PAYMENT),
            **problems(
                "payment.unknown",
                "payment.illegal_transition",
                "payment.credited_in_future",
                "payment.credited_before_paid",
                "payment_day.unknown",
                "request.invalid",
                *WRITES,
                *KEYED,
            ),
        },
        examples=[OpenApiExample("Dzień z wyciągu", value=examples.BOOKING, request_only=True)],
    )
    def post(self, request: Request, payment_id: UUID) -> Response:
        """Book it."""
        body = base.body_of(request)
        return once(request, lambda: self._book(payment_id, body, self.actor(request)))

    def _book(self, payment_id: UUID, body: dict[str, Any], actor: Actor) -> Response:
        given = BookingRequestSerializer(data=body)
        given.is_valid(raise_exception=True)
        book_payment(payment_id=payment_id, credited_on=given.validated_data["credited_on"], actor=actor)
        return Response(PaymentSerializer(exchange_payment(payment_id)).data)


def _status(request: Request) -> Status:
    given = request.query_params.get("status", Status.TO_BOOK.value)
    try:
        return Status(given)
    except ValueError:
        raise InvalidInput("request.invalid", field="status") from None
