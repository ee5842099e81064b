import re

import httpx
import pytest

WEB = httpx.Client(timeout=15, trust_env=False)


@pytest.fixture
def page(emulator, shop):
    def open_page(**changes):
        document = shop.register(**changes)
        return document, f"{emulator.url}/trnRequest/{document['token']}"

    return open_page


def state(emulator, document):
    return emulator.control.transaction(document["sessionId"])


def press(url, action, method="25"):
    return WEB.post(url, data={"action": action, "method": method}, follow_redirects=False)


def test_the_page_says_whom_what_and_how_much_and_that_it_is_an_emulator(page):
    _, url = page(amount=123456)

    text = WEB.get(url).text.replace("\u00a0", " ")

    assert "1 234,56 zł" in text
    assert "Gmina Borki" in text
    assert "61 1090 1014 0000 0712 1981 2874" in text
    assert "Opłata za gospodarowanie odpadami – „maj”" in text
    assert "emulator operatora" in text
    assert '<html lang="pl">' in text


def test_the_bank_that_was_chosen_in_the_portal_is_already_chosen(page):
    _, url = page(method=31)

    [checked] = re.findall(r'<input[^>]*value="(\d+)"[^>]* checked', WEB.get(url).text)

    assert checked == "31"


def test_paying_brings_the_payer_back_to_the_office(emulator, page):
    document, url = page()

    answer = press(url, "pay", "31")

    assert answer.status_code == 303
    assert answer.headers["location"] == document["urlReturn"]
    record = state(emulator, document)
    assert (record["state"], record["paid_method"]) == ("paid", "31")


def test_a_refusal_by_the_bank_can_be_repeated_and_returned_from(emulator, page):
    document, url = page()

    answer = press(url, "fail")

    assert "Bank odrzucił płatność" in answer.text
    assert f'href="/trnRequest/{document["token"]}"' in answer.text
    assert f'href="{document["urlReturn"]}"' in answer.text
    assert (state(emulator, document)["state"], state(emulator, document)["last_try"]) == (
        "started",
        "failed",
    )
    assert press(url, "pay").status_code == 303


def test_closing_the_tab_offers_no_way_back_and_pays_nothing(emulator, page):
    document, url = page()

    answer = press(url, "abandon", method="")

    assert "Karta zamknięta" in answer.text
    assert document["urlReturn"] not in answer.text
    assert state(emulator, document)["state"] == "started"


def test_a_payer_can_pay_and_never_return(emulator, page):
    document, url = page()

    answer = press(url, "pay_and_leave")

    assert answer.status_code == 200
    assert state(emulator, document)["state"] == "paid"


@pytest.mark.parametrize("method", ["", "999999", "x"])
def test_without_a_bank_nothing_is_paid(emulator, page, method):
    document, url = page()

    answer = press(url, "pay", method)

    assert "Wybierz bank" in answer.text
    assert state(emulator, document)["state"] == "started"


def test_a_bank_that_is_switched_off_cannot_be_used(emulator, page):
    emulator.control.switch_method("25", active=False)
    document, url = page(method=25)

    assert "chwilowo niedostępny" in WEB.get(url).text
    assert "Wybierz bank" in press(url, "pay", "25").text
    assert state(emulator, document)["state"] == "started"


def test_the_second_tab_sees_that_it_is_paid(emulator, page):
    document, url = page()
    press(url, "pay")

    assert "już opłacona" in WEB.get(url).text
    assert "już opłacona" in press(url, "pay").text
    assert state(emulator, document)["state"] == "paid"


def test_an_expired_link_cannot_be_paid(emulator, page):
    document, url = page(timeLimit=15)
    emulator.control.advance(16 * 60)

    assert "wygasł" in WEB.get(url).text
    assert "wygasł" in press(url, "pay").text
    assert state(emulator, document)["state"] == "started"


def test_an_unknown_link_is_not_found(emulator):
    assert WEB.get(f"{emulator.url}/trnRequest/nieznany").status_code == 404


def test_what_the_merchant_sends_cannot_become_markup(page):
    _, url = page(description="<script>alert(1)</script>", urlReturn='http://x/"><script>')

    for text in (WEB.get(url).text, press(url, "fail").text):
        assert "<script>" not in text
        assert "&lt;script&gt;" in text


def test_the_panel_lets_people_do_what_tests_do(emulator, page):
    document, _ = page()
    ref = state(emulator, document)["operator_tx_id"]
    assert document["description"] in WEB.get(emulator.url).text

    WEB.post(f"{emulator.url}/panel/transakcja/{ref}", data={"action": "failed"})
    assert "odrzucona przez bank" in WEB.get(emulator.url).text
    WEB.post(f"{emulator.url}/panel/transakcja/{ref}", data={"action": "pay"})
    assert "zapłacona, niezweryfikowana" in WEB.get(emulator.url).text
    WEB.post(f"{emulator.url}/panel/transakcja/{ref}", data={"action": "return"})
    assert state(emulator, document)["state"] == "returned"


def test_the_panel_moves_the_clock_switches_banks_and_orders_faults(emulator):
    before = emulator.control.state()

    WEB.post(f"{emulator.url}/panel/zegar", data={"s": "3600"})
    WEB.post(f"{emulator.url}/panel/sposob", data={"id": "25"})
    WEB.post(f"{emulator.url}/panel/usterka", data={"fault": "start 503", "times": "2"})

    after = emulator.control.state()
    assert after["now"] - before["now"] >= 3600
    assert [row["active"] for row in after["methods"] if row["id"] == "25"] == [0]
    assert [(row["place"], row["mode"], row["times"]) for row in after["faults"]] == [("start", "503", 2)]
    assert WEB.post(f"{emulator.url}/panel/usterka", data={"fault": "x y"}).status_code == 400


@pytest.mark.parametrize("path", ["/emulator.css", "/payment-form-logo/svg/25"])
def test_the_page_needs_nothing_from_elsewhere(emulator, page, path):
    _, url = page()
    page_text = WEB.get(url).text

    assert WEB.get(emulator.url + path).status_code == 200
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page_text)
    assert all(address.startswith(("/", "data:")) for address in addresses)
