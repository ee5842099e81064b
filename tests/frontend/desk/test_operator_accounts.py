"""Accounts at operators: fields of the operator's own list, secrets that go in and never come out, a real check."""

import pytest

from kernel.audit.models import AuditEntry
from services.payments.addresses import notify_address
from tenants.configuration.models import OperatorAccount, Revision
from tests.fixtures.database import SECRETS
from tests.frontend.reading import error_beside, tags, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("being_set_up")]
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
    assert "portal usunie go sam" in words(page)
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


def autopay(**changes) -> dict[str, str]:
    """What the form of a new account at Autopay sends."""
    return {
        "version": "0",
        "label": "Autopay",
        "profile": "sandbox",
        "account_nrb": "31999900130000100020000101",
        "is_active": "on",
        "merchant_service_id": "102422",
        "merchant_start_path": "/payment",
        "merchant_hash_algorithm": "SHA256",
        "merchant_fee_model": "PAYER",
        "merchant_itn_nodes": "customerData,startAmount",
        "secret_shared_key": "0123456789abcdef",
        **changes,
    }


def test_a_value_with_few_choices_is_chosen_and_not_typed(desk):
    page = desk("filip").get(f"{LIST}nowe/autopay/")
    names = {tag.get("name") for tag in tags(page, "select")}
    assert {"merchant_fee_model", "merchant_hash_algorithm"} <= names
    assert "PAYER: Autopay dolicza prowizję mieszkańcowi" in words(page)
    assert not [tag for tag in tags(page, "option") if "selected" in tag and tag.get("value") == "PAYER"]


@pytest.mark.parametrize(
    ("nodes", "said"),
    [
        ("brak", "W modelu PAYER na liście musi być startAmount."),
        ("nieznane", "nazwa pola, którego portal nie zna"),
    ],
)
def test_fields_that_do_not_go_together_are_said_in_words_beside_the_field(nodes, said, desk, account):
    page = desk("filip").post(f"{LIST}nowe/autopay/", autopay(merchant_itn_nodes=nodes, takes_over="on"))
    assert page.status_code == 422
    assert said in error_beside(page, "merchant_itn_nodes")
    assert not OperatorAccount.objects.filter(operator="autopay").exists()
    assert OperatorAccount.objects.get(pk=account.pk).is_active


def test_the_address_for_the_operators_messages_can_be_copied(desk, account):
    page = desk("filip").get(page_of(account))
    address = notify_address(account.public_id)
    assert address.endswith(f"borki.localhost/webhooks/platnosci/{account.public_id}/")
    assert address in words(page)
    assert "Kopiuj Adres powiadomień" in words(page)


def test_a_new_account_takes_a_bank_account_over_in_one_step(desk, account):
    client = desk("filip")
    refused = client.post(f"{LIST}nowe/autopay/", autopay())
    assert "ma już czynnego operatora" in words(refused)
    assert not OperatorAccount.objects.filter(operator="autopay").exists()

    client.post(f"{LIST}nowe/autopay/", autopay(takes_over="on"))

    account.refresh_from_db()
    new = OperatorAccount.objects.get(operator="autopay")
    assert (account.is_active, new.is_active) == (False, True)
    assert (
        Revision.objects.filter(subject_ref=str(account.public_id)).latest("id").values["is_active"] is False
    )
    assert account.secrets == {name: [value] for name, value in SECRETS.items()}


def test_the_previous_key_is_removed_only_after_a_question(desk, account):
    client = desk("filip")
    client.post(page_of(account), sent(account, secret_api_key=NEW_KEY))
    address = f"{page_of(account)}poprzedni/api_key/"
    assert address in client.get(page_of(account)).content.decode()

    question = client.get(address)
    assert "będą odrzucane" in words(question)
    assert len(OperatorAccount.objects.get(pk=account.pk).secrets["api_key"]) == 2

    client.post(address)
    row = OperatorAccount.objects.get(pk=account.pk)
    assert row.secrets["api_key"] == [NEW_KEY]
    assert row.secrets["crc"] == [SECRETS["crc"]]
    assert "Trwa wymiana klucza" not in words(client.get(page_of(account)))
    entry = AuditEntry.objects.get(action="configuration.operator_secret_dropped")
    assert entry.details == {"name": "api_key"}
    assert everywhere(row, [NEW_KEY, *SECRETS.values()]) == []


@pytest.mark.parametrize("name", ["nieznany", "api-key"])
def test_a_key_that_the_account_has_not_is_a_404(name, desk, account):
    client = desk("filip")
    assert client.get(f"{page_of(account)}poprzedni/{name}/").status_code == 404
    assert client.post(f"{page_of(account)}poprzedni/{name}/").status_code == 404
    assert OperatorAccount.objects.get(pk=account.pk).secrets == account.secrets


def test_a_clerk_cannot_remove_a_key(desk, account):
    client = desk("filip")
    client.post(page_of(account), sent(account, secret_api_key=NEW_KEY))
    answer = desk("daria").post(f"{page_of(account)}poprzedni/api_key/")
    assert answer.status_code in (403, 404)
    assert len(OperatorAccount.objects.get(pk=account.pk).secrets["api_key"]) == 2


def test_an_account_that_is_off_still_says_what_is_under_way(desk, account, paid):
    OperatorAccount.objects.filter(pk=account.pk).update(is_active=False)
    client = desk("filip")
    assert "wyłączone w toku: 1" in words(client.get(LIST))
    assert "Zostaw jego klucze bez zmian, aż się skończą." in words(client.get(page_of(account)))


def test_the_page_says_that_services_of_autopay_may_share_an_address(desk, account):
    assert "jeden adres powiadomień" not in words(desk("filip").get(page_of(account)))
    OperatorAccount.objects.filter(pk=account.pk).update(operator="autopay")
    assert "jeden adres powiadomień" in words(desk("filip").get(page_of(account)))


def test_one_service_of_autopay_cannot_have_two_accounts(desk, account):
    client = desk("filip")
    client.post(f"{LIST}nowe/autopay/", autopay(takes_over="on"))
    other = OperatorAccount.objects.get(label="Przelewy24 – nieruchomości").account_nrb

    page = client.post(f"{LIST}nowe/autopay/", autopay(takes_over="on", account_nrb=other))

    assert page.status_code == 422
    assert "Ten serwis jest już w innym czynnym koncie." in error_beside(page, "merchant_service_id")
    assert OperatorAccount.objects.filter(operator="autopay").count() == 1
    assert OperatorAccount.objects.get(account_nrb=other).is_active
