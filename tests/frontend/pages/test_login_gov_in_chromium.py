"""The sign-in through login.gov.pl in a real browser: cross-site POST, SameSite cookies and the policy of the pages."""

import re
from collections.abc import Callable

import httpx
import pytest
from playwright.sync_api import Page, Request, expect

from portal.embedded.stack import Stack

pytestmark = pytest.mark.browser
PATIENCE = 40_000
"""Milliseconds: a busy machine is no reason to fail."""
ANSWER = re.compile(r"/wk/odpowiedz/$")


def to_the_node(page: Page, stack: Stack, gmina: str = "borki", *, has_scripts: bool = True) -> None:
    page.context.set_default_timeout(PATIENCE)
    page.goto(f"{stack.portal(gmina)}/logowanie/?next=/konto/")
    page.get_by_role("button", name="Przejdź do login.gov.pl").click()
    if not has_scripts:  # then a page with a button stands in between
        page.wait_for_url(re.compile(r"/wk/start/$"))
        page.get_by_role("button", name="Przejdź do login.gov.pl").click()
    page.wait_for_url(f"{stack.node_url}/**")
    assert page.get_by_role("heading", name="Kim jesteś?").is_visible()


def choose(page: Page, button: str = "Zaloguj się", *, has_scripts: bool = True) -> None:
    page.get_by_label(re.compile("Anna Przykładowa")).first.check()
    page.get_by_role("button", name=button).click()
    if not has_scripts:
        page.get_by_role("button", name="Dalej").click()


def is_signed_in(page: Page, stack: Stack, gmina: str = "borki") -> bool:
    page.goto(f"{stack.portal(gmina)}/konto/")
    return page.url == f"{stack.portal(gmina)}/konto/"


def answers_of(page: Page) -> list[Request]:
    """The requests with which the node's answers come to us from now on."""
    found: list[Request] = []
    page.on("request", lambda request: found.append(request) if ANSWER.search(request.url) else None)
    return found


def wait_for(page: Page, taken: list[dict[str, str]]) -> None:
    """Until the answer that was kept back is there."""
    for _ in range(100):
        if taken:
            return
        page.wait_for_timeout(200)


def post_again(page: Page, address: str, fields: dict[str, str]) -> None:
    """A page of somebody else's posts the answer, as a link in a mail would let it."""
    inputs = "".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in fields.items())
    page.context.set_default_timeout(PATIENCE)
    page.goto("about:blank")
    page.set_content(f'<form method="post" action="{address}">{inputs}<button>Otwórz</button></form>')
    page.get_by_role("button", name="Otwórz").click()
    page.wait_for_url(re.compile(r"/wk/"))


def fields_of(request: Request) -> dict[str, str]:
    sent = request.post_data_json
    return {name: str(sent[name]) for name in ("SAMLart", "RelayState")}


@pytest.mark.covers("D19", "D33")
@pytest.mark.parametrize("gmina", ["borki", "dabrowa-gornicza"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_resident_comes_in_and_lands_on_the_wanted_page(gmina, scripts, stack: Stack, visitor, look):
    page = visitor(java_script_enabled=scripts)
    answers = answers_of(page)
    to_the_node(page, stack, gmina, has_scripts=scripts)
    choose(page, has_scripts=scripts)
    expect(page).to_have_url(f"{stack.portal(gmina)}/konto/", timeout=PATIENCE)
    look(page, f"login-gov-{gmina}")
    [answer] = answers
    assert answer.method == "POST"
    assert "sesja" not in answer.all_headers().get("cookie", "")  # SameSite=Lax kept it back
    kept = {one["name"]: one for one in page.context.cookies(stack.portal(gmina))}
    assert kept["sesja"]["sameSite"] == "Lax"
    assert kept["sesja"]["httpOnly"]


@pytest.mark.parametrize(
    ("button", "said"),
    [
        ("Nie udało się potwierdzić tożsamości", "Nie potwierdzono Twojej tożsamości"),
        ("Zrezygnuj", "Logowanie zostało przerwane"),
    ],
)
def test_who_was_refused_or_gave_up_reads_so_and_may_begin_anew(button, said, stack: Stack, visitor, look):
    page = visitor()
    to_the_node(page, stack)
    choose(page, button)
    expect(page.get_by_role("heading", level=1)).to_have_text(said, timeout=PATIENCE)
    look(page, f"login-gov-{button[:8].strip()}")
    assert not is_signed_in(page, stack)
    to_the_node(page, stack)
    choose(page)
    expect(page).to_have_url(re.compile(r"\d/konto/$"), timeout=PATIENCE)


def test_an_answer_that_is_sent_again_signs_nobody_in(stack: Stack, visitor: Callable[..., Page]):
    page, thief = visitor(), visitor()
    answers = answers_of(page)
    to_the_node(page, stack)
    choose(page)
    expect(page).to_have_url(re.compile(r"\d/konto/$"), timeout=PATIENCE)
    [answer] = answers
    post_again(thief, answer.url, fields_of(answer))
    expect(thief.get_by_role("heading", level=1)).to_have_text(
        "Ta próba logowania już się skończyła", timeout=PATIENCE
    )
    assert not is_signed_in(thief, stack)
    assert is_signed_in(page, stack)


def test_an_assertion_that_the_node_repeats_signs_nobody_in(stack: Stack, visitor: Callable[..., Page]):
    first, second = visitor(), visitor()
    to_the_node(first, stack)
    choose(first)
    expect(first).to_have_url(re.compile(r"\d/konto/$"), timeout=PATIENCE)
    order = {"mode": "replay", "times": 1}
    httpx.post(f"{stack.node_url}/__emu__/faults", json=order, trust_env=False).raise_for_status()
    to_the_node(second, stack)
    choose(second)
    expect(second.get_by_role("heading", level=1)).to_have_text(
        "Nie możemy przyjąć tej odpowiedzi", timeout=PATIENCE
    )
    assert not is_signed_in(second, stack)


@pytest.mark.parametrize(
    ("there", "here"),
    [("dabrowa-gornicza", "borki"), ("borki", "dabrowa-gornicza")],
    ids=["to-borki", "to-dabrowa"],
)
def test_the_answer_to_another_gminas_provider_opens_nothing_here(
    there: str, here: str, stack: Stack, visitor: Callable[..., Page]
):
    """Somebody begins in one gmina and brings the answer to the other one, in the same browser."""
    page = visitor()
    taken: list[dict[str, str]] = []

    def keep(route, request: Request) -> None:
        taken.append(fields_of(request))
        route.abort()

    page.route(ANSWER, keep)
    to_the_node(page, stack, there)
    choose(page)
    wait_for(page, taken)
    page.unroute(ANSWER)
    [fields] = taken
    post_again(page, f"{stack.portal(here)}/wk/odpowiedz/", fields)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Ta próba logowania już się skończyła", timeout=PATIENCE
    )
    assert not is_signed_in(page, stack, "borki")
    assert not is_signed_in(page, stack, "dabrowa-gornicza")


def test_an_attempt_of_another_browser_opens_nothing_here(stack: Stack, visitor: Callable[..., Page]):
    """Login CSRF with a real browser: the answer is genuine, fresh and unused, but somebody else began."""
    attacker, victim = visitor(), visitor()
    taken: list[dict[str, str]] = []

    def keep(route, request: Request) -> None:
        taken.append(fields_of(request))
        route.abort()

    attacker.route(ANSWER, keep)
    to_the_node(attacker, stack)
    choose(attacker)
    wait_for(attacker, taken)
    victim.goto(f"{stack.portal('borki')}/logowanie/")
    post_again(victim, f"{stack.portal('borki')}/wk/odpowiedz/", taken[0])
    expect(victim.get_by_role("heading", level=1)).to_have_text(
        "Ta próba logowania już się skończyła", timeout=PATIENCE
    )
    assert not is_signed_in(victim, stack)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_the_proof_that_is_asked_again_leads_back_to_the_change(
    scripts: bool, stack: Stack, visitor: Callable[..., Page], look: Callable[..., None]
):
    """Dąbrowa Górnicza has no passwords: the node is asked again (ForceAuthn), and the person lands on the change."""
    page, portal = visitor(width=400, java_script_enabled=scripts), stack.portal("dabrowa-gornicza")
    to_the_node(page, stack, "dabrowa-gornicza", has_scripts=scripts)
    choose(page, has_scripts=scripts)
    expect(page).to_have_url(f"{portal}/konto/", timeout=PATIENCE)
    page.goto(f"{portal}/konto/potwierdz/?next=/konto/telefon/")
    look(page, "login-gov-again")
    page.get_by_role("button", name="Potwierdź przez login.gov.pl").click()
    if not scripts:
        page.get_by_role("button", name="Przejdź do login.gov.pl").click()
    page.wait_for_url(f"{stack.node_url}/**")
    choose(page, has_scripts=scripts)
    expect(page).to_have_url(f"{portal}/konto/telefon/", timeout=PATIENCE)


def test_somebody_else_confirms_nothing(
    stack: Stack, visitor: Callable[..., Page], look: Callable[..., None]
):
    page, portal = visitor(width=400), stack.portal("dabrowa-gornicza")
    to_the_node(page, stack, "dabrowa-gornicza")
    choose(page)
    expect(page).to_have_url(f"{portal}/konto/", timeout=PATIENCE)
    page.goto(f"{portal}/konto/potwierdz/?next=/konto/telefon/")
    page.get_by_role("button", name="Potwierdź przez login.gov.pl").click()
    page.wait_for_url(f"{stack.node_url}/**")
    page.get_by_label(re.compile("Gęślą-Jaźń")).first.check()
    page.get_by_role("button", name="Zaloguj się").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "To konto należy do innej osoby", timeout=PATIENCE
    )
    look(page, "login-gov-somebody-else")
    assert is_signed_in(page, stack, "dabrowa-gornicza")
