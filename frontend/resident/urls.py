"""Pages of a resident after signing in."""

from django.urls import path

from frontend.resident.views import account, days, dues, my_data, overpayments, paying, payments

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
