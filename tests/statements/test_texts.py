"""The words themselves: what a lock looks at, what it fixes, and what the digest is over."""

import hashlib
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from accounts.models import AuditEntry
from campaigns.models import Instrument, Source
from statements import services, triggers
from statements.canonical import canonical_text, courtesy_text, digest_of
from statements.checking import check_version
from statements.exceptions import LockRefused, TransitionRefused
from statements.models import CoSignature, Statement, Translation
from tests.factories import make_changed, make_delegate, make_draft, make_published, make_user, sign_statement

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return make_user("editor")


@pytest.fixture
def evidence():
    """Two sources, one of which may not be printed, and a treaty that one State has only signed."""
    Source.objects.create(slug="report", title="A [report]", publisher="A publisher", published="2023-10-13")
    Source.objects.create(slug="private", title="Notes", is_public=False)
    Instrument.objects.create(
        slug="iccpr",
        name="International Covenant on Civil and Political Rights",
        short_name="ICCPR",
        kind="treaty",
        parties={"CN": {"status": "signed_not_ratified"}, "KR": {"status": "party"}},
        translations={"ko": "자유권규약"},
    )


def write(statement, language="en", **fields):
    version = statement.versions.latest("number")
    version.translations.filter(language=language).update(**fields)
    return version


def found(statement, language="en"):
    return {f.code: f for f in check_version(statement.versions.latest("number")) if f.language in (language, "")}


# --- Notes and demands ------------------------------------------------------------------------------
def test_a_note_is_written_out_of_its_source_and_stays_when_the_source_is_corrected(editor, evidence, now):
    statement = make_draft()
    for language in ("en", "ko"):
        write(
            statement, language, body="Some 500 people.[^report]\n\n{{ demands }}\n\nEnd.", demands=["**A** to stop."]
        )
    version = services.lock_version(statement.pk, by=editor, now=now)
    text = version.translations.get(language="en")
    assert text.notes == "[^report]: A publisher, “A \\[report\\]”, 13 October 2023."
    assert "1. **A** to stop." in text.whole
    assert text.whole.index("1. **A**") < text.whole.index("End.") < text.whole.index("[^report]: ")
    Source.objects.update(title="Another title")
    texts = version.translations.all()
    assert digest_of(canonical_text(statement.reference, 1, texts, version.form)) == version.digest


def test_every_part_that_is_signed_changes_the_digest_and_nothing_else_does():
    row = {"language": "en", "status": "authoritative", "title": "T", "dateline": "D", "body": "B", "notes": "N"}
    base = canonical_text("R", 1, [Translation(**row, demands=["one", "two"])])
    signed = [{name: "changed"} for name in ("title", "dateline", "body", "notes")]
    for changed in [*signed, {"demands": ["two", "one"]}, {"demands": ["one"]}]:
        assert canonical_text("R", 1, [Translation(**({**row, "demands": ["one", "two"]} | changed))]) != base
    beside = {"summary": "changed", "about": "changed", "press_contact": "changed"}
    assert canonical_text("R", 1, [Translation(**row, demands=["one", "two"], **beside)]) == base


def test_no_line_of_a_text_passes_for_the_head_of_a_part():
    row = {"language": "en", "status": "authoritative", "title": "T"}
    one = Translation(**row, body="We ask.\n[demands: 1]\nStop.", demands=[])
    other = Translation(**row, body="We ask.", demands=["Stop."])
    assert canonical_text("R", 1, [one]) != canonical_text("R", 1, [other])


def test_a_version_locked_under_form_1_keeps_its_digest(client):
    statement = make_published()
    version = statement.versions.get()
    rows = version.translations.all()
    old = canonical_text(statement.reference, 1, rows, 1)
    assert old.startswith(f"outcry text 1\n{statement.reference} version 1\n\n[en authoritative]\nAfter the night")
    triggers.remove()
    type(version).objects.update(form=1, digest=digest_of(old))
    path = reverse("statements:digest-text", args=[digest_of(old)])
    assert hashlib.sha256(client.get(path).content).hexdigest() == digest_of(old)


# --- The lock check ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("body", "code", "paragraph"),
    [
        ("We ask.\n\nMore than 500 people were returned.", "unsourced_figure", 2),
        ("Some 1,200 people.[^report] Later 80 more.", "unsourced_figure", 1),
        ("약 600명이 송환되었습니다.", "unsourced_figure", 1),
        ("This violates Article 33 of the convention.", "unsourced_law", 1),
        ("The ICCPR forbids it.", "unsourced_law", 1),
        ("We ask.[^nowhere]", "unknown_note", 1),
        ("We ask.[^private]", "private_source", 1),
        ("We ask {{ the.minister }}.", "placeholder", 1),
        ("We ask {{ }}.", "broken_placeholder", 1),
        ("We ask {{ demands }}.", "placeholder", 1),
        ("We ask.\n\nOn [ ] we met.", "gap", 2),
        ("We ask TODO.", "gap", 1),
        ("", "missing_translation", 0),
    ],
)
def test_what_blocks_a_lock_is_named_with_its_place_and_what_to_do(editor, evidence, now, body, code, paragraph):
    statement = make_draft()
    write(statement, body=body)
    finding = found(statement)[code]
    assert (finding.is_blocking, finding.paragraph, finding.language) == (True, paragraph, "en")
    assert finding.to_do
    with pytest.raises(LockRefused) as refused:
        services.lock_version(statement.pk, by=editor, now=now, reason="I insist.")
    assert finding.what in str(refused.value)
    assert statement.versions.get().digest == ""


@pytest.mark.parametrize(
    "body",
    [
        "More than 500 people were returned.[^report]",
        "On 9 October 2023, in the 2020s and at 15:30, as Resolution 217 and https://a.example/7 say.",
        "2023년 10월 9일 밤 제1차 회의에서 말하였습니다.",
        "## 3 demands\n\n1. Take 500 people in.",
    ],
)
def test_what_is_sourced_or_no_figure_locks_without_a_word(editor, evidence, now, body):
    statement = make_draft()
    for language in ("en", "ko"):
        write(statement, language, body=body)
    assert services.lock_version(statement.pk, by=editor, now=now).digest


def test_an_instrument_beside_a_state_that_is_no_party_is_locked_only_with_a_reason_that_stays(editor, evidence, now):
    statement = make_draft()
    for language in ("en", "ko"):
        write(statement, language, body="China is bound by the ICCPR.[^report] So is the Republic of Korea.[^report]")
    finding = found(statement)["not_a_party"]
    assert not finding.is_blocking
    assert finding.what == "ICCPR is named beside China, which has signed but not ratified it."
    with pytest.raises(LockRefused, match="write why"):
        services.lock_version(statement.pk, by=editor, now=now)
    services.lock_version(statement.pk, by=editor, now=now, reason="It has signed it.")
    line = AuditEntry.objects.get(act="statements.lock_version")
    assert line.reason == "It has signed it."
    assert line.details["warnings"] == ["not_a_party"]
    clean = make_draft()
    for language in ("en", "ko"):
        write(clean, language, body="The Republic of Korea is bound by the ICCPR.[^report]")
    assert "not_a_party" not in found(clean)


def test_a_language_that_is_missing_blocks_and_one_that_nobody_read_over_warns(editor, now):
    statement = make_draft()
    Translation.objects.filter(language="ko").update(review="draft", reviewed_by=None, written_by=editor)
    assert "not_reviewed" in found(statement, "ko")
    with pytest.raises(TransitionRefused, match="somebody else"):
        services.mark_reviewed(statement.pk, "ko", by=editor, now=now)
    services.mark_reviewed(statement.pk, "ko", by=make_user("editor"), now=now)
    assert "not_reviewed" not in found(statement, "ko")
    services.note_writer(statement.pk, by=editor, languages=["ko"])
    assert "not_reviewed" in found(statement, "ko")
    Statement.objects.update(languages=["en", "ko", "ja"])
    with pytest.raises(LockRefused, match="Japanese"):
        services.lock_version(statement.pk, by=editor, now=now, reason="So be it.")


def test_demands_are_as_many_in_every_language(editor):
    statement = make_draft()
    write(statement, demands=["One.", "Two."])
    write(statement, "ko", demands=["하나."])
    assert found(statement, "ko")["demands_differ"].is_blocking


# --- What is locked stays ---------------------------------------------------------------------------
FORBIDDEN = [
    "UPDATE statements_translation SET body = 'x' WHERE version_id = %s AND language = 'en'",
    "UPDATE statements_translation SET demands = '[\"x\"]' WHERE version_id = %s AND language = 'ko'",
    "UPDATE statements_translation SET is_frozen = NOT is_frozen WHERE version_id = %s AND language = 'ko'",
    "UPDATE statements_translation SET status = 'courtesy' WHERE version_id = %s AND language = 'ko'",
    "DELETE FROM statements_translation WHERE version_id = %s AND language = 'ko'",
    "UPDATE statements_version SET digest = '' WHERE id = %s",
    "UPDATE statements_version SET number = 7 WHERE id = %s",
    "DELETE FROM statements_version WHERE id = %s",
]


@pytest.mark.parametrize("sql", FORBIDDEN)
def test_the_database_itself_refuses_to_change_locked_words(editor, now, sql):
    version = services.lock_version(make_draft().pk, by=editor, now=now)
    with pytest.raises(DatabaseError, match="locked text"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [version.pk])
    version.refresh_from_db()
    rows = version.translations.all()
    assert digest_of(canonical_text(version.statement.reference, 1, rows)) == version.digest
    draft = make_draft().versions.get()
    if "DELETE FROM statements_version" not in sql:  # its texts would go first
        with connection.cursor() as cursor:
            cursor.execute(sql, [draft.pk])  # what is not locked is free
            assert cursor.rowcount == 1


def test_no_official_text_is_added_to_a_locked_version_and_a_courtesy_is(editor, now):
    statement = make_draft()
    version = services.lock_version(statement.pk, by=editor, now=now)
    fields = {"version": version, "language": "fr", "title": "T", "body": "B"}
    with pytest.raises(DatabaseError, match="locked text"), transaction.atomic():
        Translation.objects.create(status="official", **fields)
    row = services.save_courtesy(statement.pk, "fr", title="T", body="B", demands=[], by=editor, now=now)
    assert row.digest == digest_of(courtesy_text(statement.reference, 1, row))
    again = services.save_courtesy(statement.pk, "fr", title="T", body="Better.", demands=[], by=editor, now=now)
    assert (again.pk, again.digest != row.digest) == (row.pk, True)
    version.refresh_from_db()
    assert version.digest == digest_of(canonical_text(statement.reference, 1, version.translations.all()))
    with pytest.raises(TransitionRefused, match="new version"):
        services.save_courtesy(statement.pk, "ko", title="T", body="B", demands=[], by=editor, now=now)


def test_triggers_that_are_lost_come_back():
    triggers.remove()
    assert len(triggers.missing()) == 6
    triggers.install_after_migrate(sender=None, using="default")
    assert triggers.missing() == []


# --- Changes after the opening ----------------------------------------------------------------------
def test_a_text_that_is_open_is_changed_only_with_a_kind_and_a_reason(editor, now, monkeypatch):
    told = []
    place = "statements.services.reconsent.version_changed"
    monkeypatch.setattr(place, lambda version, change, **_: told.append((version.number, change)))
    statement = make_changed(change="material")
    assert told == [(2, "material")]
    for kind, reason in (("", "Why"), ("other", "Why"), ("editorial", " ")):
        with pytest.raises(TransitionRefused, match="what kind of change"):
            services.new_version(statement.pk, by=editor, now=now, change=kind, reason=reason)
    version = services.new_version(statement.pk, by=editor, now=now, change="editorial", reason="A comma.")
    assert (version.number, version.change, version.change_reason) == (3, "editorial", "A comma.")
    statement.refresh_from_db()
    assert statement.state == "draft"
    assert not version.translations.filter(is_frozen=True).exists()


def test_the_difference_of_a_change_is_public_and_names_its_kind(client, now):
    statement = make_changed(now=now)
    sign_statement(statement, make_delegate(), now=now)
    page = reverse("statements:version", args=[statement.slug, 2])
    assert client.get(page).status_code == 404  # not public yet
    services.close_cosigning(statement.pk, by=statement.author, now=now)
    services.publish_statement(statement.pk, by=make_user("editor"), now=now)
    content = client.get(page).content.decode()
    assert "An editorial change" in content
    assert "One word was wrong." in content
    assert "[deleted: </span>ask<span" in content
    assert "[inserted: </span>urge<span" in content
    assert "Nothing changed in this language." in content
    assert client.get(reverse("statements:version", args=[statement.slug, 1])).status_code == 404
    first, second = statement.versions.order_by("number")
    old = client.get(reverse("statements:digest", args=[first.digest])).content.decode()
    assert "A newer version has taken its place." in old
    assert second.digest in old


def test_the_digest_of_a_courtesy_translation_says_what_it_is(client, editor, now):
    statement = make_published()
    row = services.save_courtesy(statement.pk, "fr", title="Titre", body="Corps.", demands=[], by=editor, now=now)
    content = client.get(reverse("statements:digest", args=[row.digest])).content.decode()
    assert "not itself signed" in content
    assert statement.versions.get().digest in content
    file = client.get(reverse("statements:digest-text", args=[row.digest])).content
    assert hashlib.sha256(file).hexdigest() == row.digest
    assert CoSignature.objects.count() == 2


def test_deadline_and_reference_are_no_part_of_what_is_copied(editor, now):
    statement = make_draft(deadline=now + timedelta(days=1))
    services.lock_version(statement.pk, by=editor, now=now)
    version = services.new_version(statement.pk, by=editor, now=now)
    assert (version.change, version.digest, version.translations.count()) == ("", "", 2)
