"""`manage.py grant_web_role <role>`: what the running site may do in PostgreSQL, and nothing more."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from psycopg import sql

from accounts.audit import triggers

READ_AND_WRITE = sql.SQL("SELECT, INSERT, UPDATE, DELETE")
RIGHTS = {table: sql.SQL("SELECT, INSERT") for table in triggers.TABLES} | {"django_migrations": sql.SQL("SELECT")}


class Command(BaseCommand):
    help = (
        "Give a PostgreSQL role what the web, worker and beat processes need: reading and writing rows, but of the "
        "audit only reading and adding. Run it as the owner of the tables, after every migrate."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", help="an existing role that owns nothing here, as CREATE ROLE … LOGIN makes it")
        parser.add_argument("--print", action="store_true", help="write the statements and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("Only PostgreSQL knows roles. On SQLite whoever can write the file can change it.")
        role = options["role"]
        statements = [statement.as_string(None) for statement in _statements(role, _tables())]
        if options["print"]:
            self.stdout.write("\n".join(f"{statement};" for statement in statements))
            return
        _check(role)
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        self.stdout.write(
            f"The role {role} may read and write rows of {len(_tables())} tables, and of the audit only read and add."
        )


def _statements(role: str, tables: list[str]) -> list[sql.Composed]:
    """Take everything, then give what is needed. Numbers of rows are identities and need no right of their own."""
    to = sql.Identifier(role)
    statements = [
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(to),
        sql.SQL("REVOKE CREATE ON SCHEMA public FROM {}").format(to),
    ]
    for table in tables:
        rights = RIGHTS.get(table, READ_AND_WRITE)
        name = sql.Identifier("public", table)
        statements.append(sql.SQL("REVOKE ALL ON {} FROM {}, PUBLIC").format(name, to))
        statements.append(sql.SQL("GRANT {} ON {} TO {}").format(rights, name, to))
    return statements


def _tables() -> list[str]:
    """Every table that this site's role owns."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user ORDER BY 1"
        )
        return [name for (name,) in cursor.fetchall()]


def _check(role: str) -> None:
    """Refuse a role for which the rights would mean nothing, each with its reason."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = %s", [role])
        row = cursor.fetchone()
        if row is None:
            raise CommandError(f"There is no role {role!r}. Make it first: CREATE ROLE {role} LOGIN PASSWORD '…'.")
        if row[0]:
            raise CommandError(f"{role} is a superuser: no right can be kept from it. Choose another role.")
        cursor.execute(
            "SELECT tableowner FROM pg_tables WHERE schemaname = 'public' AND tablename = %s", [triggers.TABLES[0]]
        )
        owner = cursor.fetchone()
        cursor.execute("SELECT current_user")
        me = cursor.fetchone()[0]
        if owner is None or owner[0] != me:
            raise CommandError("Run this as the owner of the tables, the role that `migrate` runs under.")
        cursor.execute("SELECT pg_has_role(%s, %s, 'MEMBER')", [role, owner[0]])
        if cursor.fetchone()[0]:
            raise CommandError(f"{role} owns the tables or belongs to their owner, and could drop what guards them.")
