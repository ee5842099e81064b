"""The gallery: every component in all its states, for those who build pages and for this package's tests.

It is not part of any surface; a development URL may point at `gallery`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from frontend.components.formats import nrb_text
from frontend.components.widgets import DayInput, DigitsInput, FileInput, MoneyInput

LAYOUTS = ("public", "resident", "desk", "console", "plain")
WARSAW = dt.timezone(dt.timedelta(hours=1))
BANKS = (
    "mBank",
    "PKO Bank Polski",
    "Bank Spółdzielczy w Borkach",
    "ING Bank Śląski",
    "Santander Bank Polska",
)


class GalleryForm(forms.Form):
    """One field of each shape."""

    name = forms.CharField(label="Imię i nazwisko", widget=forms.TextInput(attrs={"autocomplete": "name"}))
    pesel = forms.CharField(label="PESEL", help_text="11 cyfr z dowodu osobistego.", widget=DigitsInput)
    email = forms.EmailField(
        label="Adres e-mail",
        help_text="Wyślemy na niego potwierdzenie każdej wpłaty.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        label="Hasło",
        help_text="Co najmniej 15 znaków. Mogą to być cztery zwykłe słowa.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    amount = forms.CharField(label="Kwota", widget=MoneyInput, required=False)
    day = forms.DateField(label="Dzień obciążenia rachunku", widget=DayInput)
    kind = forms.ChoiceField(
        label="Rodzaj należności",
        choices=[("", "Wybierz"), ("property", "Podatek od nieruchomości"), ("lease", "Dzierżawa")],
    )
    reason = forms.CharField(label="Uzasadnienie", widget=forms.Textarea(attrs={"rows": 4}), required=False)
    answer = forms.ChoiceField(
        label="Jak chcesz dostać odpowiedź?",
        help_text="Urząd odpowie w ciągu 14 dni roboczych.",
        choices=[("mail", "E-mailem"), ("letter", "Listem na adres zameldowania")],
        widget=forms.RadioSelect,
    )
    topics = forms.MultipleChoiceField(
        label="O czym przypominać?",
        choices=[("due", "O zbliżającym się terminie"), ("booked", "O zaksięgowaniu wpłaty")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    file = forms.FileField(label="Plik z należnościami", widget=FileInput(accept=".csv"), required=False)
    happened = forms.SplitDateTimeField(
        label="Kiedy to się stało?",
        widget=forms.SplitDateTimeWidget(
            date_attrs={"type": "date", "aria-label": "Dzień"},
            time_attrs={"type": "time", "aria-label": "Godzina"},
        ),
    )
    terms = forms.BooleanField(label="Akceptuję regulamin portalu w wersji z 28 stycznia 2020.")
    source = forms.CharField(widget=forms.HiddenInput, required=False)


class BasketForm(forms.Form):
    """What a resident chooses before paying: dues and a bank."""

    liabilities = forms.MultipleChoiceField(label="Należności do zapłaty", choices=[(n, n) for n in "abcd"])
    bank = forms.ChoiceField(label="Bank, z którego zapłacisz", choices=[(name, name) for name in BANKS])


def at(day: int, hour: int, minute: int) -> dt.datetime:
    """Give an instant in March 2026, Polish winter time."""
    return dt.datetime(2026, 3, day, hour, minute, tzinfo=WARSAW)


def _links(*labels: str, current: str = "", counts: dict[str, int] | None = None) -> list[dict[str, Any]]:
    return [
        {"label": label, "href": f"#{i}", "current": label == current, "count": (counts or {}).get(label)}
        for i, label in enumerate(labels)
    ]


def layout_variables(layout: str) -> dict[str, Any]:
    """Give what a context processor gives to a layout."""
    office = {
        "portal_name": "Portal Mieszkańca",
        "office_name": "Urząd Gminy Borki",
        "address_lines": ["ul. Wojska Polskiego 41", "21-345 Borki"],
        "phone": "81 857 42 08",
        "email": "sekretariat@example.org",
    }
    nav: list[dict[str, Any]] = _links("Należności", "Wpłaty", "Wiadomości", "Pomoc", current="Należności")
    if layout == "desk":
        queues = _links(
            *("Do weryfikacji", "Do zaksięgowania", "Reklamacje"),
            current="Do zaksięgowania",
            counts={"Do weryfikacji": 3, "Do zaksięgowania": 128, "Reklamacje": 0},
        )
        for link, picture in zip(queues, ("user", "coins", "mail"), strict=True):
            link["icon"] = picture
        nav = [
            {"label": "Początek", "href": "#", "icon": "home"},
            {"label": "Kolejki", "links": queues},
            {
                "label": "Ustawienia",
                "links": _links("Rodzaje należności", "Operator płatności", "Wygląd portalu"),
            },
        ]
    if layout == "console":
        nav = _links("Gminy", "Migracje", "Stan platformy", current="Gminy")
    return {
        "office": None if layout in ("console", "plain") else office,
        "nav": nav,
        "footer_links": _links("Regulamin", "Prywatność", "Deklaracja dostępności", "Kontakt"),
        "signed_in_as": "" if layout in ("public", "plain") else "Anna Testowa",
        "sign_out_url": "#wyloguj",
        "account_url": "#konto",
        "sign_in_url": "#zaloguj",
        "register_url": "#rejestracja",
        "acting_for": {"label": "Jan Testowy", "href": "#zmien"},
        "staff": {"role": "Urzędnik", "department": "Referat Finansowy"},
        "notice_bars": ["Dane pokazowe. Żadna wpłata nie jest prawdziwa."] if layout == "resident" else [],
    }


def _dues() -> list[dict[str, Any]]:
    return [
        {
            "value": "a",
            "label": "Podatek od nieruchomości, I rata 2026",
            "hint": "Termin: 15 marca 2026",
            "amount_gr": 123456,
            "checked": True,
            "href": "#a",
        },
        {
            "value": "b",
            "label": "Podatek rolny, I rata 2026",
            "hint": "Termin minął 14 dni temu, z odsetkami",
            "amount_gr": 8700,
            "note": "Po terminie",
            "kind": "warning",
            "href": "#b",
        },
        {
            "value": "c",
            "label": "Użytkowanie wieczyste 2026",
            "amount_gr": 45000,
            "disabled": True,
            "note": "Opłacona 3 marca, czeka na zaksięgowanie",
            "href": "#c",
        },
    ]


def _banks() -> list[dict[str, Any]]:
    banks: list[dict[str, Any]] = [{"value": name, "label": name} for name in BANKS]
    banks[1]["hint"] = "iPKO, Inteligo"
    banks[3] |= {"disabled": True}
    banks[4] |= {"disabled": True, "note": "przerwa do 6:00"}
    return banks


def context(layout: str = "resident") -> dict[str, Any]:
    """Give everything that `components/gallery.html` shows."""
    fresh = BasketForm(initial={"bank": "mBank"})
    return {
        "layout": f"layouts/{layout}.html",
        **layout_variables(layout),
        "crumbs": _links("Początek", "Należności", "Podatek od nieruchomości"),
        "tab_links": _links(
            "Do zapłaty", "Opłacone", "Wszystkie", current="Do zapłaty", counts={"Do zapłaty": 3}
        ),
        "page_of_many": Paginator(range(240), 20).page(5),
        "kinds": ("neutral", "info", "success", "warning", "danger"),
        "form": GalleryForm(),
        "wrong": GalleryForm({"email": "anna(at)example.org", "amount": "12,3.4"}, auto_id="zle_%s"),
        "basket": fresh,
        "wrong_basket": BasketForm({}, auto_id="zly_%s"),
        "dues": _dues(),
        "banks": _banks(),
        "day": dt.date(2026, 3, 15),
        "ordered_at": at(3, 9, 12),
        "paid_at": at(3, 9, 14),
        "booked_at": at(4, 11, 30),
        "nrb": "61109010140000071219812874",
        "nrb_shown": nrb_text("61109010140000071219812874"),
        "bars": [
            {"label": "Podatek od nieruchomości", "value": 18450000},
            {"label": "Podatek rolny", "value": 6200050},
            {"label": "Dzierżawa", "value": 990000},
            {"label": "Użytkowanie wieczyste", "value": 0},
        ],
        "by_day": [{"label": f"{day:02d}.03", "value": day * 7 % 12} for day in range(1, 31)],
        "acts": [
            {
                "title": "Zaksięgowano wpłatę",
                "at": at(4, 11, 30),
                "actor": "Daria Przykładna",
                "role": "urzędnik",
            }
            | {"kind": "success"},
            {"title": "Operator potwierdził wpłatę", "at": at(3, 9, 14), "text": "Transakcja 318 221 904"},
            {"title": "Zlecono wpłatę", "at": at(3, 9, 12), "actor": "Anna Testowa", "kind": "info"},
        ],
        "payments": [
            {"number": "W/2026/000128", "payer": "Anna Testowa", "gr": 123456, "at": at(3, 9, 14)},
            {
                "number": "W/2026/000129",
                "payer": "Jan Testowy-Długonazwiskowy",
                "gr": 8700,
                "at": at(3, 10, 2),
            },
            {
                "number": "W/2026/000130",
                "payer": "Zakład Usług Przykładowych",
                "gr": 45000,
                "at": at(4, 7, 45),
            },
        ],
    }


def gallery(request: HttpRequest) -> HttpResponse:
    """Show the gallery in the layout named by `?layout=` (resident unless it is one of ours)."""
    layout = request.GET.get("layout", "resident")
    return render(request, "components/gallery.html", context(layout if layout in LAYOUTS else "resident"))
