"""What a new password must be: T-24, ASVS 5.0 V6.2.1-V6.2.12. Length only, and nothing that a guesser tries first."""

import pytest
from django.contrib.auth.hashers import identify_hasher, make_password

from kernel import tenancy
from kernel.errors import InvalidInput
from services.users.models import User
from services.users.passwords import COMMON, LONG, SHORT, SURROUNDING, require_good
from tests.fixtures.cast import PASSWORD

GOOD = "kura znosi jajka w poniedzialki"


def reasons(password: str, **about: str) -> list[str]:
    try:
        require_good(password, **about)
    except InvalidInput as error:
        return error.params["reasons"] if error.code == "password.weak" else [error.code]
    return []


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "konik morski pije",  # words, no digits, no capital letter (V6.2.5)
        "źdźbło wśród żonkili",
        "   spacje też  się liczą  ",
        "8fJ2kq0PzzL4",
        "x" + "ąę" * 31 + "y",  # 64 characters
        GOOD * 6,
    ],
)
@pytest.mark.covers("S106")
def test_length_is_enough_whatever_it_is_made_of(password):
    assert reasons(password) == []


def test_short_and_endless_ones_are_refused():
    assert reasons("kura znosi") == [SHORT]
    assert reasons("kura znosi jajka " * 20) == [LONG]


@pytest.mark.parametrize(
    "password",
    [
        "qwertyuiop12",
        "Password1234",
        "polska123456",
        "Polska!!!2026",
        "Kochanie12345",
        "haslohaslohaslo",
        "MojeHaslo2026!",
        "zaq12wsx2026",
        "123456789012",
        "abcabcabcabc",
        "aaaaaaaaaaaa",
        "P0lsk4P0lsk4",
        "Misiaczek1990",
        "Łukasz123456",
        "zxcvbnzxcvbn",
    ],
)
def test_what_a_guesser_tries_first_is_refused_in_every_dress(password):
    assert COMMON in reasons(password)


@pytest.mark.parametrize(
    "password", ["Borki-portal-2026", "gminaborki1234", "skarbnik-demo", "UrzadGminyBorki"]
)
def test_the_gminas_name_and_the_portals_words_do_not_make_a_password(password, borki):
    with tenancy.enter(borki):
        assert SURROUNDING in reasons(password)


def test_the_same_words_are_no_reason_where_enough_is_added(borki):
    with tenancy.enter(borki):
        assert reasons("w Borkach kwitną czereśnie") == []


def test_own_name_and_address_do_not_make_a_password():
    about = {"email": "hieronim.gasowski@poczta.example", "full_name": "Hieronim Gąsowski"}
    assert SURROUNDING in reasons("hieronim1950", **about)
    assert SURROUNDING in reasons("Gąsowski-Hieronim", **about)
    assert reasons("hieronim lubi pierogi z kaszą", **about) == []


@pytest.mark.django_db
@pytest.mark.covers("S107")
def test_passwords_are_hashed_by_argon2id_with_owasps_parameters(borki):
    with tenancy.enter(borki):
        kept = User.objects.find("anna@mieszkaniec.example", "resident").password
    assert kept.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert PASSWORD not in kept


@pytest.mark.django_db
def test_an_older_weaker_hash_is_made_anew_at_the_next_sign_in(borki, client_for, settings):
    """V6.2.13 of ASVS 4, 11.4.2 of 5: parameters can grow without anybody noticing."""
    settings.PASSWORD_HASHERS = [
        "portal.hashers.Argon2id",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]
    with tenancy.enter(borki):
        anna = User.objects.find("anna@mieszkaniec.example", "resident")
        User.objects.filter(pk=anna.pk).update(password=make_password(PASSWORD, hasher="pbkdf2_sha256"))
    form = {"email": "anna@mieszkaniec.example", "password": PASSWORD}
    assert client_for(None, borki).post("/logowanie/", form).status_code == 302
    with tenancy.enter(borki):
        anna.refresh_from_db()
    assert identify_hasher(anna.password).algorithm == "argon2"
