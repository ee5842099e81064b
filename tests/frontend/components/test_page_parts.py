"""Headings, cards, buttons, navigation inside a page, notices, steps, history, figures and bars."""

import datetime as dt

import pytest
from django.core.paginator import Paginator
from django.test import RequestFactory

HOSTILE = '"><script>alert(1)</script>'


@pytest.mark.parametrize(
    "source",
    [
        "{% pageheader x lead=x eyebrow=x %}{{ x }}{% endpageheader %}",
        "{% card x href=x id=x badge=x %}{{ x }}{% endcard %}",
        "{% disclosure x %}{{ x }}{% enddisclosure %}",
        "{% actions %}{% button x name=x value=x id=x form=x describedby=x %}{% endactions %}",
        "{% button x href=x %}",
        "{% toolbar %}{% search x name=x value=x hint=x action=x %}{% endtoolbar %}",
        "{% facts %}{% fact x href=x action=x %}{{ x }}{% endfact %}{% endfacts %}",
        "{% table x id=x %}<tbody><tr><td>{{ x }}</td></tr></tbody>{% endtable %}",
        "{% badge x %}",
        "{% notice 'info' title=x id=x %}{{ x }}{% endnotice %}",
        "{% outcome 'success' x %}{{ x }}{% endoutcome %}",
        "{% confirm x %}{{ x }}{% endconfirm %}",
        "{% emptystate x %}{{ x }}{% endemptystate %}",
        "{% figures %}{% figure x text=x note=x href=x %}{% endfigures %}",
        "{% steps steps label=x %}",
        "{% payment_steps failed=x %}",
        "{% history acts title=x %}",
        "{% copyable x x shown=x %}",
        "{% bar_chart bars x unit=x %}",
        "{% breadcrumbs links %}",
        "{% tabs links x %}",
        "{% fieldset x hint=x %}{{ x }}{% endfieldset %}",
        "{% row_checkbox x x x %}",
        "{% basket_total 1 label=x %}",
        "{% select_rows total_label=x %}",
    ],
)
def test_every_text_given_to_a_component_is_escaped(draw, find, source):
    now = dt.datetime(2026, 3, 3, 9, 12, tzinfo=dt.UTC)
    drawn = draw(
        source,
        x=HOSTILE,
        links=[{"label": HOSTILE, "href": HOSTILE, "count": HOSTILE}],
        steps=[{"label": HOSTILE, "state": "done", "note": HOSTILE}],
        acts=[{"title": HOSTILE, "at": now, "actor": HOSTILE, "role": HOSTILE, "text": HOSTILE}],
        bars=[{"label": HOSTILE, "value": 1}],
    )
    assert find(drawn, "script") == []
    assert "&lt;script&gt;" in drawn


def test_the_page_header_holds_the_heading_and_leaves_no_empty_box(draw, find):
    drawn = draw('{% pageheader "Wpłaty" %} {% endpageheader %}')
    assert "<h1>Wpłaty</h1>" in drawn
    assert "pageheader__tools" not in drawn
    assert "pageheader__tools" in draw('{% pageheader "Wpłaty" %}{% badge "Nowa" %}{% endpageheader %}')


def test_a_button_is_a_button_and_a_link_is_a_link(draw, find):
    (button,) = find(draw('{% button "Zapłać" name="krok" value="2" %}'), "button")
    assert (button["type"], button["name"], button["value"]) == ("submit", "krok", "2")
    drawn = draw('{% button "Dalej" href="/dalej/" %}')
    assert find(drawn, "a")[0]["href"] == "/dalej/"
    assert find(drawn, "button") == []


@pytest.mark.parametrize(
    "source",
    ['{% button "x" kind="tertiary" %}', '{% badge "x" "red" %}', '{% notice "red" %}{% endnotice %}'],
)
def test_a_kind_that_does_not_exist_is_an_error(draw, source):
    with pytest.raises(ValueError, match="kind"):
        draw(source)


def test_a_badge_has_a_sign_and_a_word(draw, find):
    signs = {kind: draw("{% badge 'Stan' kind %}", kind=kind) for kind in ("info", "success", "danger")}
    assert all(find(drawn, "svg") and "<span>Stan</span>" in drawn for drawn in signs.values())
    assert len({drawn[drawn.index("<svg") : drawn.index("</svg>")] for drawn in signs.values()}) == 3


@pytest.mark.parametrize(
    ("kind", "role"), [("danger", "alert"), ("warning", "alert"), ("success", "status"), ("info", "status")]
)
def test_only_a_live_notice_is_announced(draw, find, kind, role):
    (live,) = find(
        draw("{% notice kind live=True %}x{% endnotice %}", kind=kind), class_=f"notice notice--{kind}"
    )
    assert live["role"] == role
    (still,) = find(draw("{% notice kind %}x{% endnotice %}", kind=kind), class_=f"notice notice--{kind}")
    assert "role" not in still


def test_the_last_of_the_breadcrumbs_is_this_page_and_no_link(draw, find):
    links = [{"label": "Początek", "href": "/"}, {"label": "Należności", "href": "/naleznosci/"}]
    drawn = draw("{% breadcrumbs links %}", links=links)
    assert [link["href"] for link in find(drawn, "a")] == ["/"]
    assert find(drawn, "span", aria_current="page") == [{"aria-current": "page"}]


def test_a_tab_says_which_page_is_open_and_shows_a_zero_too(draw, find):
    links = [
        {"label": "Nowe", "href": "?s=n", "current": True, "count": 0},
        {"label": "Inne", "href": "?s=i"},
    ]
    drawn = draw('{% tabs links "Stan" %}', links=links)
    assert [link.get("aria-current") for link in find(drawn, "a")] == ["page", None]
    assert len(find(drawn, "span", class_="counter counter--zero")) == 1
    assert find(drawn, "nav")[0]["aria-label"] == "Stan"


def test_pages_of_a_list_keep_the_rest_of_the_address(draw, find):
    page = Paginator(range(60), 20).page(2)
    drawn = draw("{% pagination page %}", page=page, request=RequestFactory().get("/?stan=nowe&strona=2"))
    hrefs = [link["href"] for link in find(drawn, "a")]
    assert hrefs == [
        "?stan=nowe&strona=1",
        "?stan=nowe&strona=1",
        "?stan=nowe&strona=3",
        "?stan=nowe&strona=3",
    ]
    assert len(find(drawn, aria_current="page")) == 1


def test_a_list_of_one_page_has_no_pagination(draw, find):
    page = Paginator(range(5), 20).page(1)
    drawn = draw("{% pagination page %}", page=page, request=RequestFactory().get("/"))
    assert find(drawn, "nav") == []


def states(find, drawn):
    return [item["class"].rpartition("--")[2] for item in find(drawn, "li")]


@pytest.mark.parametrize(
    ("reached", "failed", "expected"),
    [
        (0, "", ["current", "todo", "todo"]),
        (1, "", ["done", "current", "todo"]),
        (2, "", ["done", "done", "current"]),
        (3, "", ["done", "done", "done"]),
        (1, "Bank odrzucił wpłatę.", ["done", "failed", "todo"]),
        (3, "Nieważne", ["done", "done", "done"]),
    ],
)
def test_a_payment_shows_how_far_it_has_got(draw, find, reached, failed, expected):
    moments = [dt.datetime(2026, 3, 3, 9, minute, tzinfo=dt.UTC) for minute in range(3)]
    given = dict(zip(("a", "b", "c"), [*moments[:reached], None, None, None], strict=False))
    drawn = draw(
        "{% payment_steps ordered_at=a paid_at=b booked_at=c failed=failed %}", **given, failed=failed
    )
    assert states(find, drawn) == expected
    assert ("Bank odrzucił" in drawn) == failed.startswith("Bank")
    assert len(find(drawn, "time")) == reached


def test_the_steps_of_a_payment_say_that_the_balance_waits_for_the_office(draw):
    moment = dt.datetime(2026, 3, 3, 9, tzinfo=dt.UTC)
    drawn = draw("{% payment_steps ordered_at=m paid_at=m %}", m=moment)
    assert "Saldo zmieni się, gdy urząd zaksięguje wpłatę." in drawn


def test_a_step_says_its_state_in_words_too(draw):
    drawn = draw("{% steps items %}", items=[{"label": "Wniosek", "state": "done"}])
    assert "(zrobione)" in drawn


def test_an_empty_history_says_so(draw):
    assert "Nic się jeszcze nie wydarzyło." in draw("{% history acts %}", acts=[])


def test_a_figure_of_zero_is_shown(draw):
    assert "0,00" in draw('{% figure "Zaległość" gr=0 %}')
    assert ">0<" in draw('{% figure "Reklamacje" count=0 %}')


def test_bars_have_their_numbers_in_text_and_no_inline_style(draw, find):
    bars = [
        {"label": "Rolny", "value": 5000},
        {"label": "Leśny", "value": 0},
        {"label": "Inne", "value": 20000},
    ]
    drawn = draw('{% bar_chart bars "Według rodzaju" unit="gr" %}', bars=bars)
    assert [bar["width"] for bar in find(drawn, "rect", class_="bars__fill")] == [
        "25.00%",
        "0.00%",
        "100.00%",
    ]
    assert "50,00\u00a0zł" in drawn
    assert all(each["aria-hidden"] == "true" for each in find(drawn, "svg"))
    assert all("style" not in each for each in find(drawn))


def test_bars_of_nothing_are_drawn_without_dividing_by_zero(draw, find):
    drawn = draw('{% bar_chart bars "Nic" %}', bars=[{"label": "A", "value": 0}])
    assert find(drawn, "rect", class_="bars__fill")[0]["width"] == "0.00%"


def test_the_copy_button_waits_for_javascript_and_the_value_does_not(draw, find):
    drawn = draw('{% copyable "61109010140000071219812874" "numer rachunku" shown="61 1090" %}')
    assert "hidden" in find(drawn, "button")[0]
    assert find(drawn, "span", class_="copyable__value")[0]["data-copy-text"] == "61109010140000071219812874"


def test_a_search_for_a_person_goes_by_post_with_its_token(draw, find):
    (form,) = find(draw('{% search "PESEL" post=True %}', csrf_token="t" * 32), "form")
    assert form["method"] == "post"
    assert find(
        draw('{% search "PESEL" post=True %}', csrf_token="t" * 32), "input", name="csrfmiddlewaretoken"
    )
    by_get = draw('{% search "Numer" %}', csrf_token="t" * 32)
    assert find(by_get, "form")[0]["method"] == "get"
    assert find(by_get, "input", name="csrfmiddlewaretoken") == []
