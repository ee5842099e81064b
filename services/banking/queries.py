"""Statements and their lines as the desk shows them, and what a line could be matched with."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from integrations.finance.statements.values import Control
from kernel.actors import Actor
from kernel.errors import NotFound
from services.accounts.access import require, types_handled
from services.banking.domain.kinds import CONTRADICTS, LineState, Why
from services.banking.facts import Facts, against_stored
from services.banking.models import (
    BankAccount,
    FileSource,
    FileState,
    Match,
    Statement,
    StatementFile,
    StatementLine,
)
from services.banking.proposing import Proposal, propose, service_transfers
from services.banking.reading import read_file
from services.users.domain import Verb
from tenants.configuration.models import LiabilityType, OperatorAccount


def accounts() -> QuerySet[BankAccount]:
    """All accounts of the office whose statements are read, those in use first."""
    return BankAccount.objects.order_by("-is_active", "label", "id")


def account_setting(actor: Actor, account_id: UUID) -> BankAccount:
    """One account for who configures it. Raises NotFound("bank_account.unknown")."""
    require(actor, Verb.CONFIGURE)
    row = BankAccount.objects.filter(public_id=account_id).first()
    if row is None:
        raise NotFound("bank_account.unknown")
    return row


def accounts_seen(actor: Actor) -> QuerySet[BankAccount]:
    """Accounts whose statements a clerk may see: those to which dues of a type that the clerk handles are paid, and those
    that are no type's own (of virtual accounts, of all dues together)."""
    require(actor, Verb.VIEW_PAYMENTS)
    of_a_type = LiabilityType.objects.filter(account_nrb=OuterRef("account_nrb"))
    mine = types_handled(actor).filter(account_nrb=OuterRef("account_nrb"))
    return BankAccount.objects.filter(Exists(mine) | ~Exists(of_a_type)).order_by("label", "id")


def account_for(actor: Actor, account_id: UUID) -> BankAccount:
    """An account in use whose statements the clerk reads. Raises NotFound("bank_account.unknown")."""
    row = accounts_seen(actor).filter(public_id=account_id, is_active=True).first()
    if row is None:
        raise NotFound("bank_account.unknown", field="account")
    return row


def unread_accounts() -> list[str]:
    """Numbers of accounts that the office's settings name and whose statements nobody has set up to be read."""
    named = set(LiabilityType.objects.filter(is_active=True).values_list("account_nrb", flat=True))
    named |= set(OperatorAccount.objects.filter(is_active=True).values_list("account_nrb", flat=True))
    return sorted(named - {""} - set(BankAccount.objects.values_list("account_nrb", flat=True)))


def files_seen(actor: Actor) -> QuerySet[StatementFile]:
    """Files of the accounts that the clerk sees, and those of ePłatności, newest first, without their content."""
    seen = accounts_seen(actor).order_by().values("pk")
    rows = StatementFile.objects.filter(Q(account__isnull=True) | Q(account__in=seen))
    return rows.select_related("account").defer("content")


def file_for(actor: Actor, file_id: UUID) -> StatementFile:
    """One file. Raises NotFound("statement_file.unknown")."""
    row = files_seen(actor).filter(public_id=file_id).first()
    if row is None:
        raise NotFound("statement_file.unknown")
    return row


def files_to_carry_on() -> list[UUID]:
    """Confirmed files on which nobody works now, the oldest first."""
    now = timezone.now()
    rows = StatementFile.objects.filter(state__in=(FileState.QUEUED, FileState.STORED))
    free = rows.filter(Q(busy_until__isnull=True) | Q(busy_until__lt=now))
    return list(free.order_by("queued_at", "id").values_list("public_id", flat=True))


@dataclass(frozen=True)
class Progress:
    """How far a file is: lines by what became of them."""

    waiting: int = 0
    matched: int = 0
    to_clarify: int = 0
    left: int = 0
    outgoing: int = 0

    @property
    def stored(self) -> int:
        """All lines of the file that were new."""
        return self.tried + self.waiting

    @property
    def tried(self) -> int:
        """Lines with which something has been done."""
        return self.matched + self.to_clarify + self.left + self.outgoing


def progress_of(file: StatementFile) -> Progress:
    """Counted from the lines themselves, so it is right whoever works on the file."""
    rows = StatementLine.objects.filter(statement__file=file).order_by().values_list("state")
    return Progress(**dict(rows.annotate(n=Count("pk"))))


def lines_seen(actor: Actor) -> QuerySet[StatementLine]:
    """Lines of the files that the clerk sees, with their file."""
    files = files_seen(actor).order_by().values("pk")
    rows = StatementLine.objects.filter(statement__file__in=files)
    return rows.select_related("statement__file__account").defer("statement__file__content")


def lines_to_clarify(actor: Actor) -> QuerySet[StatementLine]:
    """The queue, the oldest first."""
    return lines_seen(actor).filter(state=LineState.TO_CLARIFY.value)


def line_for(actor: Actor, line_id: UUID) -> StatementLine:
    """One line. Raises NotFound("statement_line.unknown")."""
    row = lines_seen(actor).filter(public_id=line_id).first()
    if row is None:
        raise NotFound("statement_line.unknown")
    return row


def matches_of(line: StatementLine) -> QuerySet[Match]:
    """Everything the line was ever matched with, newest first."""
    rows = line.matches.select_related("payer", "payment", "batch", "service_transfer", "entry")
    return rows.order_by("-made_at", "-id")


def standing_matches(lines: Collection[StatementLine]) -> Mapping[int, Match]:
    """By the primary key of the line, the match that stands."""
    rows = Match.objects.filter(line__in=[row.pk for row in lines], undone_at__isnull=True)
    return {row.line_id: row for row in rows.select_related("payer", "payment", "batch", "service_transfer")}


@dataclass(frozen=True)
class CheckedLine:
    """A line of a file that is only checked: `is_known` when it is stored already, else what it would be matched with."""

    facts: Facts
    is_known: bool
    outcome: Proposal | Why | None


class CheckedLines:
    """Lines of a checked file for a paginator. The file is read anew for each page, so memory stays at one page."""

    def __init__(self, file: StatementFile) -> None:
        self.file = file

    def __len__(self) -> int:
        return self.file.entries

    def __getitem__(self, wanted: slice) -> list[CheckedLine]:
        """The lines of one page. Raises FileRefused when the account's layout was changed since the check."""
        read = read_file(BytesIO(self.file.content), self.file.account, control_of(self.file))
        some = against_stored(list(islice(read.lines(), wanted.start, wanted.stop)))
        fingerprints = [one.fingerprint for one in some]
        stored = StatementLine.objects.filter(fingerprint__in=fingerprints)
        known = set(stored.values_list("fingerprint", flat=True))
        return [_checked(one, one.fingerprint in known) for one in some]


def _checked(facts: Facts, is_known: bool) -> CheckedLine:
    if facts.contradicts and not is_known:
        return CheckedLine(facts, is_known, Why.AMOUNT)
    is_tried = not is_known and facts.amount_gr > 0
    return CheckedLine(facts, is_known, propose(facts) if is_tried else None)


def control_of(file: StatementFile) -> Control | None:
    """What the clerk typed from the bank's page, to be compared with the file each time it is read."""
    if file.control_entries is None or file.control_sum_gr is None:
        return None
    return Control(file.control_entries, file.control_sum_gr)


def transfers_of(file: StatementFile) -> QuerySet[Statement]:
    """Bulk transfers to which a settlement file of ePłatności has added payments; one that other files tell too is whole."""
    own = Q(file=file) | Q(pk__in=file.statements.values("part_of"))
    return Statement.objects.filter(own, part_of__isnull=True).exclude(number="").order_by("id")


def contradictions(file: StatementFile) -> list[str]:
    """Numbers of payments that a file of ePłatności tells with another amount than an earlier file, as far as nobody has
    clarified them. Raises FileRefused as `CheckedLines` does."""
    if file.source != FileSource.SERVICE:
        return []
    if file.state == FileState.CHECKED:
        told = CheckedLines(file)[0 : file.entries]
        return [one.facts.reference for one in told if one.facts.contradicts and not one.is_known]
    rows = StatementLine.objects.filter(statement__file=file, why_code=CONTRADICTS)
    return list(rows.order_by("id").values_list("reference", flat=True))


def service_transfer(actor: Actor, transfer_id: UUID) -> Statement:
    """A bulk transfer of ePłatności. Raises NotFound("match.unknown")."""
    require(actor, Verb.BOOK_PAYMENT)
    row = service_transfers().filter(public_id=transfer_id).first()
    if row is None:
        raise NotFound("match.unknown")
    return row
