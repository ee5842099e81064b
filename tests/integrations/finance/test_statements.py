"""Reading bank statements (payments.md 14.1): each bank's own shape, sums, repeated reading, equal payments, memory."""

import tracemalloc
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest

from integrations.finance.errors import FileRefused
from integrations.finance.statements.banks import profiles, samples
from integrations.finance.statements.profiles import Profile, profile_of
from integrations.finance.statements.reading import StatementFile, open_statements
from integrations.finance.statements.samples import differences
from integrations.finance.statements.values import Control, Entry
from tests.integrations.finance.making import (
    ANNA,
    OURS,
    PAYERS,
    STATEMENT,
    VIRTUAL,
    VIRTUAL_PREFIX,
    MadeStatement,
    camt,
    camt_amount,
    elixir,
    mass_csv,
    mass_fixed,
    mt940,
)

PKO, SWIFT, CAMT = profiles()["pko_mt940"], profiles()["swift_mt940"], profiles()["camt053"]


def opened(content: bytes, profile: Profile = PKO, control: Control | None = None) -> StatementFile:
    return open_statements(BytesIO(content), profile, account_nrb=OURS, control=control)


def entries(content: bytes, profile: Profile = PKO) -> list[Entry]:
    return list(opened(content, profile).entries())


@pytest.mark.parametrize("code", sorted(profiles()))
def test_each_profile_reads_its_sample_as_a_person_has_confirmed(code: str) -> None:
    assert profiles()[code].code == code
    assert differences(profiles()[code], samples()[code]) == []


@pytest.mark.parametrize("code", sorted(profiles()))
def test_a_sample_that_is_read_otherwise_is_told_with_the_place(code: str) -> None:
    sample = samples()[code]
    expected = {**sample.expected, "entries": [dict(one) for one in sample.expected["entries"]]}
    expected["entries"][0]["payer_name"] = "Kto inny"
    (told,) = differences(profiles()[code], replace(sample, expected=expected))
    assert told == "entries.0.payer_name: Anna Żółć-Przykładowa ≠ Kto inny"


def test_a_statement_tells_its_balances_and_sums() -> None:
    (one,) = opened(mt940()).statements
    assert (one.account_nrb, one.number) == (OURS, "183")
    assert (one.opening_gr, one.closing_gr) == (1_000_000, 1_035_245)
    assert (one.entries, one.credits_gr, one.debits_gr, one.sum_gr) == (3, 36_450, 1_205, 35_245)
    assert (one.opened_on, one.closed_on) == (date(2026, 9, 21), date(2026, 9, 21))


def test_an_entry_tells_all_that_matching_needs() -> None:
    first, _, refund = entries(mt940())
    assert (first.booked_on, first.value_on) == (date(2026, 9, 21), date(2026, 9, 20))
    assert (first.amount_gr, refund.amount_gr) == (30_000, -1_205)
    assert (first.payer_name, first.payer_account) == ("Anna Żółć-Przykładowa", PAYERS)
    assert first.title_text == "Podatek od nieruchomości rata 3 FN.3120.1001.2026"
    assert (first.reference, first.code, first.line) == ("2026092100000001", "020", 5)


def test_an_entry_shows_no_personal_data_where_it_is_printed() -> None:
    told = repr(entries(mt940())[0])
    assert all(secret not in told for secret in ("Anna", PAYERS, "Podatek", OURS))


def test_reading_the_same_file_again_gives_the_same_fingerprints() -> None:
    file = opened(mt940())
    prints = [one.fingerprint for one in file.entries()]
    assert prints == [one.fingerprint for one in file.entries()]
    assert prints == [one.fingerprint for one in entries(mt940())]
    assert len(set(prints)) == 3


def test_the_same_statement_in_another_code_page_has_the_same_fingerprints() -> None:
    pages = [
        (mt940(encoding=encoding, sign="?", one_per_line=False), replace(SWIFT, encoding=encoding))
        for encoding in ("utf-8", "windows-1250", "iso-8859-2", "cp852")
    ]
    assert (
        len({tuple(one.fingerprint for one in entries(content, profile)) for content, profile in pages}) == 1
    )


def test_two_equal_real_payments_stay_two() -> None:
    twins = mt940(replace(STATEMENT, entries=(ANNA, replace(ANNA, amount_gr=1), ANNA)))
    first, other, second = entries(twins)
    assert (first.ordinal, other.ordinal, second.ordinal) == (0, 0, 1)
    assert first.likeness == second.likeness
    assert len({first.fingerprint, other.fingerprint, second.fingerprint}) == 3


def test_equal_payments_on_two_pages_of_one_statement_stay_two() -> None:
    page = replace(STATEMENT, entries=(ANNA,))
    further = replace(page, opening_gr=page.closing_gr)
    content = mt940(page, further).replace(b":60F:C260921PLN10300", b":60M:C260921PLN10300")
    assert len({one.fingerprint for one in entries(content)}) == 2


def test_equal_payments_in_two_statements_without_a_number_stay_two() -> None:
    """Such a bank tells the afternoon in a statement of its own; one fingerprint for both would lose the second payment."""
    morning = replace(STATEMENT, number="", entries=(ANNA,))
    content = mt940(morning, replace(morning, opening_gr=morning.closing_gr))
    assert len({one.fingerprint for one in entries(content)}) == 2


def test_an_equal_payment_of_the_next_statement_is_another_one_and_looks_alike() -> None:
    (first,) = entries(mt940(replace(STATEMENT, entries=(ANNA,))))
    (second,) = entries(mt940(replace(STATEMENT, entries=(ANNA,), number="184")))
    assert first.fingerprint != second.fingerprint
    assert first.likeness == second.likeness


def test_several_statements_of_one_file_are_told_apart() -> None:
    file = opened(mt940(STATEMENT, replace(STATEMENT, number="184", opening_gr=STATEMENT.closing_gr)))
    assert [one.number for one in file.statements] == ["183", "184"]
    assert [(one.statement, one.statement_number) for one in file.entries()] == [(0, "183")] * 3 + [
        (1, "184")
    ] * 3


def test_a_file_that_changes_after_the_check_gives_nothing() -> None:
    stream = BytesIO(mt940())
    file = open_statements(stream, PKO, account_nrb=OURS)
    stream.seek(0)
    stream.write(mt940().replace(b"Podatek", b"podatek"))
    with pytest.raises(FileRefused) as caught:
        next(file.entries())
    assert caught.value.code == "finance_file.changed"


def test_a_day_without_entries_is_a_statement() -> None:
    for content, profile in (
        (mt940(replace(STATEMENT, entries=())), PKO),
        (camt(replace(STATEMENT, entries=())), CAMT),
    ):
        (one,) = opened(content, profile).statements
        assert (one.entries, one.opening_gr, one.closing_gr) == (0, 1_000_000, 1_000_000)


def test_what_is_known_from_elsewhere_must_agree() -> None:
    assert opened(elixir(), profiles()["pko_elixir"], Control(3, 35_245)).statements[0].sum_gr == 35_245
    for control in (Control(2, 35_245), Control(3, 35_244)):
        with pytest.raises(FileRefused):
            opened(elixir(), profiles()["pko_elixir"], control)


@pytest.mark.parametrize(
    ("value", "entry", "booked_on"),
    [
        ("261231", "0102", date(2027, 1, 2)),
        ("270102", "1231", date(2026, 12, 31)),
        ("240301", "0229", date(2024, 2, 29)),
    ],
)
def test_the_year_of_an_entry_date_is_the_nearest_one(value: str, entry: str, booked_on: date) -> None:
    content = mt940().replace(b":61:2609200921", f":61:{value}{entry}".encode(), 1)
    assert entries(content)[0].booked_on == booked_on


def test_reversals_turn_the_sign() -> None:
    lines = mt940().replace(b"0921C300,00", b"0921RD300,00", 1)
    assert entries(lines)[0].amount_gr == 30_000
    taken_back = replace(STATEMENT, entries=(replace(ANNA, amount_gr=-30_000),))
    assert entries(mt940(taken_back).replace(b"0921D300", b"0921RC300"))[0].amount_gr == -30_000


def test_a_second_line_of_field_61_and_a_long_reference_are_kept() -> None:
    content = mt940().replace(
        b"NTRFNONREF//2026092100000001", b"S020202609210000000000000001\r\nDALSZE DANE", 1
    )
    assert entries(content)[0].reference == "0000000000000001"


def test_the_swift_envelope_and_a_closing_available_balance_are_read_over() -> None:
    body = mt940().replace(
        b"\r\n-\r\n", b"\r\n:64:C260921PLN10352,45\r\n:86:INFORMACJA BANKU\r\n-}{5:{CHK:0}}\r\n"
    )
    assert len(entries(b"{1:F01BPKOPLPW}{2:O940}{4:\r\n" + body)) == 3


def test_an_account_of_mass_payments_is_told_in_each_format() -> None:
    swr = mt940().replace(b"\r\n~32Anna", f"\r\n~63{VIRTUAL}\r\n~32Anna".encode())
    assert entries(swr)[0].virtual_account == VIRTUAL
    own = {"virtual_prefixes": (VIRTUAL_PREFIX,)}
    (transfer,) = entries(elixir(ANNA, to=VIRTUAL), replace(profiles()["pko_elixir"], **own))
    assert transfer.virtual_account == VIRTUAL
    mass = camt().replace(
        f"<CdtrAcct><Id><IBAN>PL{OURS}".encode(), f"<CdtrAcct><Id><IBAN>PL{VIRTUAL}".encode()
    )
    assert entries(mass, replace(CAMT, **own))[0].virtual_account == VIRTUAL
    assert {one.virtual_account for one in entries(mass_csv(), profiles()["mass_csv"])} == {VIRTUAL}
    assert {one.virtual_account for one in entries(mass_fixed(), profiles()["mass_fixed"])} == {VIRTUAL}


def test_an_account_of_mass_payments_that_is_not_ours_refuses_the_file() -> None:
    with pytest.raises(FileRefused) as caught:
        opened(elixir(ANNA, to=VIRTUAL), profiles()["pko_elixir"])
    assert (caught.value.code, caught.value.line) == ("finance_file.other_account", 1)


def test_a_batch_of_camt_becomes_one_entry_for_each_part() -> None:
    content = camt(replace(STATEMENT, entries=(ANNA,))).decode()
    part = content[content.index("<TxDtls>") : content.index("</NtryDtls>")]
    parts = [part.replace("<TxDtls>", f"<TxDtls>{camt_amount(gr)}") for gr in (10_000, 20_000)]
    read = entries(content.replace(part, "".join(parts)).encode(), CAMT)
    assert [one.amount_gr for one in read] == [10_000, 20_000]
    (whole,) = entries(content.replace(part, part * 2).encode(), CAMT)
    assert (whole.amount_gr, whole.payer_name) == (30_000, "")


def test_announced_entries_of_camt_are_left_out() -> None:
    content = camt()
    entry = content[content.index(b"<Ntry>") : content.index(b"</Ntry>") + 7]
    more = content.replace(entry, entry + entry.replace(b"BOOK", b"PDNG"), 1)
    assert [one.fingerprint for one in entries(more, CAMT)] == [
        one.fingerprint for one in entries(content, CAMT)
    ]


@pytest.mark.parametrize("write", [mt940, camt], ids=["mt940", "camt"])
def test_a_thousand_entries_need_memory_for_few(write: object) -> None:
    many = MadeStatement(OURS, "1", 0, tuple(replace(ANNA, reference=f"{n:016d}") for n in range(1_000)))
    content = mt940(many) if write is mt940 else camt(many)
    profile = PKO if write is mt940 else CAMT
    stream = BytesIO(content)
    tracemalloc.start()
    try:
        file = open_statements(stream, profile, account_nrb=OURS)
        count = sum(1 for _ in file.entries())
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 1_000
    assert len(content) > 200_000
    assert peak < 1_000_000  # digests of the entries, not the entries


def test_a_profile_of_settings_is_read_as_strictly_as_ours() -> None:
    profile = profile_of(
        {"format": "mt940", "code": "bs", "name": "Bank Spółdzielczy", "encoding": "cp852", "sign": "^"}
    )
    content = mt940(sign="^", encoding="cp852", one_per_line=False)
    assert len(entries(content, profile)) == 3


@pytest.mark.parametrize("word", ["RÓŻANA", "MÓŁ", "STRÓŻE", "PODRÓŻ ĆĄ"])
def test_words_that_happen_to_be_utf_8_are_read_as_declared(word: str) -> None:
    made = replace(STATEMENT, entries=(replace(ANNA, name=word, title=(word,)),))
    for encoding in ("iso-8859-2", "windows-1250"):
        (entry,) = entries(
            mt940(made, encoding=encoding, sign="?", one_per_line=False), replace(SWIFT, encoding=encoding)
        )
        assert (entry.payer_name, entry.title) == (word, (word,))
