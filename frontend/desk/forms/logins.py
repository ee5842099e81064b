"""How residents come in: the ways, the registration at the national node, certificates, access to the signing service."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from frontend.components.widgets import FileInput
from frontend.desk.forms.base import DeskForm, SettingForm

MOST_BYTES = 64 * 1024
"""A certificate has one or two kilobytes."""


class WaysForm(SettingForm):
    """Which ways in residents have; one to sign in at least."""

    takes_login_gov = forms.BooleanField(
        label=_("Logowanie i rejestracja przez login.gov.pl"),
        help_text=_("Profil zaufany, mObywatel, e-dowód i banki. Wymaga uruchomienia poniżej."),
        required=False,
    )
    takes_local_accounts = forms.BooleanField(
        label=_("Logowanie adresem e-mail i hasłem do portalu"),
        help_text=_("Po wyłączeniu mieszkańcy nie zalogują się hasłem, także ci, którzy mają je od dawna."),
        required=False,
    )
    takes_signed_registrations = forms.BooleanField(
        label=_("Rejestracja formularzem z podpisem elektronicznym"),
        help_text=_("Profilem zaufanym albo podpisem kwalifikowanym."),
        required=False,
    )


class ProviderForm(SettingForm):
    """The registration, exactly as it stands in the application to COI."""

    SECTIONS = (
        (_("Dane z wniosku do COI"), "entity_id provider_name level"),
        (_("Działanie"), "ends_node_session is_enabled"),
    )

    entity_id = forms.CharField(
        label=_("Identyfikator dostawcy usług"),
        max_length=200,
        help_text=_("Co do znaku tak jak we wniosku. Węzeł nazywa go Issuer."),
    )
    provider_name = forms.CharField(
        label=_("Nazwa dostawcy usług"),
        max_length=200,
        help_text=_("Co do znaku tak jak we wniosku. Mieszkaniec zobaczy ją na stronie login.gov.pl."),
    )
    level = forms.ChoiceField(
        label=_("Najniższy poziom zaufania"),
        choices=[
            ("substantial", _("średni: profil zaufany, bank, mObywatel, e-dowód")),
            ("high", _("wysoki: tylko e-dowód")),
        ],
        widget=forms.RadioSelect,
        help_text=_("Dla danych o należnościach wystarcza średni."),
    )
    ends_node_session = forms.BooleanField(
        label=_("Wyloguj mieszkańca z login.gov.pl zaraz po odczytaniu danych"),
        help_text=_(
            "Zostaw włączone: na wspólnym komputerze nikt nie wejdzie wtedy gdzie indziej na to logowanie."
        ),
        required=False,
    )
    is_enabled = forms.BooleanField(
        label=_("Logowanie przez login.gov.pl jest uruchomione"),
        help_text=_("Włącz, gdy oba certyfikaty są wgrane, a COI potwierdziło przyłączenie."),
        required=False,
    )


class CertificateForm(DeskForm):
    """The certificate that COI issued for a key."""

    certificate = forms.FileField(
        label=_("Plik z certyfikatem"),
        widget=FileInput(accept=".pem,.crt,.cer,.der"),
        help_text=_("Plik, który przysłało COI. Certyfikat jest jawny, klucza prywatnego w nim nie ma."),
        error_messages={"required": _("Wybierz plik z certyfikatem.")},
    )

    def content(self) -> bytes:
        """The file, cut where no certificate would still go on."""
        read: bytes = self.cleaned_data["certificate"].read(MOST_BYTES)
        return read


class SigningAccessForm(DeskForm):
    """Certificate and key with which the office hands documents in at the signing service. Neither is ever shown."""

    environment = forms.ChoiceField(
        label=_("Środowisko"),
        choices=[
            ("production", _("produkcyjne: pz.gov.pl")),
            ("integration", _("integracyjne, do prób: int.pz.gov.pl")),
        ],
        widget=forms.RadioSelect,
    )
    certificate = forms.FileField(
        label=_("Plik z certyfikatem"),
        widget=FileInput(accept=".pem,.crt,.cer"),
        help_text=_("W formacie PEM: zaczyna się od słów BEGIN CERTIFICATE. Wydaje go ministerstwo."),
        error_messages={"required": _("Wybierz plik z certyfikatem.")},
    )
    private_key = forms.FileField(
        label=_("Plik z kluczem prywatnym"),
        widget=FileInput(accept=".pem,.key"),
        help_text=_(
            "W formacie PEM, bez hasła. Zapiszemy go zaszyfrowany i nikomu nie pokażemy. Potem usuń ten plik z komputera."
        ),
        error_messages={"required": _("Wybierz plik z kluczem prywatnym.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def content(self, name: str) -> bytes:
        """One of the files, cut where no key or certificate would still go on."""
        read: bytes = self.cleaned_data[name].read(MOST_BYTES)
        return read
