"""Dues, reminder costs and overpayments with their ledger entries, as an import makes them."""

from datetime import date

import factory

from kernel.actors import system
from services.accounts.models import Payer
from services.ledger import actions as ledger
from services.ledger.actions import Line
from services.ledger.models import AccountKind, EntryCode
from services.liabilities.models import Debtor, Liability, Overpayment, ReminderCost
from tenants.configuration.models import LiabilityType

ACTOR = system("tests")


class LiabilityFactory(factory.django.DjangoModelFactory):
    """A property tax instalment of 300,00 zł due on 15 September 2026, assessed to `payer`."""

    class Meta:
        model = Liability
        skip_postgeneration_save = True

    external_id = factory.Sequence(lambda n: f"N-{n}")
    liability_type = factory.LazyFunction(lambda: LiabilityType.objects.get(code="property_tax"))
    title = factory.LazyAttribute(lambda due: f"{due.liability_type.name} {due.year}, rata {due.instalment}")
    document_number = "FN.3120.1.2026"
    year = 2026
    instalment = 3
    principal_gr = 30_000
    due_on = date(2026, 9, 15)

    class Params:
        enforced = factory.Trait(
            is_enforced=True, enforcement_office="Urząd Skarbowy w Próbie", writ_number="TW-1/2026"
        )
        lease = factory.Trait(
            liability_type=factory.LazyFunction(lambda: LiabilityType.objects.get(code="lease")),
            instalment=None,
        )

    @factory.post_generation
    def payer(self, create: bool, extracted: Payer | None, **kwargs: object) -> None:
        if extracted is not None:
            Debtor.objects.create(liability=self, payer=extracted)
        ledger.post(
            code=EntryCode.ASSESSMENT,
            reference=self.public_id,
            lines=[
                Line(AccountKind.RECEIVABLE_PRINCIPAL, self.principal_gr, self.public_id),
                Line(AccountKind.REVENUE, -self.principal_gr),
            ],
            effective_on=self.due_on,
            actor=ACTOR,
        )


class ReminderCostFactory(factory.django.DjangoModelFactory):
    """Costs of one delivered reminder, 16,00 zł."""

    class Meta:
        model = ReminderCost
        skip_postgeneration_save = True

    external_id = factory.Sequence(lambda n: f"U-{n}")
    number = factory.Sequence(lambda n: f"UP/{n}/2026")
    amount_gr = 1_600
    sent_on = date(2026, 10, 1)
    delivered_on = date(2026, 10, 8)

    @factory.post_generation
    def liabilities(self, create: bool, extracted: list[Liability] | None, **kwargs: object) -> None:
        self.liabilities.set(extracted or [])
        ledger.post(
            code=EntryCode.COST,
            reference=self.public_id,
            lines=[
                Line(AccountKind.REMINDER_COSTS, self.amount_gr, self.public_id),
                Line(AccountKind.COST_REVENUE, -self.amount_gr),
            ],
            effective_on=self.sent_on,
            actor=ACTOR,
        )


class OverpaymentFactory(factory.django.DjangoModelFactory):
    """An overpayment of 50,00 zł of property tax that the office has held since March 2025."""

    class Meta:
        model = Overpayment
        skip_postgeneration_save = True

    external_id = factory.Sequence(lambda n: f"NP-{n}")
    liability_type = factory.LazyFunction(lambda: LiabilityType.objects.get(code="property_tax"))
    arose_on = date(2025, 3, 20)

    @factory.post_generation
    def amount_gr(self, create: bool, extracted: int | None, **kwargs: object) -> None:
        amount_gr = 5_000 if extracted is None else extracted
        ledger.post(
            code=EntryCode.OVERPAYMENT,
            reference=self.public_id,
            lines=[
                Line(AccountKind.BANK, amount_gr),
                Line(AccountKind.OVERPAYMENT, -amount_gr, self.public_id),
            ],
            effective_on=self.arose_on,
            actor=ACTOR,
        )
