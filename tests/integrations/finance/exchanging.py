"""Values of the exchange for tests: examples, and any that the formats can hold."""

import string
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from io import BytesIO

from hypothesis import strategies as st

from integrations.finance.exchange.formats import DUES, PAYMENTS, POSTINGS, Format
from integrations.finance.exchange.reading import ExchangeFile, Shape, open_exchange
from integrations.finance.exchange.values import Due, Head, Payment, Posting, ReminderCost, Value
from integrations.finance.exchange.writing import write_exchange
from tests.integrations.finance.making import OURS, PAYERS

HEAD = Head(is_full=False, as_of=date(2026, 9, 21))
EXAMPLES: dict[str, tuple[Format, tuple[Value, ...]]] = {
    "dues": (
        DUES,
        (
            Due(
                "N-2026-1001-3", "K-1001", "person", "Anna Przykładowa", "property_tax",
                "Podatek od nieruchomości 2026, rata 3", 2026, date(2026, 9, 15), 30_000,
                payer_identifier="75870300017", payer_address="ul. Próbna 1, 21-345 Borki",
                document_number="FN.3120.1001.2026", instalment=3, account_nrb=OURS, co_owners=("K-1002", "K-1003"),
                interest_pauses=((date(2026, 1, 1), date(2026, 2, 28)),),
            ),
            Due("N-2026-1002-9", "K-1002", "person", "Bartek Przykładowy", "waste_fee", "Opłata za odpady", 2026,
                date(2026, 9, 30), 6_450),
            ReminderCost("U-2026-17", "K-1001", ("N-2026-1001-3",), 1_600, date(2026, 10, 1), "UP/17/2026",
                         date(2026, 10, 8)),
        ),
    ),
    "postings": (
        POSTINGS,
        (
            Posting("DK-2026-900", "N-2026-1001-3", 30_000, date(2026, 9, 22), "K7Q2M9X4"),
            Posting("DK-2026-901", "N-2026-1002-9", -6_450, date(2026, 9, 23)),
        ),
    ),
    "payments": (
        PAYMENTS,
        (
            Payment("K7Q2M9X4-1", "K7Q2M9X4", "N-2026-1001-3", 31_700, 30_000, 100, 1_600,
                    datetime(2026, 9, 21, 12, 30, tzinfo=timezone(timedelta(hours=2))), "przelewy24", "blik",
                    "P24-100200300", 59, OURS),
            Payment("K7Q2M9X4-2", "K7Q2M9X4", "N-2026-1002-9", 6_450, 6_450, 0, 0,
                    datetime(2026, 9, 21, 10, 30, tzinfo=UTC), "przelewy24", "blik", "P24-100200300"),
        ),
    ),
}  # fmt: skip


def written(name: str, shape: Shape, values: tuple[Value, ...] | None = None, head: Head = HEAD) -> bytes:
    form, examples = EXAMPLES[name]
    file = BytesIO()
    write_exchange(file, shape, form, head, examples if values is None else values)
    return file.getvalue()


def opened(name: str, shape: Shape, content: bytes, *, check_rows: bool = True) -> ExchangeFile:
    return open_exchange(BytesIO(content), shape, EXAMPLES[name][0], check_rows=check_rows)


LETTERS = string.ascii_letters + string.digits + "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ=+-@'\"|;,.<>&/\\#_%$(){}[]!?*…–„”€😀 "


def texts(most: int, least: int = 0, letters: str = LETTERS) -> st.SearchStrategy[str]:
    """Texts as the formats keep them: single spaces, none at the ends; also such as spreadsheets would run."""
    plain = st.text(st.sampled_from(letters), min_size=least, max_size=most).map(
        lambda text: " ".join(text.split())
    )
    odd = st.sampled_from(
        ("=1+1", "@SUM(A1)", "-2+3", "+48", "'=x", "''", "-", "_x0041_", "=cmd|' /C calc'!A0", "#N/A?")
    )
    return (plain | odd if most >= 20 else plain).filter(lambda text: len(text) >= least)


IDS = texts(40, 1, LETTERS.replace(";", "").replace("|", ""))
DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
AMOUNTS = st.integers(0, 99_999_999_999)
PERIODS = st.lists(st.tuples(DAYS, DAYS).map(lambda two: (min(two), max(two))), max_size=3).map(tuple)
NRBS = st.sampled_from(("", OURS, PAYERS))
ELEMENTS = IDS.filter(lambda text: not set(text) & set(";|"))
LISTS = st.lists(ELEMENTS, max_size=4).map(tuple)

DUE_VALUES = st.builds(
    Due, IDS, IDS, st.sampled_from(("person", "company")), texts(200, 1), texts(80, 1), texts(160, 1),
    st.integers(1990, 2100), DAYS, AMOUNTS, payer_identifier=texts(20), payer_address=texts(300), document_number=texts(80),
    instalment=st.none() | st.integers(1, 366), account_nrb=NRBS, co_owners=LISTS, interest_pauses=PERIODS,
    reduced_rate=st.booleans(), enforced=st.booleans(), enforcement_office=texts(160), writ_number=texts(60),
)  # fmt: skip
COST_VALUES = st.builds(
    ReminderCost, IDS, IDS, st.lists(ELEMENTS, min_size=1, max_size=4).map(tuple), st.integers(1, 99_999_999_999), DAYS,
    texts(60), st.none() | DAYS,
)  # fmt: skip
POSTING_VALUES = st.builds(
    Posting, IDS, IDS, st.integers(-99_999_999_999, 99_999_999_999).filter(bool), DAYS, texts(32)
)
MOMENTS = st.builds(
    lambda day, seconds, hours: (
        datetime(day.year, day.month, day.day, tzinfo=timezone(timedelta(hours=hours)))
        + timedelta(seconds=seconds)
    ),
    DAYS.filter(lambda day: day < date(2100, 12, 31)),
    st.integers(0, 86_399),
    st.integers(0, 2),
)
PAYMENT_VALUES = st.tuples(
    IDS, texts(32, 1), IDS, st.integers(1, 10**9), st.integers(0, 10**9), st.integers(0, 10**9), MOMENTS, texts(40, 1),
    texts(40, 1), texts(80), AMOUNTS, NRBS,
).map(lambda told: Payment(*told[:3], sum(told[3:6]), *told[3:]))  # fmt: skip


def unique(values: st.SearchStrategy[Value]) -> st.SearchStrategy[tuple[Value, ...]]:
    key: Callable[[Value], object] = lambda value: (type(value), value.external_id)  # noqa: E731
    return st.lists(values, max_size=5, unique_by=key).map(tuple)


ANY_VALUES = {
    "dues": unique(DUE_VALUES | COST_VALUES),
    "postings": unique(POSTING_VALUES),
    "payments": unique(PAYMENT_VALUES),
}
HEADS = st.builds(Head, st.booleans(), DAYS)
