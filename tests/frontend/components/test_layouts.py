"""The skeleton of every page: landmarks, skip link, who runs the portal, who is signed in."""

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template import engines
from django.template.loader import render_to_string

from frontend.components.gallery import LAYOUTS, context, layout_variables

PAGE = (
    '{{% extends "layouts/{layout}.html" %}}'
    "{{% block title %}}Wpłaty{{% endblock %}}{{% block content %}}<h1>W</h1>{{% endblock %}}"
)


def page(layout, **variables):
    return engines["django"].from_string(PAGE.format(layout=layout)).render(variables)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_draws_a_whole_page_with_no_context_at_all(layout, find):
    drawn = page(layout)
    assert find(drawn, "html")[0]["lang"] == "pl"
    assert len(find(drawn, "main", id="tresc")) == 1
    assert find(drawn, "a")[0]["href"] == "#tresc"
    assert find(drawn, "form") == []
    assert "<h1>W</h1>" in drawn


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_layout_carries_inline_style_or_script(layout, find):
    drawn = render_to_string("components/gallery.html", {**context(layout), "request": _Request()})
    assert find(drawn, "style") == []
    assert all("style" not in each for each in find(drawn))
    assert all(not name.startswith("on") for each in find(drawn) for name in each)
    assert [script["src"] for script in find(drawn, "script")] == ["/static/js/skarbnik.js"]
    assert "{{" not in drawn
    assert "{%" not in drawn


@pytest.mark.parametrize("layout", ["public", "resident", "desk"])
def test_a_gminas_page_names_its_office_and_links_its_rules(layout):
    drawn = page(layout, **layout_variables(layout))
    for words in ("Portal Mieszkańca", "Urząd Gminy Borki", "ul. Wojska Polskiego 41", "21-345 Borki"):
        assert words in drawn
    for link in ("Regulamin", "Prywatność", "Deklaracja dostępności", "Kontakt"):
        assert f">{link}</a>" in drawn
    assert "<title>Wpłaty – Portal Mieszkańca, Urząd Gminy Borki</title>" in drawn


def test_the_stylesheet_of_the_gmina_comes_after_ours_and_never_in_the_console(find):
    sheets = [
        link["href"] for link in find(page("resident", brand_css_url="/marka.css"), "link", rel="stylesheet")
    ]
    assert sheets == ["/static/css/skarbnik.css", "/marka.css"]
    assert "/marka.css" not in page("console", brand_css_url="/marka.css")


def test_the_console_shows_neither_a_gmina_nor_its_crest(find):
    variables = {**layout_variables("desk"), "crest_url": "/herb.svg"}
    drawn = page("console", **variables)
    assert "Konsola operatora platformy" in drawn
    assert "Urząd Gminy Borki" not in drawn
    assert "/herb.svg" not in drawn
    assert "console" in find(drawn, "html")[0]["class"]


def test_signing_out_is_a_form_with_its_token_and_not_a_link(find):
    drawn = page("resident", signed_in_as="Anna <b>", sign_out_url="/wyloguj/", csrf_token="t" * 32)
    (form,) = find(drawn, "form")
    assert (form["method"], form["action"]) == ("post", "/wyloguj/")
    assert len(find(drawn, "input", name="csrfmiddlewaretoken")) == 1
    assert "Anna &lt;b&gt;" in drawn


def test_a_visitor_is_offered_the_entrances_and_a_signed_in_person_is_not(find):
    visitor = page("public", sign_in_url="/logowanie/", register_url="/rejestracja/")
    assert {"/logowanie/", "/rejestracja/"} <= {link["href"] for link in find(visitor, "a")}
    known = page("public", sign_in_url="/logowanie/", register_url="/rejestracja/", signed_in_as="Anna")
    assert "/logowanie/" not in known


def test_a_resident_sees_in_whose_name_they_act():
    assert "Działasz w imieniu:" in page("resident", acting_for={"label": "Jan Testowy", "href": "/zmien/"})
    assert "Działasz w imieniu:" not in page("resident")


def test_a_clerk_sees_the_role_and_the_counters_of_the_queues(find):
    drawn = page("desk", **layout_variables("desk"))
    assert "Urzędnik" in drawn
    assert "Referat Finansowy" in drawn
    assert len(find(drawn, "span", class_="counter")) == 4  # two queues, drawn wide and folded
    assert [link.get("aria-current") for link in find(drawn, "a")].count("page") == 2


@pytest.mark.parametrize(
    ("level", "kind", "role"),
    [
        (constants.SUCCESS, "success", "status"),
        (constants.ERROR, "danger", "alert"),
        (constants.WARNING, "warning", "alert"),
        (constants.INFO, "info", "status"),
    ],
)
def test_a_message_of_the_last_act_is_a_notice_that_is_announced(find, level, kind, role):
    drawn = page("resident", messages=[Message(level, "Zapisano <b>zmiany</b>")])
    (notice,) = find(drawn, class_=f"notice notice--{kind}")
    assert notice["role"] == role
    assert "Zapisano &lt;b&gt;zmiany&lt;/b&gt;" in drawn


class _Request:
    """The part of a request that pagination reads."""

    class GET:
        @staticmethod
        def copy():
            from django.http import QueryDict

            return QueryDict(mutable=True)
