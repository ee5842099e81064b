"""Ratchet: whatever holds something about a person has a purpose, a place in the copy of one's data, and an end.

Art. 5 ust. 1 lit. b, c, e and art. 15 RODO. A new table or column of that kind belongs into `services.privacy.inventory`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.test.utils import isolate_apps

from kernel.fields import EncryptedTextField
from services.privacy.domain.processing import ACTIVITIES, OPERATIONS
from services.privacy.domain.retention import RULES
from services.privacy.inventory import INVENTORY

PEOPLE = {
    "accounts.resident",
    "users.user",
    "accounts.payer",
    "payments.payment",
    "liabilities.liability",
}
BY_TABLE = {one.table: one for one in INVENTORY}


def tables() -> Iterator[type[models.Model]]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_config.name in settings.TENANT_APPS:
            yield model


def encrypted(model: type[models.Model]) -> set[str]:
    return {field.name for field in model._meta.local_fields if isinstance(field, EncryptedTextField)}


def is_about_people(model: type[models.Model]) -> bool:
    related = [field.remote_field.model for field in model._meta.local_fields if field.remote_field]
    labels = {one if isinstance(one, str) else one._meta.label_lower for one in related}
    return bool(encrypted(model)) or bool({label.lower() for label in labels} & PEOPLE)


def unlisted(found: Iterable[type[models.Model]]) -> list[str]:
    """Tables, and encrypted columns, of which nobody has said what they are for."""
    missing = []
    for model in filter(is_about_people, found):
        entry = BY_TABLE.get(model._meta.label_lower)
        if entry is None:
            missing.append(model._meta.label_lower)
        else:
            missing += [f"{entry.table}.{name}" for name in sorted(encrypted(model) - set(entry.names))]
    return missing


@pytest.mark.covers("S80", "S82")
def test_every_table_and_encrypted_column_about_a_person_is_in_the_inventory():
    missing = unlisted(tables())
    assert not missing, f"say in services/privacy/inventory.py what these are for: {missing}"


def test_a_new_table_of_a_persons_data_without_its_place_is_noticed():
    with isolate_apps("services.privacy"):

        class Diary(models.Model):  # noqa: DJ008
            resident = models.ForeignKey("accounts.Resident", on_delete=models.CASCADE)

            class Meta:
                app_label = "privacy"

        class Note(models.Model):  # noqa: DJ008
            text = EncryptedTextField()

            class Meta:
                app_label = "privacy"

        assert unlisted([Diary, Note]) == ["privacy.diary", "privacy.note"]


def test_a_new_column_of_a_listed_table_is_noticed():
    with isolate_apps("services.privacy"):

        class Breach(models.Model):  # noqa: DJ008
            description = EncryptedTextField()
            nickname = EncryptedTextField()

            class Meta:
                app_label = "privacy"

        assert unlisted([Breach]) == ["privacy.breach.nickname"]


@pytest.mark.parametrize("entry", INVENTORY, ids=lambda entry: entry.table)
def test_an_entry_names_what_exists(entry):
    fields = {field.name for field in apps.get_model(entry.table)._meta.get_fields()}
    assert entry.names
    assert set(entry.names) <= fields


@pytest.mark.covers("S79", "S80", "S84", "D91")
@pytest.mark.parametrize("entry", INVENTORY, ids=lambda entry: entry.table)
def test_an_entry_has_its_purpose_its_way_to_the_person_and_its_end(entry):
    """A purpose of the register; a section of the copy or why not; a period or the law that keeps it. Never both, never
    none."""
    assert entry.activity in {one.code for one in ACTIVITIES}
    assert bool(entry.section) != bool(entry.not_copied)
    assert (entry.data_class is not None) != bool(entry.kept)
    assert entry.data_class is None or entry.data_class in RULES


def test_no_table_is_listed_twice():
    assert not [table for table, times in Counter(one.table for one in INVENTORY).items() if times > 1]


@pytest.mark.covers("S22")
def test_every_kind_of_processing_is_in_the_register_and_every_activity_names_its_kinds():
    """Art. 4 pkt 2 and art. 30 ust. 1 RODO: also of what a new activity brings."""
    named = [set(one.operations.split(", ")) for one in ACTIVITIES]
    assert all(named)
    assert set().union(*named) == set(OPERATIONS)
    assert {one.activity for one in INVENTORY} <= {one.code for one in ACTIVITIES}
