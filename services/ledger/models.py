"""Double entry ledger. Rows are written once; the database refuses to change them (see the migrations' triggers)."""

from django.db import models
from django.utils import timezone

from kernel.fields import EncryptedTextField, PublicIdModel


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
    REVERSAL = "reversal", "storno"
    OVERPAID_CREDIT = "overpaid_credit", "zaliczenie nadpłaty"
    OVERPAID_REFUND = "overpaid_refund", "zwrot nadpłaty"


CURRENT_XID = models.Func(
    template="(pg_current_xact_id()::text)::bigint", output_field=models.BigIntegerField()
)


class Entry(PublicIdModel):
    """Zapis księgowy: one event with its postings. `(code, reference)` is unique, so a second call books nothing.

    `digest` and `marks` prove that the entry and its postings stand as they were written (`services.ledger.domain`). `xid`
    is the transaction that wrote it: ids are given before the commit, so only it tells which entries can still appear.
    """

    code = models.CharField(max_length=16, choices=EntryCode)
    reference = models.UUIDField()
    effective_on = models.DateField()
    recorded_at = models.DateTimeField(default=timezone.now)
    actor_ref = models.CharField(max_length=80, blank=True)
    reason = EncryptedTextField(blank=True, was_plain=True)
    digest = models.BinaryField(db_default=b"")
    marks = models.BinaryField(db_default=b"")
    xid = models.BigIntegerField(db_default=CURRENT_XID, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "reference"], name="entry_once")]
        indexes = [models.Index(fields=["xid", "id"], name="entry_sealing")]

    def __str__(self) -> str:
        return f"{self.code} {self.effective_on}"


class Posting(models.Model):
    """Dekret: one line of an entry. `amount_gr` in grosze, debit above zero, credit below; an entry sums to zero.

    `line` counts the lines of the entry from 1.
    """

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="postings")
    account = models.CharField(max_length=24, choices=AccountKind)
    subject = models.UUIDField(null=True)
    amount_gr = models.BigIntegerField()
    line = models.PositiveSmallIntegerField(db_default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=~models.Q(amount_gr=0), name="posting_not_zero")]
        indexes = [models.Index(fields=["subject", "account"], include=["amount_gr"], name="posting_balance")]

    def __str__(self) -> str:
        return f"{self.account} {self.amount_gr}"


class Seal(models.Model):
    """Pieczęć księgi: a stretch of committed entries, chained to the seal before it.

    `members` lists the entries (transaction, id, digest; 48 bytes each) in the order of the chain; `last_xid` and
    `last_id` are those of the last of them. Written by `services.ledger.sealing`, never changed.
    """

    number = models.PositiveBigIntegerField(unique=True)
    previous = models.BinaryField()
    members = models.BinaryField()
    last_xid = models.BigIntegerField()
    last_id = models.BigIntegerField()
    sealed_at = models.DateTimeField()
    digest = models.BinaryField()

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return str(self.number)
