"""The audit at the desk: looked through, its chain in view, taken away as CSV that runs nothing."""

import csv
import io
from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import audit
from accounts.audit import chain
from accounts.models import AuditEntry
from accounts.reasons import ReasonField
from accounts.spreadsheet import shown
from accounts.stateful_admin import StatefulAdmin
from privacy.text import PlainTextField
from tests import factories

pytestmark = pytest.mark.django_db

LIST, EXPORT = "/admin/accounts/auditentry/", "/admin/accounts/auditentry/export/"


@pytest.fixture
def lines(now):
    """Three lines by two people about two things, on three days; (first, second, third)."""
    one, other = factories.make_user("editor", name="Person One"), factories.make_user("editor", name="Person Two")
    petition = factories.make_petition(author=one)
    return [
        audit.record("petitions.submit_petition", petition, by=one, now=now, was="draft", state="in_review"),
        audit.record(
            "petitions.close_petition", petition, by=other, reason="=HYPERLINK(1)", now=now + timedelta(days=1)
        ),
        audit.record("campaigns.verify_organization", other, by=other, now=now + timedelta(days=2)),
    ]


@pytest.fixture
def auditor(client):
    person = factories.make_user("auditor")
    client.force_login(person)
    return client


def found(client, **asked):
    """The numbers of the lines that the page lists."""
    response = client.get(LIST, asked)
    assert response.status_code == 200, response.context["form"].errors
    return [int(row["url"].split("/")[-3]) for row in response.context["lines"]]


def test_lines_are_found_by_act_thing_person_day_and_words(auditor, lines):
    first, second, third = (line.pk for line in lines)
    day = timezone.localdate(lines[1].at).isoformat()
    assert {first, second, third} < set(found(auditor))
    assert found(auditor, act="petitions.close_petition") == [second]
    assert found(auditor, object_type="petitions.petition") == [second, first]
    assert found(auditor, object_type="petitions.petition", object_id=lines[0].object_id, by=lines[0].by_id) == [first]
    assert found(auditor, by=lines[1].by_id) == [third, second]
    assert found(auditor, first_day=day, last_day=day) == [second]
    assert found(auditor, words="hyperLINK") == [second]
    assert found(auditor, by=lines[1].by_id, act="petitions.submit_petition") == []


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"object_id": "9" * 40}, "less than or equal"),
        ({"object_id": "x"}, "whole number"),
        ({"act": "nothing"}, "Select a valid choice"),
        ({"by": "1%00"}, "Select a valid choice"),
        ({"first_day": "9999-12-31"}, "between 2000 and 2199"),
        ({"first_day": "2023-05-02", "last_day": "2023-05-01"}, "before the first one"),
        ({"words": "a\x00b"}, "Null characters|invisible"),
        ({"words": "x" * 5000}, "at most 100"),
        ({"before": "-1"}, ""),
    ],
)
def test_what_cannot_be_looked_for_gets_a_sentence(auditor, lines, asked, sentence):
    import re

    response = auditor.get(LIST, asked)
    assert response.status_code == 422
    assert re.search(sentence, response.content.decode())
    assert auditor.get(EXPORT, asked).status_code == 200


def test_the_list_asks_little_of_the_database_and_leads_to_older_lines(auditor, lines, now):
    person = lines[0].by
    for _ in range(60):
        audit.record("tests.act", person, by=person, now=now)
    chain.seal(timezone.now())
    auditor.get(LIST)
    with CaptureQueriesContext(connection) as queries:
        response = auditor.get(LIST, {"act": "tests.act"})
    assert len(queries) <= 15
    assert len(response.context["lines"]) == 50
    assert len(found(auditor, act="tests.act", before=response.context["older"])) == 10


def test_the_state_of_the_chain_is_in_view(auditor, lines):
    assert "Nothing is sealed yet" in auditor.get(LIST).content.decode()
    chain.seal(timezone.now())
    audit.record("tests.act", lines[0].by, by=None)
    html = auditor.get(LIST).content.decode()
    head = chain.head()
    assert f"Sealed up to line {head.position} at" in html
    assert f"<code>{head}</code>" in html
    assert "1 line waits for its seal" in html


def test_lines_are_exported_with_a_reason_as_text_and_the_export_is_a_line(auditor, lines):
    chain.seal(timezone.now())
    refused = auditor.post(f"{EXPORT}?object_type=petitions.petition", {"reason": "For anna@example.org"})
    assert refused.status_code == 422
    assert "leave out the e-mail address" in refused.content.decode()
    assert not AuditEntry.objects.filter(act="accounts.export_audit").exists()

    response = auditor.post(f"{EXPORT}?object_type=petitions.petition", {"reason": "Yearly check"})
    assert response.streaming
    assert response["Content-Disposition"].startswith('attachment; filename="audit-')
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    text = b"".join(response).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["line"], row["act"], row["person"]) for row in rows] == [
        (str(line.pk), line.act, str(line.by_id)) for line in (lines[1], lines[0])
    ]
    assert rows[0]["reason"] == "'=HYPERLINK(1)"
    assert rows[1]["digest"] == bytes(lines[0].link.digest).hex()
    assert "Person" not in text
    [entry] = AuditEntry.objects.filter(act="accounts.export_audit")
    assert (entry.reason, entry.object_id) == ("Yearly check", lines[1].pk)
    assert entry.details == {"object_type": "petitions.petition"}


@pytest.mark.parametrize("role", ["editor", "moderator", "press", "safeguarding", "sender"])
def test_others_neither_read_nor_export(client, lines, role):
    client.force_login(factories.make_user(role))
    assert client.get(LIST).status_code == 403
    assert client.post(EXPORT, {"reason": "Mine"}).status_code == 403
    assert not AuditEntry.objects.filter(act="accounts.export_audit").exists()


def test_nobody_changes_a_line_at_the_desk(client, lines):
    from accounts.models import User

    client.force_login(User.objects.create_superuser("root@coalition.example", "correct horse battery"))
    page = f"{LIST}{lines[0].pk}/change/"
    assert client.get(page).status_code == 200
    assert client.post(page, {"act": "other"}).status_code == 403
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{lines[0].pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "  =1",
        "\n=1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "|cmd",
        "%0A=1",
        "\u00a0=1",
    ],
)
def test_a_cell_is_never_a_formula(cell):
    assert shown(cell) == f"'{cell}"


def test_a_plain_cell_stays_as_it_is():
    assert [shown(cell) for cell in ("Anna", "5 = 5", 12, None, "김")] == ["Anna", "5 = 5", "12", "", "김"]


def test_every_page_of_the_desk_that_changes_something_shows_its_history(client, lines):
    from accounts.models import User

    client.force_login(User.objects.create_superuser("root@coalition.example", "correct horse battery"))
    for model, model_admin in admin.site._registry.items():
        assert isinstance(model_admin, StatefulAdmin), model
    html = client.get(f"/admin/petitions/petition/{lines[0].object_id}/change/").content.decode()
    assert 'id="history"' in html
    assert "Closed the petition" in html
    assert "=HYPERLINK(1)" in html


def test_reading_a_person_a_delegate_and_a_signer_leaves_a_line(client, now):
    from accounts.models import User

    root = User.objects.create_superuser("root@coalition.example", "correct horse battery")
    delegate, statement = factories.make_delegate(), factories.make_statement(now=now)
    factories.sign_statement(statement, delegate, now=now)
    cosignature = statement.cosignatures.get()
    client.force_login(root)
    client.get(f"/admin/accounts/user/{root.pk}/change/")
    for row, act in (
        (delegate.user, "accounts.view_user"),
        (delegate, "campaigns.view_delegate"),
        (cosignature, "statements.view_cosignature"),
    ):
        client.get(f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/")
        [entry] = AuditEntry.objects.filter(act=act)
        assert (entry.by, entry.object_id) == (root, row.pk)
    client.force_login(factories.make_user("auditor"))  # who sees no names there
    client.get(f"/admin/statements/cosignature/{cosignature.pk}/change/")
    assert AuditEntry.objects.filter(act="statements.view_cosignature").count() == 1


def test_every_reason_that_the_audit_keeps_refuses_addresses():
    """Forms whose `reason` or `evidence` ends in the audit."""
    from accounts.admin.switches import NamesForm, TurnForm
    from accounts.steps import ReasonForm, WhyForm
    from letters.admin_forms import KnowledgeForm

    fields = [form.base_fields[name] for form, name in (
        (ReasonForm, "reason"), (WhyForm, "reason"), (KnowledgeForm, "evidence"), (TurnForm, "reason"),
        (NamesForm, "reason"),
    )]  # fmt: skip
    assert all(isinstance(field, ReasonField) for field in fields)
    for _model, model_admin in admin.site._registry.items():
        for name in getattr(model_admin, "change_actions", []):
            form = model_admin.step(name).form
            field = form.base_fields.get("reason") if form else None
            assert field is None or isinstance(field, ReasonField), (model_admin, name)
    assert isinstance(ReasonField(), PlainTextField)
