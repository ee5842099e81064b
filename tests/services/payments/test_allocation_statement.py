"""The statement of a booked payment: what it says, in its words and as a tagged PDF (art. 62 § 4 O.p.)."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from pypdf import PdfReader

from services.payments.actions import reverse_entry
from services.payments.allocation_statement import pdf, values
from services.payments.models import Payment
from tenants.configuration.actions import set_allocation_rule
from tenants.configuration.domain import AllocationRule, RatioBase
from tests.factories.liabilities import LiabilityFactory, ReminderCostFactory
from tests.frontend.reading import GLUE
from tests.services.liabilities.statements import pay_at_the_desk
from tests.services.payments.booked import PAID_ON, arrears, book, record

pytestmark = pytest.mark.django_db


@pytest.fixture
def daria(in_borki, person):
    return person("daria").actor


def plain(value):
    """The values with plain blanks."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value.translate(GLUE) if isinstance(value, str) else value


def said(payment: Payment):
    return plain(values(record(payment)))


def grosze(text: str) -> int:
    return int(text.removesuffix("zł").replace(" ", "").replace(",", ""))


def test_it_names_office_payer_payment_and_what_the_payer_chose(payer, daria):
    payment, *_ = arrears(payer, daria)
    found = said(payment)
    assert found["office"] == "Urząd Gminy w Borkach"
    assert (found["payer"], found["reference"]) == ("Anna Przykładowa", payment.reference)
    assert found["chosen"] == [
        ["Podatek od nieruchomości 2026, rata 4", "1 500,00 zł"],
        ["Koszty upomnienia UP/77/2026", "16,00 zł"],
    ]


def test_every_share_stands_in_order_with_its_document_its_reason_and_its_provision(payer, daria):
    payment, *_ = arrears(payer, daria)
    rows = said(payment)["rows"]
    assert [(row["number"], row["kind"], row["amount"]) for row in rows] == [
        ("1.", "koszty upomnienia", "16,00 zł"),
        ("2.", "należność główna", "1 000,00 zł"),
        ("3.", "odsetki za zwłokę", "191,00 zł"),
        ("4.", "należność główna", "264,55 zł"),
        ("5.", "odsetki za zwłokę", "44,45 zł"),
    ]
    assert rows[0]["details"] == "upomnienie doręczone 8 października 2026"
    assert rows[0]["article"] == "art. 62 § 1a Ordynacji podatkowej"
    assert rows[1]["details"] == "dokument FN.3120.7.2025, termin płatności 15 marca 2025"
    assert "Podatek od nieruchomości" in rows[1]["why"]
    assert rows[1]["article"] == "art. 62 § 1 zd. 2 Ordynacji podatkowej"
    assert sum(grosze(row["amount"]) for row in rows) == payment.amount_gr


@pytest.mark.covers("D68", "D69")
def test_it_shows_four_days_and_says_which_is_the_day_of_payment_and_why(payer, daria):
    payment, *_ = arrears(payer, daria)
    found = said(payment)
    assert [(day, counts) for _, day, counts in found["days"][:3]] == [
        ("2 listopada 2026", False),
        ("3 listopada 2026", True),
        ("4 listopada 2026", False),
    ]
    assert len(found["days"]) == 4
    assert found["paid_on"] == "3 listopada 2026"
    assert found["day_reasons"][0]["article"] == "art. 60 § 1 pkt 2 Ordynacji podatkowej"


def test_interest_is_shown_with_periods_rates_acts_exact_sum_and_rounding(payer, daria):
    payment, *_ = arrears(payer, daria)
    first, second = said(payment)["interests"]
    assert (first["principal"], first["days"], first["exact"], first["total"]) == (
        "1 000,00 zł",
        596,
        "191,0411 zł",
        "191,00 zł",
    )
    assert first["periods"][0] == [
        "18.03.2025–07.05.2025",
        "51",
        "14,50%",
        "M.P. 2023 poz. 1101",
        "20,2603 zł",
    ]
    assert first["periods"][-1][0] == "05.03.2026–03.11.2026"
    assert sum(int(days) for _, days, *_ in first["periods"]) == 596
    sentences = [one["text"] for one in first["remarks"]]
    assert any("dzień wolny od pracy" in text and "17 marca 2025" in text for text in sentences)
    assert any("do pełnych złotych" in text for text in sentences)
    assert first["formula"] is None
    assert second["exact"] == "251,7329 zł"


def test_a_proportional_division_is_shown_as_a_fraction_with_its_numbers(payer, daria):
    """Art. 55 § 2: 309 x 1500 / (1500 + 252)."""
    payment, *_ = arrears(payer, daria)
    formula = said(payment)["interests"][1]["formula"]
    assert formula["text"].startswith(
        "309,00 zł × 1 500,00 / (1 500,00 + 252,00) = 264,55 zł na należność główną; reszta, 44,45 zł, na odsetki."
    )
    assert formula["article"] == "art. 55 § 2 i art. 63 § 3 Ordynacji podatkowej"


def test_the_rule_of_the_gmina_is_named_with_its_version_and_used(payer, daria):
    """With the exact base 309 x 1500 / 1751.7329 = 264.5952, so 264.60 zł."""
    set_allocation_rule(
        AllocationRule(ratio_base=RatioBase.EXACT),
        effective_on=PAID_ON - timedelta(days=1),
        note="zarządzenie nr 7/2026",
        actor=daria,
    )
    payment, *_ = arrears(payer, daria)
    found = said(payment)
    rules = " ".join(rule["text"] for rule in found["rules"])
    assert "w wersji obowiązującej od 2 listopada 2026, podstawa: zarządzenie nr 7/2026" in rules
    assert "odsetki dokładne, przed zaokrągleniem" in rules
    assert "(1 500,00 + 251,7329) = 264,60 zł" in found["interests"][1]["formula"]["text"]


def test_what_is_left_of_each_due_adds_up(payer, daria):
    payment, *_ = arrears(payer, daria)
    left = said(payment)["left"]
    assert left[2] == [
        "Podatek od nieruchomości 2025, rata 2",
        "1 500,00 zł",
        "264,55 zł",
        "1 235,45 zł",
        "207,00 zł",
    ]
    for _, before, paid, after, _ in left:
        assert grosze(before) - grosze(paid) == grosze(after)


def test_the_draft_of_an_order_has_all_its_parts_and_says_that_it_is_none(payer, daria):
    """Art. 62 § 4, 217 and 236 § 2 pkt 1 O.p."""
    payment, *_ = arrears(payer, daria)
    found = said(payment)
    order = found["order"]
    for article in ("art. 62 § 1a", "art. 55 § 2", "art. 62 § 4", "art. 217"):
        assert article in order["basis"]
    assert "w kwocie 1 516,00 zł na poczet:" in order["ruling"]
    assert len(order["points"]) == 5
    assert order["points"][3] == (
        "należność główna: Podatek od nieruchomości 2025, rata 2 (dokument FN.3120.7.2025, termin płatności "
        "15 maja 2025) – 264,55 zł"
    )
    reasoning = " ".join(order["reasoning"])
    assert "Płatnik wskazał: Podatek od nieruchomości 2026, rata 4" in reasoning
    assert "Pozycja 1 rozliczenia." in reasoning
    assert "309,00 zł × 1 500,00" in reasoning
    assert "w terminie 7 dni od dnia doręczenia" in order["instruction"][0]
    assert "art. 236 § 2 pkt 1" in order["instruction"][0]


def test_no_order_is_drafted_for_dues_that_were_not_in_arrears(payer, daria):
    due = LiabilityFactory(payer=payer, due_on=timezone.localdate() + timedelta(days=30))
    found = said(book(payer, [due], daria))
    assert found["order"] is None
    assert found["has_order_right"]
    assert found["rows"][0]["why"] == "Należność przed terminem płatności, wskazana przez płatnika."
    assert found["interests"] == []


def test_an_order_leaves_out_what_went_to_dues_before_their_date(payer, daria):
    """The order of art. 62 § 4 concerns arrears, interest and costs only."""
    due = LiabilityFactory(payer=payer, due_on=timezone.localdate() + timedelta(days=30))
    cost = ReminderCostFactory(payer=payer, liabilities=[due])
    found = said(book(payer, [due], daria, costs=[cost], amount_gr=31_600))
    assert "w kwocie 316,00 zł, w części 16,00 zł, na poczet:" in found["order"]["ruling"]
    assert len(found["order"]["points"]) == 1
    assert any(
        "300,00 zł, zaliczono na należności przed terminem" in text for text in found["order"]["reasoning"]
    )


def test_an_overpayment_is_told_with_its_day_and_closes_the_sum(payer, daria):
    due = LiabilityFactory(payer=payer, due_on=timezone.localdate() + timedelta(days=30))
    pay_at_the_desk(due, 10_000)
    found = said(book(payer, [due], daria))
    assert (found["overpaid"], found["paid_on"]) == ("100,00 zł", "3 listopada 2026")
    assert "art. 73 § 1 pkt 1 Ordynacji podatkowej" in found["overpaid_article"]
    rows_gr = sum(grosze(row["amount"]) for row in found["rows"])
    assert rows_gr + grosze(found["overpaid"]) == grosze(found["amount"]) == 30_000


@pytest.mark.covers("D70")
def test_a_civil_payment_has_its_own_law_and_no_order(payer, daria):
    """Art. 451 § 1 and 454 KC: 50 days at 9.25 % of 300 zł are 3.80 zł."""
    lease = LiabilityFactory(payer=payer, lease=True)
    found = said(book(payer, [lease], daria, allocation_regime="civil"))
    assert (found["paid_on"], found["is_public"]) == ("4 listopada 2026", False)
    assert found["day_reasons"] == [
        {
            "text": "Należność cywilnoprawną uważa się za zapłaconą w dniu uznania rachunku urzędu.",
            "article": "art. 454 § 1 Kodeksu cywilnego",
        }
    ]
    assert [(row["kind"], row["amount"], row["why"]) for row in found["rows"]] == [
        ("należność główna", "296,20 zł", "Dług wskazany przez płatnika."),
        ("odsetki ustawowe za opóźnienie", "3,80 zł", "Dług wskazany przez płatnika."),
    ]
    assert "najpierw zapłacono odsetki (3,80 zł)" in found["remarks"][0]["text"]
    assert (found["order"], found["has_order_right"]) == (None, False)
    assert "Ordynacji" not in str(found["rules"]) + str(found["day_reasons"]) + str(found["remarks"])


def test_a_booking_taken_back_says_so_and_drafts_nothing(payer, daria):
    payment, *_ = arrears(payer, daria)
    reverse_entry(
        entry_id=record(payment).entry.public_id,
        reason="zła data",
        corrected_on=timezone.localdate(),
        actor=daria,
    )
    payment.refresh_from_db()
    found = said(payment)
    assert found["reversed_on"]
    assert found["order"] is None
    assert len(found["rows"]) == 5
    assert "zła data" not in str(found)


def test_nothing_is_told_of_a_co_owner(payer, daria, person):
    from services.accounts.models import Payer
    from services.liabilities.models import Debtor

    celina = Payer.objects.get(public_id=person("celina").payer_id)
    due = LiabilityFactory(payer=payer)
    Debtor.objects.create(liability=due, payer=celina)
    LiabilityFactory(payer=celina, title="Podatek Celiny", due_on=PAID_ON - timedelta(days=300))
    found = str(said(book(payer, [due], daria)))
    assert "Celin" not in found


def drawings(payer, daria) -> dict[str, Payment]:
    lease = LiabilityFactory(payer=payer, lease=True)
    return {
        "civil": book(payer, [lease], daria, allocation_regime="civil"),
        "public": arrears(payer, daria)[0],
    }


def test_the_pdf_is_tagged_titled_and_in_polish(payer, daria):
    for payment in drawings(payer, daria).values():
        file = pdf(record(payment))
        assert file.startswith(b"%PDF-")
        for mark in (b"/StructTreeRoot", b"/MarkInfo", b"pdfuaid:part", b"/Lang(pl-PL)", b"/S/TH"):
            assert mark in file, mark


def test_the_pdf_reads_from_top_to_bottom(payer, daria):
    texts = {
        name: " ".join(_text(pdf(record(payment))).translate(GLUE).split())
        for name, payment in drawings(payer, daria).items()
    }
    public = texts["public"]
    places = [
        public.index(part)
        for part in (
            "Urząd Gminy w Borkach", "Rozliczenie wpłaty", "1 516,00 zł", "Na co poszły pieniądze", "264,55 zł",
            "Razem: tyle, ile wpłacono", "Co zostało do zapłaty", "Dzień zapłaty według prawa", "Jak policzono odsetki",
            "Suma dokładna", "Czym jest ten dokument", "PROJEKT dla urzędu. To nie jest postanowienie",
            "Podstawa prawna", "Rozstrzygnięcie", "Uzasadnienie", "Pouczenie", "podpis, imię i nazwisko",
        )
    ]  # fmt: skip
    assert places == sorted(places)
    assert "PROJEKT" not in texts["civil"]
    assert "postanowieni" not in texts["civil"]


def _text(file: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(file)).pages)
