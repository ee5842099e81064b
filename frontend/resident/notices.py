"""What a payer should know of the law before paying a group of dues: the day that counts, the instrument, whose money."""

from datetime import date
from typing import Any

from frontend.resident.acting import Acting
from services.payments.credit_day import credit_day
from services.payments.methods import takes_other_instruments
from services.payments.queries import BasketGroup
from services.payments.third_party import third_party_limit_gr


def basket_notices(acting: Acting, group: BasketGroup, on: date) -> dict[str, Any]:
    """Context of `resident/basket_notices.html`."""
    return {
        "credit": credit_day(group.dues, on),
        "transfers_only": not takes_other_instruments(group, on),
        "third_party_limit_gr": third_party_limit_gr(acting.resident, acting.payer, group, on),
        "paid_for": acting.payer,
    }
