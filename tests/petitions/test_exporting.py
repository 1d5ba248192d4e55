"""Taking signatures along: who agreed, in what form, and that it is written down."""

import csv
import io

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry
from petitions import notices
from petitions.models import Signature
from petitions.notices import Purpose
from tests.factories import NOW, make_petition

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition():
    return make_petition()


def sign(petition, number, name="Kim", **fields):
    return Signature.objects.create(
        petition=petition,
        name=name,
        address=f"a{number}@people.example",
        address_fingerprint=number.to_bytes(32),
        language="ko",
        created_at=NOW,
        link_sent_at=NOW,
        confirmed_at=NOW,
        **({"state": "confirmed", "country": "KR"} | fields),
    )


def export(petition, names="none", reason="For the archive."):
    out = io.StringIO()
    call_command("export_signatures", petition.slug, names=names, reason=reason, stdout=out)
    return list(csv.reader(io.StringIO(out.getvalue())))


def test_only_confirmed_signatures_are_taken_and_names_only_of_those_who_agreed(petition):
    agreed = notices.notice(Purpose.HANDOVER, "en", NOW)
    first = sign(petition, 1, "이하늘, 대전", consent_handover=agreed)
    second = sign(petition, 2, "Private Person", country="")
    sign(petition, 3, "=HYPERLINK()", consent_handover=agreed)
    for number, state in enumerate(("pending", "held", "withdrawn", "invalidated", "erased"), 4):
        sign(petition, number, "Nobody", state=state, consent_handover=agreed)
    sign(make_petition(), 9, "Elsewhere", consent_handover=agreed)
    plain, named = export(petition), export(petition, "handover")
    assert plain[0] == ["number", "confirmed_at", "country", "language", "kind"]
    assert [row[0] for row in plain[1:]] == [row[0] for row in named[1:]]
    assert [row[0] for row in plain[1:3]] == [str(first.pk), str(second.pk)]
    assert [row[2] for row in plain[1:]] == ["KR", "", "KR"]
    assert plain[1][1].startswith("2023-11-20 12:00:00")
    assert [row[5] for row in named] == ["name", "이하늘, 대전", "", "'=HYPERLINK()"]


def test_who_took_them_along_stands_in_the_audit_and_without_a_reason_nobody_does(petition):
    sign(petition, 1)
    export(petition)
    entry = AuditEntry.objects.get(act="petitions.export_signatures")
    assert (entry.object_id, entry.reason, entry.details) == (petition.pk, "For the archive.", {"names": "none"})
    for wrong in (" ", "x" * 501):
        with pytest.raises(CommandError, match="reason"):
            export(petition, reason=wrong)
    assert AuditEntry.objects.filter(act="petitions.export_signatures").count() == 1
