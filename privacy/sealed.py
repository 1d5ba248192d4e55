"""Every encrypted column of the house, and what stands in it as bytes: for marking, counting and sealing anew."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models

from privacy.crypto import KEY_ID_BYTES
from privacy.fields import EncryptedBytesField, EncryptedField


@dataclass(frozen=True)
class SealedTable:
    """The encrypted columns of one model. Rows are read and written as bytes, never through the model."""

    model: type[models.Model]
    fields: tuple[EncryptedField, ...]

    @property
    def label(self) -> str:
        """ "petitions.Signature"."""
        return self.model._meta.label

    @property
    def sql_name(self) -> str:
        return quoted(self.model._meta.db_table)

    @property
    def sql_key(self) -> str:
        primary_key = self.model._meta.pk
        assert primary_key is not None  # every model has one
        return quoted(primary_key.column)

    @property
    def sql_columns(self) -> list[str]:
        return [quoted(field.column) for field in self.fields]

    @property
    def holds_files(self) -> bool:
        return any(isinstance(field, EncryptedBytesField) for field in self.fields)

    def other_than(self, key_id: bytes) -> tuple[str, list[Any]]:
        """A condition that holds for rows with a value that is not under this key, and its parameters."""
        tests = [f"substr({column}, 1, {KEY_ID_BYTES}) <> %s" for column in self.sql_columns]
        return f"({' OR '.join(tests)})", [binary(key_id)] * len(tests)

    def count_by_key(self) -> Counter[bytes]:
        """How many values stand under each key."""
        found: Counter[bytes] = Counter()
        for column in self.sql_columns:
            start = f"substr({column}, 1, {KEY_ID_BYTES})"
            rows = query(f"SELECT {start}, COUNT(*) FROM {self.sql_name} WHERE {column} IS NOT NULL GROUP BY {start}")  # noqa: S608
            for key_id, count in rows:
                found[bytes(key_id)] += count
        return found

    def has_values_under(self, key_id: bytes) -> bool:
        tests = [f"substr({column}, 1, {KEY_ID_BYTES}) = %s" for column in self.sql_columns]
        statement = f"SELECT 1 FROM {self.sql_name} WHERE {' OR '.join(tests)} LIMIT 1"  # noqa: S608
        return bool(query(statement, [binary(key_id)] * len(tests)))


def sealed_tables() -> list[SealedTable]:
    """All models with encrypted fields, found by looking; those that Django does not manage are left out."""
    return list(_found())


def count_by_key() -> Counter[bytes]:
    """How many values stand under each key, in the whole database."""
    return sum((table.count_by_key() for table in sealed_tables()), Counter())


def query(statement: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters or [])
        return cursor.fetchall()


def binary(value: bytes) -> Any:
    """Bytes as the driver takes them."""
    driver: Any = connection
    return driver.Database.Binary(value)


def _found() -> Iterator[SealedTable]:
    for model in apps.get_models(include_auto_created=True):
        fields = tuple(field for field in model._meta.local_concrete_fields if isinstance(field, EncryptedField))
        if fields and model._meta.managed and not model._meta.proxy:
            yield SealedTable(model, fields)


def quoted(name: str | None) -> str:
    assert name is not None  # a concrete field stands in a column
    return connection.ops.quote_name(name)
