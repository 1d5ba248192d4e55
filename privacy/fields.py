"""Model fields whose content is readable only with the keys outside the database."""

import base64
import json
from typing import Any

from django.core.exceptions import FieldError
from django.db import models

from privacy import crypto


class BytesField(models.BinaryField):
    """Raw bytes: a BinaryField of which Django writes thousands in one statement.

    On PostgreSQL bulk_create() sends each column as one array, in a third of the time, unless a field has a placeholder
    of its own; BinaryField has one that only another database needs. To migrations it is a BinaryField.
    """

    @property
    def get_placeholder(self) -> Any:
        raise AttributeError("the usual placeholder")

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, "django.db.models.BinaryField" if type(self) is BytesField else path, args, kwargs


class EncryptedField(BytesField):
    """Text sealed with AES-GCM; `str` in Python, bytes in the database.

    It cannot be searched: keep a fingerprint beside it for look-up. `max_length` counts
    characters of the text and is checked by forms.
    """

    description = "Encrypted text"
    _pyi_private_set_type: Any  # what django-stubs reads the attribute's type from
    _pyi_private_get_type: Any
    empty_values = [None, ""]

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs.setdefault("editable", True)
        self.text_length = kwargs.pop("max_length", None)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("max_length", None)
        kwargs.pop("editable", None)
        if self.text_length:
            kwargs["max_length"] = self.text_length
        return name, path, args, kwargs

    @property
    def purpose(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def get_prep_value(self, value: Any) -> bytes | None:
        if value is None:
            return None
        return crypto.seal(self.to_text(value).encode(), purpose=self.purpose)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        value = value if prepared else self.get_prep_value(value)
        return value if value is None else connection.Database.Binary(value)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        if value is None:
            return None
        return self.from_text(crypto.unseal(bytes(value), purpose=self.purpose).decode())

    def to_python(self, value: Any) -> Any:
        return value

    def to_text(self, value: Any) -> str:
        return str(value)

    def from_text(self, text: str) -> Any:
        return text

    def get_default(self) -> Any:
        if self.has_default():
            return self.default() if callable(self.default) else self.default
        return None if self.null else ""

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted: look it up through its fingerprint.")
        return super().get_lookup(lookup_name)

    def formfield(self, **kwargs: Any) -> Any:
        from_class = models.TextField if not self.text_length else models.CharField
        field = from_class(
            verbose_name=self.verbose_name, blank=self.blank, help_text=self.help_text, max_length=self.text_length
        )
        field.set_attributes_from_name(self.name)
        return field.formfield(**kwargs)

    def value_to_string(self, obj: models.Model) -> str:
        return self.to_text(self.value_from_object(obj))


class EncryptedJSONField(EncryptedField):
    """A JSON value sealed as one piece."""

    description = "Encrypted JSON"

    def to_text(self, value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def from_text(self, text: str) -> Any:
        return json.loads(text)


class EncryptedBytesField(EncryptedField):
    """Bytes sealed as one piece: a file, or a mail as it came."""

    description = "Encrypted bytes"

    def get_prep_value(self, value: Any) -> bytes | None:
        return None if value is None else crypto.seal(bytes(value), purpose=self.purpose)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else crypto.unseal(bytes(value), purpose=self.purpose)

    def get_default(self) -> Any:
        return None if self.null else b""

    def value_to_string(self, obj: models.Model) -> str:
        value: Any = self.value_from_object(obj)
        return base64.b64encode(value or b"").decode()
