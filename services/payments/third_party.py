"""Paying for somebody else: what a representative has to know of art. 62b § 1 O.p. before paying."""

from datetime import date

from services.accounts.models import Payer, Resident
from services.accounts.queries import is_own_file
from services.payments.domain.third_party import exceeds_limit
from services.payments.queries import TAX, BasketGroup
from tenants.rates.queries import rate_table


def third_party_limit_gr(resident: Resident, payer: Payer, group: BasketGroup, on: date) -> int | None:
    """The limit in grosze that the payment would exceed if the resident paid it with own money, else None.

    The portal lets only the payer and the payer's confirmed representatives pay, and a representative pays for the payer
    (law.md 3.8). Whose money it is, and who is family, the portal cannot see: so it tells and does not refuse.
    """
    if group.regime != TAX or is_own_file(resident, payer):
        return None
    limit_gr = rate_table().third_party_limit.row_on(on).amount_gr
    taxes = ((one.due.type_code, one.principal_gr) for one in group.chosen)
    return limit_gr if exceeds_limit(taxes, limit_gr) else None
