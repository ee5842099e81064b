"""A person signs on the stand-in's pages in a real browser: the document of an office, and a file of their own."""

import re
from pathlib import Path

import pytest

from integrations.identity.base import IssuerRefused
from integrations.identity.trusted_profile.client import add_document, signed_document
from integrations.identity.trusted_profile.service import SigningService
from tests.integrations.identity.signatures.conftest import GESLA

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture
def service(profile, office):
    return SigningService.at(
        profile.url, private_key=office.private_pem, certificate=office.certificate_pem, is_stand_in=True
    )


@pytest.fixture
def page_url(service, xml, profile):
    back = f"{profile.url}/?wynik="
    return add_document(
        service,
        xml,
        success_url=f"{back}tak",
        failure_url=f"{back}nie",
        info="Rejestracja w portalu gminy Borki",
    )


@pytest.mark.parametrize("means", ["Podpis zaufany", "Podpis kwalifikowany"])
def test_a_person_signs_and_comes_back(means, page_url, visitor, service, verify):
    page = visitor()
    page.goto(page_url)
    page.get_by_label("Gęślą-Jaźń Żółć-Ćmiąca").check()
    page.get_by_label(means).check()
    page.get_by_role("button", name="Podpisz", exact=True).click()
    page.wait_for_url(re.compile("wynik=tak"))

    assert verify(signed_document(service, page_url)).signer.pesel == GESLA.identifier


def test_a_person_refuses_and_nothing_is_signed(page_url, visitor, service):
    page = visitor(java_script_enabled=False)
    page.goto(page_url)
    page.get_by_role("button", name="Nie podpisuj").click()
    page.wait_for_url(re.compile("wynik=nie"))

    with pytest.raises(IssuerRefused):
        signed_document(service, page_url)


def test_a_file_is_signed_on_the_page_for_files(profile, visitor, pdf, xml, verify, verify_file, tmp_path):
    page = visitor()
    for name, given, check in (("wniosek.pdf", pdf, verify_file), ("wniosek.xml", xml, verify)):
        (tmp_path / name).write_bytes(given.content)
        page.goto(f"{profile.url}/podpisz-plik")
        page.get_by_label("Plik").set_input_files(tmp_path / name)
        page.get_by_label("Kto podpisuje").select_option("gesla")
        page.get_by_role("button", name="Podpisz").click()
        with page.expect_download() as download:
            page.get_by_role("link", name="Zapisz podpisany plik").click()

        content = Path(download.value.path()).read_bytes()
        assert download.value.suggested_filename == name.replace(".", "-podpisany.")
        assert check(content).signer.pesel == GESLA.identifier
