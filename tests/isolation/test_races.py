"""Nobody ever reads another gmina's row, however connections are shared; stock does where the specification says so."""

from typing import Any

import pytest

from tests.isolation.arena import Arena
from tests.isolation.grounds import WAYS, fight


@pytest.mark.parametrize("changes", WAYS.values(), ids=WAYS)
def test_no_reader_sees_another_gmina(small_gminas: Arena, changes: dict[str, Any]) -> None:
    seen = fight(small_gminas, **changes)
    assert (seen.wrong, seen.errors) == (0, {})
    assert seen.reads >= small_gminas.reads * 0.99


@pytest.mark.parametrize("changes", WAYS.values(), ids=WAYS)
def test_no_reader_sees_another_gmina_behind_a_pooler_by_transaction(
    small_gminas: Arena, pooler: int, changes: dict[str, Any]
) -> None:
    seen = fight(small_gminas, port=pooler, **changes)
    assert (seen.wrong, seen.errors) == (0, {})
    assert seen.reads >= small_gminas.reads * 0.99


def test_stock_reads_other_gminas_behind_a_pooler_by_transaction(stock: Arena, pooler: int) -> None:
    """What the test above would see if we did as stock does (django-tenants #447, #732, #1112)."""
    seen = fight(stock, port=pooler, reads=2000)
    assert seen.wrong > 100
