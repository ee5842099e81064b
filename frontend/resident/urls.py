"""Pages of a resident after signing in."""

from django.urls import path

from frontend.resident.views import (
    account,
    days,
    dues,
    my_data,
    overpayments,
    own_data,
    paying,
    payments,
    regulation,
    representing,
    rights,
)

urlpatterns = [
    path("konto/", account.account, name="account"),
    path("konto/stan/", account.account_state, name="account_state"),
    path("konto/w-imieniu/", account.choose_payer, name="choose_payer"),
    path("konto/moje-dane/", my_data.my_data, name="my_data"),
    path("konto/moje-dane/kopia.json", my_data.my_data_json, name="my_data_json"),
    path("konto/moje-dane/kopia.pdf", my_data.my_data_pdf, name="my_data_pdf"),
    path(
        "konto/moje-dane/<uuid:request_id>/wycofaj/",
        my_data.withdraw_data_request,
        name="withdraw_data_request",
    ),
    path("konto/zgody/<str:purpose>/", rights.consent, name="own_consent"),
    path("konto/zgody/przetwarzanie/wycofaj/", rights.withdraw_processing, name="withdraw_processing"),
    path("konto/ograniczenie/koniec/", rights.end_restriction, name="end_own_restriction"),
    path("konto/dane/", own_data.own_data, name="own_data"),
    path("konto/telefon/", own_data.phone, name="own_phone"),
    path("konto/e-mail/", own_data.email, name="own_email"),
    path("konto/e-mail/wycofaj/", own_data.drop_email, name="drop_own_email"),
    path("konto/e-mail/potwierdz/<str:token>/", own_data.confirm_email, name="confirm_own_email"),
    path("konto/regulamin/", regulation.accept_regulation, name="accept_regulation"),
    path("konto/reprezentowanie/", representing.representing, name="representing"),
    path("konto/reprezentowanie/nowe/", representing.ask, name="ask_representation"),
    path(
        "konto/reprezentowanie/wnioski/<uuid:representation_request_id>/wycofaj/",
        representing.withdraw,
        name="withdraw_representation",
    ),
    path(
        "konto/reprezentowanie/<uuid:representation_id>/zrezygnuj/",
        representing.give_up,
        name="give_up_representation",
    ),
    path("konto/zamknij/", own_data.close, name="close_account"),
    path("naleznosci/", dues.dues, name="dues"),
    path("naleznosci/na-dzien/", days.dues_on_day, name="dues_on_day"),
    path("naleznosci/<uuid:due_id>/", dues.due, name="due"),
    path("nadplaty/", overpayments.overpayments, name="overpayments"),
    path("nadplaty/<uuid:overpayment_id>/", overpayments.overpayment, name="overpayment"),
    path(
        "nadplaty/<uuid:overpayment_id>/wnioski/<uuid:request_id>/wycofaj/",
        overpayments.withdraw_overpayment_request,
        name="withdraw_overpayment_request",
    ),
    path("platnosci/", payments.payments, name="payments"),
    path("platnosci/nowa/", paying.basket, name="basket"),
    path("platnosci/potwierdzenie/", paying.checkout, name="checkout"),
    path("platnosci/<uuid:payment_id>/", payments.payment, name="payment"),
    path("platnosci/<uuid:payment_id>/operator/", paying.operator, name="payment_operator"),
    path(
        "platnosci/<uuid:payment_id>/potwierdzenie.pdf",
        payments.confirmation_pdf,
        name="payment_confirmation",
    ),
    path("platnosci/<uuid:payment_id>/rozliczenie.pdf", payments.statement_pdf, name="payment_statement"),
]
