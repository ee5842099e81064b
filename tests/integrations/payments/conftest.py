"""The contract runs over every bench that is a module of benches/; each emulator starts when it is first needed."""

from collections.abc import Callable, Iterator

import pytest

from integrations.emulators.operators import Emulator
from integrations.emulators.registry import start
from tests.integrations.payments.benches.base import Bench
from tests.integrations.payments.benches.everyone import BENCHES


@pytest.fixture(scope="session")
def emulator_of() -> Iterator[Callable[[str], Emulator]]:
    """`emulator_of(code)`: the running emulator of one operator."""
    running: dict[str, Emulator] = {}

    def find(code: str) -> Emulator:
        if code not in running:
            running[code] = start(code, merchants=BENCHES[code].merchants)
        return running[code]

    yield find
    for emulator in running.values():
        emulator.stop()


@pytest.fixture
def bench_of(emulator_of: Callable[[str], Emulator], receiver: object) -> Iterator[Callable[[str], Bench]]:
    """`bench_of(code)`: the bench of one operator, without faults from before."""
    used: list[Bench] = []

    def make(code: str) -> Bench:
        emulator = emulator_of(code)
        used.append(BENCHES[code](emulator.url, emulator.control, receiver))
        return used[-1]

    yield make
    for bench in used:
        bench.control.forget_faults()


@pytest.fixture(params=sorted(BENCHES))
def bench(request: pytest.FixtureRequest, bench_of: Callable[[str], Bench]) -> Bench:
    """Each operator in turn."""
    return bench_of(request.param)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read timeouts in tenths of a second, so that a slow operator does not slow the tests down."""
    monkeypatch.setattr("integrations.payments.http.READ_SECONDS", 0.3)
