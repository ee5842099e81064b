"""Whose file it is: names as finance systems write them, and everything that is not beyond doubt."""

import pytest

from services.accounts.domain.matching import Candidate, Fit, fit_of, is_same_name


@pytest.mark.parametrize(
    ("first", "last", "payer"),
    [
        ("Zdzisława", "Źrebięcka-Łoś", "ZREBIECKA LOS ZDZISLAWA"),
        ("Zdzisława Anna", "Źrebięcka-Łoś", "Źrebięcka-Łoś Zdzisława"),
        ("Jan", "Próbny", "Próbny  Jan (i Anna)"),
        ("JÓZEF", "żółć", "Jozef ZOLC"),
        ("Jan", "von der Próbny", "JAN VON DER PRÓBNY"),
    ],
)
def test_one_person_written_in_two_ways(first, last, payer):
    assert is_same_name(first, last, payer)


@pytest.mark.parametrize(
    ("first", "last", "payer"),
    [
        ("Zdzisława", "Źrebięcka-Łoś", "Źrebięcka Zdzisława"),
        ("Jan", "Próbny", "Próbna Janina"),
        ("Jan", "Próbny", "Próbny Adam"),
        ("Jan", "Kowal", "Jan Kowalski"),
        ("Jan", "Próbny", ""),
        ("", "", "Jan Próbny"),
    ],
)
def test_two_persons(first, last, payer):
    assert not is_same_name(first, last, payer)


@pytest.mark.parametrize(
    ("candidates", "fit"),
    [
        ([], Fit.MISSING),
        ([Candidate("Próbny Jan")], Fit.CLEAN),
        ([Candidate("Inny Jan")], Fit.OTHER_NAME),
        ([Candidate("Próbny Jan"), Candidate("Próbny Jan")], Fit.SEVERAL),
        ([Candidate("Próbny Jan", is_taken=True)], Fit.TAKEN),
        ([Candidate("Próbny Jan"), Candidate("Inny Jan", is_taken=True)], Fit.TAKEN),
    ],
)
def test_only_one_payer_of_the_same_names_that_is_nobodys_is_clean(candidates, fit):
    assert fit_of("Jan", "Próbny", candidates) == fit
