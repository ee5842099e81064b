"""The gallery in a real Chromium: accessible in every layout, theme and width, and helped by our script."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.http import QueryDict
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Page, Route, sync_playwright

from frontend.components import brand
from frontend.components.gallery import LAYOUTS, context

pytestmark = pytest.mark.browser

ASSETS = Path(__file__).parents[3] / "frontend/assets"
ADDRESS = "http://gallery.test"
POLICY = "default-src 'self'"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if not path:
        if os.environ.get("CI"):
            pytest.fail("no Chromium: the browser tests must run here")
        pytest.skip("NO CHROMIUM: the browser tests did not run")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def gallery(layout: str) -> str:
    class Request:
        GET = QueryDict()

    variables = {**context(layout), "brand_css_url": "/marka.css", "request": Request()}
    return render_to_string("components/gallery.html", variables)


def answer(route: Route) -> None:
    path = route.request.url.removeprefix(ADDRESS).partition("?")[0]
    headers = {"Content-Security-Policy": POLICY}
    if path.startswith("/static/"):
        file = ASSETS / path.removeprefix("/static/")
        if not file.is_file():
            route.fulfill(status=404)
            return
        route.fulfill(path=str(file), headers=headers)
    elif path == "/marka.css":
        route.fulfill(body=brand.stylesheet("#ffd400"), content_type="text/css", headers=headers)
    elif path.strip("/") in LAYOUTS:
        page = gallery(path.strip("/"))
        route.fulfill(body=page, content_type="text/html; charset=utf-8", headers=headers)
    else:  # axe asks for stylesheets relative to the page
        route.fulfill(status=404)


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Any]:
    contexts = []

    def open_page(layout: str, width: int = 1280, height: int = 900, **options: Any) -> Page:
        opened = chromium.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(opened)
        page = opened.new_page()
        page.route("**/*", answer)
        page.complaints = []  # type: ignore[attr-defined]
        page.on("console", lambda m: page.complaints.append(m.text) if m.type == "error" else None)  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: page.complaints.append(str(error)))  # type: ignore[attr-defined]
        page.goto(f"{ADDRESS}/{layout}")
        page.evaluate("document.fonts.ready.then(() => true)")
        return page

    yield open_page
    for each in contexts:
        each.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_axe_finds_nothing_in_any_layout_and_theme(visit, layout, scheme):
    page = visit(layout, color_scheme=scheme)
    assert page.complaints == []
    found = Axe().run(page).response
    assert len(found["passes"]) > 30
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []


@pytest.mark.parametrize("layout", LAYOUTS)
def test_nothing_is_wider_than_a_small_phone_or_a_page_at_four_hundred_percent(visit, layout):
    page = visit(layout, width=320, height=256)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.locator(".table-room").evaluate_all(
        "all => all.every(one => one.scrollWidth <= one.clientWidth)"
    )


def test_axe_finds_nothing_on_a_phone(visit):
    found = Axe().run(visit("desk", width=390)).response
    assert [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]] == []


def test_tables_turn_into_labelled_cards_on_a_phone(visit):
    page = visit("resident", width=390)
    cell = page.locator("td[data-label='Wpłacający']").first
    assert cell.evaluate("it => getComputedStyle(it, '::before').content").startswith('"Wpłacający"')
    assert cell.evaluate("it => getComputedStyle(it).display") == "flex"
    wide = visit("resident").locator("td[data-label='Wpłacający']").first
    assert wide.evaluate("it => getComputedStyle(it).display") == "table-cell"


TARGETS = """() =>
  [...document.querySelectorAll('a, button, input:not([type=hidden]), select, textarea, summary')]
  .filter(it => it.getClientRects().length && !it.closest('.visually-hidden, .notice p, .figure'))
  .map(it => [it, (it.type === 'checkbox' || it.type === 'radio') ? it.closest('label') : it])
  .filter(([, target]) => target.getBoundingClientRect().height < 40)
  .map(([it]) => it.outerHTML.slice(0, 90))"""


def test_everything_to_press_on_a_phone_is_large_enough(visit):
    assert visit("resident", width=390).evaluate(TARGETS) == []


def test_the_keyboard_skips_to_the_content_and_the_focus_is_seen(visit):
    page = visit("public")
    page.locator("a, button, input, select, summary").first.focus()
    assert page.evaluate("document.activeElement.className") == "skip-link"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "tresc"
    page.locator(".tabs a").first.focus()
    page.keyboard.press("Tab")
    style = page.evaluate(
        "(it => it.outlineStyle + it.outlineWidth)(getComputedStyle(document.activeElement))"
    )
    assert style == "solid3px"


def test_the_summary_of_errors_has_the_focus_when_the_page_opens(visit):
    page = visit("resident")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.locator(".error-summary a").first.click()
    assert page.evaluate("document.activeElement.id") == "zle_name"


def test_the_total_of_the_basket_follows_the_choice(visit):
    page = visit("resident")
    form = page.locator("form", has=page.locator("[data-basket-total]"))
    total = form.locator("[data-basket-total]")
    assert total.inner_text() == "1\u00a0234,56\u00a0zł"
    form.locator("input[type=checkbox]").nth(1).check()
    assert total.inner_text() == "1\u00a0321,56\u00a0zł"
    form.locator("input[type=checkbox]").nth(0).uncheck()
    form.locator("input[type=checkbox]").nth(1).uncheck()
    assert total.inner_text() == "0,00\u00a0zł"


def test_all_rows_of_a_table_are_chosen_at_once_and_summed(visit):
    page = visit("desk")
    bar = page.locator("[data-select-rows]")
    assert bar.is_visible()
    bar.locator("[data-select-all]").check()
    assert page.locator("input[data-row]:checked").count() == 3
    assert bar.locator("[data-selected-count]").inner_text() == "3"
    assert bar.locator("[data-selected-total]").inner_text() == "1\u00a0771,56\u00a0zł"
    page.locator("input[data-row]").first.uncheck()
    assert bar.locator("[data-select-all]").evaluate("it => it.indeterminate")
    assert bar.locator("[data-selected-total]").inner_text() == "537,00\u00a0zł"


def test_without_javascript_nothing_that_needs_it_is_shown(visit):
    page = visit("desk", java_script_enabled=False)
    assert not page.locator("[data-select-rows]").is_visible()
    assert not page.locator("[data-copy]").is_visible()
    assert page.locator("[data-basket-total]").inner_text() == "1\u00a0234,56\u00a0zł"
    assert page.locator("input[data-row]").first.is_visible()


def test_nothing_moves_for_those_who_asked_for_stillness(visit):
    page = visit("resident", reduced_motion="reduce")
    assert page.locator(".button").first.evaluate("it => getComputedStyle(it).transitionDuration") == "0s"


def test_paper_shows_the_content_and_not_the_navigation(visit):
    page = visit("desk")
    page.emulate_media(media="print")
    assert not page.locator(".side").is_visible()
    assert not page.locator(".actions").first.is_visible()
    assert page.locator("main h1").is_visible()
    assert page.locator("body").evaluate("it => getComputedStyle(it).backgroundColor") == "rgb(255, 255, 255)"
