"""Bank cards, basket rows and the bar that selects rows of a table."""

import pytest
from django import forms

DUES = [
    {"value": "a", "label": "Podatek <rolny>", "amount_gr": 8700, "checked": True, "href": "/naleznosci/a/"},
    {"value": "b", "label": "Dzierżawa", "amount_gr": 123456},
    {
        "value": "c",
        "label": "Użytkowanie wieczyste",
        "amount_gr": 45000,
        "checked": True,
        "disabled": True,
        "note": "Opłacona 3 marca",
    },
]
BANKS = [
    {"value": 25, "label": "mBank", "logo_url": "/banki/25.svg"},
    {"value": 31, "label": "PKO", "disabled": True},
    {"value": 44, "label": "ING", "disabled": True, "note": "przerwa do 6:00"},
]


class Basket(forms.Form):
    liabilities = forms.MultipleChoiceField(label="Należności", choices=[(n, n) for n in "abc"])
    bank = forms.ChoiceField(label="Bank", choices=[("25", "mBank"), ("31", "PKO")])


def checked(found):
    return [box["value"] for box in found if "checked" in box]


def test_a_fresh_basket_shows_what_is_proposed_and_never_chooses_what_is_locked(draw, find):
    boxes = find(draw("{% basket_rows form.liabilities dues %}", form=Basket(), dues=DUES), "input")
    assert checked(boxes) == ["a"]
    assert [box["value"] for box in boxes if "disabled" in box] == ["c"]
    assert [box["data-amount-gr"] for box in boxes] == ["8700", "123456", "45000"]


def test_a_basket_that_was_sent_shows_what_was_sent(draw, find):
    form = Basket({"liabilities": ["b", "c"]})
    boxes = find(draw("{% basket_rows form.liabilities dues %}", form=form, dues=DUES), "input")
    assert checked(boxes) == ["b"]


def test_a_basket_sent_empty_stays_empty_and_says_so(draw, find):
    drawn = draw("{% basket_rows form.liabilities dues %}", form=Basket({}), dues=DUES)
    assert checked(find(drawn, "input")) == []
    assert find(drawn, "fieldset")[0]["aria-describedby"] == "id_liabilities_error"
    assert "To pole jest wymagane." in drawn


def test_a_row_that_cannot_be_chosen_says_why_beside_its_box(draw, find):
    drawn = draw("{% basket_rows form.liabilities dues %}", form=Basket(), dues=DUES)
    locked = find(drawn, "input", value="c")[0]
    assert locked["aria-describedby"] == "id_liabilities_2_note"
    assert len(find(drawn, id="id_liabilities_2_note")) == 1
    assert "Opłacona 3 marca" in drawn


def test_a_row_shows_its_amount_and_escapes_its_label(draw):
    drawn = draw("{% basket_rows form.liabilities dues %}", form=Basket(), dues=DUES)
    assert '<span class="money">1\u00a0234,56\u00a0zł</span>' in drawn
    assert "Podatek &lt;rolny&gt;" in drawn
    assert "<rolny>" not in drawn


def test_the_total_is_written_by_the_server_so_that_it_is_there_without_javascript(draw, find):
    drawn = draw("{% basket_total gr %}", gr=132156)
    assert "1\u00a0321,56\u00a0zł" in drawn
    assert len(find(drawn, "output")) == 1


def test_banks_are_radio_buttons_with_a_label_each(draw, find):
    drawn = draw("{% radio_cards form.bank banks %}", form=Basket({"bank": "25"}), banks=BANKS)
    boxes = find(drawn, "input", type="radio", name="bank")
    assert checked(boxes) == ["25"]
    assert [label["for"] for label in find(drawn, "label")] == [box["id"] for box in boxes]
    assert find(drawn, "img") == [
        {"src": "/banki/25.svg", "alt": "", "loading": "lazy", "referrerpolicy": "no-referrer"}
    ]


def test_a_bank_that_is_down_cannot_be_chosen_and_says_so(draw, find):
    drawn = draw("{% radio_cards form.bank banks %}", form=Basket({"bank": "31"}), banks=BANKS)
    boxes = find(drawn, "input", type="radio")
    assert [box["value"] for box in boxes if "disabled" in box] == ["31", "44"]
    assert checked(boxes) == []
    assert "chwilowo niedostępny" in drawn
    assert "przerwa do 6:00" in drawn


def test_no_bank_chosen_is_said_on_the_group(draw, find):
    drawn = draw("{% radio_cards form.bank banks %}", form=Basket({}), banks=BANKS)
    (group,) = find(drawn, "fieldset")
    assert (group["role"], group["aria-invalid"], group["aria-describedby"]) == (
        "radiogroup",
        "true",
        "id_bank_error",
    )


def test_the_selection_bar_is_hidden_until_javascript_shows_it(draw, find):
    (bar,) = find(draw("{% select_rows %}"), class_="select-rows no-print")
    assert "hidden" in bar


def test_a_bank_without_its_value_is_an_error_and_not_a_card_that_cannot_be_paid_with(draw):
    with pytest.raises(KeyError):
        draw("{% radio_cards form.bank banks %}", form=Basket(), banks=[{"label": "mBank"}])
