"""The database's own refusal to change what is locked, behind the services too.

Triggers on both databases: the texts that a digest covers stay as they are, and so does the version that holds it. They
look at their own table alone: SQLite could not rebuild a table that the trigger of another one names. Since a rebuilt
table loses its triggers, they are looked after at the end of every `migrate`. See accounts.audit.triggers for who can
drop them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("statements_translation", "statements_version")
REFUSAL = "A locked text is not changed"

_TEXT = ["version_id", "language", "status", "title", "dateline", "body", "demands", "notes", "is_frozen"]
_VERSION = ["statement_id", "number", "digest", "form", "locked_at", "locked_by_id"]


def _differ(columns: list[str]) -> str:
    """SQL that is true when one of the columns is another; NULL safe on both databases."""
    return " OR ".join(
        f"(OLD.{name} <> NEW.{name} OR (OLD.{name} IS NULL) <> (NEW.{name} IS NULL))" for name in columns
    )


# (name, table, when, on the condition). `demands` is compared as text: jsonb on PostgreSQL compares by content.
# What is added to a locked version, or put in place of it by REPLACE, is refused unless it is a courtesy.
_BESIDE_FROZEN = (
    "EXISTS (SELECT 1 FROM statements_translation AS other WHERE other.is_frozen AND (other.id = NEW.id OR "
    "(other.version_id = NEW.version_id AND (NEW.status <> 'courtesy' OR other.language = NEW.language))))"
)
_RULES = [
    ("text_stays", "statements_translation", "UPDATE", f"OLD.is_frozen AND ({_differ(_TEXT)})"),
    ("text_is_kept", "statements_translation", "DELETE", "OLD.is_frozen"),
    ("text_is_whole", "statements_translation", "INSERT", f"NOT NEW.is_frozen AND {_BESIDE_FROZEN}"),
    ("version_stays", "statements_version", "UPDATE", f"OLD.digest <> '' AND ({_differ(_VERSION)})"),
    ("version_is_kept", "statements_version", "DELETE", "OLD.digest <> ''"),
    (
        "version_is_new",
        "statements_version",
        "INSERT",
        "EXISTS (SELECT 1 FROM statements_version AS other WHERE other.digest <> '' AND (other.id = NEW.id OR "
        "(other.statement_id = NEW.statement_id AND other.number = NEW.number)))",
    ),
]
# A function for each, since PostgreSQL allows no subquery in WHEN. The message names the table alone: one with the row
# would carry its text into a log.
_POSTGRESQL = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {condition} THEN
    RAISE EXCEPTION '{refusal}: % of % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  RETURN NEW;
END $$
"""


def install(database: BaseDatabaseWrapper = connection) -> None:
    """Make the triggers, as they are written here."""
    remove(database)
    with database.cursor() as cursor:
        for name, table, act, condition in _RULES:
            if database.vendor != "postgresql":
                does = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
                cursor.execute(f"CREATE TRIGGER {_named(name)} BEFORE {act} ON {table} WHEN {condition} {does}")
                continue
            cursor.execute(_POSTGRESQL.format(name=_named(name), condition=condition, refusal=REFUSAL))
            cursor.execute(
                f"CREATE TRIGGER {_named(name)} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {_named(name)}()"
            )


def remove(database: BaseDatabaseWrapper = connection) -> None:
    with database.cursor() as cursor:
        for name, table, _act, _condition in _RULES:
            on = f" ON {table}" if database.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {_named(name)}{on}")


def missing(database: BaseDatabaseWrapper = connection) -> list[str]:
    """The names of the triggers that are not there, or asleep."""
    with database.cursor() as cursor:
        if database.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        there = {name for (name,) in cursor.fetchall()}
    return [_named(name) for name, *_rest in _RULES if _named(name) not in there]


@contextmanager
def lifted() -> Iterator[None]:
    """Empty the tables inside, in one transaction. For the two callers that accounts.audit.triggers.lifted() names."""
    with transaction.atomic():
        remove()
        yield
        install()


def install_after_migrate(sender: Any, using: str, **kwargs: Any) -> None:
    """Receiver of post_migrate, once the tables are there with their columns."""
    if using != connection.alias or not set(TABLES) <= set(connection.introspection.table_names()):
        return
    with connection.cursor() as cursor:
        columns = {column.name for column in connection.introspection.get_table_description(cursor, TABLES[0])}
    if set(_TEXT) <= columns and missing():
        install()


def _named(name: str) -> str:
    return f"outcry_locked_{name}"
