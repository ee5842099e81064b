"""What the clerk sees of a signed registration, and the files that she may take."""

import pytest

from tests.factories.accounts import ResidentFactory
from tests.factories.signing import SignedFileFactory
from tests.frontend.reading import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def resident(in_borki):
    return ResidentFactory(submitted=True)


@pytest.fixture
def file(resident):
    return SignedFileFactory(attempt__registration_id=resident.public_id, signer_name="Zdzisława Próbna")


@pytest.mark.covers("D28", "D29")
def test_the_clerk_reads_who_signed_and_what_was_checked(resident, file, client_for, borki):
    shown = words(client_for("daria", borki).get(f"/urzad/rejestracje/{resident.public_id}/"))

    for told in (
        "Podpis pod formularzem",
        "prawidłowy, potwierdza tożsamość",
        "podpis kwalifikowany",
        "Zdzisława Próbna",
        "Urząd Próbny",
        "wersja 1",
        "Pobierz podpisany plik",
        file.leaf_sha256,
    ):
        assert told in shown


def test_a_clerk_who_has_to_look_is_told_why(resident, client_for, borki):
    SignedFileFactory(
        attempt__registration_id=resident.public_id, state="review", reason="signatures.review.no_pesel"
    )
    shown = words(client_for("daria", borki).get(f"/urzad/rejestracje/{resident.public_id}/"))

    assert "osobę sprawdza urząd" in shown
    assert "Certyfikat nie zawiera numeru PESEL. Sprawdź, czy osoba z podpisu to osoba z formularza." in shown


def test_an_unsigned_registration_shows_no_signature(resident, client_for, borki):
    shown = words(client_for("daria", borki).get(f"/urzad/rejestracje/{resident.public_id}/"))

    assert "Podpis pod formularzem" not in shown


def test_both_files_can_be_taken(resident, file, client_for, borki):
    address = f"/urzad/rejestracje/{resident.public_id}/podpis/{file.public_id}/"
    daria = client_for("daria", borki)
    signed, given = daria.get(address), daria.get(f"{address}dokument/")

    assert (signed.content, given.content) == (b"<podpisany/>", b"<WniosekORejestracje/>")
    assert "wniosek-podpisany.xml" in signed["Content-Disposition"]
    assert signed["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("who", ["edyta", "filip"])
def test_who_verifies_nobody_takes_no_file(who, resident, file, client_for, borki):
    answer = client_for(who, borki).get(f"/urzad/rejestracje/{resident.public_id}/podpis/{file.public_id}/")

    assert answer.status_code == 403
    assert b"podpisany" not in answer.content
