"""Text of the transfer QR code: ZBP recommendation 2D of 2013-12-03 (law.md section 9)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import InvalidInput
from kernel.identifiers import transfer_qr

NRB = "92124012340001567890123456"


def test_the_official_sample_comes_out_to_the_letter() -> None:
    text = transfer_qr(nip="1234567890", nrb=NRB, amount_gr=1200, name="Odbiorca 1", title="FV 1234/34/2012")
    assert text == "1234567890|PL|92124012340001567890123456|001200|Odbiorca 1|FV 1234/34/2012|||"


def test_names_are_cut_by_characters_and_not_by_bytes() -> None:
    text = transfer_qr(
        nrb=NRB,
        amount_gr=14057,
        name="Urząd Miejski w Dąbrowie Górniczej",
        title="Podatek od nieruchomości 2026 rata 3, dec. FN.3120.123.2026",
    )
    assert text == f"|PL|{NRB}|014057|Urząd Miejski w Dąbr|Podatek od nieruchomości 2026 ra|||"
    name, title = text.split("|")[4:6]
    assert (len(name), len(title)) == (20, 32)
    assert (len(name.encode()), len(title.encode())) == (22, 33)


@pytest.mark.parametrize(
    ("amount_gr", "field"), [(0, "000000"), (1, "000001"), (999999, "999999"), (1000000, "1000000")]
)
def test_amount_is_in_grosze_with_at_least_six_digits(amount_gr: int, field: str) -> None:
    assert transfer_qr(nrb=NRB, amount_gr=amount_gr, name="Gmina", title="x").split("|")[3] == field


def test_the_code_carries_160_characters_and_not_one_more() -> None:
    fields = {"nip": "1234567890", "nrb": NRB, "name": "x" * 20, "title": "y" * 32}
    assert len(transfer_qr(amount_gr=10**61, **fields)) == 160
    with pytest.raises(InvalidInput, match=r"transfer_qr\.too_long") as raised:
        transfer_qr(amount_gr=10**62, **fields)
    assert raised.value.params == {"length": 161}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"nip": "123456789"}, "transfer_qr.nip"),
        ({"nip": "526-104-08-28"}, "transfer_qr.nip"),
        ({"nrb": "92124012340001567890123457"}, "transfer_qr.nrb"),
        ({"nrb": "PL" + NRB}, "transfer_qr.nrb"),
        ({"amount_gr": -1}, "transfer_qr.amount"),
        ({"name": "Urząd|Gminy"}, "transfer_qr.name"),
        ({"name": " " * 20 + "Gmina"}, "transfer_qr.name"),
        ({"name": "Urząd\nGminy"}, "transfer_qr.name"),
        ({"title": ""}, "transfer_qr.title"),
        ({"title": "a|b"}, "transfer_qr.title"),
        ({"title": "x" * 40 + "|"}, "transfer_qr.title"),
        ({"amount_gr": 10**140}, "transfer_qr.too_long"),
    ],
)
def test_what_the_code_cannot_carry_is_refused(changed: dict[str, object], code: str) -> None:
    given_fields = {"nip": "", "nrb": NRB, "amount_gr": 100, "name": "Gmina", "title": "Podatek"} | changed
    with pytest.raises(InvalidInput) as raised:
        transfer_qr(**given_fields)
    assert raised.value.code == code


@given(
    st.text(st.characters(exclude_characters="|", exclude_categories=("C",)), min_size=1).filter(
        lambda text: text[:20].strip()
    ),
    st.text(st.characters(exclude_characters="|", exclude_categories=("C",)), min_size=1).filter(
        lambda text: text[:20].strip()
    ),
    st.integers(0, 10**12),
)
def test_every_code_has_nine_fields_and_fits_into_160_characters(
    name: str, title: str, amount_gr: int
) -> None:
    text = transfer_qr(nrb=NRB, amount_gr=amount_gr, name=name, title=title)
    fields = text.split("|")
    assert len(fields) == 9
    assert len(text) <= 160
    assert fields[4] == name[:20]
    assert fields[5] == title[:32]
    assert int(fields[3]) == amount_gr
