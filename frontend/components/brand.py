"""A gmina's colour, made safe: text on it and lines in it stay readable whatever colour the gmina chose."""

from __future__ import annotations

import colorsys
import re

WHITE, BLACK = "#ffffff", "#000000"
COLOUR = re.compile(r"#[0-9a-f]{6}")
# A colour of this relative luminance has at least 3:1 on the surfaces of both themes (tokens.css), which
# WCAG 2.2 SC 1.4.11 asks of lines that carry meaning.
ACCENT_LUMINANCE = (0.16, 0.26)


def _channels(colour: str) -> tuple[float, float, float]:
    if not COLOUR.fullmatch(colour.lower()):
        raise ValueError(f"a colour is written #rrggbb, not {colour!r}")
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def luminance(colour: str) -> float:
    """Give the relative luminance of `#rrggbb`, 0 to 1 (WCAG 2.2, definition of relative luminance)."""

    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(channel) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Give the contrast ratio of two colours, 1 to 21 (WCAG 2.2, definition of contrast ratio)."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def ink_on(colour: str) -> str:
    """Choose black or white, whichever reads better on `colour`; the better one always has at least 4.5:1."""
    return max((WHITE, BLACK), key=lambda ink: contrast(ink, colour))


def accent_of(colour: str) -> str:
    """Keep the hue and move the lightness until a line in it is seen on light and dark pages alike."""
    low, high = ACCENT_LUMINANCE
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    if low <= luminance(colour) <= high:
        return colour.lower()
    darkest, lightest = 0.0, 1.0
    for _ in range(24):
        lightness = (darkest + lightest) / 2
        candidate = _hex(colorsys.hls_to_rgb(hue, lightness, saturation))
        if luminance(candidate) < (low + high) / 2:
            darkest = lightness
        else:
            lightest = lightness
    return candidate


def _hex(channels: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)


def stylesheet(colour: str) -> str:
    """Write the gmina's stylesheet: three custom properties made of its one colour, `#rrggbb`.

    Raises ValueError for anything else, so that no setting can carry CSS of its own into the page.
    """
    return (
        f":root {{\n  --brand: {colour.lower()};\n  --brand-ink: {ink_on(colour)};\n"
        f"  --brand-accent: {accent_of(colour)};\n}}\n"
    )
