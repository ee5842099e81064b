"""Names of the acts in the audit log. A test finds every act that the services record and asks for its name here."""

from django.utils.translation import gettext_lazy as _

from frontend.desk.wording import Words

REFUSED = _("odmowa")

ACTS: Words = {
    "api_client.made": _("Utworzono klienta API"),
    "api_client.revoked": _("Unieważniono klienta API"),
    "configuration.allocation_rule": _("Dodano wersję zasad zaliczania wpłat"),
    "configuration.department_added": _("Dodano wydział"),
    "configuration.fee_tariff": _("Dodano wersję kosztów płatności"),
    "configuration.liability_type": _("Zapisano rodzaj należności"),
    "configuration.office": _("Zapisano dane urzędu i portalu"),
    "configuration.operator_account": _("Zapisano konto operatora płatności"),
    "configuration.payment_terms": _("Dodano wersję zasad płacenia w portalu"),
    "import.applied": _("Zapisano import należności"),
    "import.checked": _("Sprawdzono plik importu"),
    "ledger.reversed": _("Poprawiono księgę (storno)"),
    "notification.orphan": _("Komunikat operatora bez płatności w portalu"),
    "notification.refused": _("Odrzucono komunikat operatora"),
    "overpayment.credited": _("Zaliczono nadpłatę"),
    "overpayment.credited_ex_officio": _("Zaliczono nadpłatę z urzędu"),
    "overpayment.recorded": _("Zapisano nadpłatę"),
    "overpayment.refunded": _("Zapisano zwrot nadpłaty"),
    "overpayment.rejected": _("Odrzucono wniosek o nadpłatę"),
    "overpayment.requested": _("Złożono wniosek o nadpłatę"),
    "overpayment.reversed": _("Cofnięto rozstrzygnięcie o nadpłacie"),
    "overpayment.withdrawn": _("Płatnik wycofał wniosek o nadpłatę"),
    "password.link_sent": _("Wysłano link do ustawienia hasła"),
    "password.set": _("Ustawiono hasło"),
    "payment.booked": _("Zaksięgowano płatność"),
    "payment.created": _("Zlecono płatność"),
    "payment.state": _("Zmienił się stan płatności"),
    "receipt.posted": _("Zaksięgowano wpłatę poza portalem"),
    "registration.address_confirmed": _("Potwierdzono adres e-mail"),
    "registration.address_taken": _("Rejestracja na adres, który ma już konto"),
    "registration.authorised": _("Autoryzowano konto"),
    "registration.confirmation_sent_again": _("Wysłano link potwierdzający jeszcze raz"),
    "registration.rejected": _("Odrzucono rejestrację"),
    "registration.submitted": _("Złożono rejestrację"),
    "registration.verified": _("Zweryfikowano rejestrację"),
    "regulation.drafted": _("Zapisano projekt regulaminu"),
    "regulation.published": _("Opublikowano regulamin"),
    "resident.signed_in": _("Logowanie mieszkańca"),
    "role.granted": _("Nadano rolę"),
    "role.revoked": _("Odebrano rolę"),
    "staff.department_granted": _("Przydzielono wydział"),
    "staff.department_revoked": _("Odebrano wydział"),
    "staff.invited_again": _("Wysłano zaproszenie jeszcze raz"),
    "staff.liability_type_granted": _("Przydzielono rodzaj należności"),
    "staff.liability_type_revoked": _("Odebrano rodzaj należności"),
    "staff.made": _("Założono konto pracownika"),
    "staff.signed_in": _("Logowanie do panelu urzędu"),
}
"""Every act that a gmina's own log can hold, by code."""
