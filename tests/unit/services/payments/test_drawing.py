"""docs/payment-states.md is what the code draws, and says of everything who causes it."""

import re
from pathlib import Path

from services.payments.domain.drawing import CAUSES, REGENERATE, page
from services.payments.domain.states import EDGES, Event, State

PAGE = Path(__file__).parents[4] / "docs/payment-states.md"


def test_the_committed_page_is_what_the_code_draws() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), f"docs/payment-states.md is stale: {REGENERATE}"


def test_every_event_has_a_cause() -> None:
    assert set(CAUSES) == set(Event)


def test_every_edge_stands_in_the_table_and_no_other() -> None:
    rows = re.findall(r"^\| (\w+) \| (\w+) \| (\w+) \| (?:message|act) \|", page(), re.MULTILINE)
    assert {(State(state), Event(event)): State(after) for state, event, after in rows} == EDGES
    assert len(rows) == len(EDGES)


def test_the_arrows_stand_for_every_edge_and_for_no_other() -> None:
    drawn = set()
    for diagram in re.findall(r"```mermaid\n(.*?)```", page(), re.DOTALL):
        frames = {
            name: re.findall(r"^\s+(\w+)$", inside, re.MULTILINE)
            for name, inside in re.findall(r"state (\w+) \{(.*?)\}", diagram, re.DOTALL)
        }
        for start, after, events in re.findall(r"(\w+) --> (\w+) : (.*)", diagram):
            for state in frames.get(start, [start]):
                drawn |= {(State(state), Event(event), State(after)) for event in events.split(", ")}
    assert drawn == {(state, event, after) for (state, event), after in EDGES.items()}
