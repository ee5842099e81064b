"""The second factor: nothing of office and console opens without one, and each code opens once (T-23, ASVS V6.3.3, V6.5)."""

import re

import pytest

from kernel import tenancy
from kernel.audit.models import AuditEntry
from kernel.errors import Refused
from services.notices.models import Message
from services.users import totp
from services.users.entrance import Method
from services.users.models import AuthenticatorApp, RecoveryCode, Session, User
from services.users.recovery import replace_codes
from tests.access.routes import routes
from tests.fixtures.cast import PASSWORD
from tests.fixtures.signing import code_of, first_time, give_app, sign_in, through_the_page
from tests.frontend.reading import words

pytestmark = pytest.mark.django_db
SIGN_IN = "/urzad/logowanie/"
CODE = "/urzad/logowanie/kod/"
RIGHT = {"email": "daria@urzad.example", "password": PASSWORD}
DESK = [route for route in routes("portal.urls.tenant") if route.name.startswith("desk:") and route.guard]
CONSOLE = [route for route in routes("portal.urls.public") if route.guard]


def is_in(client) -> bool:
    return client.get("/urzad/").status_code == 200


def nobody_is_signed_in(user: User) -> bool:
    return not Session.objects.filter(user=user).exists()


def opened(client, chosen) -> list[str]:
    """Names of the pages that did not lead to signing in, and are not only for sending forms to."""
    answers = {route.name: client.get(route.path()) for route in chosen}
    shown = {name: got for name, got in answers.items() if got.status_code != 405}
    return [name for name, got in shown.items() if "/logowanie/" not in got.headers.get("Location", "")]


def test_after_the_password_alone_no_page_of_the_desk_opens(daria, visitor_of):
    client = visitor_of()
    assert client.post(SIGN_IN, RIGHT)["Location"] == CODE
    assert opened(client, DESK) == []
    assert nobody_is_signed_in(daria)


def test_who_has_no_second_factor_is_led_to_setting_one_up_before_anything_opens(bare_daria, visitor_of):
    client = visitor_of()
    assert client.post(SIGN_IN, RIGHT)["Location"] == "/urzad/logowanie/ustaw/"
    assert opened(client, DESK) == []
    assert nobody_is_signed_in(bare_daria)
    page = client.get("/urzad/logowanie/ustaw/").content.decode()
    assert "style=" not in re.search(r'<svg [^>]*class="qr".*?</svg>', page, re.S)[0]
    assert first_time(visitor_of(), SIGN_IN, RIGHT["email"], PASSWORD)["Location"].endswith("/kody-zapasowe/")
    assert AuthenticatorApp.objects.filter(user=bare_daria).exists()


def test_a_session_that_was_begun_with_a_password_only_is_nobodys_at_the_desk(daria, visitor_of):
    client = visitor_of()
    sign_in(client, daria, Method.PASSWORD)
    assert opened(client, DESK) == []


def test_nor_on_the_console(in_public, client_for):
    client = client_for(None)
    sign_in(client, User.objects.get(), Method.PASSWORD)
    assert opened(client, CONSOLE) == []


def test_the_door_itself_lets_no_office_account_in_with_one_factor(daria, rf):
    from frontend.entering import enter

    request = rf.get("/")
    with pytest.raises(Refused, match=r"entry\.not_enough"):
        enter(request, daria, method=Method.PASSWORD)
    with pytest.raises(Refused, match=r"entry\.not_enough"):
        enter(request, daria, method="made up")
    assert nobody_is_signed_in(daria)


@pytest.mark.covers("S106")
def test_password_and_code_open_the_desk(visitor_of):
    client = visitor_of()
    assert through_the_page(client, SIGN_IN, RIGHT["email"])["Location"] == "/urzad/"
    assert is_in(client)
    assert AuditEntry.objects.get(action="staff.signed_in").details == {"method": "password_code"}


@pytest.mark.parametrize("code", ["000000", "", "12345", "1234567", "abcdef", "' OR 1=1"])
def test_a_wrong_code_opens_nothing(code, daria, visitor_of):
    client = visitor_of()
    client.post(SIGN_IN, RIGHT)
    assert client.post(CODE, {"code": code}).status_code == 422
    assert not is_in(client)
    assert nobody_is_signed_in(daria)


def test_a_code_that_somebody_has_seen_opens_nothing_again(daria, visitor_of):
    first, second = visitor_of(), visitor_of()
    for client in (first, second):
        client.post(SIGN_IN, RIGHT)
    code = code_of(daria)
    assert first.post(CODE, {"code": code}).status_code == 302
    assert second.post(CODE, {"code": code}).status_code == 422
    assert is_in(first)
    assert not is_in(second)


def test_without_a_password_there_is_no_second_step(visitor_of, daria):
    client = visitor_of()
    for step in ("kod/", "kod-zapasowy/", "drugi-klucz/", "ustaw/", "ustaw/klucz/"):
        answer = client.post(f"{SIGN_IN}{step}", {"code": code_of(daria)})
        assert answer["Location"] == SIGN_IN, step
    assert not is_in(client)


def test_the_first_step_is_forgotten_when_the_password_changes_meanwhile(daria, visitor_of):
    client = visitor_of()
    client.post(SIGN_IN, RIGHT)
    daria.set_password("calkiem nowe haslo 77")
    daria.save()
    assert client.post(CODE, {"code": code_of(daria)})["Location"] == SIGN_IN
    assert not is_in(client)


def test_after_ten_minutes_the_first_step_is_forgotten(daria, visitor_of):
    client = visitor_of()
    client.post(SIGN_IN, RIGHT)
    session = client.session
    session["entry_underway"]["at"] -= 601
    session.save()
    assert client.post(CODE, {"code": code_of(daria)})["Location"] == SIGN_IN
    assert not is_in(client)


def test_a_first_step_at_the_desk_is_worth_nothing_to_a_resident(visitor_of, anna):
    give_app(anna)
    client = visitor_of()
    client.post(SIGN_IN, RIGHT)
    assert client.get("/logowanie/kod/")["Location"] == "/logowanie/"


def test_guessing_codes_is_stopped_and_the_holder_is_told(daria, visitor_of):
    client = visitor_of()
    client.post(SIGN_IN, RIGHT)
    for _ in range(6):
        assert client.post(CODE, {"code": "000000"}).status_code == 422
    assert client.post(CODE, {"code": code_of(daria)})["Location"] == SIGN_IN
    assert not is_in(client)
    letter = Message.objects.get(kind="account_protection")
    assert (letter.recipient, letter.subject) == (daria.email, "Ktoś zna Twoje hasło i zgaduje kody")
    assert AuditEntry.objects.filter(action="factor.guessed", outcome="refused").count() == 1


def test_a_stranger_who_guesses_locks_nobody_out_of_a_browser_that_is_known(daria, visitor_of):
    """T-33: the tries of unknown browsers are counted together, those of a known one by themselves."""
    own = visitor_of()
    through_the_page(own, SIGN_IN, RIGHT["email"])
    own.post("/urzad/wyloguj/")
    stranger = visitor_of()
    for _ in range(9):
        page = stranger.post(SIGN_IN, RIGHT | {"password": "zgaduje zgaduje"})
    assert "Zbyt wiele prób logowania." in words(page)
    assert "Zbyt wiele prób logowania." in words(visitor_of().post(SIGN_IN, RIGHT))
    assert through_the_page(own, SIGN_IN, RIGHT["email"])["Location"] == "/urzad/"
    assert is_in(own)
    assert not is_in(stranger)


def test_the_mark_of_a_known_browser_says_nothing_of_a_person_and_opens_nothing(daria, visitor_of):
    own = visitor_of()
    through_the_page(own, SIGN_IN, RIGHT["email"])
    value = own.cookies["znana-staff"].value
    assert str(daria.public_id) not in value
    assert "daria" not in value
    thief = visitor_of()
    thief.cookies["znana-staff"] = value
    assert not is_in(thief)


def test_the_codes_on_paper_open_once_each_and_each_use_is_told(daria, visitor_of):
    codes = replace_codes(daria)
    assert len(set(codes)) == 10
    assert not any(code.encode() in bytes(row.digest) for code in codes for row in RecoveryCode.objects.all())
    client = visitor_of()
    client.post(SIGN_IN, RIGHT)
    answer = client.post("/urzad/logowanie/kod-zapasowy/", {"code": codes[0].upper().replace("-", " ")})
    assert answer["Location"] == "/urzad/"
    assert is_in(client)
    assert "Kody, które zostały: 9." in Message.objects.get(kind="account_protection").body
    again = visitor_of()
    again.post(SIGN_IN, RIGHT)
    assert again.post("/urzad/logowanie/kod-zapasowy/", {"code": codes[0]}).status_code == 422
    assert not is_in(again)


def test_when_few_codes_are_left_the_letter_says_so(daria, visitor_of):
    codes = replace_codes(daria)
    for row in RecoveryCode.objects.filter(user=daria)[:6]:
        row.delete()
    client = visitor_of()
    client.post(SIGN_IN, RIGHT)
    client.post("/urzad/logowanie/kod-zapasowy/", {"code": codes[-1]})
    assert "Zostało ich niewiele." in Message.objects.get(kind="account_protection").body


def test_somebody_elses_code_on_paper_opens_nothing(daria, filip, visitor_of):
    codes = replace_codes(filip)
    client = visitor_of()
    client.post(SIGN_IN, RIGHT)
    assert client.post("/urzad/logowanie/kod-zapasowy/", {"code": codes[0]}).status_code == 422
    assert nobody_is_signed_in(daria)
    assert RecoveryCode.objects.filter(user=filip, used_at__isnull=True).count() == 10


def test_a_resident_may_choose_a_second_factor_and_is_then_asked_for_it(anna, visitor_of, client_for, scope):
    client = client_for("anna", scope)
    page = client.get("/konto/aplikacja/").content.decode()
    secret = re.search(r'data-copy-text="([A-Z2-7 ]+)"', page)[1].replace(" ", "")
    import time

    answer = client.post("/konto/aplikacja/", {"code": totp.code_at(secret, totp.step_at(time.time()))})
    assert answer["Location"] == "/konto/kody-zapasowe/"
    shown = client.get("/konto/kody-zapasowe/").content.decode()
    assert len(re.findall(r"<code>[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}</code>", shown)) == 10
    assert client.get("/konto/kody-zapasowe/").status_code == 302  # once
    again = visitor_of()
    answer = again.post("/logowanie/", {"email": anna.email, "password": PASSWORD})
    assert answer["Location"] == "/logowanie/kod/"
    assert again.get("/konto/").status_code == 302


def test_the_secret_of_an_app_is_not_in_the_table(daria):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM users_authenticatorapp")
        kept = b"".join(bytes(row[0]) for row in cursor.fetchall())
    assert AuthenticatorApp.objects.get(user=daria).secret.encode() not in kept


def test_staff_cannot_take_the_last_factor_away_and_a_resident_can(daria, anna, client_for, scope):
    clerk = client_for("daria", scope)
    clerk.post("/urzad/konto/aplikacja/usun/")
    assert AuthenticatorApp.objects.filter(user=daria).exists()
    give_app(anna)
    replace_codes(anna)
    client_for("anna", scope).post("/konto/aplikacja/usun/")
    assert not AuthenticatorApp.objects.filter(user=anna).exists()
    assert not RecoveryCode.objects.filter(user=anna).exists()


# --- a second person helps -------------------------------------------------------------------------------------------
def reset(client, user, **form):
    return client.post(f"/urzad/pracownicy/{user.public_id}/drugi-skladnik/", {"reason": "lost", **form})


def test_the_administrator_takes_a_lost_factor_away_and_the_person_starts_anew(
    daria, client_for, scope, visitor_of
):
    open_browser = client_for("daria", scope)
    assert reset(client_for("filip", scope), daria).status_code == 302
    assert not is_in(open_browser)
    assert visitor_of().post(SIGN_IN, RIGHT).status_code == 422  # the old password is gone too
    entry = AuditEntry.objects.get(action="factor.reset")
    assert (entry.details, entry.role) == ({"reason": "lost"}, "admin")
    link = re.search(r"/haslo/\S+", Message.objects.get(kind="account_protection").body)[0]
    visitor = visitor_of()
    new = "kura znosi jajka w piatki"
    visitor.post(link, {"password": new, "password_again": new})
    assert first_time(visitor, SIGN_IN, daria.email, new).status_code == 302
    assert is_in(visitor)


@pytest.mark.parametrize("name", ["daria", "edyta", "anna", None])
def test_nobody_else_takes_a_factor_away(name, filip, client_for, scope):
    assert reset(client_for(name, scope), filip).status_code in (302, 403, 404)
    assert AuthenticatorApp.objects.filter(user=filip).exists()
    assert not AuditEntry.objects.filter(action="factor.reset").exists()


def test_not_even_the_administrator_takes_the_own_one_away(filip, client_for, scope):
    page = reset(client_for("filip", scope), filip)
    assert page.status_code == 422
    assert "Poproś o to inną uprawnioną osobę." in words(page)
    assert AuthenticatorApp.objects.filter(user=filip).exists()


def test_a_reason_must_be_chosen(daria, client_for, scope):
    assert reset(client_for("filip", scope), daria, reason="bo tak").status_code == 422
    assert AuthenticatorApp.objects.filter(user=daria).exists()


def test_an_operator_helps_another_one_and_never_oneself(in_public, client_for, mailoutbox):
    olga = User.objects.get()
    piotr = User.objects.create_user(
        email="piotr@platforma.example", kind="platform", full_name="Piotr", password=PASSWORD
    )
    give_app(piotr)
    client = client_for("olga")
    assert client.get("/operatorzy/").status_code == 200
    path = "/operatorzy/{}/drugi-skladnik/"
    assert client.post(path.format(olga.public_id), {"reason": "lost"}).status_code == 422
    assert client.post(path.format(piotr.public_id), {"reason": "lost"}).status_code == 302
    with tenancy.public():
        kept = list(AuthenticatorApp.objects.values_list("user__email_index", flat=True))
        assert len(kept) == 1
        piotr.refresh_from_db()
        assert not piotr.has_usable_password()
