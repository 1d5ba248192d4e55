"""The second role on PostgreSQL: what the running site may do, seen from a connection of its own."""

import secrets
from contextlib import closing
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection
from django.utils import timezone
from psycopg import errors, sql

from accounts import audit, switches
from accounts.audit import chain
from accounts.models import AuditEntry, AuditLink, Switch
from tests import factories

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no roles"),
]


@pytest.fixture
def role():
    """A role that may only sign in; (name, password)."""
    name, password = f"web_{secrets.token_hex(4)}", secrets.token_hex(8)
    identifier = sql.Identifier(name)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(identifier, password))
    yield name, password
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP OWNED BY {}").format(identifier))
        cursor.execute(sql.SQL("DROP ROLE {}").format(identifier))


def connect(role):
    settings = connection.settings_dict
    return closing(
        psycopg.connect(
            host=settings["HOST"], port=settings["PORT"], dbname=settings["NAME"],
            user=role[0], password=role[1], autocommit=True,
        )
    )  # fmt: skip


FORBIDDEN = [
    "UPDATE accounts_auditentry SET reason = 'another'",
    "UPDATE accounts_auditlink SET digest = ''",
    "DELETE FROM accounts_auditentry",
    "DELETE FROM accounts_auditlink",
    "TRUNCATE accounts_auditentry CASCADE",
    "TRUNCATE accounts_auditlink",
    "DROP TRIGGER accounts_auditentry_append_only ON accounts_auditentry",
    "ALTER TABLE accounts_auditentry DISABLE TRIGGER ALL",
    "CREATE TRIGGER mine BEFORE INSERT ON accounts_auditentry EXECUTE FUNCTION outcry_audit_is_append_only()",
    "DROP FUNCTION outcry_audit_is_append_only() CASCADE",
    "CREATE OR REPLACE FUNCTION outcry_audit_is_append_only() RETURNS trigger LANGUAGE sql AS 'SELECT 1'",
    "DROP TABLE accounts_auditlink",
    "ALTER TABLE accounts_auditlink RENAME TO gone",
    "SET session_replication_role = replica",
    "TRUNCATE accounts_user CASCADE",
    "DELETE FROM django_migrations",
]


def test_the_web_role_adds_lines_and_can_neither_change_them_nor_take_the_guard_away(role):
    person = factories.make_user("editor")
    audit.record("tests.act", person, by=person)
    chain.seal(timezone.now())
    before = (list(AuditEntry.objects.values()), list(AuditLink.objects.values("position", "digest")))
    with connect(role) as web, pytest.raises(errors.InsufficientPrivilege):
        web.execute("SELECT * FROM accounts_user")  # nothing before it is given
    out = StringIO()
    call_command("grant_web_role", role[0], stdout=out)
    assert "of the audit only read and add" in out.getvalue()
    with connect(role) as web:
        for statement in FORBIDDEN:
            with pytest.raises((errors.InsufficientPrivilege, errors.InvalidFunctionDefinition)):
                web.execute(statement)
        assert (list(AuditEntry.objects.values()), list(AuditLink.objects.values("position", "digest"))) == before
        web.execute(
            "INSERT INTO accounts_auditentry (at, act, object_type, object_id, reason, details, by_id) "
            "VALUES (now(), 'tests.web', 'accounts.user', 1, '', '{}', NULL)"
        )
        web.execute("UPDATE accounts_user SET language = 'ko' WHERE id = %s", [person.pk])
        web.execute("DELETE FROM django_session")
        web.execute("SELECT pg_try_advisory_lock(1)")
    assert AuditEntry.objects.filter(act="tests.web").exists()
    person.refresh_from_db()
    assert person.language == "ko"


def test_the_site_itself_runs_under_the_web_role(role):
    """Recording and sealing, through the ORM, with the rights of the web role."""
    person = factories.make_user("editor")
    call_command("grant_web_role", role[0], stdout=StringIO())
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role[0])))
        try:
            audit.record("tests.act", person, by=person)
            chain.seal(timezone.now())
            assert AuditLink.objects.count() == AuditEntry.objects.count() == 1
            switches.turn(Switch.Key.DEMONSTRATION, True, by=None, now=timezone.now())
            with pytest.raises(ProgrammingError, match=r"must be owner|permission denied"):
                call_command("load_demo", "--reset", "--yes-in-public", stdout=StringIO())
        finally:
            cursor.execute("RESET ROLE")
    call_command("verify_audit", stdout=StringIO())


def test_a_role_that_could_drop_the_guard_is_refused(role):
    with pytest.raises(CommandError, match="There is no role"):
        call_command("grant_web_role", "nobody_here")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        [me] = cursor.fetchone()
    with pytest.raises(CommandError, match=r"superuser|owns the tables"):
        call_command("grant_web_role", me)
    out = StringIO()
    call_command("grant_web_role", role[0], "--print", stdout=out)
    assert f'GRANT SELECT, INSERT ON "public"."accounts_auditentry" TO "{role[0]}";' in out.getvalue()
    with connect(role) as web, pytest.raises(errors.InsufficientPrivilege):
        web.execute("SELECT 1 FROM accounts_user")
