"""Double entry ledger. Rows are written once; the database refuses to change them (see the migration's triggers)."""

from django.db import models

from kernel.fields import PublicIdModel


class AccountKind(models.TextChoices):
    """Rodzaj konta księgi. A gmina's claim is an asset: debit raises it."""

    RECEIVABLE_PRINCIPAL = "receivable_principal", "należność główna"
    RECEIVABLE_INTEREST = "receivable_interest", "odsetki"
    REMINDER_COSTS = "reminder_costs", "koszty upomnienia"
    OVERPAYMENT = "overpayment", "nadpłata"
    OPERATOR_CLEARING = "operator_clearing", "rozrachunki z operatorem"
    BANK = "bank", "rachunek bankowy"
    REVENUE = "revenue", "dochody: należności"
    INTEREST_REVENUE = "interest_revenue", "dochody: odsetki"
    COST_REVENUE = "cost_revenue", "dochody: koszty upomnienia"


class EntryCode(models.TextChoices):
    """Rodzaj zapisu."""

    ASSESSMENT = "assessment", "przypis"
    WRITE_DOWN = "write_down", "odpis"
    COST = "cost", "koszty upomnienia"
    PAYMENT = "payment", "wpłata przez portal"
    RECEIPT = "receipt", "wpłata poza portalem"
    OVERPAYMENT = "overpayment", "nadpłata z bilansu otwarcia"


class Entry(PublicIdModel):
    """Zapis księgowy: one event with its postings. `(code, reference)` is unique, so a second call books nothing."""

    code = models.CharField(max_length=16, choices=EntryCode)
    reference = models.UUIDField()
    effective_on = models.DateField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    actor_ref = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "reference"], name="entry_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.effective_on}"


class Posting(models.Model):
    """Dekret: one line of an entry. `amount_gr` in grosze, debit above zero, credit below; an entry sums to zero."""

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="postings")
    account = models.CharField(max_length=24, choices=AccountKind)
    subject = models.UUIDField(null=True)
    amount_gr = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(amount_gr=0), name="posting_not_zero")]
        indexes = [models.Index(fields=["subject", "account"], include=["amount_gr"], name="posting_balance")]

    def __str__(self) -> str:
        return f"{self.account} {self.amount_gr}"
