"""News, bulletins and answers as residents read them, without signing in (A1)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kernel import tenancy
from tests.factories.publishing import publish
from tests.frontend.reading import main, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(in_borki, client_for):
    return client_for(None, in_borki)


def test_empty_pages_say_what_to_do(reader):
    assert "Nie ma teraz żadnych ogłoszeń" in words(reader.get("/aktualnosci/"))
    assert "Urząd nie zapisał jeszcze odpowiedzi" in words(reader.get("/pytania/"))
    assert (
        "Aktualności"
        not in words(reader.get("/")).split("Co można tu zapłacić")[0].split("Ile to kosztuje")[1]
    )


def test_the_start_page_shows_the_newest_three(reader):
    today = timezone.localdate()
    for day in range(4):
        publish(title=f"Wiadomość {day}", visible_from=today - timedelta(days=day))
    shown = words(reader.get("/"))
    assert [f"Wiadomość {day}" in shown for day in range(4)] == [True, True, True, False]


def test_questions_are_opened_one_by_one_under_their_topic(reader):
    publish(kind="question", title="Jak zapłacić?", topic="Płatności", body="Wybierz **bank**.")
    html = main(reader.get("/pytania/"))
    assert "<h2>Płatności</h2>" in html
    assert "Jak zapłacić?" in html
    assert "<strong>bank</strong>" in html


def test_html_in_a_text_of_the_office_stays_letters(reader):
    row = publish(title="<b>Tytuł</b>", body="<script>alert(1)</script> [x](javascript:alert(1))")
    for address in ("/", "/aktualnosci/", f"/aktualnosci/{row.public_id}/"):
        html = main(reader.get(address))
        assert "<script" not in html
        assert "<b>" not in html
        assert 'href="javascript' not in html


def test_what_is_not_yet_or_no_more_to_be_seen_is_not_there(reader):
    today = timezone.localdate()
    coming = publish(title="Przyszłe", visible_from=today + timedelta(days=1))
    over = publish(
        title="Minione", visible_from=today - timedelta(days=9), visible_to=today - timedelta(days=1)
    )
    for row in (coming, over):
        assert row.title not in words(reader.get("/aktualnosci/"))
        assert reader.get(f"/aktualnosci/{row.public_id}/").status_code == 404


def test_many_pieces_of_news_are_turned_page_by_page(reader):
    for number in range(11):
        publish(title=f"Wiadomość numer {number:02}", body="Treść.")
    assert words(reader.get("/aktualnosci/")).count("Wiadomość numer") == 10
    assert words(reader.get("/aktualnosci/?strona=2")).count("Wiadomość numer") == 1


def test_one_gmina_does_not_read_the_news_of_another(client_for, borki, dabrowa):
    with tenancy.enter(borki):
        row = publish(title="Tylko w Borkach")
    other = client_for(None, dabrowa)
    assert "Tylko w Borkach" not in words(other.get("/aktualnosci/"))
    assert other.get(f"/aktualnosci/{row.public_id}/").status_code == 404
