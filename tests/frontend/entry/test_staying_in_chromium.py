"""The question before a session ends, in a real browser: seen, heard, answered by keyboard, under the strict policy."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from portal.embedded.stack import Stack
from tests.fixtures.cast import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("stack")]
WAIT = 30_000


def sign_in(page: Page, stack: Stack) -> None:
    page.context.set_default_timeout(WAIT)
    page.goto(f"{stack.portal('borki')}/logowanie/?next=/konto/")
    page.get_by_label(re.compile("adres e-mail", re.IGNORECASE)).fill("anna@mieszkaniec.example")
    page.get_by_label("Hasło").fill(PASSWORD)
    page.get_by_role("button", name="Zaloguj się hasłem").click()
    page.wait_for_url("**/konto/")


def test_the_question_comes_in_time_and_the_keyboard_answers_it(
    stack: Stack, visitor: Callable[..., Page], look: Callable[..., None]
) -> None:
    page = visitor(width=400)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.clock.install()
    sign_in(page, stack)
    question = page.get_by_role("alertdialog")
    page.clock.fast_forward("24:00")
    expect(question).to_be_hidden()
    page.clock.fast_forward("01:10")
    expect(question).to_be_visible(timeout=WAIT)
    expect(question).to_have_accessible_name("Czy chcesz zostać w portalu?")
    expect(question).to_have_accessible_description(re.compile("niedługo Cię wylogujemy"))
    expect(question).to_contain_text("5 min")
    expect(page.get_by_role("button", name="Tak, zostaję")).to_be_focused()
    assert not [text for text in said if "Content Security Policy" in text]
    look(page, "idle-400")
    page.set_viewport_size({"width": 1280, "height": 900})
    look(page, "idle-1280")
    with page.expect_response("**/konto/zostaje/") as answered:
        page.keyboard.press("Enter")
    assert answered.value.ok
    assert answered.value.json()["ends_in"] > 25 * 60
    expect(question).to_be_hidden(timeout=WAIT)
    # the examiner's styles are refused, as they should be, and told of late
    assert not [text for text in said if "Content Security Policy" in text and "inline style" not in text]


def test_who_types_is_not_asked(stack: Stack, visitor: Callable[..., Page]) -> None:
    page = visitor(width=1280)
    page.clock.install()
    sign_in(page, stack)
    page.goto(f"{stack.portal('borki')}/konto/dane/")
    page.clock.fast_forward("24:30")
    page.get_by_label("Adres").press("End")
    with page.expect_response("**/konto/zostaje/") as answered:
        page.clock.fast_forward("00:45")
    assert answered.value.ok
    expect(page.get_by_role("alertdialog")).to_be_hidden()


def test_who_does_not_answer_is_led_to_the_sign_in_page_and_back(
    stack: Stack, visitor: Callable[..., Page], look: Callable[..., None]
) -> None:
    page = visitor(width=400)
    page.clock.install()
    sign_in(page, stack)
    page.context.clear_cookies()  # the session is over
    page.clock.fast_forward("30:30")
    page.wait_for_url("**/logowanie/?next=**")
    expect(page.get_by_role("main")).to_contain_text("Czas zalogowania się skończył")
    look(page, "idle-over-400")


def test_without_scripts_the_limit_stands_on_the_page(stack: Stack, visitor: Callable[..., Page]) -> None:
    page = visitor(width=400, java_script_enabled=False)
    sign_in(page, stack)
    expect(page.locator(".idle-told")).to_contain_text("po 30 minutach bez żadnej czynności")
    expect(page.get_by_role("alertdialog")).to_have_count(0)
