"""The QR code of an authenticator app's secret, as an inline SVG: no image address that a log or a cache could keep."""

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_svg(text: str) -> SafeString:
    """Black squares on white in both themes, 240 pixels wide or narrower; no style attribute, which the CSP would refuse."""
    drawn = segno.make(text, error="m").svg_inline(
        scale=1, border=4, light="#fff", svgclass="qr", lineclass=None, omitsize=True
    )
    return mark_safe(drawn)  # noqa: S308 -- made by the library of numbers; the text is only in its squares
