"""Postings of a file or a call as rows that are not stored yet. What is wrong with one row is noted in it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO, Final

from integrations.finance.errors import FileRefused
from integrations.finance.exchange.cells import value_of
from integrations.finance.exchange.formats import POSTINGS, Record
from integrations.finance.exchange.reading import Shape, open_exchange
from integrations.finance.exchange.rows import Row
from integrations.finance.exchange.values import Posting
from services.banking.domain.postings import Outcome
from services.banking.models import PostingRow

MOST_ROWS: Final = 100_000
HEAD: Final = b"skarbnik.postings"


@dataclass(frozen=True)
class ReadPostings:
    """A sound file: its control sums agree. `sum_gr` in grosze, signed."""

    sha256: str
    as_of: date | None
    sum_gr: int
    rows: list[PostingRow] = field(repr=False)


def read_postings(file: BinaryIO, shape: Shape) -> ReadPostings:
    """Read a whole file. Raises FileRefused for what is wrong with it as a whole, also ("too_many") above MOST_ROWS."""
    opened = open_exchange(file, shape, POSTINGS, check_rows=False)
    count = sum(one.count for one in opened.sums)
    if count > MOST_ROWS:
        raise FileRefused("too_many", most=MOST_ROWS)
    return ReadPostings(
        sha256=opened.sha256,
        as_of=opened.head.as_of if opened.head else None,
        sum_gr=sum(one.sum_gr for one in opened.sums),
        rows=list(_rows(opened.rows())),
    )


def posting_rows(rows: Iterable[Mapping[str, Any]]) -> list[PostingRow]:
    """Rows of a call, judged as those of a file; their lines count from 1."""
    record = POSTINGS.default
    return list(_rows((record, Row(line, row)) for line, row in enumerate(rows, start=1)))


def _rows(rows: Iterable[tuple[Record, Row]]) -> Iterator[PostingRow]:
    for record, row in rows:
        try:
            value = value_of(record, row.values, row.line)
            assert isinstance(value, Posting)
        except FileRefused as error:
            told = str(error.params.get("field", ""))[:40]
            yield PostingRow(
                line=row.line, is_done=True, outcome=Outcome.REFUSED, code=error.code[:60], field=told
            )
            continue
        yield PostingRow(
            line=row.line,
            external_id=value.external_id,
            due_number=value.due_external_id,
            amount_gr=value.amount_gr,
            posted_on=value.posted_on,
            reference=value.reference.lower(),
        )
