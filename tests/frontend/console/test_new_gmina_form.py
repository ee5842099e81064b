"""The form of a new gmina says what to mend, beside the field, and registers nothing until all of it is right."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from kernel import tenancy
from kernel.audit.models import AuditEntry
from tenants.directory.models import Domain, Tenant
from tests.frontend.console.conftest import browser


def tomorrow() -> str:
    return (timezone.localdate() + timedelta(days=1)).isoformat()


def registered() -> set[str]:
    with tenancy.public():
        return set(Tenant.objects.values_list("teryt", flat=True))


def errors(answer) -> dict[str, str]:
    """The messages that stand beside their fields, by the name of the field."""
    page = answer.content.decode()
    return {
        name: " ".join(messages)
        for name, messages in answer.context["form"].errors.items()
        if f'name="{name}"' in page
    }


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Podaj nazwę gminy."),
        ("kind", "", "Wybierz rodzaj gminy."),
        ("kind", "province", "Wybierz poprawną wartość"),
        ("teryt", "", "Podaj kod TERYT gminy"),
        ("teryt", "121615", "To nie jest kod TERYT"),
        ("teryt", "12161538", "7"),
        ("teryt", "12161a3", "To nie jest kod TERYT"),
        ("teryt", "1316153", "To nie jest kod TERYT"),
        ("teryt", "3416153", "To nie jest kod TERYT"),
        ("teryt", "1200153", "To nie jest kod TERYT"),
        ("teryt", "1216003", "To nie jest kod TERYT"),
        ("teryt", "1216157", "To nie jest kod TERYT"),
        ("teryt", "1216152", "gminy innego rodzaju"),
        ("teryt", "1261011", "gminy innego rodzaju"),
        ("label", "", "Podaj pierwszy człon"),
        ("label", "za_bawa", "Adres może mieć tylko małe litery"),
        ("label", "-zabawa", "Adres może mieć tylko małe litery"),
        ("label", "zabawa-", "Adres może mieć tylko małe litery"),
        ("label", "zabawa.gmina", "Adres może mieć tylko małe litery"),
        ("label", "żabno", "Adres może mieć tylko małe litery"),
        ("label", "xn--abno-i6a", "Adres może mieć tylko małe litery"),
        ("label", "a" * 64, "63"),
        ("label", "console", "używa sama platforma"),
        ("label", "WWW", "używa sama platforma"),
        ("label", "borki", "Ten adres portalu ma już inna gmina"),
        ("postal_address", "Zabawa", "Podaj kod i miejscowość"),
        ("email", "urzad", "nazwa@domena.pl"),
        ("phone", "zadzwoń", "Podaj numer telefonu cyframi"),
        ("dpo_email", "", "Podaj adres inspektora ochrony danych."),
        ("act_number", "", "Podaj numer aktu."),
        ("act_on", "2026-13-45", "Podaj datę, która istnieje."),
        ("effective_on", "2026-09-30", "przed datą aktu"),
        ("bip_url", "nie adres", "https://"),
        ("admin_email", "zofia@", "nazwa@domena.pl"),
        ("admin_name", "", "Podaj imię i nazwisko"),
        ("authorisation_number", "", "Podaj numer upoważnienia."),
        ("authorised_on", "", "Podaj datę upoważnienia."),
        ("authorisation_issuer", "", "Podaj, kto wydał upoważnienie."),
    ],
)
def test_a_wrong_field_says_what_to_mend_and_nothing_is_registered(field, value, words, operator, filled_in):
    before = registered()
    answer = operator.post("/gminy/nowa/", filled_in(**{field: value}))
    assert answer.status_code == 422
    assert list(errors(answer)) == [field]
    assert words in errors(answer)[field]
    assert words in answer.content.decode()
    assert registered() == before


@pytest.mark.parametrize("field", ["act_on", "effective_on", "authorised_on"])
@pytest.mark.covers("D100")
def test_a_day_in_the_future_is_refused_because_the_portal_opens_at_once(field, operator, filled_in):
    before = registered()
    answer = operator.post("/gminy/nowa/", filled_in(**{field: tomorrow()}))
    assert answer.status_code == 422
    assert field in errors(answer)
    assert registered() == before


def test_everything_that_is_wrong_is_said_at_once(operator):
    answer = operator.post("/gminy/nowa/", {})
    required = {name for name, field in answer.context["form"].fields.items() if field.required}
    assert set(errors(answer)) == required
    assert answer.status_code == 422
    assert len(required) > 20


def test_what_was_typed_stays_in_the_form(operator, filled_in):
    page = operator.post("/gminy/nowa/", filled_in(label="console")).content.decode()
    assert 'value="Urząd Miejski w Zabawie"' in page
    assert re.search(r'<option value="urban_rural" selected', page)


def test_a_gmina_that_is_there_already_is_not_registered_again(operator, filled_in):
    changes = {"teryt": "0615022", "kind": "rural", "name": "Druga Gmina Borki"}
    answer = operator.post("/gminy/nowa/", filled_in(**changes))
    assert answer.status_code == 422
    assert "Gmina o tym kodzie TERYT jest już na platformie." in errors(answer)["teryt"]
    with tenancy.public():
        assert Tenant.objects.get(teryt="0615022").name == "Gmina Borki"
        assert not Domain.objects.filter(domain="zabawa.localhost").exists()


def test_a_right_form_registers_the_gmina_and_follows_its_setting_up(operator, filled_in):
    answer = operator.post("/gminy/nowa/", filled_in(label="Zabawa"))
    assert (answer.status_code, answer["Location"]) == (302, "/gminy/1216153/zakladanie/")
    with tenancy.public():
        row = Tenant.objects.get(teryt="1216153")
        assert (row.name, row.kind, row.state, row.schema_name) == (
            "Gmina Zabawa",
            "urban_rural",
            "provisioning",
            "gmina_1216153",
        )
        assert [domain.domain for domain in row.domains.all()] == ["zabawa.localhost"]
        entry = AuditEntry.objects.get(action="tenant.registered", subject_ref=str(row.public_id))
        assert (entry.actor_kind, entry.role) == ("platform", "operator")
        assert "Zofia" not in str(entry.details)


def test_nobody_but_an_operator_registers_a_gmina(filled_in, client_for, borki):
    before = registered()
    assert browser().post("/gminy/nowa/", filled_in())["Location"].startswith("/logowanie/")
    assert client_for("filip", borki).post("/gminy/nowa/", filled_in()).status_code == 404
    assert registered() == before
