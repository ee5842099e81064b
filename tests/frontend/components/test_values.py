"""How money, days, instants, account numbers and counts are written."""

import datetime as dt

import pytest
from django.utils import timezone

from kernel.money import Money

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("grosze", "written"),
    [
        (0, "0,00 zł"),
        (5, "0,05 zł"),
        (123456, "1 234,56 zł"),
        (100000000, "1 000 000,00 zł"),
        (-123456, "\u22121 234,56 zł"),
    ],
)
def test_money_is_written_in_zloty_with_spaces_that_never_break(draw, grosze, written):
    expected = f'<span class="money">{written.replace(" ", NBSP)}</span>'
    assert draw("{% money gr %}", gr=grosze) == expected
    assert draw("{% money gr %}", gr=Money(grosze)) == expected
    assert draw("{{ gr|money_text }}", gr=grosze) == written.replace(" ", NBSP)


def test_a_sign_is_put_before_a_positive_amount_only_when_asked_for(draw):
    assert "+25,00" in draw("{% money 2500 sign=True %}")
    assert "+" not in draw("{% money 2500 %}")
    assert "+" not in draw("{% money 0 sign=True %}")


def test_no_amount_is_a_dash_with_a_word_for_those_who_listen(draw):
    drawn = draw("{% money gr %}", gr=None)
    assert "–" in drawn
    assert "brak" in drawn
    assert "zł" not in drawn


@pytest.mark.parametrize("wrong", [12.34, "1234", True])
def test_what_is_not_whole_grosze_is_an_error_and_not_an_amount(draw, wrong):
    with pytest.raises(TypeError):
        draw("{% money gr %}", gr=wrong)


def test_a_misspelt_variable_is_an_error_and_not_a_blank(draw):
    with pytest.raises(TypeError):
        draw("{% money liability.totl_gr %}", liability={"total_gr": 100})


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (dt.date(2026, 3, 15), "15 marca 2026"),
        (dt.date(2026, 1, 1), "1 stycznia 2026"),
        (dt.date(2024, 9, 30), "30 września 2024"),
        (dt.date(2025, 10, 2), "2 października 2025"),
    ],
)
def test_a_day_is_written_with_its_month_in_the_genitive(draw, day, written):
    assert draw("{% day d %}", d=day) == (
        f'<time datetime="{day.isoformat()}">{written.replace(" ", NBSP)}</time>'
    )


def test_a_short_day_is_written_in_digits(draw):
    assert ">05.03.2026<" in draw("{% day d short=True %}", d=dt.date(2026, 3, 5))


def test_an_instant_is_not_taken_for_a_day(draw):
    with pytest.raises(TypeError):
        draw("{% day d %}", d=dt.datetime(2026, 3, 15, tzinfo=dt.UTC))


@pytest.mark.parametrize(
    ("utc", "written", "stamp"),
    [
        ((2026, 1, 15, 23, 30), f"16{NBSP}stycznia{NBSP}2026, 00:30", "2026-01-16T00:30:00+01:00"),
        ((2026, 7, 15, 23, 30), f"16{NBSP}lipca{NBSP}2026, 01:30", "2026-07-16T01:30:00+02:00"),
    ],
)
def test_an_instant_is_written_in_polish_time_winter_and_summer(draw, utc, written, stamp):
    with timezone.override("Europe/Warsaw"):
        drawn = draw("{% instant at %}", at=dt.datetime(*utc, tzinfo=dt.UTC))
    assert drawn == f'<time datetime="{stamp}">{written}</time>'


def test_an_instant_without_a_time_zone_is_refused(draw):
    with pytest.raises(ValueError, match="naive"):
        draw("{% instant at %}", at=dt.datetime(2026, 3, 15, 12, 0))  # noqa: DTZ001


@pytest.mark.parametrize("number", ["61109010140000071219812874", "PL 61 1090 1014 0000 0712 1981 2874"])
def test_an_account_number_is_written_in_groups(draw, number):
    assert ">61 1090 1014 0000 0712 1981 2874<" in draw("{% nrb n %}", n=number)


def test_what_is_not_an_account_number_is_shown_as_it_is_and_escaped(draw):
    assert ">12 &lt;b&gt;<" in draw("{% nrb n %}", n="12 <b>")


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0, "0 wpłat"),
        (1, "1 wpłata"),
        (2, "2 wpłaty"),
        (5, "5 wpłat"),
        (12, "12 wpłat"),
        (14, "14 wpłat"),
        (21, "21 wpłat"),
        (22, "22 wpłaty"),
        (112, "112 wpłat"),
        (1204, "1 204 wpłaty"),
    ],
)
def test_a_counted_noun_takes_its_polish_form(draw, number, written):
    assert draw('{% counted n "wpłata" "wpłaty" "wpłat" %}', n=number) == written.replace(" ", NBSP)


def test_an_icon_is_decoration_unless_it_is_labelled(draw, find):
    (bare,) = find(draw('{% icon "lock" %}'), "svg")
    assert bare["aria-hidden"] == "true"
    (labelled,) = find(draw('{% icon "lock" label=words %}', words='Zablokowana "teraz"'), "svg")
    assert labelled["role"] == "img"
    assert labelled["aria-label"] == 'Zablokowana "teraz"'
    assert "aria-hidden" not in labelled


def test_an_icon_that_is_not_drawn_is_an_error(draw):
    with pytest.raises(KeyError):
        draw('{% icon "unicorn" %}')
