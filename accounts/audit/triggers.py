"""The database's own refusal to change or delete what the audit holds.

Triggers on both databases, made by a migration and, since a table that SQLite rebuilds loses them, looked after at the
end of every `migrate`. They stop the program, its admin and raw SQL alike. Who owns the tables can drop them, so on
PostgreSQL the web process runs under a role that does not (`manage.py grant_web_role`); docs/operations.md explains.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("accounts_auditentry", "accounts_auditlink")
REFUSAL = "The audit is append-only"
FUNCTION = "outcry_audit_is_append_only"

# One a table and act. REPLACE deletes without a DELETE trigger, so adding what is there already is refused as well.
_SQLITE = {
    "no_update": "BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{refusal}'); END",
    "no_delete": "BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{refusal}'); END",
    "no_replace": "BEFORE INSERT ON {table} WHEN {there} BEGIN SELECT RAISE(ABORT, '{refusal}'); END",
}
_SQLITE_THERE = {
    "accounts_auditentry": "EXISTS (SELECT 1 FROM accounts_auditentry WHERE id = NEW.id)",
    "accounts_auditlink": (
        "EXISTS (SELECT 1 FROM accounts_auditlink WHERE position = NEW.position OR entry_id = NEW.entry_id)"
    ),
}
_POSTGRESQL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{REFUSAL}: % of % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""
_POSTGRESQL = (
    "CREATE OR REPLACE TRIGGER {name} BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
    f"FOR EACH STATEMENT EXECUTE FUNCTION {FUNCTION}()"
)


def install(database: BaseDatabaseWrapper = connection) -> None:
    """Make the triggers that are missing."""
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            cursor.execute(_POSTGRESQL_FUNCTION)
            for table in TABLES:
                cursor.execute(_POSTGRESQL.format(name=f"{table}_append_only", table=table))
            return
        for name, _table, words in _sqlite_triggers():
            cursor.execute(f"CREATE TRIGGER IF NOT EXISTS {name} {words}")


def remove(database: BaseDatabaseWrapper = connection) -> None:
    """Drop the triggers: to take the migration back, and for lifted()."""
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            for table in TABLES:
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
            return
        for name, _table, _words in _sqlite_triggers():
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def missing(database: BaseDatabaseWrapper = connection) -> list[str]:
    """The tables whose triggers are not all there and awake."""
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')")
            there = {name for (name,) in cursor.fetchall()}
            return [table for table in TABLES if f"{table}_append_only" not in there]
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        there = {name for (name,) in cursor.fetchall()}
        return sorted({table for name, table, _words in _sqlite_triggers() if name not in there})


@contextmanager
def lifted() -> Iterator[None]:
    """Empty the audit inside, in one transaction that ends with the triggers back or not at all.

    For two callers only: the end of a test, and `load_demo --reset`, which refuses to run where the demonstration is
    not loaded; what it deletes is invented. Needs the owner of the tables: under the web role PostgreSQL refuses.
    """
    with transaction.atomic():
        remove()
        yield
        install()


def _sqlite_triggers() -> list[tuple[str, str, str]]:
    """(name, table, what it does)"""
    return [
        (f"{table}_{name}", table, words.format(table=table, refusal=REFUSAL, there=_SQLITE_THERE[table]))
        for table in TABLES
        for name, words in _SQLITE.items()
    ]


def install_after_migrate(sender: Any, using: str, **kwargs: Any) -> None:
    """Receiver of post_migrate, once the tables are there."""
    if using == connection.alias and set(TABLES) <= set(connection.introspection.table_names()) and missing():
        install()
