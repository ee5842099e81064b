"""Model fields: encrypted columns and public ids."""

import base64
import json
import uuid
from collections.abc import Iterable
from typing import Any, Final

import tink
from django.db import models
from uuid6 import uuid7

from kernel import crypto, veil


def new_public_id() -> uuid.UUID:
    """A UUIDv7: unique everywhere, sorted by time, telling nothing of how many there are."""
    return uuid.UUID(int=uuid7().int)


class PublicIdModel(models.Model):
    """Base of rows that are seen outside the gmina's schema: URLs, messages, files, finance systems."""

    public_id = models.UUIDField(default=new_public_id, unique=True, editable=False)

    class Meta:
        abstract = True


UNREADABLE: Final = "\x00"
"""What `readable` gives for a value that does not open; PostgreSQL's texts cannot hold that character."""


def readable(instance: models.Model, name: str) -> Any:
    """The value of a field, or UNREADABLE when it is encrypted and does not open in its row: for proofs and checks."""
    try:
        return getattr(instance, name)
    except tink.TinkError:
        return UNREADABLE


class Ciphertext(bytes):
    """Bytes as they stand in the database, not yet opened."""


class _Decrypting:
    """Attribute that opens the ciphertext when somebody looks, not when the row is loaded."""

    def __init__(self, field: "EncryptedTextField") -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: type[models.Model]) -> Any:
        if instance is None:
            return self
        values = instance.__dict__
        name = self.field.attname
        if name not in values:
            instance.refresh_from_db(fields=[name])
        if isinstance(values[name], Ciphertext):
            if veil.is_drawn():
                return self.field.veiled()
            values[name] = self.field.open(instance, values[name])
        return values[name]

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.BinaryField):  # type: ignore[type-arg]
    """Text that is encrypted in the database under the gmina's data key.

    The row's `public_id` is part of the associated data, so a ciphertext cannot be moved to another row; a model without
    one names other columns that never change in `encryption_row`. Such a column cannot be filtered or updated in bulk; look
    up by a blind index beside it.

    `was_plain` marks a column that held readable text in an earlier version: what is not yet a ciphertext is read as it
    stands until `rotate_keys` has been through the table.
    """

    def __init__(self, *args: Any, was_plain: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("editable", True)
        self.was_plain = was_plain
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Migrations tell columns that held readable text."""
        name, path, args, kwargs = super().deconstruct()
        if self.was_plain:
            kwargs["was_plain"] = True
        return name, path, args, kwargs

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        """Attach the opening attribute."""
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _Decrypting(self))

    @property
    def row_columns(self) -> tuple[str, ...]:
        """Columns that name the row in the associated data."""
        return getattr(self.model, "encryption_row", ("public_id",))

    def context(self, row: Iterable[Any]) -> str:
        """Associated data of the value in the row with these values of `row_columns`."""
        return "|".join([self.model._meta.db_table, str(self.column), *map(str, row)])

    def _context(self, instance: models.Model) -> str:
        return self.context(getattr(instance, name) for name in self.row_columns)

    def to_text(self, value: Any) -> str:
        """How the value is written before encryption."""
        return str(value)

    def from_text(self, text: str) -> Any:
        """The value back from its text."""
        return text

    def veiled(self) -> Any:
        """What is read in place of the value while a veil is drawn (`kernel.veil`)."""
        return veil.HIDDEN

    def open(self, instance: models.Model, sealed: Ciphertext) -> Any:
        """Decrypt one row's value."""
        return self.from_text(self.open_text(bytes(sealed), self._context(instance)))

    def open_of(self, sealed: bytes, *row: Any) -> Any:
        """The value that a query without models has read; `row` are the values of `row_columns` beside it."""
        if veil.is_drawn():
            return self.veiled()
        return self.from_text(self.open_text(bytes(sealed), self.context(row)))

    def open_text(self, sealed: bytes, context: str) -> str:
        """The text of one value. Raises tink.TinkError when key or context are not the right ones."""
        if self.was_plain and not crypto.is_ciphertext(sealed):
            return sealed.decode()
        return crypto.keyring().decrypt(sealed, context).decode()

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Encrypt what was set; pass on what was never opened."""
        value = model_instance.__dict__.get(self.attname)
        if value is None or isinstance(value, Ciphertext):
            return value
        return Ciphertext(
            crypto.keyring().encrypt(self.to_text(value).encode(), self._context(model_instance))
        )

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Only ciphertext may reach the database."""
        if value is not None and not isinstance(value, Ciphertext):
            raise TypeError(f"{self.model.__name__}.{self.name} is encrypted: save it through an instance")
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Ciphertext | None:
        """Mark what was loaded as not yet opened."""
        return None if value is None else Ciphertext(value)

    def get_default(self) -> Any:
        """A missing value is the empty text unless a default or null is given."""
        if self.has_default():
            return self._get_default()  # type: ignore[attr-defined]
        return None if self.null else self.from_text("")

    def value_to_string(self, obj: models.Model) -> str:
        """Serialising would put personal data into plain files: refused."""
        raise TypeError(f"{self.model.__name__}.{self.name} is encrypted and is not serialised")


class EncryptedJSONField(EncryptedTextField):
    """A JSON value, encrypted as EncryptedTextField is."""

    def veiled(self) -> Any:
        """An object that says nothing."""
        return {}

    def to_text(self, value: Any) -> str:
        """Compact JSON."""
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def from_text(self, text: str) -> Any:
        """The parsed value; an empty text is an empty object."""
        return json.loads(text) if text else {}


class EncryptedBytesField(EncryptedTextField):
    """Bytes (a signed file, a document), encrypted as EncryptedTextField is."""

    def to_text(self, value: Any) -> str:
        """Base64."""
        return base64.b64encode(value).decode()

    def from_text(self, text: str) -> Any:
        """The bytes back."""
        return base64.b64decode(text)

    def veiled(self) -> Any:
        """No bytes."""
        return b""
