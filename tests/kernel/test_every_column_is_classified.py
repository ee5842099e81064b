"""Ratchet: no column of any table is readable without somebody having said what it holds (S43, S49, T-31)."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models

from kernel.fields import EncryptedTextField
from tests.kernel import columns

MAY_HOLD_ANYTHING = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.BinaryField,
    models.GenericIPAddressField,
    models.FileField,
)
CLASSES = (columns.HASHED, columns.REF, columns.PUBLIC, columns.TECHNICAL)
PERSONAL = re.compile(
    r"pesel|nip$|first_name|last_name|full_name|surname|phone|e?mail|address|iban|recipient|subject$|body|born|birth|ip$"
)
"""Names that personal data usually have; a column of such a name that is readable must be among PUBLIC or HASHED."""


def _readable() -> Iterator[tuple[str, str]]:
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.local_fields:
            if isinstance(field, EncryptedTextField) or field.choices or field.remote_field:
                continue
            if isinstance(field, MAY_HOLD_ANYTHING):
                yield model._meta.db_table, str(field.column)


def _listed() -> Counter[tuple[str, str]]:
    return Counter((table, name) for one in CLASSES for table, names in one.items() for name in names.split())


@pytest.mark.covers("S43", "S49", "S107")
def test_every_readable_column_has_a_class() -> None:
    missing = sorted(set(_readable()) - set(_listed()))
    assert not missing, f"say in tests/kernel/columns.py what these hold, or encrypt them: {missing}"


def test_no_column_is_listed_twice_or_without_being_there() -> None:
    listed = _listed()
    assert not [place for place, times in listed.items() if times > 1]
    assert not set(listed) - set(_readable())


def test_what_bears_the_name_of_personal_data_is_encrypted_hashed_or_published() -> None:
    allowed = {
        (table, name)
        for one in (columns.HASHED, columns.PUBLIC)
        for table, names in one.items()
        for name in names.split()
    }
    bearing = {place for place in _readable() if PERSONAL.search(place[1])}
    assert not bearing - allowed


def test_dates_of_birth_are_not_kept_readable() -> None:
    found = [
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, models.DateField) and re.search(r"born|birth", str(field.column))
    ]
    assert not found
