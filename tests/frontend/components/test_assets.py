"""What the pages load: everything is ours, everything is there, nothing needs a permission in the CSP."""

import re
from pathlib import Path

import pytest

FRONTEND = Path(__file__).parents[3] / "frontend"
ASSETS = FRONTEND / "assets"
TEMPLATES = FRONTEND / "components" / "templates"
SHEETS = sorted(ASSETS.glob("css/**/*.css"))
REFERENCE = re.compile(r"""(?:@import\s+|url\()["']([^"']+)["']""")


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_every_file_a_stylesheet_names_exists_here(sheet):
    for reference in REFERENCE.findall(sheet.read_text()):
        assert (sheet.parent / reference).resolve().is_relative_to(ASSETS)
        assert (sheet.parent / reference).is_file()


def test_every_stylesheet_is_part_of_the_bundle():
    bundle = ASSETS / "css/skarbnik.css"
    named = {(bundle.parent / reference).resolve() for reference in REFERENCE.findall(bundle.read_text())}
    assert named == {sheet.resolve() for sheet in SHEETS if sheet != bundle}


def test_the_fonts_come_with_their_licence():
    assert "SIL Open Font License, Version 1.1" in (ASSETS / "fonts/LICENSE").read_text()
    assert len(list(ASSETS.glob("fonts/*.woff2"))) == 6


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.name)
def test_no_template_has_inline_style_script_or_a_foreign_address(template):
    text = template.read_text()
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:|<script(?! src=)", text)
    assert not re.search(r"https?://|[\"']//", text)


def test_no_colour_is_written_outside_the_tokens():
    allowed = {"tokens.css", "print.css"}
    white_plates = {
        "#ffffff",
        "#dad6cc",
        "#4a5561",
    }  # a crest or a bank's logo stands on white in both themes
    for sheet in SHEETS:
        if sheet.name not in allowed:
            assert set(re.findall(r"#[0-9a-f]{3,8}\b", sheet.read_text())) <= white_plates, sheet.name


def test_movement_is_only_for_those_who_did_not_refuse_it():
    for sheet in SHEETS:
        text = sheet.read_text()
        for found in re.finditer(r"\b(transition|animation)\s*:", text):
            assert "prefers-reduced-motion: no-preference" in text[: found.start()], sheet.name
