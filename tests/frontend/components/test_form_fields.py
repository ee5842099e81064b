"""Any Django form is drawn with its labels, hints and errors wired to its fields."""

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from frontend.components.widgets import DayInput, DigitsInput, FileInput, MoneyInput


class Registration(forms.Form):
    pesel = forms.CharField(label="PESEL", help_text="11 cyfr", widget=DigitsInput)
    nick = forms.CharField(label="Pseudonim", required=False)
    password = forms.CharField(label="Hasło", widget=forms.PasswordInput)
    answer = forms.ChoiceField(
        label="Odpowiedź", choices=[("mail", "E-mailem"), ("letter", "Listem")], widget=forms.RadioSelect
    )
    topics = forms.MultipleChoiceField(
        label="Tematy", choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple, required=False
    )
    terms = forms.BooleanField(label="Akceptuję regulamin", help_text="Wersja z 28 stycznia 2020")
    token = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> None:
        raise forms.ValidationError("Nie możemy teraz założyć konta.")


def test_a_fresh_field_points_at_its_hint_and_at_nothing_that_is_not_there(draw, find):
    drawn = draw("{% field form.pesel %}", form=Registration())
    (box,) = find(drawn, "input")
    assert box["aria-describedby"] == "id_pesel_hint"
    assert "aria-invalid" not in box
    assert [label["for"] for label in find(drawn, "label")] == ["id_pesel"]
    assert '<p class="field__hint" id="id_pesel_hint">11 cyfr</p>' in drawn


def test_a_wrong_field_points_at_its_hint_and_its_error(draw, find):
    drawn = draw("{% field form.pesel %}", form=Registration({}))
    (box,) = find(drawn, "input")
    assert box["aria-describedby"] == "id_pesel_hint id_pesel_error"
    assert box["aria-invalid"] == "true"
    assert len(find(drawn, id="id_pesel_error")) == 1
    assert "To pole jest wymagane." in drawn


def test_every_described_id_is_on_the_page_once(draw, find):
    drawn = draw("{% form_fields form %}", form=Registration({}))
    ids = [each["id"] for each in find(drawn) if "id" in each]
    assert len(ids) == len(set(ids))
    described = " ".join(each["aria-describedby"] or "" for each in find(drawn) if "aria-describedby" in each)
    assert described
    assert set(described.split()) <= set(ids)
    assert {each["for"] for each in find(drawn, "label")} <= set(ids)


def test_required_and_optional_fields_are_marked_in_words_and_signs(draw, find):
    drawn = draw("{% form_fields form %}", form=Registration())
    assert "Pola oznaczone gwiazdką" in drawn
    optional = draw("{% field form.nick %}", form=Registration())
    assert "(nieobowiązkowe)" in optional
    assert "field__star" not in optional
    assert "required" in find(draw("{% field form.pesel %}", form=Registration()), "input")[0]


def test_radio_buttons_stand_in_one_named_group_and_say_what_is_wrong(draw, find):
    drawn = draw("{% field form.answer %}", form=Registration({}))
    (group,) = find(drawn, "fieldset")
    assert (group["role"], group["aria-invalid"]) == ("radiogroup", "true")
    assert group["aria-describedby"] == "id_answer_error"
    assert [box["id"] for box in find(drawn, "input", type="radio")] == ["id_answer_0", "id_answer_1"]
    assert "<legend" in drawn


def test_a_choice_that_was_sent_is_drawn_chosen(draw, find):
    drawn = draw("{% form_fields form %}", form=Registration({"answer": "letter", "topics": ["b"]}))
    checked = [box["value"] for box in find(drawn, "input") if "checked" in box]
    assert checked == ["letter", "b"]


def test_a_single_checkbox_is_described_by_its_error_and_its_hint(draw, find):
    drawn = draw("{% field form.terms %}", form=Registration({}))
    (box,) = find(drawn, "input")
    assert box["aria-describedby"] == "id_terms_hint id_terms_error"
    assert len(find(drawn, "label", for_="id_terms")) == 1


@pytest.mark.covers("S108")
def test_a_password_is_never_written_back_to_the_page(draw, find):
    drawn = draw("{% form_fields form %}", form=Registration({"password": "Zielony-Parasol-1875"}))
    (box,) = find(drawn, "input", name="password")
    assert box["type"] == "password"
    assert "value" not in box
    assert "Zielony-Parasol-1875" not in drawn


def test_hidden_fields_are_drawn_without_a_label(draw, find):
    drawn = draw('{% form_fields form only="token" %}', form=Registration(initial={"token": "t"}))
    (box,) = find(drawn, "input")
    assert (box["type"], box["value"]) == ("hidden", "t")
    assert find(drawn, "label") == []


def test_only_and_without_choose_fields(draw, find):
    only = draw('{% form_fields form only="nick pesel" %}', form=Registration())
    assert [box["name"] for box in find(only, "input")] == ["nick", "pesel"]
    without = draw('{% form_fields form without="answer topics terms token" %}', form=Registration())
    assert [box["name"] for box in find(without, "input")] == ["pesel", "nick", "password"]
    with pytest.raises(KeyError):
        draw('{% form_fields form only="peesel" %}', form=Registration())


def test_what_people_typed_is_escaped_when_shown_again(draw, find):
    hostile = '"><script>alert(1)</script>'
    drawn = draw("{% form_fields form %}", form=Registration({"nick": hostile}))
    (box,) = find(drawn, "input", name="nick")
    assert box["value"] == hostile
    assert find(drawn, "script") == []


def test_the_summary_links_every_wrong_field_and_takes_the_focus(draw, find):
    drawn = draw("{% error_summary form %}", form=Registration({}))
    assert [link["href"] for link in find(drawn, "a")] == [
        "#id_pesel",
        "#id_password",
        "#id_answer_0",
        "#id_terms",
    ]
    (box,) = find(drawn, class_="error-summary")
    assert box["tabindex"] == "-1"
    assert "autofocus" in box
    assert "PESEL: To pole jest wymagane." in drawn
    assert "<li>Nie możemy teraz założyć konta.</li>" in drawn


def test_the_summary_and_the_prefix_are_silent_when_nothing_is_wrong(draw):
    assert draw("{% error_summary form none %}", form=Registration(), none=None).strip() == ""
    assert draw("{% error_prefix form %}", form=Registration()) == ""


def test_the_title_begins_with_the_word_error_after_a_refusal(draw):
    assert draw("{% error_prefix form %}", form=Registration({})) == "Błąd: "


def test_a_message_that_says_what_to_do_is_listed_as_it_is(draw):
    form = Registration({})
    form.add_error("pesel", "Podaj PESEL, 11 cyfr.")
    assert ">Podaj PESEL, 11 cyfr.</a>" in draw("{% error_summary form %}", form=form)


class Typing(forms.Form):
    amount = forms.CharField(label="Kwota", widget=MoneyInput)
    day = forms.DateField(label="Dzień", widget=DayInput)
    file = forms.FileField(label="Plik", widget=FileInput(accept=".csv"))
    kind = forms.ChoiceField(label="Rodzaj", choices=[("a", "A")])


def test_widgets_ask_for_the_right_keyboard_and_keep_their_classes(draw, find):
    drawn = draw("{% form_fields form %}", form=Typing({"day": "2026-03-15"}))
    amount, day, file = find(drawn, "input")
    assert (amount["inputmode"], amount["class"]) == ("decimal", "input input--money")
    assert (day["type"], day["value"], day["class"]) == ("date", "2026-03-15", "input input--day")
    assert (file["type"], file["accept"]) == ("file", ".csv")
    assert find(drawn, "select")[0]["class"] == "select"
    assert '<span class="affixed__affix" aria-hidden="true">zł</span>' in drawn


def test_a_file_that_was_sent_is_not_written_back(draw, find):
    form = Typing({}, {"file": SimpleUploadedFile("tajne.csv", b"x")})
    drawn = draw("{% field form.file %}", form=form)
    assert "value" not in find(drawn, "input")[0]
    assert "tajne.csv" not in drawn


def test_several_boxes_of_one_field_stand_under_one_legend(draw, find):
    class When(forms.Form):
        at = forms.SplitDateTimeField(label="Kiedy", help_text="Według zegara w urzędzie")

    drawn = draw("{% field form.at %}", form=When({}))
    (group,) = find(drawn, "fieldset")
    assert group["aria-describedby"] == "id_at_hint id_at_error"
    assert len(find(drawn, "input")) == 2
