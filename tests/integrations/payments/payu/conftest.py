"""What only PayU does, against its emulator."""

import pytest


@pytest.fixture
def bench(bench_of):
    return bench_of("payu")
