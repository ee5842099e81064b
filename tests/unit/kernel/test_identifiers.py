"""Identifiers of law.md section 9, checked by the weights written out there and not by the library's code."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import InvalidInput
from kernel.identifiers import (
    PeselFault,
    format_nrb,
    is_valid_nip,
    is_valid_nrb,
    is_valid_pesel,
    is_valid_regon,
    masked_pesel,
    normalise_nip,
    normalise_nrb,
    normalise_pesel,
    normalise_regon,
    pesel_birth_date,
    pesel_fault,
)

DIGITS = st.text("0123456789", min_size=8, max_size=28)


def weighted(value: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(value, weights, strict=False))


def pesel_by_the_book(value: str) -> bool:
    if len(value) != 11 or set(value) == {"0"}:
        return False
    century, month = divmod(int(value[2:4]), 20)
    try:
        date((1900, 2000, 2100, 2200, 1800)[century] + int(value[:2]), month, int(value[4:6]))
    except ValueError:
        return False
    return (10 - weighted(value, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10) % 10 == int(value[10])


def nip_by_the_book(value: str) -> bool:
    if len(value) != 10 or set(value) == {"0"}:
        return False
    return weighted(value, (6, 5, 7, 2, 3, 4, 5, 6, 7)) % 11 == int(value[9])


def regon_by_the_book(value: str) -> bool:
    if len(value) not in (9, 14) or set(value[:9]) == {"0"}:
        return False
    if weighted(value, (8, 9, 2, 3, 4, 5, 6, 7)) % 11 % 10 != int(value[8]):
        return False
    if len(value) == 9:
        return True
    return weighted(value, (2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8)) % 11 % 10 == int(value[13])


def nrb_by_the_book(value: str) -> bool:
    return len(value) == 26 and int(value[2:] + "2521" + value[:2]) % 97 == 1


def pesel_of(born_on: date, serial: int) -> str:
    month = born_on.month + {18: 80, 19: 0, 20: 20, 21: 40, 22: 60}[born_on.year // 100]
    stem = f"{born_on.year % 100:02d}{month:02d}{born_on.day:02d}{serial:04d}"
    return stem + str(-weighted(stem, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10)


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("44051401359", None),
        ("44051401358", PeselFault.CHECK_DIGIT),
        ("00000000000", PeselFault.ZEROS),
        ("02133012346", PeselFault.BIRTH_DATE),  # month 13
        ("99023012345", PeselFault.BIRTH_DATE),  # 30 February
        ("4405140135", PeselFault.FORMAT),
        ("440514013590", PeselFault.FORMAT),
        ("44051401359 ", PeselFault.FORMAT),
        ("44051401359\n", PeselFault.FORMAT),
        ("4405140135O", PeselFault.FORMAT),
        ("٤٤٠٥١٤٠١٣٥٩", PeselFault.FORMAT),  # digits, but not ASCII ones
        ("", PeselFault.FORMAT),
    ],
)
def test_pesel_is_judged_with_the_reason(value: str, fault: PeselFault | None) -> None:
    assert pesel_fault(value) is fault
    assert is_valid_pesel(value) is (fault is None)


def test_a_wrong_check_digit_is_told_apart_so_that_an_official_may_still_enter_it() -> None:
    wrong = "44051401350"
    assert pesel_fault(wrong) is PeselFault.CHECK_DIGIT
    assert pesel_birth_date(wrong) == date(1944, 5, 14)


@given(st.dates(date(1800, 1, 1), date(2299, 12, 31)), st.integers(0, 9999))
def test_pesel_of_five_centuries_gives_back_the_birth_date(born_on: date, serial: int) -> None:
    value = pesel_of(born_on, serial)
    assert is_valid_pesel(value)
    assert pesel_birth_date(value) == born_on
    broken = value[:-1] + str((int(value[-1]) + 1) % 10)
    assert pesel_fault(broken) is PeselFault.CHECK_DIGIT


@pytest.mark.parametrize(("value", "code"), [("123", "pesel.format"), ("44134501359", "pesel.birth_date")])
def test_birth_date_of_what_is_no_pesel_is_refused(value: str, code: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        pesel_birth_date(value)
    assert raised.value.code == code
    assert raised.value.params == {}


def test_masked_pesel_hides_the_birth_date_and_never_shows_a_malformed_value() -> None:
    assert masked_pesel("44051401359") == "*******1359"
    assert masked_pesel("Jan Kowalski") == "***********"


@pytest.mark.parametrize(
    ("value", "valid"),
    [
        ("5261040828", True),
        ("5260001246", True),
        ("5261040827", False),
        ("1234567890", False),  # weighted sum mod 11 is 10
        ("0000000000", False),
        ("526104082", False),
        ("526-104-08-28", False),
        ("PL5261040828", False),
    ],
)
def test_nip(value: str, valid: bool) -> None:
    assert is_valid_nip(value) is valid


@pytest.mark.parametrize(
    ("value", "valid"),
    [
        ("192598184", True),
        ("123456785", True),
        ("12345678512347", True),
        ("192598183", False),
        ("12345678612342", False),  # first nine wrong
        ("12345678512348", False),  # last digit wrong
        ("000000000", False),
        ("00000000000000", False),
        ("00000000010001", False),  # a unit of nobody: the first nine are no REGON
        ("1925981840", False),
    ],
)
def test_regon_of_nine_and_fourteen_digits(value: str, valid: bool) -> None:
    assert is_valid_regon(value) is valid


@pytest.mark.parametrize(
    ("value", "valid"),
    [
        ("92124012340001567890123456", True),  # the sample of the ZBP recommendation
        ("61109010140000071219812874", True),
        ("61109010140000071219812875", False),
        ("00000000000000000000000000", False),
        ("PL61109010140000071219812874", False),
        ("61 1090 1014 0000 0712 1981 2874", False),
        ("6110901014000007121981287", False),
    ],
)
def test_nrb_is_always_computed(value: str, valid: bool) -> None:
    assert is_valid_nrb(value) is valid


def test_one_pair_of_check_digits_out_of_a_hundred_fits_an_account() -> None:
    pairs = (f"{number:02d}" for number in range(100))
    assert [pair for pair in pairs if is_valid_nrb(pair + "109010140000071219812874")] == ["61"]


@given(DIGITS)
def test_all_identifiers_agree_with_the_weights_of_the_law(value: str) -> None:
    assert is_valid_pesel(value) == pesel_by_the_book(value)
    assert is_valid_nip(value) == nip_by_the_book(value)
    assert is_valid_regon(value) == regon_by_the_book(value)
    assert is_valid_nrb(value) == nrb_by_the_book(value)


@given(st.text("0123456789", min_size=13, max_size=13), st.text("0123456789", min_size=24, max_size=24))
def test_exactly_one_last_digit_fits_each_stem(stem: str, bban: str) -> None:
    for valid, by_the_book, length in (
        (is_valid_nip, nip_by_the_book, 9),
        (is_valid_regon, regon_by_the_book, 8),
        (is_valid_regon, regon_by_the_book, 13),
        (is_valid_pesel, pesel_by_the_book, 10),
    ):
        candidates = [stem[:length] + digit for digit in "0123456789"]
        assert [valid(c) for c in candidates] == [by_the_book(c) for c in candidates]
        assert sum(map(valid, candidates)) <= 1
    check = f"{98 - int(bban + '252100') % 97:02d}"
    assert is_valid_nrb(check + bban)


@pytest.mark.parametrize(
    ("normalise", "typed", "digits"),
    [
        (normalise_pesel, " 440514 01359 ", "44051401359"),
        (normalise_nip, "PL 526-104-08-28", "5261040828"),
        (normalise_nip, "pl5261040828", "5261040828"),
        (normalise_regon, "192 598 184", "192598184"),
        (normalise_nrb, "PL61 1090 1014 0000 0712 1981 2874", "61109010140000071219812874"),
        (normalise_nrb, "61\u00a01090\u20111014 0000-0712 1981 2874", "61109010140000071219812874"),
        (normalise_pesel, "4405140135x", "4405140135x"),
    ],
)
def test_what_people_type_between_digits_is_removed(normalise, typed: str, digits: str) -> None:
    assert normalise(typed) == digits


def test_account_number_is_written_in_the_groups_people_read() -> None:
    assert format_nrb("61109010140000071219812874") == "61 1090 1014 0000 0712 1981 2874"
    with pytest.raises(InvalidInput, match=r"nrb\.format"):
        format_nrb("61 1090")
