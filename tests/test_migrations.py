"""A new database takes one migration a room, a delivered one goes on from where it is: both come to the same."""

import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from urllib.parse import urlsplit

import psycopg
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader

from tests import databases
from tests.conftest import only_long
from tests.servers import REPOSITORY

# Where a database stands that knows no squashed migration: some rooms can be taken as a whole, others go on by steps.
DELIVERED = [
    ("privacy", "0003_manage_provider_rules"),
    ("accounts", "0004_access_given_at"),
    ("outbox", "0005_manage_refusals"),
    ("campaigns", "0001_initial"),
    ("letters", "0002_private_replies"),
    ("petitions", "0009_manage_consent_changes"),
    ("statements", "0002_names_hidden"),
]
TO_DELIVERED = f"""
import django
django.setup()
from functools import partial
from django.db import connection
from django.db.migrations import executor
executor.MigrationLoader = partial(executor.MigrationLoader, replace_migrations=False)
executor.MigrationExecutor.check_replacements = lambda self: None
executor.MigrationExecutor(connection).migrate({DELIVERED!r})
"""

ROWS = [
    "SELECT domain, canonical, ignores_dots, tag_separator FROM privacy_providerrule",
    'SELECT scope, "limit", seconds, action FROM petitions_limitrule',
    "SELECT auth_group.name, codename, app_label, model FROM auth_group_permissions "
    "JOIN auth_group ON auth_group.id = group_id JOIN auth_permission ON auth_permission.id = permission_id "
    "JOIN django_content_type ON django_content_type.id = content_type_id",
    "SELECT codename, auth_permission.name, app_label, model FROM auth_permission "
    "JOIN django_content_type ON django_content_type.id = content_type_id",
]
POSTGRESQL = [
    "SELECT attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull, attidentity, "
    "attcollation::regcollation::text, pg_get_expr(adbin, adrelid) FROM pg_attribute "
    "JOIN pg_class ON pg_class.oid = attrelid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum "
    "WHERE attnum > 0 AND NOT attisdropped AND relkind = 'r' AND relnamespace = 'public'::regnamespace",
    "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace",
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT pg_get_triggerdef(oid), tgenabled FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
]


def test_the_squashed_migrations_say_what_the_others_say():
    by_steps, squashed = MigrationLoader(None, replace_migrations=False), MigrationLoader(None)
    assert {label for label, name in squashed.graph.nodes if "_squashed_" in name} >= {label for label, _ in DELIVERED}
    for this, that in ((by_steps, squashed), (squashed, by_steps)):
        changes = MigrationAutodetector(this.project_state(), that.project_state()).changes(graph=this.graph)
        assert {label: migration[0].operations for label, migration in changes.items()} == {}


@only_long
def test_a_delivered_database_and_a_new_one_hold_the_same():
    url = databases.empty("delivered")
    subprocess.run(
        [sys.executable, "-c", TO_DELIVERED],
        cwd=REPOSITORY,
        env=os.environ | {"DATABASE_URL": url, "DEBUG": "1", "DJANGO_SETTINGS_MODULE": "config.settings"},
        check=True,
    )
    recorded = "SELECT app, name FROM django_migrations"
    assert not [name for _room, name in read(url, [recorded])[recorded] if "_squashed_" in name]
    databases.migrate(url)
    new = databases.copy_of_migrated("new")
    squashed = [row for row in read(new, [recorded])[recorded] if "_squashed_" in row[1]]
    assert set(squashed) <= set(read(url, [recorded])[recorded])  # all is recorded, and can be replaced later on
    assert len(squashed) >= len(DELIVERED)
    assert schema(url) == schema(new)
    assert (held := read(url, ROWS)) == read(new, ROWS)
    assert all(held.values())


def read(url: str, queries: list[str]) -> dict[str, list]:
    """The rows of each query, sorted: their order in the table says nothing."""
    if url.startswith("sqlite:"):
        with closing(sqlite3.connect(urlsplit(url).path)) as connection:
            return {query: sorted(connection.execute(query).fetchall(), key=repr) for query in queries}
    with psycopg.connect(url) as connection:
        return {query: sorted(connection.execute(query).fetchall(), key=repr) for query in queries}


def schema(url: str) -> dict[str, list]:
    """Columns, constraints, indexes, triggers and functions; in what order a table has its columns is all one."""
    if not url.startswith("sqlite:"):
        return read(url, POSTGRESQL)
    query = "SELECT type, name, tbl_name, sql FROM sqlite_master"
    found = {}
    for kind, name, table, words in read(url, [query])[query]:
        found[f"{kind} {name} of {table}"] = sorted(parts(words)) if kind == "table" else [words]
    return found


def parts(create_table: str) -> list[str]:
    """What stands between the outermost commas of a CREATE TABLE."""
    inside, depth, found = create_table[create_table.index("(") + 1 : create_table.rindex(")")], 0, [""]
    for token in re.findall(r"'(?:[^']|'')*'|\"[^\"]*\"|.", inside, re.DOTALL):
        depth += {"(": 1, ")": -1}.get(token, 0)
        if token == "," and depth == 0:
            found.append("")
        else:
            found[-1] += token
    return [part.strip() for part in found]
