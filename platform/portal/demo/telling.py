"""What the office of the demo tells everybody: a piece of news, a bulletin, answers to frequent questions."""

from datetime import date, timedelta
from typing import Final

from django.utils import timezone

from services.publishing.domain import Kind
from services.publishing.models import Publication

NEWS: Final = (
    (
        Kind.NEWS,
        "Portal płatności jest otwarty",
        "Od dziś sprawdzisz tu swoje należności i zapłacisz je przez internet.\n\n"
        "- zobaczysz kwotę, termin i odsetki na dziś,\n- zapłacisz kilka należności naraz,\n- pobierzesz "
        "potwierdzenie.\n\n"
        "Jak zacząć, przeczytasz w [pytaniach i odpowiedziach](/pytania/).",
        60,
    ),
    (
        Kind.BULLETIN,
        "Termin kolejnej raty podatku od nieruchomości",
        "Kolejną ratę podatku od nieruchomości zapłać do **15. dnia** miesiąca, w którym mija termin z decyzji. "
        "Ratę zobaczysz "
        "po zalogowaniu.",
        7,
    ),
)
"""Kind, title, text, and how many days ago it came out."""

QUESTIONS: Final = (
    (
        "Konto",
        "Jak założyć konto?",
        "Najprościej zaloguj się przez **login.gov.pl**, jeśli urząd to umożliwia. Możesz też wypełnić [formularz "
        "rejestracji](/rejestracja/) i potwierdzić adres e-mail. Urząd sprawdzi dane najpóźniej w 7 dni roboczych.",
    ),
    (
        "Konto",
        "Czy mogę płacić za firmę albo za kogoś z rodziny?",
        "Tak. W „Twoim koncie” złóż wniosek o reprezentowanie i dodaj pełnomocnictwo albo odpis z rejestru.",
    ),
    (
        "Płatności",
        "Zapłaciłem, a saldo się nie zmieniło. Czy coś poszło źle?",
        "Nie. Saldo zmienia się dopiero wtedy, gdy urząd zaksięguje wpłatę. Do tego czasu należność jest "
        "**zablokowana**, więc nie "
        "zapłacisz jej drugi raz. Każdy krok zobaczysz w szczegółach płatności.",
    ),
    (
        "Płatności",
        "Kwota albo termin się nie zgadza. Co zrobić?",
        "Otwórz należność i napisz o niej do urzędu. Taka wiadomość nie jest odwołaniem i nie przesuwa terminu "
        "płatności.",
    ),
)
"""Topic, question, answer."""


def tell_everybody(on: date) -> None:
    """Publish them once, as the program brings things in: without authors."""
    if Publication.objects.exists():
        return
    now = timezone.now()
    for kind, title, body, days in NEWS:
        _publish(kind=kind, title=title, body=body, visible_from=on - timedelta(days=days), published_at=now)
    for position, (topic, title, body) in enumerate(QUESTIONS, start=1):
        _publish(
            kind=Kind.QUESTION,
            title=title,
            body=body,
            topic=topic,
            position=position,
            visible_from=on,
            published_at=now,
        )


def _publish(**values: object) -> None:
    Publication.objects.create(state="published", **values)
