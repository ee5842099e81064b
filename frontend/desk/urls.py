"""Addresses of the desk, below /urzad/."""

from django.urls import path

from frontend.desk.views import (
    api_clients,
    audit,
    booking,
    corrections,
    entry,
    imports,
    liabilities,
    office,
    operators,
    overpayments,
    payments,
    registrations,
    regulation,
    rules,
    staff,
    start,
    terms,
)

app_name = "desk"

urlpatterns = [
    path("", start.start, name="start"),
    path("logowanie/", entry.sign_in, name="sign_in"),
    path("wyloguj/", entry.sign_out, name="sign_out"),
    # registrations
    path("rejestracje/", registrations.registrations, name="registrations"),
    path("rejestracje/<uuid:registration_id>/", registrations.registration, name="registration"),
    path(
        "rejestracje/<uuid:registration_id>/zatwierdz/",
        registrations.approve_registration,
        name="approve_registration",
    ),
    path(
        "rejestracje/<uuid:registration_id>/autoryzuj/",
        registrations.authorise_registration,
        name="authorise_registration",
    ),
    path(
        "rejestracje/<uuid:registration_id>/odrzuc/",
        registrations.reject_registration,
        name="reject_registration",
    ),
    # payments
    path("platnosci/", payments.payments, name="payments"),
    path("platnosci/do-zaksiegowania/", booking.payments_to_book, name="payments_to_book"),
    path("platnosci/zaksieguj/", booking.book_payments, name="book_payments"),
    path("platnosci/zaksieguj/wynik/", booking.booking_report, name="booking_report"),
    path("platnosci/niezgodnosci/", payments.mismatches, name="mismatches"),
    path("platnosci/<uuid:payment_id>/", payments.payment, name="payment"),
    path("platnosci/<uuid:payment_id>/zaksieguj/", booking.book_payment, name="book_payment"),
    path("platnosci/<uuid:payment_id>/zapytaj/", payments.refresh_payment, name="refresh_payment"),
    # overpayments
    path("nadplaty/", overpayments.overpayments, name="overpayments"),
    path("nadplaty/<uuid:request_id>/", overpayments.overpayment, name="overpayment"),
    path("nadplaty/<uuid:request_id>/zalicz/", overpayments.credit_overpayment, name="credit_overpayment"),
    path("nadplaty/<uuid:request_id>/zwroc/", overpayments.refund_overpayment, name="refund_overpayment"),
    path("nadplaty/<uuid:request_id>/odrzuc/", overpayments.reject_overpayment, name="reject_overpayment"),
    # liabilities
    path("naleznosci/", liabilities.liabilities, name="liabilities"),
    path("naleznosci/import/", imports.imports, name="imports"),
    path("naleznosci/import/wzor.csv", imports.import_sample, name="import_sample"),
    path("naleznosci/import/<uuid:run_id>/", imports.import_run, name="import_run"),
    path("naleznosci/import/<uuid:run_id>/zapisz/", imports.apply_import, name="apply_import"),
    path("naleznosci/import/<uuid:run_id>/odrzucone.csv", imports.import_findings, name="import_findings"),
    path("naleznosci/<uuid:liability_id>/", liabilities.liability, name="liability"),
    path("ksiega/<uuid:entry_id>/storno/", corrections.correct_entry, name="correct_entry"),
    # settings
    path("ustawienia/", office.settings, name="settings"),
    path("ustawienia/urzad/", office.office, name="office"),
    path("ustawienia/urzad/herb/", office.crest, name="crest"),
    path("ustawienia/wydzialy/", office.departments, name="departments"),
    path("ustawienia/rodzaje/", rules.liability_types, name="liability_types"),
    path("ustawienia/rodzaje/nowy/", rules.new_liability_type, name="new_liability_type"),
    path("ustawienia/rodzaje/<uuid:type_id>/", rules.liability_type, name="liability_type"),
    path("ustawienia/zaliczanie/", rules.allocation_rules, name="allocation_rules"),
    path("ustawienia/zaliczanie/nowa/", rules.new_allocation_rule, name="new_allocation_rule"),
    path("ustawienia/placenie/", terms.payment_terms, name="payment_terms"),
    path("ustawienia/placenie/nowe/", terms.new_payment_terms, name="new_payment_terms"),
    path("ustawienia/koszty/", rules.fee_tariffs, name="fee_tariffs"),
    path("ustawienia/koszty/nowa/", rules.new_fee_tariff, name="new_fee_tariff"),
    path("ustawienia/operator/", operators.operator_accounts, name="operator_accounts"),
    path(
        "ustawienia/operator/nowe/<slug:operator>/",
        operators.new_operator_account,
        name="new_operator_account",
    ),
    path("ustawienia/operator/<uuid:account_id>/", operators.operator_account, name="operator_account"),
    path(
        "ustawienia/operator/<uuid:account_id>/sprawdz/",
        operators.check_operator_account,
        name="check_operator_account",
    ),
    # regulation
    path("regulamin/", regulation.regulations, name="regulations"),
    path("regulamin/nowy/", regulation.new_regulation, name="new_regulation"),
    path("regulamin/<int:number>/", regulation.regulation, name="regulation"),
    path("regulamin/<int:number>/popraw/", regulation.draft_regulation, name="draft_regulation"),
    path("regulamin/<int:number>/opublikuj/", regulation.publish_regulation, name="publish_regulation"),
    # people and systems
    path("pracownicy/", staff.staff, name="staff"),
    path("pracownicy/zapros/", staff.invite_staff, name="invite_staff"),
    path("pracownicy/<uuid:user_id>/", staff.staff_member, name="staff_member"),
    path("pracownicy/<uuid:user_id>/role/", staff.grant_role, name="grant_role"),
    path("pracownicy/<uuid:user_id>/role/<slug:role>/odbierz/", staff.revoke_role, name="revoke_role"),
    path("pracownicy/<uuid:user_id>/przydzial/", staff.change_grants, name="change_grants"),
    path("pracownicy/<uuid:user_id>/zaproszenie/", staff.invite_again, name="invite_again"),
    path("klienci-api/", api_clients.api_clients, name="api_clients"),
    path("klienci-api/nowy/", api_clients.new_api_client, name="new_api_client"),
    path("klienci-api/<uuid:client_id>/uniewaznij/", api_clients.revoke_api_client, name="revoke_api_client"),
    path("dziennik/", audit.audit, name="audit"),
]
