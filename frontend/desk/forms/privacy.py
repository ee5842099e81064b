"""Forms of the pages about personal data."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.components.widgets import DayInput, DigitsInput
from frontend.desk.forms.base import DeskForm
from services.accounts.domain.restriction import Ground
from services.privacy.domain import notice
from services.privacy.domain.breach import Risk
from services.privacy.domain.requests import DECIDED, LONGEST_TEXT, Kind
from services.privacy.queries import Period


def _long(label: Any, help_text: Any = "", *, required: bool = True, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": _("Wypełnij to pole."), "max_length": _("Napisz najwyżej 2000 znaków.")},
    )


class NewRequestForm(DeskForm):
    """A request that came on paper or at the counter."""

    pesel = forms.CharField(
        label=_("PESEL osoby"),
        max_length=11,
        widget=DigitsInput,
        error_messages={"required": _("Podaj numer PESEL osoby, która żąda.")},
    )
    kind = forms.ChoiceField(
        label=_("Czego żąda?"),
        choices=[(kind.value, kind.polish) for kind in Kind],
        error_messages={"required": _("Zaznacz, czego żąda.")},
    )
    text = _long(_("Treść żądania"), _("Jak w piśmie albo protokole."), required=False)


class AnswerForm(DeskForm):
    """How the office decides and what it tells the person."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        label=_("Rozstrzygnięcie"),
        widget=forms.RadioSelect,
        choices=[(state.value, state.polish) for state in DECIDED],
        error_messages={"required": _("Zaznacz, jak urząd rozstrzyga żądanie.")},
    )
    answer = _long(
        _("Odpowiedź"),
        _("Osoba dostanie ją e-mailem. Przy odmowie i części napisz, dlaczego i co zostaje."),
        required=False,
        rows=5,
    )

    def __init__(self, *args: Any, restricts: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if restricts:
            self.fields["ground"] = forms.ChoiceField(
                label=_("Podstawa ograniczenia (art. 18 ust. 1)"),
                widget=forms.RadioSelect,
                required=False,
                choices=[(ground.value, ground.polish) for ground in Ground],
                help_text=_("Zaznacz, gdy uwzględniasz żądanie, w całości albo w części."),
            )


class EndRestrictionForm(DeskForm):
    """From which day on the data may be used again, and why; the person is told first."""

    on = forms.DateField(
        label=_("Od którego dnia"),
        widget=DayInput,
        help_text=_("Najwcześniej za 7 dni: osoba musi się dowiedzieć wcześniej (art. 18 ust. 3 RODO)."),
        error_messages={"required": _("Podaj dzień, od którego ograniczenie się kończy.")},
    )
    reason = _long(_("Dlaczego"), _("Osoba dostanie ten powód e-mailem."))


class ProcessorForm(DeskForm):
    """Who processes data for the office, by which agreement, and where."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Nazwa"), max_length=200, error_messages={"required": _("Podaj nazwę podmiotu.")}
    )
    address = forms.CharField(
        label=_("Adres"), max_length=240, error_messages={"required": _("Podaj adres podmiotu.")}
    )
    service = forms.CharField(
        label=_("Co robi dla urzędu"),
        help_text=_("Na przykład: utrzymanie portalu, poczta, pomoc techniczna."),
        max_length=240,
        error_messages={"required": _("Napisz, co podmiot robi dla urzędu.")},
    )
    place = forms.CharField(
        label=_("Gdzie przetwarza dane"),
        help_text=_("Miasto i kraj serwerowni albo siedziby."),
        max_length=160,
        error_messages={"required": _("Napisz, gdzie są dane.")},
    )
    agreement_number = forms.CharField(
        label=_("Numer umowy powierzenia"),
        max_length=80,
        error_messages={"required": _("Podaj numer umowy powierzenia (art. 28 ust. 3 RODO).")},
    )
    agreed_on = forms.DateField(
        label=_("Umowa z dnia"), widget=DayInput, error_messages={"required": _("Podaj dzień umowy.")}
    )
    keeps_database = forms.BooleanField(
        label=_("W jego bazach są dane portalu"),
        help_text=_(
            "Zaznacz przy dostawcy, który prowadzi serwery bazy danych. Gdy nie ma go na liście, bazy są urzędu."
        ),
        required=False,
    )


class EndProcessorForm(DeskForm):
    """The day on which the agreement ended."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    on = forms.DateField(
        label=_("Umowa skończyła się dnia"),
        widget=DayInput,
        error_messages={"required": _("Podaj ostatni dzień umowy.")},
    )


class ExtensionForm(DeskForm):
    """Two months more, with the reason that the person is told."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    why = _long(
        _("Dlaczego potrzeba więcej czasu"), _("Osoba dostanie ten powód e-mailem (art. 12 ust. 3 RODO).")
    )


class NoticeForm(DeskForm):
    """The parts of the information of art. 13 that the office writes itself."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part in notice.PARTS:
            if part.place == notice.NOTICE:
                label = part.label[:1].upper() + part.label[1:]
                self.fields[part.name] = _long(label, part.article, required=False)


class DisclosureForm(DeskForm):
    """Whose data, to whom, what, when, by which law and letter."""

    disclosed_on = forms.DateField(
        label=_("Kiedy"), widget=DayInput, error_messages={"required": _("Podaj dzień udostępnienia.")}
    )
    recipient = forms.CharField(
        label=_("Komu"), max_length=200, error_messages={"required": _("Napisz, kto dostał dane.")}
    )
    scope = _long(_("Jakie dane"), rows=2)
    basis = forms.CharField(
        label=_("Na jakiej podstawie"),
        help_text=_("Przepis, na przykład art. 299 § 3 Ordynacji podatkowej."),
        max_length=200,
        error_messages={"required": _("Podaj przepis, który na to pozwala.")},
    )
    letter = forms.CharField(label=_("Znak pisma"), max_length=80, required=False)
    pesel = forms.CharField(
        label=_("PESEL osoby, której dane dotyczą"),
        help_text=_("Osoba zobaczy wpis w kopii swoich danych. Zostaw puste, gdy nie ma konta w portalu."),
        max_length=11,
        widget=DigitsInput,
        required=False,
    )


class BreachForm(DeskForm):
    """When it was noticed and what happened; from then on the clock runs."""

    noticed_at = forms.DateTimeField(
        label=_("Kiedy to zauważono"),
        help_text=_("Dzień i godzina, na przykład 2026-11-21 14:30."),
        error_messages={
            "required": _("Podaj dzień i godzinę."),
            "invalid": _("Podaj dzień i godzinę tak: 2026-11-21 14:30."),
        },
    )
    description = _long(_("Co się stało"), _("Bez nazwisk. Jakie dane, jak i gdzie."), rows=4)
    people = forms.IntegerField(
        label=_("Ilu osób dotyczy, w przybliżeniu"),
        required=False,
        min_value=0,
        error_messages={
            "invalid": _("Podaj liczbę osób cyframi."),
            "min_value": _("Podaj liczbę osób cyframi."),
        },
    )


class AssessForm(DeskForm):
    """How great the risk is for people."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    step = forms.CharField(widget=forms.HiddenInput, initial="assess")
    risk = forms.ChoiceField(
        label=_("Ryzyko dla praw i wolności osób"),
        widget=forms.RadioSelect,
        choices=[(risk.value, risk.polish) for risk in Risk if risk != Risk.UNKNOWN],
        error_messages={"required": _("Zaznacz, jakie jest ryzyko dla osób.")},
    )


class AuthorityForm(DeskForm):
    """That the authority was told, and why late."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    step = forms.CharField(widget=forms.HiddenInput, initial="tell_authority")
    late_why = _long(
        _("Powód opóźnienia"), _("Tylko gdy minęły 72 godziny (art. 33 ust. 1 RODO)."), required=False, rows=2
    )


class PeopleForm(DeskForm):
    """That the people were told."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    step = forms.CharField(widget=forms.HiddenInput, initial="tell_people")


class CloseForm(DeskForm):
    """Effects and measures, which the register must hold (art. 33 ust. 5)."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    step = forms.CharField(widget=forms.HiddenInput, initial="close")
    measures = _long(_("Skutki i podjęte środki"), rows=4)


class RetentionForm(DeskForm):
    """For how many months each class is kept."""

    def __init__(self, periods: list[Period], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in periods:
            self.fields[one.data_class.value] = forms.IntegerField(
                label=one.rule.label,
                help_text=_(
                    "Miesiące od %(event)s, od %(least)s do %(most)s. Potem: %(fate)s. Podstawa: %(law)s."
                )
                % {
                    "event": one.rule.counted_from,
                    "least": one.rule.least,
                    "most": one.rule.most,
                    "fate": one.rule.fate,
                    "law": one.rule.law,
                },
                initial=one.months,
                error_messages={
                    "required": _("Podaj liczbę miesięcy."),
                    "invalid": _("Podaj liczbę miesięcy cyframi."),
                },
            )
