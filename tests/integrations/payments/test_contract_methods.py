import pytest

from integrations.payments.base import MethodGroup, MethodState, OperatorError


def by_id(methods):
    return {method.id: method for method in methods}


def test_the_list_names_banks_and_blik_with_icons(bench):
    methods = bench.operator.list_methods(bench.config, 12345, "pl")

    groups = {method.group for method in methods}
    assert bench.groups <= groups
    assert all(method.name for method in methods)
    assert all(method.icon_url for method in methods) == bench.has_icons
    assert by_id(methods)[bench.bank].state is MethodState.OK


def test_a_bank_that_is_switched_off_is_listed_as_unavailable(bench):
    bench.control.switch_method(bench.bank, active=False)
    try:
        methods = bench.operator.list_methods(bench.config, 12345, "pl")
    finally:
        bench.control.switch_method(bench.bank, active=True)

    assert by_id(methods)[bench.bank].state is MethodState.TEMP_OFF


def test_a_method_that_does_not_take_the_amount_is_unavailable_for_it(bench):
    dear = by_id(bench.operator.list_methods(bench.config, 100_000_01, "pl"))
    cheap = by_id(bench.operator.list_methods(bench.config, 100_000_00, "pl"))
    [blik] = [method.id for method in dear.values() if method.group is MethodGroup.BLIK]

    assert not (dear[blik].state is MethodState.OK and dear[blik].takes(100_000_01))
    assert cheap[blik].state is MethodState.OK
    assert cheap[blik].takes(100_000_00)


def test_an_empty_list_is_an_empty_list(bench):
    bench.control.fault("lists", "empty")

    assert bench.operator.list_methods(bench.config, 100, "pl") == []


def test_all_banks_can_be_away_at_once(bench):
    bench.control.fault("lists", "temp_off")

    methods = bench.operator.list_methods(bench.config, 100, "pl")

    assert {method.state for method in methods} == {MethodState.TEMP_OFF}


def test_an_icon_from_an_unsafe_address_is_dropped_and_the_method_stays(bench):
    bench.need("has_icons")
    bench.control.fault("lists", "icons_http")

    methods = bench.operator.list_methods(bench.config, 100, "pl")

    assert methods
    assert {method.icon_url for method in methods} == {None}


@pytest.mark.parametrize("mode", ["500", "reset", "bad_body", "403"])
def test_a_list_that_cannot_be_had_is_an_error_and_not_an_empty_list(bench, mode):
    bench.control.fault("lists", mode, times=3)

    with pytest.raises(OperatorError):
        bench.operator.list_methods(bench.config, 100, "pl")


def test_a_slow_list_is_given_up(bench, impatient):
    bench.control.fault("lists", "slow", seconds=1.5)

    with pytest.raises(OperatorError) as raised:
        bench.operator.list_methods(bench.config, 100, "pl")

    assert not raised.value.permanent


def test_an_unknown_language_falls_back_to_polish(bench):
    assert bench.operator.list_methods(bench.config, 100, "uk")


def test_the_operators_legal_texts_have_addresses_and_no_ticked_box(bench):
    texts = bench.operator.legal_texts(bench.config, bench.bank, "pl")

    assert bool(texts) == bench.has_legal_texts
    for text in texts:
        assert text.sentence
        assert all(link.url.startswith("https://") for link in text.links)
