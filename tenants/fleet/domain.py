"""States of a job over the fleet, as a table."""

from enum import StrEnum

from kernel.errors import Conflict


class Act(StrEnum):
    """What can happen to a job."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    CANCEL = "cancel"
    FAIL = "fail"
    FINISH = "finish"
    RETRY = "retry"


PLANNED, RUNNING, PAUSED = "planned", "running", "paused"
FAILED, DONE, CANCELLED = "failed", "done", "cancelled"

EDGES = {
    (PLANNED, Act.START): RUNNING,
    (PLANNED, Act.CANCEL): CANCELLED,
    (RUNNING, Act.START): RUNNING,  # the runner was killed: the next one goes on with the same job
    (RUNNING, Act.PAUSE): PAUSED,
    (RUNNING, Act.CANCEL): CANCELLED,
    (RUNNING, Act.FAIL): FAILED,
    (RUNNING, Act.FINISH): DONE,
    (PAUSED, Act.START): RUNNING,  # likewise, and running the command is a wish to go on
    (PAUSED, Act.RESUME): RUNNING,
    (PAUSED, Act.CANCEL): CANCELLED,
    (PAUSED, Act.FAIL): FAILED,  # the last gmina under way when somebody paused
    (PAUSED, Act.FINISH): DONE,
    (FAILED, Act.START): RUNNING,
    (FAILED, Act.CANCEL): CANCELLED,
    (FAILED, Act.RETRY): PLANNED,  # a person wants the gminas that failed once more; it waits for its turn
}
UNFINISHED = (PLANNED, RUNNING, PAUSED, FAILED)
ALIVE = (PLANNED, RUNNING, PAUSED)


def next_state(state: str, act: Act) -> str:
    """The state after `act`. Raises Conflict("fleet.state") when the job is not in a state that allows it."""
    if (state, act) not in EDGES:
        raise Conflict("fleet.state", state=state, act=str(act))
    return EDGES[state, act]
