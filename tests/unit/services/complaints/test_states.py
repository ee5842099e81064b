"""Every state with every event: what the table does not have changes nothing."""

from itertools import product

import pytest

from kernel.errors import Conflict
from services.complaints.domain.states import CLOSED, EDGES, Event, Kind, State, next_state


@pytest.mark.parametrize(("state", "event", "kind"), list(product(State, Event, Kind)))
def test_the_whole_product_of_states_events_and_kinds(state: State, event: Event, kind: Kind) -> None:
    fits = (state, event) in EDGES and not (event == Event.PASSED_ON and kind != Kind.TRANSACTION)
    if fits:
        assert next_state(state, event, kind) == EDGES[state, event]
    else:
        with pytest.raises(Conflict):
            next_state(state, event, kind)


@pytest.mark.parametrize("state", sorted(CLOSED))
def test_nothing_happens_to_what_is_closed(state: State) -> None:
    assert not [edge for edge in EDGES if edge[0] == state]


@pytest.mark.parametrize("state", State)
def test_every_state_can_be_reached_and_every_open_one_ends(state: State) -> None:
    assert state == State.OPEN or state in EDGES.values()
    reached, todo = set(), [state]
    while todo:
        here = todo.pop()
        reached.add(here)
        todo += [after for (before, _), after in EDGES.items() if before == here and after not in reached]
    assert reached & CLOSED


@pytest.mark.parametrize("word", [*State, *Kind])
def test_every_state_and_kind_has_its_polish_name(word: State | Kind) -> None:
    assert word.polish
