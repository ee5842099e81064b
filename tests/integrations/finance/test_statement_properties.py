"""Any valid statement that a bank can write is read back to the grosz; the library mt-940 reads standard ones alike."""

import string
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO

import mt940 as library
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.finance.lines import Encoding
from integrations.finance.statements.banks import profiles
from integrations.finance.statements.profiles import Profile
from integrations.finance.statements.reading import StatementFile, open_statements
from tests.integrations.finance.making import (
    OURS,
    PAYERS,
    STRANGERS,
    Made,
    MadeStatement,
    camt,
    elixir,
    mt940,
)

LETTERS = string.ascii_letters + string.digits + "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ ./()+"
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def line(most: int, letters: str = LETTERS) -> st.SearchStrategy[str]:
    return (
        st.text(st.sampled_from(letters), min_size=1, max_size=most)
        .map(lambda text: " ".join(text.split()))
        .filter(bool)
    )


ENTRIES = st.builds(
    lambda booked_on, shift, amount_gr, name, account, title, reference: Made(
        booked_on,
        booked_on + timedelta(days=shift),
        amount_gr,
        name,
        account,
        tuple(title),
        f"{reference:016d}",
    ),
    DAYS,
    st.integers(-20, 5),
    st.integers(-(10**9), 10**9).filter(bool),
    line(35),
    st.sampled_from((PAYERS, STRANGERS)),
    st.lists(line(35), min_size=1, max_size=4),
    st.integers(0, 3),
)
STATEMENTS = st.builds(
    MadeStatement,
    st.just(OURS),
    st.just("7"),
    st.integers(-(10**10), 10**10),
    st.lists(ENTRIES, max_size=6).map(tuple),
    DAYS,
)


def opened(content: bytes, profile: Profile) -> StatementFile:
    return open_statements(BytesIO(content), profile, account_nrb=OURS)


def assert_same(
    made: MadeStatement, file: StatementFile, *, has_balances: bool = True, has_value_day: bool = True
) -> None:
    (read,) = file.statements
    if has_balances:
        assert (read.opening_gr, read.closing_gr) == (made.opening_gr, made.closing_gr)
    assert read.sum_gr == sum(one.amount_gr for one in made.entries)
    entries = list(file.entries())
    for one, entry in zip(made.entries, entries, strict=True):
        assert (entry.amount_gr, entry.booked_on) == (one.amount_gr, one.booked_on)
        assert entry.value_on == (one.value_on if has_value_day else one.booked_on)
        assert (entry.payer_account, entry.payer_name, entry.reference) == (
            one.account,
            one.name,
            one.reference,
        )
        assert tuple(text.strip() for text in entry.title) == one.title
    assert len({entry.fingerprint for entry in entries}) == len(entries)
    likeness = Counter(entry.likeness for entry in entries)
    assert sorted(n for count in likeness.values() for n in range(count)) == sorted(
        entry.ordinal for entry in entries
    )


@settings(max_examples=8, deadline=None)
@given(
    STATEMENTS,
    st.sampled_from(list(Encoding)),
    st.sampled_from("~<?^"),
    st.booleans(),
    st.sampled_from(("\n", "\r\n")),
)
def test_any_mt940_is_read_back(
    made: MadeStatement, encoding: Encoding, sign: str, one_per_line: bool, newline: str
) -> None:
    # One subfield a line shows an empty one by byte 0xFF, which only the two single-byte code pages of PKO have.
    one_per_line = one_per_line and encoding in (Encoding.ISO_8859_2, Encoding.WINDOWS_1250)
    profile = replace(profiles()["swift_mt940"], encoding=encoding, sign=sign, one_per_line=one_per_line)
    content = mt940(made, sign=sign, encoding=encoding, one_per_line=one_per_line, newline=newline)
    assert_same(made, opened(content, profile))


@settings(max_examples=8, deadline=None)
@given(STATEMENTS, st.sampled_from(("02", "04", "08", "13")))
def test_any_camt_is_read_back(made: MadeStatement, version: str) -> None:
    assert_same(made, opened(camt(made, version=version), profiles()["camt053"]))


@settings(max_examples=8, deadline=None)
@given(STATEMENTS.filter(lambda made: bool(made.entries)), st.booleans())
def test_any_elixir_is_read_back(made: MadeStatement, quoted: bool) -> None:
    code, encoding, sign = (
        ("millennium_elixir", "cp1250", "$$$") if quoted else ("pko_elixir", "iso-8859-2", "")
    )
    content = elixir(*made.entries, encoding=encoding, quoted=quoted, sign=sign)
    assert_same(made, opened(content, profiles()[code]), has_balances=False, has_value_day=False)


@settings(max_examples=10, deadline=None)
@given(STATEMENTS)
def test_the_library_reads_standard_files_alike(made: MadeStatement) -> None:
    content = mt940(made, sign="?", encoding="utf-8", one_per_line=False)
    theirs = library.parse(content.decode(), encoding="utf-8")
    ours = list(opened(content, profiles()["swift_mt940"]).entries())
    assert [int(one.data["amount"].amount * 100) for one in theirs] == [one.amount_gr for one in ours]
    assert [date(*one.data["date"].timetuple()[:3]) for one in theirs] == [one.value_on for one in ours]


@settings(max_examples=10, deadline=None)
@given(STATEMENTS.filter(lambda made: bool(made.entries)), st.integers(1, 10**6))
def test_a_wrong_closing_balance_never_passes(made: MadeStatement, more_gr: int) -> None:
    from integrations.finance.errors import FileRefused

    wrong = replace(made, opening_gr=made.opening_gr + more_gr)
    right, other = mt940(made).splitlines(keepends=True), mt940(wrong).splitlines(keepends=True)
    mixed = b"".join(other[:4] + right[4:])
    with pytest.raises(FileRefused) as caught:
        opened(mixed, profiles()["pko_mt940"])
    assert caught.value.code == "finance_file.balance"
