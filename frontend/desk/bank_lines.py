"""Lines of statements in the words of the office, for the tables and for the page of one line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from frontend.desk.wording import word
from frontend.desk.wording_statements import FILE_STATES, GROUNDS, LINE_STATES, TARGETS, WHY
from services.banking.domain.kinds import Why
from services.banking.queries import CheckedLine, standing_matches

Shown = dict[str, Any]


def file_kind(file: Any) -> Shown:
    """State of a file, and the kind of its badge."""
    words, kind = FILE_STATES[file.state]
    return {"state": words, "kind": kind}


def line_kind(line: Any) -> Shown:
    """State of a line, and the kind of its badge."""
    words, kind = LINE_STATES[line.state]
    return {"state": words, "kind": kind}


def checked(line: CheckedLine) -> Shown:
    """A line of a file that is only checked: what would become of it."""
    facts = line.facts
    outcome: tuple[Any, str, str]
    if line.is_known:
        outcome = (_("już wczytany"), "neutral", "")
    elif facts.amount_gr <= 0:
        outcome = (*LINE_STATES["outgoing"], "")
    elif isinstance(line.outcome, Why):
        outcome = (*LINE_STATES["to_clarify"], word(WHY, line.outcome))
    else:
        assert line.outcome is not None
        outcome = (
            _("zostanie dopasowana"),
            "success",
            f"{word(TARGETS, line.outcome.target)}, {word(GROUNDS, line.outcome.ground)}",
        )
    return {"line": facts, "outcome": outcome}


def stored(lines: Sequence[Any]) -> list[Shown]:
    """Stored lines with what they were matched with."""
    matches = standing_matches(lines)
    return [{"line": line, "outcome": _outcome(line, matches.get(line.pk))} for line in lines]


def _outcome(line: Any, match: Any) -> tuple[Any, str, str]:
    words, kind = LINE_STATES[line.state]
    if match is not None:
        return words, kind, f"{word(TARGETS, match.target)}, {word(GROUNDS, match.ground)}"
    return words, kind, word(WHY, line.why) if line.why else ""


def place_of(match: Any, can_see_payment: bool) -> Shown:
    """Where a match leads: the payment, the payout, the file of ePłatności or nothing; with its words."""
    href, label = "", ""
    if match.payment is not None:
        label = match.payment.reference
        href = reverse("desk:payment", args=[match.payment.public_id]) if can_see_payment else ""
    elif match.batch is not None:
        label, href = match.batch.batch_id, reverse("desk:settlement", args=[match.batch.public_id])
    elif match.service_transfer is not None:
        label = match.service_transfer.number
        href = reverse("desk:statement_file", args=[match.service_transfer.file.public_id])
    elif match.payer is not None:
        label = match.payer.name
    return {
        "href": href,
        "label": label,
        "words": word(TARGETS, match.target),
        "ground": word(GROUNDS, match.ground),
    }
