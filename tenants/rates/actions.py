"""Filling the tables of rates."""

from django.db import transaction

from kernel import tenancy
from kernel.actors import Actor
from kernel.audit.recording import record
from tenants.rates.domain import read_seed
from tenants.rates.models import DatedAmount, InterestRate, RatesConfirmation
from tenants.rates.queries import forget_rates


def install_seed(*, actor: Actor) -> bool:
    """Put the shipped history into an empty database; False when there are rates already (they are then somebody's)."""
    seed = read_seed()
    with tenancy.public(), transaction.atomic(durable=True):
        if RatesConfirmation.objects.exists():
            return False
        InterestRate.objects.bulk_create(
            InterestRate(kind=kind, valid_from=day, rate_bp=rate_bp, act=act)
            for kind, day, rate_bp, act in seed.interest_rates
        )
        DatedAmount.objects.bulk_create(
            DatedAmount(kind=kind, valid_from=day, amount_gr=amount_gr, act=act)
            for kind, day, amount_gr, act in seed.dated_amounts
        )
        RatesConfirmation.objects.create(known_on=seed.known_on, confirmed_by=actor.ref)
        record("rates.installed", actor=actor, known_on=seed.known_on)
    forget_rates()
    return True
