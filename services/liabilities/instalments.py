"""Instalments of one decision as one thing to see and to pay. The whole is never a row but the sum of what is open."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from services.accounts.models import Payer
from services.liabilities.decisions import decision_names
from services.liabilities.models import Liability
from services.liabilities.statements import Due


@dataclass(frozen=True)
class Decision:
    """Decyzja płatna w ratach.

    `dues` are its open instalments, the earliest first; `count` is how many it has with those that are settled,
    `is_numbered` whether they are numbered 1, 2, 3 … without a gap.
    """

    type_code: str
    type_name: str
    document_number: str
    year: int
    dues: tuple[Due, ...]
    count: int
    is_numbered: bool

    @property
    def total_gr(self) -> int:
        """What is still owed of the whole in grosze; each instalment that is paid lowers it."""
        return sum(due.total_gr for due in self.dues)

    @property
    def payable(self) -> tuple[Due, ...]:
        """Open instalments that can be paid here now: paying all of them closes the rest of the decision."""
        return tuple(due for due in self.dues if due.is_payable)

    @property
    def left_out(self) -> tuple[Due, ...]:
        """Open instalments that cannot: their payment is under way, or they are not paid here at all."""
        return tuple(due for due in self.dues if not due.is_payable)


def decisions_of(payer: Payer, dues: Iterable[Due]) -> list[Decision]:
    """Decisions with at least two instalments of which some of `dues` (open ones of the payer) belong to.

    Instalments are rows with a number, of one kind, document and year, owed by the same people; a row that was written down
    to nothing is none. A constant number of queries.
    """
    rows = Liability.objects.filter(debtors=payer, instalment__isnull=False, principal_gr__gt=0)
    names = decision_names(rows)
    numbers: dict[str, list[int]] = defaultdict(list)
    for pk, number in rows.values_list("pk", "instalment"):
        if pk in names and number is not None:
            numbers[names[pk]].append(number)
    open_dues: dict[str, list[Due]] = defaultdict(list)
    for due in dues:
        if len(numbers.get(names.get(due.id, ""), ())) > 1:
            open_dues[names[due.id]].append(due)
    return [_decision(rows, sorted(numbers[name])) for name, rows in open_dues.items()]


def _decision(dues: list[Due], numbers: list[int]) -> Decision:
    first = dues[0]
    return Decision(
        type_code=first.type_code,
        type_name=first.type_name,
        document_number=first.document_number,
        year=first.year,
        dues=tuple(sorted(dues, key=lambda due: (due.due_on, due.external_id))),
        count=len(numbers),
        is_numbered=numbers == list(range(1, len(numbers) + 1)),
    )
