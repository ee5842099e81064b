"""Statements of the office's bank accounts, line by line, and what each line was matched with."""

from django.db import models
from django.db.models import F, Q

from kernel.fields import EncryptedBytesField, EncryptedTextField, PublicIdModel
from services.banking.domain.kinds import Ground, LineState, Target, Why

# Django finds the models of an app here.
from services.banking.models_postings import PostingRow as PostingRow
from services.banking.models_postings import PostingRun as PostingRun
from services.banking.models_postings import PostingSource as PostingSource
from services.banking.models_postings import PostingState as PostingState


class BankAccount(PublicIdModel):
    """Rachunek bankowy urzędu i układ, w jakim jego bank zapisuje wyciągi.

    `profile_code` names a layout that comes with the portal; `encoding` and `sign` replace its own where the bank writes
    this account otherwise. `layout` is a whole layout of its own (docs/bank-statements.md) and goes before all of them.
    """

    label = models.CharField("nazwa", max_length=80)
    account_nrb = models.CharField("rachunek (NRB)", max_length=26, unique=True)
    profile_code = models.CharField("układ pliku", max_length=40, blank=True)
    encoding = models.CharField("kodowanie", max_length=16, blank=True)
    sign = models.CharField("znak pola", max_length=1, blank=True)
    layout = models.JSONField("własny układ", null=True)
    is_active = models.BooleanField("używany", default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("label", "id")
        constraints = [
            models.CheckConstraint(condition=Q(account_nrb__regex=r"^\d{26}$"), name="bank_account_nrb"),
            models.CheckConstraint(
                condition=~Q(profile_code="") | Q(layout__isnull=False), name="bank_account_has_layout"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class FileSource(models.TextChoices):
    """Czyj to plik."""

    BANK = "bank", "wyciąg bankowy"
    SERVICE = "service", "rozliczenie ePłatności"


class FileState(models.TextChoices):
    """Stan pliku. Nothing of a file is stored before STORED, and everything from it on."""

    CHECKED = "checked", "sprawdzony, nic nie zapisano"
    QUEUED = "queued", "czeka na wczytanie"
    STORED = "stored", "w toku: dopasowywanie"
    DONE = "done", "wczytany"
    FAILED = "failed", "nieudany, nic nie zapisano"


class StatementFile(PublicIdModel):
    """Plik z banku (albo rozliczenie ePłatności) i to, jak daleko jest jego wczytanie.

    The content is kept, encrypted, from the check until all lines are tried. `busy_until` is the lease of the worker that
    reads it: a worker that dies loses it, and the next one goes on.
    """

    source = models.CharField(max_length=8, choices=FileSource)
    account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, null=True, related_name="files")
    file_name = models.CharField(max_length=160, blank=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    content = EncryptedBytesField(blank=True)
    state = models.CharField(max_length=8, choices=FileState, default=FileState.CHECKED)
    failure_code = models.CharField(max_length=60, blank=True)
    failure_line = models.PositiveIntegerField(default=0)
    control_entries = models.PositiveIntegerField(null=True)
    control_sum_gr = models.BigIntegerField(null=True)
    entries = models.PositiveIntegerField()
    known_entries = models.PositiveIntegerField(default=0)
    credits_gr = models.BigIntegerField()
    debits_gr = models.BigIntegerField()
    opening_gr = models.BigIntegerField(null=True)
    closing_gr = models.BigIntegerField(null=True)
    actor_ref = models.CharField(max_length=80, blank=True)
    read_at = models.DateTimeField(auto_now_add=True)
    queued_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    busy_until = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-read_at", "-id")
        constraints = [
            models.CheckConstraint(
                condition=Q(source="bank", account__isnull=False) | Q(source="service", account__isnull=True),
                name="statement_file_account",
            ),
            models.CheckConstraint(
                condition=Q(opening_gr__isnull=True)
                | Q(closing_gr__isnull=True)
                | Q(closing_gr=F("opening_gr") + F("credits_gr") - F("debits_gr")),
                name="statement_file_balance",
            ),
        ]
        indexes = [
            models.Index(
                fields=["queued_at"], condition=Q(state__in=("queued", "stored")), name="statement_file_work"
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.sha256[:8]}"

    @property
    def sum_gr(self) -> int:
        """Sum of the entries, signed."""
        return self.credits_gr - self.debits_gr


class Statement(PublicIdModel):
    """Wyciąg w pliku; w rozliczeniu ePłatności: jeden zbiorczy przelew, `number` to jego numer.

    A bulk transfer that several files tell is one: what a later file adds to it has no number of its own but is `part_of`
    the first, whose number of payments and sum grow.
    """

    file = models.ForeignKey(StatementFile, on_delete=models.PROTECT, related_name="statements")
    account_nrb = models.CharField(max_length=26, blank=True)
    number = models.CharField(max_length=80, blank=True)
    part_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="parts", db_index=False
    )
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    opening_gr = models.BigIntegerField(null=True)
    closing_gr = models.BigIntegerField(null=True)
    entries = models.PositiveIntegerField()
    sum_gr = models.BigIntegerField()

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=["number"], name="statement_number")]

    def __str__(self) -> str:
        return f"{self.number} {self.sum_gr}"


class StatementLine(PublicIdModel):
    """Wiersz wyciągu: one entry of the bank, or one payment of ePłatności.

    `fingerprint` is its identity (account, statement, operation, amount, place among equals): what is read again is the same
    row, and two equal real payments are two. `likeness` is equal for entries that say the same in different statements; both
    are made with the gmina's key. What the bank says of persons is encrypted; `payer_account_index` finds earlier payments
    from the same account.
    """

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="lines")
    fingerprint = models.CharField(max_length=64, unique=True)
    likeness = models.CharField(max_length=64)
    line = models.PositiveIntegerField()
    booked_on = models.DateField()
    value_on = models.DateField()
    amount_gr = models.BigIntegerField()
    payer_name = EncryptedTextField(blank=True)
    payer_account = EncryptedTextField(blank=True)
    payer_account_index = models.BinaryField(null=True)
    title = EncryptedTextField(blank=True)
    virtual_account = EncryptedTextField(blank=True)
    reference = models.CharField(max_length=80, blank=True)
    end_to_end = EncryptedTextField(blank=True)
    code = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=10, choices=[(one.value, one.value) for one in LineState])
    why = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Why], blank=True)
    why_code = models.CharField(max_length=60, blank=True)
    note = EncryptedTextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("booked_on", "id")
        constraints = [
            models.CheckConstraint(
                condition=(Q(state="to_clarify") & ~Q(why="")) | (~Q(state="to_clarify") & Q(why="")),
                name="statement_line_why",
            ),
            models.CheckConstraint(
                condition=Q(state="outgoing", amount_gr__lte=0) | ~Q(state="outgoing"),
                name="statement_line_outgoing",
            ),
        ]
        indexes = [
            models.Index(fields=["likeness"], name="statement_line_likeness"),
            models.Index(
                fields=["booked_on", "id"], condition=Q(state="to_clarify"), name="statement_line_clarify"
            ),
            models.Index(
                fields=["statement", "id"], condition=Q(state="waiting"), name="statement_line_waiting"
            ),
            models.Index(
                fields=["payer_account_index"],
                condition=Q(payer_account_index__isnull=False),
                name="statement_line_payer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booked_on} {self.amount_gr}"


class Match(PublicIdModel):
    """Dopasowanie wiersza: with what, on what ground, by whom, and how it was taken back. Rows are never removed.

    `has_acted`: the match has itself booked, settled or confirmed something, so taking it back reverses that. `entry` is the
    entry of the ledger that it made or found.
    """

    line = models.ForeignKey(StatementLine, on_delete=models.PROTECT, related_name="matches")
    target = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Target])
    ground = models.CharField(max_length=16, choices=[(one.value, one.value) for one in Ground])
    payer = models.ForeignKey("accounts.Payer", on_delete=models.PROTECT, null=True, related_name="+")
    payment = models.ForeignKey("payments.Payment", on_delete=models.PROTECT, null=True, related_name="+")
    batch = models.ForeignKey(
        "payments.SettlementBatch", on_delete=models.PROTECT, null=True, related_name="+"
    )
    service_transfer = models.ForeignKey(
        Statement, on_delete=models.PROTECT, null=True, related_name="transfer_matches"
    )
    entry = models.ForeignKey("ledger.Entry", on_delete=models.PROTECT, null=True, related_name="+")
    has_acted = models.BooleanField(default=False)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.CharField(max_length=80, blank=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.CharField(max_length=80, blank=True)
    undo_reason = EncryptedTextField(blank=True)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["line"], condition=Q(undone_at__isnull=True), name="match_one_stands"
            ),
            models.UniqueConstraint(
                fields=["payment"], condition=Q(undone_at__isnull=True), name="match_payment_once"
            ),
            models.UniqueConstraint(
                fields=["batch"], condition=Q(undone_at__isnull=True), name="match_payout_once"
            ),
            models.UniqueConstraint(
                fields=["service_transfer"], condition=Q(undone_at__isnull=True), name="match_transfer_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    target="dues",
                    payer__isnull=False,
                    entry__isnull=False,
                    payment__isnull=True,
                    batch__isnull=True,
                    service_transfer__isnull=True,
                )
                | Q(
                    target="payment", payment__isnull=False, batch__isnull=True, service_transfer__isnull=True
                )
                | Q(target="payout", batch__isnull=False, payment__isnull=True, service_transfer__isnull=True)
                | Q(
                    target="service", service_transfer__isnull=False, payment__isnull=True, batch__isnull=True
                ),
                name="match_one_target",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.ground}"

    @property
    def stands(self) -> bool:
        """Whether nobody has taken it back."""
        return self.undone_at is None
