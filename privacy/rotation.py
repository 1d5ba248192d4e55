"""Sealing everything anew under the newest key, while the site runs.

There is nothing to remember between two runs: what is left to do are the values that do not begin with the newest key's
id. Each batch is one transaction, and each row is written only if it still holds the bytes that were read, so that a
change made meanwhile stays, and two runs at once do no harm.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from privacy import crypto
from privacy.sealed import SealedTable, binary, query, sealed_tables

PASSES = 3  # a process that still seals under the old key may write behind our back
FILES_AT_ONCE = 5


@dataclass(frozen=True)
class Batch:
    """What one transaction did. `unreadable`: (primary key, field) of values that no key opens."""

    table: SealedTable
    seen: int  # rows
    resealed: int  # rows
    unreadable: list[tuple[Any, str]] = field(default_factory=list)


def waiting(table: SealedTable) -> int:
    """How many rows hold a value that is not under the newest key."""
    condition, parameters = table.other_than(crypto.current_key_id())
    [(count,)] = query(f"SELECT COUNT(*) FROM {table.sql_name} WHERE {condition}", parameters)  # noqa: S608
    return int(count)


def reseal(*, batch: int) -> Iterator[Batch]:
    """Seal anew what is not under the newest key; yields after each commit, so that the caller may stop there."""
    for _pass in range(PASSES):
        changed = 0
        for table in sealed_tables():
            for done in _reseal_table(table, batch):
                changed += done.resealed
                yield done
        if not changed:
            return


def _reseal_table(table: SealedTable, size: int) -> Iterator[Batch]:
    condition, parameters = table.other_than(crypto.current_key_id())
    columns = ", ".join([table.sql_key, *table.sql_columns])
    if table.holds_files:
        size = min(size, FILES_AT_ONCE)  # in memory, all of them
    last: list[Any] = []
    while True:
        after = f"{table.sql_key} > %s AND " if last else ""
        rows = query(
            f"SELECT {columns} FROM {table.sql_name} WHERE {after}{condition} ORDER BY {table.sql_key} LIMIT %s",  # noqa: S608
            [*last, *parameters, size],
        )
        if rows:
            yield _reseal_rows(table, rows)
            last = [rows[-1][0]]
        if len(rows) < size:
            return


def _reseal_rows(table: SealedTable, rows: list[tuple[Any, ...]]) -> Batch:
    newest = crypto.current_key_id()
    columns = [
        (field.name, column, field.purpose) for field, column in zip(table.fields, table.sql_columns, strict=True)
    ]
    unreadable: list[tuple[Any, str]] = []
    updates: dict[str, list[list[Any]]] = {}  # by statement
    for key, *values in rows:
        old, new, names = [], [], []
        for (name, column, purpose), value in zip(columns, values, strict=True):
            if value is None or bytes(value[: crypto.KEY_ID_BYTES]) == newest:
                continue
            try:
                plain = crypto.unseal(bytes(value), purpose=purpose)
            except crypto.Undecryptable:
                unreadable.append((key, name))
                continue
            names.append(column)
            old.append(value)
            new.append(binary(crypto.seal(plain, purpose=purpose)))
        if names:
            updates.setdefault(_update(table, names), []).append([*new, key, *old])
    resealed = 0
    with transaction.atomic(), connection.cursor() as cursor:
        for statement, parameters in updates.items():
            cursor.executemany(statement, parameters)
            resealed += cursor.rowcount
    return Batch(table, len(rows), resealed, unreadable)


def _update(table: SealedTable, names: list[str]) -> str:
    changes = ", ".join(f"{name} = %s" for name in names)
    unchanged = " AND ".join(f"{name} = %s" for name in names)
    return f"UPDATE {table.sql_name} SET {changes} WHERE {table.sql_key} = %s AND {unchanged}"  # noqa: S608
