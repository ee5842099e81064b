"""Public pages of a gmina's portal."""

from django.urls import path

from frontend.entry.surfaces import RESIDENT
from frontend.entry.urls import entry_patterns
from frontend.entry.views.password_links import set_new_password
from frontend.pages.views import (
    appearance,
    branding,
    calculator,
    confirming,
    information,
    leaving,
    login_gov,
    passwords,
    registration,
    regulation,
    signing,
    told,
)

urlpatterns = [
    path("", information.start, name="start"),
    path("regulamin/", regulation.current, name="regulation"),
    path("regulamin/wersja/<int:number>/", regulation.version, name="regulation_version"),
    path("regulamin/wersja/<int:number>/tekst/", regulation.text, name="regulation_text"),
    path("regulamin/wersja/<int:number>/regulamin.pdf", regulation.document, name="regulation_pdf"),
    path("aktualnosci/", told.news, name="news"),
    path("aktualnosci/<uuid:publication_id>/", told.news_item, name="news_item"),
    path("pytania/", told.questions, name="questions"),
    path("prywatnosc/", information.privacy, name="privacy"),
    path("ustawienia/", appearance.appearance, name="appearance"),
    path("zgody/rezygnacja/<str:token>/", leaving.leave_letters, name="leave_letters"),
    path("dostepnosc/", information.accessibility, name="accessibility"),
    path("kontakt/", information.contact, name="contact"),
    path(".well-known/security.txt", information.security_txt, name="security_txt"),
    path("kalkulator/", calculator.calculator, name="calculator"),
    path("marka.css", branding.stylesheet, name="brand_css"),
    path("herb.svg", branding.crest, name="crest"),
    path("rejestracja/", registration.register, name="register"),
    path("rejestracja/podpis/", signing.sign_registration, name="sign_registration"),
    path("rejestracja/podpis/<uuid:attempt_id>/", signing.progress, name="signing"),
    path("rejestracja/podpis/<uuid:attempt_id>/wyslij/", signing.hand_in, name="signing_hand_in"),
    path("rejestracja/podpis/<uuid:attempt_id>/powrot/", signing.come_back, name="signing_back"),
    path(
        "rejestracja/podpis/<uuid:attempt_id>/powrot/bez-podpisu/",
        signing.come_back,
        {"declined": True},
        name="signing_declined",
    ),
    path("rejestracja/podpis/<uuid:attempt_id>/plik/", signing.upload, name="signing_file"),
    path(
        "rejestracja/podpis/<uuid:attempt_id>/wniosek.pdf",
        signing.document,
        {"kind": "pdf"},
        name="signing_pdf",
    ),
    path(
        "rejestracja/podpis/<uuid:attempt_id>/wniosek.xml",
        signing.document,
        {"kind": "xml"},
        name="signing_xml",
    ),
    path("rejestracja/podpis/<uuid:attempt_id>/zacznij-od-nowa/", signing.drop, name="signing_drop"),
    path("rejestracja/sprawdz-poczte/", registration.check_mail, name="check_mail"),
    path("rejestracja/potwierdz/<str:token>/", registration.confirm_address, name="confirm_address"),
    path("wk/start/", login_gov.leave, name="login_gov_leave"),
    path("wk/odpowiedz/", login_gov.answer, name="login_gov_answer"),
    path("wk/koniec/<uuid:attempt_id>/", login_gov.finish, name="login_gov_finish"),
    path("wk/wynik/<slug:outcome>/", login_gov.failed, name="login_gov_failed"),
    path("wk/metadata", login_gov.metadata, name="login_gov_metadata"),
    path("logowanie/potwierdz-adres/", confirming.confirm_first, name="confirm_first"),
    *entry_patterns(RESIDENT, own="konto/"),
    path("haslo/", passwords.forgotten, name="password_reset"),
    path("haslo/sprawdz-poczte/", passwords.check_mail, name="password_reset_sent"),
    path("haslo/<uuid:user_id>/<str:token>/", set_new_password, name="set_password"),
]
