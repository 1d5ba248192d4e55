"""Every line is sealed into a chain, and what is changed behind the program's back is named."""

import json
import logging
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts import audit
from accounts.audit import chain, checking, triggers
from accounts.models import AuditEntry, AuditLink
from accounts.tasks import seal_audit
from tests import factories
from tests.test_parallel import at_once, problems

pytestmark = pytest.mark.django_db

LINES = 12


@pytest.fixture
def person():
    return factories.make_user("auditor")


@pytest.fixture
def sealed(person, now):
    """Twelve lines and their links, oldest first."""
    entries = [
        audit.record("tests.act", person, by=person, now=now, reason=f"Grund № {number}, 이유", number=number)
        for number in range(LINES)
    ]
    chain.seal(now)
    return entries


def raw(statement, *values):
    """Behind the program's back, as whoever owns the database could."""
    triggers.remove()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA defer_foreign_keys = ON")
        cursor.execute(statement, values)
    triggers.install()


def verify(*expected):
    """(exit code, what it said)"""
    out, code = StringIO(), 0
    try:
        call_command("verify_audit", *[f"--expect={head}" for head in expected], stdout=out)
    except SystemExit as exc:
        code = exc.code
    return code, out.getvalue()


def findings(now, *expected):
    return [(found.kind, found.position, found.entry) for found in checking.verify(now=now, expected=expected)]


def test_every_line_is_sealed_once_and_late_ones_later(sealed, person, now):
    late = audit.record("tests.late", person, by=None, now=now - timedelta(days=1))
    assert chain.seal(now) == 1
    assert chain.seal(now) == 0
    links = list(AuditLink.objects.order_by("position").values_list("position", "entry_id"))
    assert [position for position, _entry in links] == list(range(1, len(links) + 1))
    assert [entry for _position, entry in links] == [*(entry.pk for entry in sealed), late.pk]
    code, said = verify()
    assert code == 0
    assert "The audit is intact" in said
    assert f"{len(links)} lines" in said


def test_the_chain_is_what_the_documentation_says_it_is(sealed):
    """Recomputed here by hand, so that an auditor could."""
    import base64
    import hashlib
    import hmac

    from django.conf import settings

    key = hmac.digest(base64.urlsafe_b64decode(settings.FINGERPRINT_KEY + "=="), b"audit chain\x00key", hashlib.sha256)
    digest = bytes(32)
    for entry in AuditEntry.objects.order_by("pk"):
        values = {
            "id": entry.pk, "at": entry.at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00"), "by": entry.by_id, "act": entry.act,
            "object_type": entry.object_type, "object_id": entry.object_id, "reason": entry.reason,
            "details": entry.details,
        }  # fmt: skip
        text = json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        digest = hmac.digest(key, digest + text.encode(), hashlib.sha256)
        assert bytes(entry.link.digest) == digest


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("reason", "Grund № 5, 이유."),
        ("act", "tests.other"),
        ("object_id", 0),
        ("by_id", None),
        ("details", '{"number": 6}'),
        ("at", "2023-11-20 12:00:00.000001+00:00"),
    ],
)
def test_a_line_that_was_changed_is_named_and_no_other(sealed, now, column, value):
    assert findings(now) == []
    changed = sealed[5]
    raw(f"UPDATE accounts_auditentry SET {column} = %s WHERE id = %s", value, changed.pk)  # noqa: S608
    assert findings(now) == [("changed", 6, changed.pk)]
    code, said = verify()
    assert code == 1
    assert f"Audit line {changed.pk}, line 6 of the chain, is not what was sealed." in said
    assert "NOT intact: 1 finding." in said


def test_a_deleted_line_a_deleted_link_and_a_swapped_pair_are_named(sealed, now):
    assert findings(now) == []
    a, b = sealed[2], sealed[3]
    spare = audit.record("tests.spare", sealed[0].by, by=None, now=now)
    raw("UPDATE accounts_auditlink SET entry_id = %s WHERE position = 3", spare.pk)
    raw("UPDATE accounts_auditlink SET entry_id = %s WHERE position = 4", a.pk)
    raw("UPDATE accounts_auditlink SET entry_id = %s WHERE position = 3", b.pk)
    assert findings(now) == [("changed", 3, b.pk), ("changed", 4, a.pk)]
    raw("DELETE FROM accounts_auditlink WHERE position IN (7, 8)")
    assert findings(now)[2] == ("missing_link", 7, None)
    assert findings(now + timedelta(minutes=6))[-2:] == [
        ("unsealed", None, sealed[7].pk),
        ("unsealed", None, spare.pk),
    ]


def test_a_line_deleted_under_its_link_is_named(sealed, now):
    constraint = ""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT conname FROM pg_constraint WHERE confrelid = 'accounts_auditentry'::regclass")
            [[constraint]] = cursor.fetchall()
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE accounts_auditlink DROP CONSTRAINT {constraint}")
    raw("DELETE FROM accounts_auditentry WHERE id = %s", sealed[4].pk)
    found = findings(now)
    raw("DELETE FROM accounts_auditlink WHERE position = 5")  # so that the test may end
    assert found == [("missing_line", 5, sealed[4].pk)]


def test_an_inserted_link_is_named(sealed, person, now):
    forged = audit.record("tests.forged", person, by=None, now=now)
    AuditLink.objects.create(position=LINES + 1, entry=forged, digest=bytes(32), sealed_at=now)
    assert findings(now) == [("changed", LINES + 1, forged.pk)]


def test_a_chain_cut_off_at_its_end_shows_against_a_head_kept_elsewhere(sealed, now):
    kept = chain.head()
    assert findings(now, (kept.position, kept.digest)) == []
    raw("DELETE FROM accounts_auditlink WHERE position > 8")
    raw("DELETE FROM accounts_auditentry WHERE id > %s", sealed[7].pk)
    assert findings(now) == []  # by itself it is whole
    assert findings(now, (kept.position, kept.digest)) == [("cut_off", LINES, None)]
    code, said = verify(kept)
    assert code == 1
    assert "its end was cut off" in said


def test_a_chain_sealed_anew_under_another_key_shows_twice(sealed, now, settings):
    kept = chain.head()
    settings.FINGERPRINT_KEY = "B" * 43
    assert [kind for kind, _position, _entry in findings(now)] == ["changed"] * LINES
    raw("DELETE FROM accounts_auditlink")
    chain.seal(now)
    assert findings(now, (kept.position, kept.digest)) == [("another", kept.position, sealed[-1].pk)]


def test_a_missing_trigger_is_a_finding(sealed, now):
    triggers.remove()
    assert [kind for kind, _position, _entry in findings(now)] == ["unguarded", "unguarded"]


def test_json_names_the_same_and_a_wrong_expectation_is_explained(sealed, now):
    raw("UPDATE accounts_auditentry SET act = 'x' WHERE id = %s", sealed[0].pk)
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("verify_audit", "--json", stdout=out)
    report = json.loads(out.getvalue())
    assert (report["intact"], report["links"], report["head"]["position"]) == (False, LINES, LINES)
    assert [(row["kind"], row["entry"]) for row in report["findings"]] == [("changed", sealed[0].pk)]
    for wrong in ("12", "12:abc", "x:" + "0" * 64, "12:" + "g" * 64):
        with pytest.raises(CommandError, match="POSITION:DIGEST"):
            call_command("verify_audit", f"--expect={wrong}")


def test_the_clock_seals_and_each_days_head_goes_to_the_log(person, now, caplog):
    audit.record("tests.act", person, by=person, now=now)
    seal_audit()
    assert AuditLink.objects.count() == AuditEntry.objects.count()
    with caplog.at_level(logging.INFO):
        newest = chain.note_head()
    assert re.search(rf"line {newest.position} has digest {newest.digest}", caplog.text)
    [today] = chain.daily_heads(timezone.now(), days=7)
    assert today == newest


@pytest.mark.django_db(transaction=True)
def test_jobs_at_once_seal_each_line_once(person, now):
    for _ in range(3):
        for number in range(40):
            audit.record("tests.act", person, by=person, now=now, number=number)
        assert problems(at_once(lambda _: chain.seal(now), range(8))) == []
    chain.seal(now)
    assert AuditLink.objects.count() == AuditEntry.objects.count() == 120
    assert findings(now) == []
