"""Our own icons: 24 × 24, drawn with a 2-unit stroke in the colour of the text around them."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

SHAPES: dict[str, str] = {
    "arrow": '<path d="M4 12h15M13 6l6 6-6 6"/>',
    "arrow-left": '<path d="M20 12H5M11 6l-6 6 6 6"/>',
    "bank": '<path d="M3 9.5 12 4l9 5.5H3ZM6 13v4M10 13v4M14 13v4M18 13v4M3 20.5h18"/>',
    "basket": '<path d="M3.5 10h17l-1.6 9.5H5.1L3.5 10ZM8 10l3-6M16 10l-3-6M9.5 14v2M14.5 14v2"/>',
    "bell": '<path d="M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15L6 16ZM10 21h4"/>',
    "building": '<path d="M5 21V4h9v17M14 9h5v12M3 21h18M8.5 8h2M8.5 12h2M8.5 16h2"/>',
    "calendar": '<rect x="4" y="5" width="16" height="16" rx="2"/><path d="M4 10h16M8.5 3v4M15.5 3v4"/>',
    "card": '<rect x="3" y="5.5" width="18" height="13" rx="2"/><path d="M3 10h18M7 15h4"/>',
    "check": '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
    "check-circle": '<circle cx="12" cy="12" r="9"/><path d="m8 12.5 2.7 2.7L16 9.5"/>',
    "chevron": '<path d="m9 6 6 6-6 6"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5.2l3.5 2"/>',
    "close": '<path d="M6 6l12 12M18 6 6 18"/>',
    "coins": '<ellipse cx="9" cy="7" rx="5.5" ry="2.8"/><path d="M3.5 7v5c0 1.5 2.5 2.8 5.5 2.8M14.5 7v2.5"/>'
    '<ellipse cx="9" cy="7" rx="5.5" ry="2.8"/><path d="M3.5 7v5c0 1.5 2.5 2.8 5.5 2.8M14.5 7v2.5"/>'
    '<ellipse cx="15" cy="13" rx="5.5" ry="2.8"/><path d="M9.5 13v4.5c0 1.5 2.5 2.8 5.5 2.8s5.5-1.3 '
    '5.5-2.8V13"/>',
    "copy": '<rect x="9" y="9" width="11" height="11" rx="2"/><path d="M15 9V6a2 2 0 0 0-2-2H6a2 2 0 0 0-2 '
    '2v7a2 2 0 0 0 2 2h3"/>',
    "danger": '<path d="M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3L8.3 3ZM12 7.5v5.5M12 16.4v.1"/>',
    "document": '<path d="M6 3h8l4 4v14H6V3ZM14 3v4h4M9 12h6M9 16h6"/>',
    "download": '<path d="M12 4v11M7 10.5l5 5 5-5M4 20h16"/>',
    "edit": '<path d="m5 15-1 5 5-1L19.5 8.5l-4-4L5 15ZM13 7l4 4"/>',
    "external": '<path d="M14 4h6v6M20 4l-9 9M18 14v6H4V6h6"/>',
    "filter": '<path d="M4 6h16M7 12h10M10 18h4"/>',
    "history": '<path d="M4 12a8 8 0 1 0 2.6-5.9L4 8.5M4 4v4.5h4.5M12 8v4.2l3 1.8"/>',
    "home": '<path d="m3.5 11.5 8.5-8 8.5 8M6 9.5V20h12V9.5M10 20v-5h4v5"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.6v.1"/>',
    "list": '<path d="M9 6h11M9 12h11M9 18h11M4.5 6h.1M4.5 12h.1M4.5 18h.1"/>',
    "lock": '<rect x="5" y="11" width="14" height="10" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3M12 15v2"/>',
    "logout": '<path d="M14 4H5v16h9M10 12h10M16 8l4 4-4 4"/>',
    "mail": '<rect x="3" y="5" width="18" height="14" rx="2"/><path d="m4 7.5 8 5.5 8-5.5"/>',
    "menu": '<path d="M4 6.5h16M4 12h16M4 17.5h16"/>',
    "minus": '<path d="M5 12h14"/>',
    "phone": '<path d="M6 3h3.5l1.5 5-2.3 1.6a12 12 0 0 0 5.7 5.7L16 13l5 1.5V18a3 3 0 0 1-3 3A15 15 0 0 1 3 '
    '6a3 3 0 0 1 3-3Z"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "print": '<path d="M7 9V3h10v6M7 18H4V9h16v9h-3M7 14h10v7H7v-7Z"/>',
    "refresh": '<path d="M20 11a8 8 0 0 0-14.5-3.5L4 9.5M4 5v4.5h4.5M4 13a8 8 0 0 0 14.5 3.5l1.5-2M20 '
    '19v-4.5h-4.5"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>',
    "settings": '<path d="M4 7h9M19 7h1M4 17h1M11 17h9"/><circle cx="16" cy="7" r="2.5"/><circle '
    'cx="8" cy="17" r="2.5"/>',
    "shield": '<path d="M12 3 4.5 6v5.5c0 4.5 3 8 7.5 9.5 4.5-1.5 7.5-5 7.5-9.5V6L12 3ZM9 12l2.2 2.2L15.5 '
    '10"/>',
    "trash": '<path d="M4 6.5h16M9 6.5V4h6v2.5M6 6.5 7 21h10l1-14.5M10 11v6M14 11v6"/>',
    "upload": '<path d="M12 16V5M7 9.5l5-5 5 5M4 20h16"/>',
    "user": '<circle cx="12" cy="8" r="4.5"/><path d="M4 21c.5-4.5 3.5-7 8-7s7.5 2.5 8 7"/>',
    "users": '<circle cx="9" cy="8.5" r="4"/><path d="M2.5 20.5c.4-4 2.8-6 6.5-6s6.1 2 6.5 6M15.5 4.9a4 4 0 '
    '0 1 0 7.2M18 15c2.1.8 3.3 2.6 3.5 5.5"/>',
    "warning": '<path d="M12 3.5 2.5 20.5h19L12 3.5ZM12 10v5M12 17.7v.1"/>',
}


def icon(name: str, label: str = "") -> SafeString:
    """Draw the icon `name`; it is decoration unless `label` says what it means.

    Raises KeyError for a name that is not drawn here.
    """
    shape = mark_safe(SHAPES[name])  # noqa: S308 our own constant drawing
    if label:
        return format_html(
            '<svg class="icon" viewBox="0 0 24 24" role="img" aria-label="{}">{}</svg>', label, shape
        )
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>', shape
    )
