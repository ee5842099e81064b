"""P1, P2, P4, P5: the life of a gmina is a table of edges; whatever is not in it does not happen."""

from datetime import UTC, date, datetime, timedelta

import pytest

from kernel.errors import Conflict
from tenants.directory.domain_readiness import (
    FRESH_FOR,
    OPTIONAL,
    Found,
    Line,
    Verdict,
    is_fresh,
    missing,
)
from tenants.directory.domain_states import EDGES, OPEN, READ_ONLY, WORKING, Event, State, next_state
from tenants.directory.models import TenantState

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize("event", Event)
@pytest.mark.parametrize("state", State)
def test_every_pair_is_an_edge_or_a_refusal(state: State, event: Event) -> None:
    if (state, event) in EDGES:
        assert next_state(state, event) == EDGES[state, event]
        return
    with pytest.raises(Conflict) as refused:
        next_state(state, event)
    assert refused.value.code == "tenant.state"
    assert refused.value.params == {"state": state.value, "event": event.value}


def reachable(start: State) -> set[State]:
    found, left = {start}, [start]
    while left:
        here = left.pop()
        for (state, _), after in EDGES.items():
            if state == here and after not in found:
                found.add(after)
                left.append(after)
    return found


def test_every_state_can_be_reached_and_the_end_is_the_end() -> None:
    assert reachable(State.PROVISIONING) == set(State)
    assert reachable(State.CLOSED) == {State.CLOSED}


def test_nobody_is_deleted_without_having_left_first() -> None:
    assert {state for (state, _), after in EDGES.items() if after == State.CLOSED} == {State.OFFBOARDING}


def test_a_suspension_is_no_way_around_the_checklist() -> None:
    assert {event for (_, event), after in EDGES.items() if after == State.ACTIVE} == {
        Event.WENT_LIVE,
        Event.RESUMED,
    }
    assert EDGES[State.SUSPENDED, Event.TRIAL_RESUMED] == State.TRIAL


def test_a_gmina_that_is_closed_to_residents_still_runs_its_jobs() -> None:
    assert OPEN | READ_ONLY == WORKING
    assert not OPEN & READ_ONLY
    assert set(State) - WORKING == {State.PROVISIONING, State.CLOSED}


def test_the_table_and_the_column_know_the_same_states() -> None:
    assert [state.value for state in State] == TenantState.values


def met(*lines: Line) -> list[Found]:
    return [Found(line, Verdict.MET, date(2026, 11, 20), 1) for line in lines]


@pytest.mark.parametrize("line", sorted(set(Line) - OPTIONAL))
def test_each_mandatory_line_stops_the_gmina_alone(line: Line) -> None:
    others = met(*(one for one in Line if one != line))
    assert missing(others) == (line,)
    assert missing([*others, Found(line, Verdict.MISSING)]) == (line,)
    assert missing([*others, *met(line)]) == ()


def test_a_line_that_nobody_has_looked_at_is_missing() -> None:
    assert missing([]) == tuple(line for line in Line if line not in OPTIONAL)


def test_an_own_domain_that_is_not_ready_warns_and_does_not_stop() -> None:
    lines = [*met(*(set(Line) - OPTIONAL)), Found(Line.OWN_DOMAIN, Verdict.MISSING)]
    assert missing(lines) == ()


@pytest.mark.parametrize(
    ("age", "fresh"), [(timedelta(0), True), (FRESH_FOR, True), (FRESH_FOR + timedelta(seconds=1), False)]
)
def test_a_list_of_more_than_an_hour_ago_decides_nothing(age: timedelta, fresh: bool) -> None:
    assert is_fresh(NOW - age, NOW) is fresh


@pytest.mark.parametrize("on", [None, date(2026, 2, 28)])
@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("line", Line)
def test_a_line_comes_back_from_its_column_as_it_was(line: Line, verdict: Verdict, on: date | None) -> None:
    found = Found(line, verdict, on, 7)
    assert Found.of(found.as_json()) == found
