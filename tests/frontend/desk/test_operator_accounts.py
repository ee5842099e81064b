"""Accounts at operators: fields of the operator's own list, secrets that go in and never come out, a real check."""

import pytest

from kernel.audit.models import AuditEntry
from tenants.configuration.models import OperatorAccount, Revision
from tests.fixtures.database import SECRETS
from tests.frontend.reading import error_beside, tags, words

pytestmark = pytest.mark.django_db
LIST = "/urzad/ustawienia/operator/"
NEW_KEY = "nowy-klucz-api-0123456789"


@pytest.fixture
def account(in_borki):
    return OperatorAccount.objects.get(label="Przelewy24 – podatki")


def sent(row, **changes):
    return {
        "version": row.version,
        "label": row.label,
        "profile": row.profile,
        "api_url": row.api_url,
        "account_nrb": row.account_nrb,
        "is_active": "on",
        **{f"merchant_{name}": value for name, value in row.merchant_ids.items()},
        **{f"secret_{name}": "" for name in row.secrets},
        **changes,
    }


def page_of(row) -> str:
    return f"{LIST}{row.public_id}/"


def everywhere(row, secrets) -> list[str]:
    """Places outside the encrypted column where one of the secrets stands."""
    texts = [str(list(Revision.objects.values())), str(list(AuditEntry.objects.values()))]
    return [text for text in texts if any(secret in text for secret in secrets)]


@pytest.mark.covers("D16")
def test_secrets_are_said_to_be_set_and_shown_nowhere(desk, account):
    client = desk("filip")
    for address in (LIST, page_of(account), "/urzad/ustawienia/"):
        content = client.get(address).content.decode()
        assert not [secret for secret in SECRETS.values() if secret in content]
    page = client.get(page_of(account))
    assert "Ustawiony. Wpisz nowy tylko wtedy, gdy go zmieniasz." in words(page)
    fields = [tag for tag in tags(page, "input") if (tag.get("name") or "").startswith("secret_")]
    assert {tag["type"] for tag in fields} == {"password"}
    assert not [tag for tag in fields if tag.get("value")]


def test_an_empty_secret_keeps_its_value(desk, account):
    desk("filip").post(page_of(account), sent(account, label="Podatki"))
    row = OperatorAccount.objects.get(pk=account.pk)
    assert row.label == "Podatki"
    assert row.secrets == account.secrets


def test_a_new_secret_keeps_the_old_one_for_messages_under_way(desk, account):
    client = desk("filip")
    client.post(page_of(account), sent(account, secret_api_key=NEW_KEY))
    row = OperatorAccount.objects.get(pk=account.pk)
    assert row.secrets["api_key"] == [NEW_KEY, SECRETS["api_key"]]
    page = client.get(page_of(account))
    assert "Trwa wymiana klucza" in words(page)
    assert NEW_KEY not in page.content.decode()
    assert everywhere(row, [NEW_KEY, *SECRETS.values()]) == []


def test_a_refused_form_does_not_send_the_secret_back(desk, account):
    page = desk("filip").post(page_of(account), sent(account, secret_api_key=NEW_KEY, account_nrb="1" * 26))
    assert page.status_code == 422
    assert error_beside(page, "account_nrb")
    assert NEW_KEY not in page.content.decode()
    assert OperatorAccount.objects.get(pk=account.pk).secrets == account.secrets


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("merchant_merchant_id", "abc"),
        ("merchant_pos_id", ""),
        ("secret_crc", "za krótki x"),
        ("profile", "moon"),
    ],
)
def test_a_wrong_value_is_said_beside_its_field(field, wrong, desk, account):
    page = desk("filip").post(page_of(account), sent(account, **{field: wrong}))
    assert page.status_code == 422
    assert error_beside(page, field)
    assert OperatorAccount.objects.get(pk=account.pk).version == account.version


def test_one_bank_account_has_one_active_operator(desk, account):
    other = OperatorAccount.objects.get(label="Przelewy24 – odpady")
    page = desk("filip").post(page_of(other), sent(other, account_nrb=account.account_nrb))
    assert "ma już czynnego operatora" in words(page)
    assert OperatorAccount.objects.get(pk=other.pk).account_nrb == other.account_nrb


@pytest.mark.covers("S35")
def test_a_change_made_meanwhile_is_shown_first(desk, account):
    mine = sent(account, label="Moja")
    OperatorAccount.objects.filter(pk=account.pk).update(label="Cudza", version=account.version + 1)
    page = desk("filip").post(page_of(account), mine)
    assert "Nazwa dla urzędu Cudza Moja" in words(page)
    assert OperatorAccount.objects.get(pk=account.pk).label == "Cudza"


def test_a_new_account_needs_all_its_secrets(desk, account):
    OperatorAccount.objects.filter(pk=account.pk).update(is_active=False)
    new = sent(account, version=0, label="Drugie")
    page = desk("filip").post(f"{LIST}nowe/przelewy24/", new)
    assert error_beside(page, "secret_crc")
    assert not OperatorAccount.objects.filter(label="Drugie").exists()
    desk("filip").post(
        f"{LIST}nowe/przelewy24/", new | {f"secret_{name}": value for name, value in SECRETS.items()}
    )
    assert OperatorAccount.objects.get(label="Drugie").secrets == {
        name: [value] for name, value in SECRETS.items()
    }


def test_an_operator_that_we_do_not_speak_to_is_a_404(desk):
    assert desk("filip").get(f"{LIST}nowe/nieznany/").status_code == 404


def test_a_bank_account_without_an_operator_is_named(desk, account):
    OperatorAccount.objects.filter(pk=account.pk).update(is_active=False)
    page = words(desk("filip").get(LIST))
    assert "Tych należności nie da się dziś zapłacić online" in page
    assert "Podatek od nieruchomości" in page


def test_checking_the_connection_asks_the_operator(desk, account, operator):
    page = desk("filip").post(f"{page_of(account)}sprawdz/", follow=True)
    assert "Połączenie działa" in words(page)


def test_wrong_keys_are_found_out_by_the_check(desk, account, operator):
    client = desk("filip")
    row = OperatorAccount.objects.get(pk=account.pk)
    client.post(page_of(row), sent(row, secret_api_key=NEW_KEY))
    page = client.post(f"{page_of(account)}sprawdz/", follow=True)
    assert "Połączenie działa" not in words(page)
    assert "Operator nie przyjął danych" in words(page)


def test_an_operator_that_does_not_answer_is_said_so(desk, account):
    page = desk("filip").post(
        f"{page_of(account)}sprawdz/", follow=True
    )  # the presets point at a closed port
    assert "Operator nie odpowiada" in words(page)
