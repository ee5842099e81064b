"""The page docs/payment-states.md, drawn from the table of edges: `python -m services.payments.domain.drawing` prints it."""

import sys
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from services.payments.domain.states import (
    EDGES,
    FINAL,
    LOCKING,
    MESSAGES,
    RELEASED,
    UNPAID,
    Event,
    State,
    has_money,
)

CAUSES: Mapping[Event, str] = {
    Event.START_ACCEPTED: "we: the operator took our order",
    Event.START_REFUSED: "we: the operator refused our order",
    Event.START_TIMED_OUT: "we: no usable answer to our order",
    Event.PENDING_REPORTED: "poller or return page: the operator says that the payer is at it",
    Event.PAID_REPORTED: "operator's signed notification, or its status when we ask",
    Event.PAID_CONFIRMED: "our own question to the operator, about our own amount",
    Event.FAILURE_REPORTED: "poller, return page or notification, after the operator's status agreed",
    Event.CANCELLATION_REPORTED: "the same, when every try of the payer was withdrawn",
    Event.MISMATCH_FOUND: "our own question to the operator: another amount, currency, account or merchant",
    Event.PARTIAL_REFUND_REPORTED: "operator: a part went back to the payer",
    Event.REFUND_REPORTED: "operator: everything went back to the payer",
    Event.CHARGEBACK_REPORTED: "operator's signed notification: the payer's bank took the money back",
    Event.EXPIRED: "poller: the link is dead and the operator knows of no money",
    Event.NOT_PAID_CONFIRMED: "poller: an hour after the end of the link the operator knows of no money that it told of",
    Event.MISMATCH_ACCEPTED: "clerk: takes the amount that came",
    Event.MISMATCH_DISMISSED: "clerk: no money came",
    Event.BOOKED: "clerk or finance system",
    Event.REMAINDER_BOOKED: "clerk or finance system: what was left after a part went back",
    Event.BOOKING_REVERSED: "clerk: takes a mistaken booking back",
    Event.REFUND_STARTED: "clerk and a second person",
    Event.REFUND_REFUSED: "operator: refused the refund, nothing went back",
    Event.REFUND_REFUSED_AFTER_PART: "operator: refused the rest after a part went back",
}
"""Who or what causes each event."""

BEFORE_MONEY = (*sorted(UNPAID), State.PAID_UNVERIFIED, State.MISMATCH)
WITH_MONEY = tuple(state for state in State if has_money(state))

REGENERATE = "uv run python -m services.payments.domain.drawing > docs/payment-states.md"


def page() -> str:
    """The whole page, in Markdown."""
    parts = [
        "# Life of a payment",
        "",
        "Drawn from `services/payments/domain/states.py`; do not edit it by hand. To draw it again:",
        f"`{REGENERATE}`. A test compares both.",
        "",
        "A *message* tells what the operator said: in a state without an edge for it, it is kept and changes nothing. An",
        "*act* is our own: where it has no edge it is refused (`payment.illegal_transition`) and nothing changes. Every way",
        "in (notification, return page, poller) ends in the same step under the lock of the payment's row.",
        "",
        "## Until money comes",
        "",
        "An arrow from the frame holds for each state in it.",
        "",
        *_diagram(BEFORE_MONEY, frame=("unpaid", UNPAID)),
        "",
        "## Money that comes late",
        "",
        "An attempt that was given up has no lock any more; its money is taken in all the same.",
        "",
        *_diagram(RELEASED, frame=("given_up", RELEASED)),
        "",
        "## After money came",
        "",
        *_diagram(WITH_MONEY),
        "",
        "## States",
        "",
        "| state | keeps the lock of its dues | the operator confirmed money | awaits nothing more |",
        "|---|---|---|---|",
        *(_row(state, state in LOCKING, has_money(state), state in FINAL) for state in State),
        "",
        "## Edges",
        "",
        "| from | event | to | kind | caused by |",
        "|---|---|---|---|---|",
        *(_row(before, event, after, _kind(event), CAUSES[event]) for before, event, after in _edges()),
    ]
    return "\n".join(parts) + "\n"


def _row(*cells: object) -> str:
    shown = ("yes" if cell is True else "" if cell is False else str(cell) for cell in cells)
    return f"| {' | '.join(shown)} |"


def _kind(event: Event) -> str:
    return "message" if event in MESSAGES else "act"


def _edges() -> Iterator[tuple[State, Event, State]]:
    """Every edge, in the order in which states and events are declared."""
    for state in State:
        for event in Event:
            after = EDGES.get((state, event))
            if after is not None:
                yield state, event, after


def _diagram(sources: Collection[State], frame: tuple[str, Collection[State]] | None = None) -> list[str]:
    """A Mermaid state diagram of the edges that leave `sources`; what all states of the frame share leaves the frame."""
    name, framed = frame or ("", ())
    shared = {event for event in Event if framed and _is_shared(event, framed)}
    arrows: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for state, event, after in _edges():
        if state in sources:
            start = name if state in framed and event in shared else state.value
            if event not in arrows[start, after.value]:
                arrows[start, after.value].append(event)
    inner = {value.value for value in framed}
    lines = ["```mermaid", "stateDiagram-v2"]
    if State.CREATED in sources:
        lines.append("    [*] --> created")
    if framed:
        lines.append(f"    state {name} {{")
        lines += [f"        {value.value}" for value in State if value in framed]
        lines += [f"        {line}" for line in _arrows(arrows, lambda pair: inner.issuperset(pair))]
        lines.append("    }")
    lines += [f"    {line}" for line in _arrows(arrows, lambda pair: not inner.issuperset(pair))]
    return [*lines, "```"]


def _is_shared(event: Event, framed: Iterable[State]) -> bool:
    targets = {EDGES.get((state, event)) for state in framed}
    return len(targets) == 1 and None not in targets and targets.isdisjoint(framed)


def _arrows(
    arrows: Mapping[tuple[str, str], list[Event]], is_wanted: Callable[[tuple[str, str]], bool]
) -> Iterator[str]:
    for pair, events in arrows.items():
        if is_wanted(pair):
            yield f"{pair[0]} --> {pair[1]} : {', '.join(event.value for event in events)}"


if __name__ == "__main__":
    sys.stdout.write(page())
