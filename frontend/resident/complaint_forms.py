"""Forms of complaints and of reports about a due."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from frontend.complaint_words import MATTERS
from frontend.components.formats import day_text, money_text
from frontend.documents import ACCEPTED, FilesField, FilesInput
from frontend.resident.wording import PAYMENT_STATES
from kernel.dates import warsaw_day
from services.complaints.actions import Grievance
from services.complaints.domain.reports import Matter
from services.complaints.domain.states import Kind
from services.payments.domain.states import State

OFFICE = "office"


class ComplaintForm(forms.Form):
    """What every complaint says: what about, what happened, with documents. `key` makes two clicks one complaint."""

    subject = forms.CharField(
        label=_("Czego dotyczy reklamacja?"),
        help_text=_("Jednym zdaniem, na przykład: zapłaciłam, a należność dalej jest na liście."),
        max_length=120,
        error_messages={"required": _("Napisz jednym zdaniem, czego dotyczy reklamacja.")},
    )
    description = forms.CharField(
        label=_("Co się stało i czego oczekujesz?"),
        help_text=_(
            "Podaj dni, kwoty i numery, po których znajdziemy sprawę. Im więcej wiemy, tym szybciej odpowiemy."
        ),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={
            "required": _("Opisz, co się stało."),
            "max_length": _("Napisz najwyżej 4000 znaków."),
        },
    )
    document = FilesField(
        label=_("Załączniki"),
        help_text=_(
            "Na przykład potwierdzenie przelewu: PDF, JPG lub PNG, najwyżej 5 plików po 5 MB. Możesz wybrać kilka naraz."
        ),
        required=False,
        widget=FilesInput(accept=ACCEPTED),
        error_messages={"empty": _("Ten plik jest pusty. Dodaj dokument jeszcze raz.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    def clean_key(self) -> UUID:
        """A form without its number is a complaint of its own."""
        given: UUID | None = self.cleaned_data["key"]
        return given or uuid4()

    def told(self) -> Grievance:
        """What the action takes."""
        raise NotImplementedError

    def _common(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("subject", "description", "key")}


class PaymentComplaintForm(ComplaintForm):
    """A complaint about a payment: which one, and who paid (eKasa § 11 ust. 3)."""

    payment = forms.ChoiceField(
        label=_("Która wpłata?"),
        error_messages={
            "required": _("Wybierz wpłatę, której dotyczy reklamacja."),
            "invalid_choice": _("Wybierz wpłatę z listy."),
        },
    )
    paid_by_name = forms.CharField(
        label=_("Kto płacił? Imię i nazwisko albo nazwa"),
        help_text=_("Osoba, z której konta lub karty poszły pieniądze. Operator po niej znajdzie wpłatę."),
        max_length=160,
        error_messages={"required": _("Podaj imię i nazwisko albo nazwę tego, kto płacił.")},
    )
    paid_by_contact = forms.CharField(
        label=_("E-mail albo telefon tej osoby"),
        max_length=160,
        error_messages={"required": _("Podaj e-mail albo telefon osoby, która płaciła.")},
    )
    field_order = (
        "payment",
        "paid_by_name",
        "paid_by_contact",
        "subject",
        "description",
        "document",
        "key",
    )

    def __init__(self, payments: Iterable[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["payment"].choices = [  # type: ignore[attr-defined]
            ("", _now("Wybierz wpłatę")),
            *((str(row.public_id), _payment_text(row)) for row in payments),
        ]

    def told(self) -> Grievance:
        """What the action takes."""
        return Grievance(
            kind=Kind.TRANSACTION,
            payment_id=UUID(self.cleaned_data["payment"]),
            paid_by_name=self.cleaned_data["paid_by_name"],
            paid_by_contact=self.cleaned_data["paid_by_contact"],
            **self._common(),
        )


class OtherComplaintForm(ComplaintForm):
    """A complaint about anything else: a due, a kind of dues, or a matter of the whole office (§ 11 ust. 4)."""

    about = forms.ChoiceField(
        label=_("Której sprawy dotyczy?"),
        help_text=_("Dzięki temu reklamacja trafi od razu do właściwego wydziału."),
        error_messages={
            "required": _("Wybierz, której sprawy dotyczy reklamacja."),
            "invalid_choice": _("Wybierz sprawę z listy."),
        },
    )
    field_order = ("about", "subject", "description", "document", "key")

    def __init__(self, dues: Iterable[Any], types: Iterable[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = [(f"due:{row.public_id}", _due_text(row)) for row in dues]
        kinds = [(f"type:{row.public_id}", row.name) for row in types]
        self.fields["about"].choices = [  # type: ignore[attr-defined]
            ("", _now("Wybierz sprawę")),
            (OFFICE, _now("Działanie portalu albo inna sprawa urzędu")),
            *([(_now("Twoje należności"), own)] if own else []),
            *([(_now("Rodzaj należności"), kinds)] if kinds else []),
        ]

    def told(self) -> Grievance:
        """What the action takes."""
        sort, _colon, number = self.cleaned_data["about"].partition(":")
        return Grievance(
            kind=Kind.OTHER,
            liability_id=UUID(number) if sort == "due" else None,
            liability_type_id=UUID(number) if sort == "type" else None,
            **self._common(),
        )


class SupplementForm(forms.Form):
    """The answer to a request for what is missing."""

    text = forms.CharField(
        label=_("Twoja odpowiedź"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": _("Napisz, o co prosi urząd."),
            "max_length": _("Napisz najwyżej 4000 znaków."),
        },
    )
    document = FilesField(
        label=_("Załączniki"),
        help_text=_("PDF, JPG lub PNG, najwyżej 5 plików po 5 MB."),
        required=False,
        widget=FilesInput(accept=ACCEPTED),
        error_messages={"empty": _("Ten plik jest pusty. Dodaj dokument jeszcze raz.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class DiscrepancyForm(forms.Form):
    """What is not right with a due (eKasa § 9)."""

    matter = forms.ChoiceField(
        label=_("Co się nie zgadza?"),
        choices=list(MATTERS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Zaznacz, co się nie zgadza.")},
    )
    description = forms.CharField(
        label=_("Jak powinno być i skąd to wiesz?"),
        help_text=_(
            "Na przykład: decyzja nr FN.3120.12.2026 z 20 stycznia 2026 mówi o 240 zł, a portal pokazuje 300 zł."
        ),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": _("Napisz, jak powinno być i skąd to wiesz."),
            "max_length": _("Napisz najwyżej 4000 znaków."),
        },
    )

    @property
    def matter_of_it(self) -> Matter:
        """What the action takes."""
        return Matter(self.cleaned_data["matter"])


def _payment_text(row: Any) -> str:
    state = PAYMENT_STATES[State(row.state)].label
    return f"{day_text(warsaw_day(row.created_at), short=True)}, {money_text(row.charged_gr)}, {row.title} ({state})"


def _due_text(row: Any) -> str:
    return f"{row.title}, {_now('termin')} {day_text(row.due_on, short=True)}"
