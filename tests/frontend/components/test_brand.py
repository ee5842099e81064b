"""Whatever colour a gmina chooses, its portal stays readable."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontend.components.brand import accent_of, contrast, ink_on, stylesheet

TOKENS = Path(__file__).parents[3] / "frontend/assets/css/tokens.css"
COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
PROPERTY = re.compile(r"--([a-z-]+):\s*(#[0-9a-f]{6});")


def themes() -> dict[str, dict[str, str]]:
    """Read the colours of the light and the dark theme, of a gmina's pages and of the console."""
    text = TOKENS.read_text()
    light, dark, console, console_dark = (
        dict(PROPERTY.findall(text[text.index(mark, start) :].partition("\n  }" if nested else "\n}")[0]))
        for mark, start, nested in (
            (":root {", 0, False),
            (":root {", text.index("prefers-color-scheme: dark"), True),
            (".console {", 0, False),
            (".console {", text.rindex("prefers-color-scheme: dark"), True),
        )
    )
    return {
        "light": light,
        "dark": light | dark,
        "console": light | console,
        "console, dark": light | dark | console | console_dark,
    }


KINDS = ("neutral", "info", "success", "warning", "danger")
TEXT_PAIRS = [
    *[(ink, surface) for ink in ("ink", "ink-quiet") for surface in ("page", "surface", "surface-quiet")],
    *[("action", surface) for surface in ("page", "surface", "surface-quiet", "action-quiet")],
    *[("action-hover", surface) for surface in ("page", "surface", "action-quiet")],
    ("ink-quiet", "action-quiet"),
    ("ink", "info-fill"),
    ("ink-quiet", "info-fill"),
    ("action", "info-fill"),
    ("action-ink", "action"),
    ("action-ink", "action-hover"),
    ("action-ink", "danger-action"),
    ("action-ink", "danger-action-hover"),
    ("brand-ink", "brand"),
    *[(f"{kind}-ink", f"{kind}-fill") for kind in KINDS],
    *[(f"{kind}-ink", surface) for kind in KINDS for surface in ("page", "surface")],
]
LINE_PAIRS = [
    *[("line-strong", surface) for surface in ("page", "surface", "surface-quiet")],
    *[(f"{kind}-edge", surface) for kind in KINDS for surface in ("page", "surface")],
    ("focus-ring", "page"),
    ("brand-accent", "surface"),
]


@pytest.mark.parametrize("theme", list(themes()))
def test_every_pair_of_our_colours_meets_wcag_aa(theme):
    colours = themes()[theme]
    assert len(colours) > 30
    assert (colours["ink"] == themes()["light"]["ink"]) == ("dark" not in theme)
    assert (colours["action"] == themes()["light"]["action"]) == (theme == "light")
    too_faint = {
        f"{one} on {other}": round(contrast(colours[one], colours[other]), 2)
        for pairs, least in ((TEXT_PAIRS, 4.5), (LINE_PAIRS, 3.0))
        for one, other in pairs
        if contrast(colours[one], colours[other]) < least
    }
    assert too_faint == {}


@given(COLOURS)
def test_the_ink_on_any_brand_colour_has_at_least_four_and_a_half_to_one(colour):
    assert contrast(ink_on(colour), colour) >= 4.5


@given(COLOURS)
def test_a_line_in_the_accent_of_any_brand_colour_is_seen_in_both_themes(colour):
    colours = themes()
    accent = accent_of(colour)
    for theme in ("light", "dark"):
        assert contrast(accent, colours[theme]["surface"]) >= 3


def test_a_colour_that_is_already_visible_everywhere_is_left_alone():
    assert accent_of("#3F7DB5") == "#3f7db5"


def test_contrast_is_measured_as_wcag_does():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


def test_the_stylesheet_of_a_gmina_sets_three_properties_and_nothing_else():
    assert stylesheet("#FFD400").split() == [
        ":root",
        "{",
        "--brand:",
        "#ffd400;",
        "--brand-ink:",
        "#000000;",
        "--brand-accent:",
        f"{accent_of('#ffd400')};",
        "}",
    ]


@pytest.mark.parametrize("wrong", ["red", "#fff", "#12345g", "#123456;}body{display:none}", "", "#1234567"])
def test_what_is_not_a_colour_cannot_reach_the_stylesheet(wrong):
    with pytest.raises(ValueError, match="#rrggbb"):
        stylesheet(wrong)
