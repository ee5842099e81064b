import pytest

from tests.integrations.payments.benches.base import Bench


@pytest.fixture
def bench(bench_of) -> Bench:
    return bench_of("imoje")
