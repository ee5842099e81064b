"""The page that an API consumer reads, in a real Chromium under our own content security policy."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from portal.embedded.stack import Stack

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", [320, 1280])
def test_the_documentation_is_readable_by_everybody_and_breaks_no_rule_of_the_policy(
    width: int, stack: Stack, visitor: Callable[..., Page], look: Callable[[Page, str], None]
) -> None:
    page = visitor(width=width)
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.goto(f"{stack.portal('borki')}/api/v1/dokumentacja/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Dokumentacja API")
    page.get_by_role("link", name="Zaksięguj płatność").click()
    expect(page.get_by_role("heading", name="Zaksięguj płatność")).to_be_in_viewport()
    expect(page.get_by_text("payment.illegal_transition").first).to_be_attached()
    assert refused == []
    look(page, f"api-documentation-{width}")
