import pytest

from tests.integrations.payments.benches.base import Bench


@pytest.fixture
def bench(bench_of) -> Bench:
    """Our gmina: the payer bears the fee, SHA-256."""
    return bench_of("autopay")


@pytest.fixture
def merchant_model(bench) -> Bench:
    """The other gmina in our place: the office bears the fee, SHA-512, no agreed nodes."""
    bench.config, bench.stranger = bench.stranger, bench.config
    return bench
