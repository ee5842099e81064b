"""Errors carry a code, a permanence and parameters that no log sees."""

import copy

import pytest

from kernel.errors import Conflict, InvalidInput, NotFound, Refused, SkarbnikError, Unavailable


@pytest.mark.parametrize("kind", [InvalidInput, NotFound, Conflict, Refused])
def test_every_error_is_ours_and_carries_its_code(kind: type[SkarbnikError]) -> None:
    error = kind("payment.locked", reference="abc")
    assert isinstance(error, SkarbnikError)
    assert error.code == "payment.locked"
    assert error.params == {"reference": "abc"}
    assert error.permanent is True


def test_a_passing_trouble_says_so() -> None:
    assert Unavailable("operator.unavailable").permanent is False
    assert SkarbnikError("operator.unavailable", permanent=False).permanent is False
    assert SkarbnikError("anything").permanent is True


def test_parameters_do_not_leak_into_text() -> None:
    error = InvalidInput("pesel.format", value="44051401359")
    assert "44051401359" not in f"{error!s} {error!r} {error.args!r}"
    assert str(error) == "pesel.format"


def test_an_error_survives_being_copied_or_sent_to_another_process() -> None:
    error = copy.copy(Conflict("payment.state", permanent=False, state="paid"))
    assert type(error) is Conflict
    assert (error.code, error.permanent, error.params) == ("payment.state", False, {"state": "paid"})
