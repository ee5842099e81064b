"""Words that the desk and the console share."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MESSAGE_KINDS: Mapping[str, str | Promise] = {
    "payment": _("wpłata"),
    "refund": _("zwrot"),
    "chargeback": _("cofnięcie wpłaty"),
    "settlement": _("wypłata"),
    "info": _("informacja"),
}
"""What an operator's message is about; a message that was refused has none."""
