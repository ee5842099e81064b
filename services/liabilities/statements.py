"""What a payer owes and is owed as of a day, as values with their reasons; `queries.statement` makes them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.liabilities.domain.interest import Interest, Settled

ENFORCED = "enforced"
TYPE_OFFLINE = "type_offline"
NO_ACCOUNT = "no_account"


@dataclass(frozen=True)
class Lock:
    """A payment of this due is under way (eKasa § 10 ust. 4). `payment_id` is None when somebody else ordered it.

    `amount_gr` is what is paid of the due and `principal_gr` the principal in it; `until` is when the lock ends if no money
    comes, None while that is not known or the money has come.
    """

    since: datetime
    amount_gr: int
    principal_gr: int
    state: str
    until: datetime | None
    payment_id: UUID | None


@dataclass(frozen=True)
class Due:
    """One due as of a day. `principal_gr` is what is still owed, `assessed_gr` what was assessed; all in grosze."""

    id: int
    public_id: UUID
    external_id: str
    title: str
    document_number: str
    year: int
    instalment: int | None
    due_on: date
    type_id: int
    type_code: str
    type_name: str
    regime: str
    payment_day_rule: str
    account_nrb: str
    assessed_gr: int
    principal_gr: int
    interest: Interest
    cost_gr: int
    is_enforced: bool
    enforcement_office: str
    writ_number: str
    not_payable_reason: str
    co_owners: int
    as_of: date
    settled: tuple[Settled, ...] = ()
    """What earlier payments took off a civil due."""
    decision: str = ""
    """What its decision's instalments have in common, where the gmina charges their interest together."""
    lock: Lock | None = None

    @property
    def effective_due_on(self) -> date:
        """Last day to pay without delay: the due date moved over free days."""
        return self.interest.effective_due_on

    @property
    def interest_gr(self) -> int:
        """Interest owed if it is paid on `as_of`; never computed for a due under enforcement."""
        return 0 if self.is_enforced else self.interest.total_gr

    @property
    def total_gr(self) -> int:
        """Principal, interest and the reminder costs shown with this due."""
        return self.principal_gr + self.interest_gr + self.cost_gr

    @property
    def is_overdue(self) -> bool:
        """Whether the last day to pay has passed."""
        return self.as_of > self.effective_due_on

    @property
    def is_from_earlier_year(self) -> bool:
        """Whether it is an arrear of an earlier settlement year (eKasa § 8 ust. 3)."""
        return self.year < self.as_of.year

    @property
    def is_payable(self) -> bool:
        """Whether it can be put into a basket now."""
        return not self.not_payable_reason and self.lock is None


@dataclass(frozen=True)
class Cost:
    """Costs of one delivered reminder that are still owed. `shown_with` is the due they are printed with."""

    id: int
    public_id: UUID
    number: str
    delivered_on: date
    amount_gr: int
    account_nrb: str
    shown_with: UUID | None
    lock: Lock | None = None


@dataclass(frozen=True)
class OverpaymentRow:
    """An overpayment that the office holds."""

    public_id: UUID
    type_name: str
    arose_on: date
    amount_gr: int


@dataclass(frozen=True)
class Group:
    """Dues of one type."""

    code: str
    name: str
    dues: tuple[Due, ...]

    @property
    def total_gr(self) -> int:
        """Sum of the group in grosze."""
        return sum(due.total_gr for due in self.dues)


@dataclass(frozen=True)
class Statement:
    """Everything one payer owes and is owed as of a day."""

    as_of: date
    rates_known_on: date
    groups: tuple[Group, ...]
    costs: tuple[Cost, ...]
    overpayments: tuple[OverpaymentRow, ...]

    @property
    def dues(self) -> tuple[Due, ...]:
        """All dues in the order of their groups."""
        return tuple(due for group in self.groups for due in group.dues)

    @property
    def costs_alone_gr(self) -> int:
        """Reminder costs whose dues are all settled, so that they stand alone."""
        return sum(cost.amount_gr for cost in self.costs if cost.shown_with is None)

    @property
    def total_gr(self) -> int:
        """What is owed altogether."""
        return sum(group.total_gr for group in self.groups) + self.costs_alone_gr

    @property
    def overdue_gr(self) -> int:
        """What is owed past its date."""
        return sum(due.total_gr for due in self.dues if due.is_overdue)

    @property
    def arrears_gr(self) -> int:
        """Arrears of earlier settlement years."""
        return sum(due.total_gr for due in self.dues if due.is_from_earlier_year)

    @property
    def overpayment_gr(self) -> int:
        """Overpayments that the office holds."""
        return sum(row.amount_gr for row in self.overpayments)
