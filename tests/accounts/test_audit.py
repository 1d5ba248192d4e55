"""The audit is only ever added to, whoever tries, and holds no personal data."""

import logging
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import audit
from accounts.audit import chain, triggers
from accounts.exceptions import AuditIsFixed, PersonalDataInAudit
from accounts.models import AuditEntry, AuditLink
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(now):
    """One line and its link, by the person it is about."""
    person = factories.make_user("editor")
    entry = audit.record("tests.act", person, by=person, now=now, state="open")
    chain.seal(now)
    return entry


def everything():
    return list(AuditEntry.objects.values().order_by("pk")), list(AuditLink.objects.values().order_by("pk"))


def test_the_program_adds_lines_and_can_do_nothing_else_with_them(sealed):
    before = everything()
    entry, link = AuditEntry.objects.get(pk=sealed.pk), AuditLink.objects.get(entry=sealed)
    entry.act = link.sealed_at = "another"
    for act in (
        entry.save,
        entry.delete,
        link.save,
        link.delete,
        lambda: AuditEntry.objects.filter(pk=entry.pk).update(act="another"),
        AuditEntry.objects.all().delete,
        AuditLink.objects.all().delete,
        lambda: AuditEntry.objects.bulk_update([entry], ["act"]),
        lambda: AuditEntry.objects.update_or_create(pk=entry.pk, defaults={"act": "another"}),
    ):
        with pytest.raises(AuditIsFixed, match="only ever added to"):
            act()
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry(pk=entry.pk, at=entry.at, act="another", object_type="x", object_id=1).save()
    assert everything() == before
    audit.record("tests.second", sealed.by, by=sealed.by)
    assert AuditEntry.objects.count() == len(before[0]) + 1


RAW = [
    "UPDATE accounts_auditentry SET reason = 'another'",
    "UPDATE accounts_auditlink SET entry_id = entry_id",
    "DELETE FROM accounts_auditentry WHERE id = {pk}",
    "DELETE FROM accounts_auditlink",
]
RAW_SQLITE = [
    "REPLACE INTO accounts_auditentry SELECT * FROM accounts_auditentry",
    "INSERT OR REPLACE INTO accounts_auditlink SELECT 99, digest, sealed_at, entry_id FROM accounts_auditlink",
]
RAW_POSTGRESQL = [
    "TRUNCATE accounts_auditlink",
    "TRUNCATE accounts_user CASCADE",
    "INSERT INTO accounts_auditlink SELECT * FROM accounts_auditlink ON CONFLICT (position) DO UPDATE SET digest = ''",
    "UPDATE accounts_auditentry SET reason = '' WHERE false",
]


def test_the_database_refuses_raw_sql(sealed):
    before = everything()
    connection.check_constraints()  # so that nothing is pending when TRUNCATE is tried
    for statement in RAW + (RAW_POSTGRESQL if connection.vendor == "postgresql" else RAW_SQLITE):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format(pk=sealed.pk))
    assert everything() == before


def test_a_user_who_acted_cannot_be_deleted(sealed):
    with pytest.raises(Exception, match="protected"):
        sealed.by.delete()


@pytest.mark.django_db(transaction=True)
def test_the_triggers_are_back_after_they_were_lifted_even_when_that_failed(sealed):
    def empty_and_fail():
        with triggers.lifted():
            AuditLink.objects.all()._raw_delete(connection.alias)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        empty_and_fail()
    assert triggers.missing() == []
    assert AuditLink.objects.count() == AuditEntry.objects.count()
    with triggers.lifted():
        assert triggers.missing() == list(triggers.TABLES)
    assert triggers.missing() == []


@pytest.mark.django_db(transaction=True)
def test_migrating_puts_back_a_trigger_that_is_gone():
    triggers.remove()
    assert triggers.missing() == list(triggers.TABLES)
    call_command("migrate", verbosity=0)
    assert triggers.missing() == []


@pytest.mark.parametrize(
    "details",
    [
        {"to": "anna.kim@supporter.example"},
        {"name": "Anna Kim"},
        {"name": "김민지"},
        {"network": "192.0.2.7"},
        {"rows": [{"fields": ["name", "Anna Kim"]}]},
        {"at": timedelta(1)},
    ],
)
def test_what_may_be_personal_data_is_refused_in_tests_and_withheld_in_production(details, settings, now, caplog):
    person = factories.make_user("editor")
    with pytest.raises(PersonalDataInAudit, match="would hold what may be personal data"):
        audit.record("tests.act", person, by=person, now=now, **details)
    settings.AUDIT_STRICT = False
    with caplog.at_level(logging.ERROR):
        entry = audit.record("tests.act", person, by=person, now=now, state="open", **details)
    entry.refresh_from_db()
    assert entry.details["state"] == "open"
    assert "withheld" in str(entry.details)
    for secret in ("anna", "Anna", "김", "192"):
        assert secret not in str(entry.details) + caplog.text
    assert "tests.act" in caplog.text


def test_an_address_in_a_reason_is_withheld_and_a_long_one_cut(settings, now):
    person = factories.make_user("editor")
    with pytest.raises(PersonalDataInAudit):
        audit.record("tests.act", person, by=person, reason="Ask anna@example.org.", now=now)
    settings.AUDIT_STRICT = False
    entry = audit.record("tests.act", person, by=person, reason="Ask\x00 anna@example.org. " + "x" * 600, now=now)
    entry.refresh_from_db()
    assert entry.reason.startswith("Ask withheld xxx")
    assert len(entry.reason) == 500


def test_ids_states_and_names_of_fields_are_kept_as_they_are(now):
    person = factories.make_user("editor")
    details = {
        "was": "draft", "ids": [1, 2], "digest": "a" * 64, "on": True, "until": None,
        "rows": [{"row": "petitiontext", "language": "zh-hans", "fields": ["title", "body"]}],
    }  # fmt: skip
    entry = audit.record("tests.act", person, by=person, now=now, **details)
    entry.refresh_from_db()
    assert entry.details == details


def test_coming_in_and_leaving_are_lines(client):
    person = factories.make_user("editor", address="editor@coalition.example")
    client.force_login(person)
    client.logout()
    client.logout()  # nobody is there any more
    lines = AuditEntry.objects.filter(object_type="accounts.user", object_id=person.pk).order_by("pk")
    assert [(line.act, line.by) for line in lines] == [("accounts.sign_in", person), ("accounts.sign_out", person)]
    assert all(line.at <= timezone.now() for line in lines)
