"""The clerk uploads a statement, looks, confirms, clarifies what is left, and takes back what was wrong."""

from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from services.banking import actions
from services.banking.models import BankAccount, Match, StatementFile, StatementLine
from services.ledger.models import Entry
from services.liabilities.models import Liability
from tenants.configuration.models import LiabilityType
from tests.factories.liabilities import LiabilityFactory, ReminderCostFactory
from tests.frontend.reading import error_beside, heading, hidden, words
from tests.integrations.finance.making import MadeStatement, mt940
from tests.services.banking.conftest import transfer

pytestmark = pytest.mark.django_db
FILES, QUEUE, ACCOUNTS = "/urzad/wyciagi/", "/urzad/wplaty/", "/urzad/ustawienia/rachunki/"
NUMBER = "FN.3120.1001.2026/3"


@pytest.fixture
def account(in_borki) -> BankAccount:
    nrb = LiabilityType.objects.get(code="property_tax").account_nrb
    return BankAccount.objects.create(label="Podatki", account_nrb=nrb, profile_code="pko_mt940")


@pytest.fixture
def due(anna) -> Liability:
    return LiabilityFactory(payer=anna, external_id=NUMBER)


@pytest.fixture
def daria(desk: Callable[[str | None], Client]) -> Client:
    return desk("daria")


def content(account: BankAccount, *entries, number: str = "183") -> bytes:
    return mt940(MadeStatement(account.account_nrb, number, 1_000_000, entries))


def upload(client: Client, account: BankAccount, data: bytes, **more):
    file = SimpleUploadedFile("wyciag.sta", data)
    return client.post(FILES, {"account": str(account.public_id), "file": file, **more})


def read(client: Client, account: BankAccount, *entries, number: str = "183") -> StatementFile:
    page = upload(client, account, content(account, *entries, number=number))
    client.post(f"{page.url}wczytaj/")
    file = StatementFile.objects.latest("pk")
    actions.carry_on(file.public_id)
    return file


def place(line: StatementLine) -> str:
    return f"{QUEUE}{line.public_id}/"


def confirmed(preview, chosen: dict[str, object]) -> dict[str, object]:
    """What the button of the page "Dokąd trafią pieniądze" sends."""
    (split,) = hidden(preview, "split")
    return {**chosen, "confirmed": "1", "split": split}


def test_a_file_is_checked_line_by_line_and_nothing_is_stored(daria, account, due):
    page = upload(daria, account, content(account, transfer(NUMBER), transfer("inne", gr=5)))
    shown = words(daria.get(page.url))
    assert "Plik sprawdzony, nic jeszcze nie zapisano" in shown
    assert "zostanie dopasowana należności płatnika, po numerze w tytule" in shown
    assert "do wyjaśnienia nic nie pasuje" in shown
    assert not StatementLine.objects.exists()
    assert not Entry.objects.filter(code="receipt").exists()


def test_a_file_whose_sums_do_not_agree_is_refused_with_the_line_beside_the_field(daria, account, due):
    broken = content(account, transfer(NUMBER)).replace(b"PLN10300,00", b"PLN10300,01")
    answer = upload(daria, account, broken)
    assert answer.status_code == 422
    assert "Wiersz 13: Saldo początkowe i suma operacji dają" in words(answer)
    assert "Pobierz go ponownie z banku" in words(answer)
    assert not StatementFile.objects.exists()


def test_number_and_sum_of_the_banks_page_go_together(daria, account):
    answer = upload(daria, account, content(account, transfer("x")), entries="1")
    assert "Podaj razem liczbę i sumę" in error_beside(answer, "total")
    assert not StatementFile.objects.exists()


@pytest.mark.covers("D61")
def test_a_confirmed_file_is_read_by_a_worker_and_says_how_far_it_is(daria, account, due):
    page = upload(daria, account, content(account, transfer(NUMBER), transfer("inne", gr=5)))
    daria.post(f"{page.url}wczytaj/")
    waiting = daria.get(page.url)
    assert waiting["Refresh"]
    assert "praca się nie przerwie" in words(waiting)
    assert "Refresh" not in daria.get(f"{page.url}?bez-odswiezania=1")
    file = StatementFile.objects.get()
    actions.carry_on(file.public_id)
    done = daria.get(page.url)
    assert "Plik jest wczytany" in words(done)
    assert "Refresh" not in done
    assert "Przejdź do wpłat do wyjaśnienia" in words(done)
    daria.post(f"{page.url}wczytaj/")  # a second click is the same click
    assert Match.objects.count() == 1


def test_the_queue_shows_what_is_left_and_is_narrowed(daria, account, due):
    read(daria, account, transfer(NUMBER), transfer("nieznane wpływy", gr=500, name="Ktoś Obcy"))
    shown = words(daria.get(QUEUE))
    assert "nieznane wpływy" in shown
    assert "nic nie pasuje" in shown
    assert NUMBER not in shown
    assert NUMBER in words(daria.get(f"{QUEUE}?state=matched"))
    assert "Żadna wpłata nie pasuje do filtrów" in words(daria.get(f"{QUEUE}?amount=5,01"))
    assert "nieznane wpływy" in words(
        daria.get(f"{QUEUE}?amount=5,00&why=nothing&account={account.public_id}")
    )
    assert "Żadna wpłata" in words(daria.get(f"{QUEUE}?until=2026-09-20"))


def test_a_clerk_finds_the_due_sees_where_the_money_goes_and_books_it(daria, account, due, anna):
    read(daria, account, transfer("bez numeru", name="Konto Firmowe"))
    line = StatementLine.objects.get()
    assert "Żadna należność nie pasuje" in words(daria.get(place(line)))
    found = daria.post(place(line), {"szukaj": NUMBER})
    assert anna.name in words(found)
    assert "ta kwota" in words(found)
    chosen = {"due": str(due.public_id), "version": line.version}
    preview = daria.post(f"{place(line)}naleznosci/", chosen)
    assert heading(preview) == "Dokąd trafią pieniądze"
    assert due.title in words(preview)
    assert not Match.objects.exists()
    assert hidden(preview, "due") == [str(due.public_id)]
    done = daria.post(f"{place(line)}naleznosci/", confirmed(preview, chosen), follow=True)
    assert "Wpłata jest zaksięgowana" in words(done)
    assert "ręcznie" in words(done)
    assert Entry.objects.get(code="receipt").effective_on == date(2026, 9, 20)


def test_more_than_owed_needs_a_word_of_the_clerk(daria, account, due):
    read(daria, account, transfer(NUMBER, gr=31_000))
    line = StatementLine.objects.get()
    chosen = {"due": str(due.public_id), "version": line.version}
    preview = daria.post(f"{place(line)}naleznosci/", chosen)
    assert "Przyszło więcej" in words(preview)
    refused = daria.post(f"{place(line)}naleznosci/", confirmed(preview, chosen))
    assert refused.status_code == 422
    assert "Przyszło więcej, niż trzeba zapłacić" in words(refused)
    assert not Match.objects.exists()
    daria.post(f"{place(line)}naleznosci/", {**confirmed(preview, chosen), "may_overpay": "on"})
    assert Match.objects.count() == 1


def test_money_goes_only_where_the_confirmed_page_has_shown_it(daria, account, due, anna):
    read(daria, account, transfer("bez numeru"))
    line = StatementLine.objects.get()
    chosen = {"due": str(due.public_id), "version": line.version}
    preview = daria.post(f"{place(line)}naleznosci/", chosen)
    ReminderCostFactory(
        payer=anna, liabilities=[due], sent_on=date(2026, 9, 16), delivered_on=date(2026, 9, 18)
    )
    for sent in (confirmed(preview, chosen), {**chosen, "confirmed": "1"}):
        refused = daria.post(f"{place(line)}naleznosci/", sent)
        assert refused.status_code == 422
        assert "Sprawdź podział jeszcze raz" in words(refused)
    assert not Match.objects.exists()
    assert not Entry.objects.filter(code="receipt").exists()
    line.refresh_from_db()
    assert (line.state, line.version) == ("to_clarify", chosen["version"])
    again = daria.post(f"{place(line)}naleznosci/", chosen)
    daria.post(f"{place(line)}naleznosci/", confirmed(again, chosen))
    assert Match.objects.count() == 1


def test_a_match_is_taken_back_with_a_reason_and_stays_in_the_history(daria, account, due):
    read(daria, account, transfer(NUMBER))
    line = StatementLine.objects.get()
    without = daria.post(f"{place(line)}cofnij/", {"version": line.version, "reason": " "})
    assert "Napisz, dlaczego cofasz dopasowanie." in words(without)
    assert Match.objects.get().stands
    answer = daria.post(
        f"{place(line)}cofnij/", {"version": line.version, "reason": "Zła należność"}, follow=True
    )
    shown = words(answer)
    assert "Dopasowanie jest cofnięte" in shown
    assert "Zła należność" in shown
    assert "dopasowanie cofnięte" in shown
    assert Entry.objects.filter(code="reversal").count() == 1


def test_a_page_that_is_old_overwrites_nothing(daria, account, due):
    read(daria, account, transfer("bez numeru"))
    line = StatementLine.objects.get()
    daria.post(f"{place(line)}odloz/", {"version": line.version, "note": "Dotacja"})
    chosen = {"due": str(due.public_id), "version": line.version, "confirmed": "1"}
    answer = daria.post(f"{place(line)}naleznosci/", chosen)
    assert "Ktoś zmienił tę wpłatę" in words(answer)
    assert not Match.objects.exists()


def test_a_line_is_set_aside_and_put_back(daria, account):
    read(daria, account, transfer("Dotacja z budżetu"))
    line = StatementLine.objects.get()
    assert "Napisz, co to za wpłata." in words(daria.post(f"{place(line)}odloz/", {"version": line.version}))
    answer = daria.post(f"{place(line)}odloz/", {"version": line.version, "note": "Dotacja"}, follow=True)
    assert "Nie ma nic do wyjaśnienia" in words(answer)
    assert "Dotacja" in words(daria.get(place(line)))
    line.refresh_from_db()
    daria.post(f"{place(line)}przywroc/", {"version": line.version})
    assert "Dotacja z budżetu" in words(daria.get(QUEUE))


def test_only_the_administrator_says_how_statements_are_read(desk, account):
    assert desk("daria").get(ACCOUNTS).status_code == 403
    filip = desk("filip")
    shown = words(filip.get(ACCOUNTS))
    assert "PKO Bank Polski, MT940" in shown
    assert "ich wyciągów portal nie czyta" in shown
    sent = {"version": 1, "label": "Podatki", "account_nrb": account.account_nrb, "is_active": "on"}
    answer = filip.post(f"{ACCOUNTS}{account.public_id}/", {**sent, "layout": "{"})
    assert "To nie jest poprawny zapis JSON" in error_beside(answer, "layout")
    answer = filip.post(f"{ACCOUNTS}{account.public_id}/", {**sent, "profile_code": "camt053", "sign": "~"})
    assert "Wybrany układ nie ma tego ustawienia" in error_beside(answer, "sign")
    account.refresh_from_db()
    assert (account.profile_code, account.version) == ("pko_mt940", 1)
    filip.post(f"{ACCOUNTS}{account.public_id}/", {**sent, "profile_code": "camt053"})
    stale = filip.post(f"{ACCOUNTS}{account.public_id}/", {**sent, "profile_code": "swift_mt940"})
    assert "Ktoś był szybszy" in words(stale)
    account.refresh_from_db()
    assert (account.profile_code, account.version) == ("camt053", 2)


def test_the_specification_is_a_file(daria, account, due, anna):
    from tests.factories.payments import PaymentFactory
    from tests.services.banking.test_matching import payout

    batch = payout(PaymentFactory(paid=True, payer=anna, dues=[due]))
    assert "Specyfikacja dla systemu finansowego" in words(daria.get(f"/urzad/wyplaty/{batch.public_id}/"))
    for form, begins in (("csv", b"\xef\xbb\xbfoperator_id"), ("xml", b"<?xml"), ("pdf", b"%PDF")):
        answer = daria.get(f"/urzad/wyplaty/{batch.public_id}/specyfikacja.{form}")
        assert answer.content.startswith(begins)
        assert "attachment" in answer["Content-Disposition"]
