"""Writing: texts in their languages, fixed once they are signed or public."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from petitions import services as petitions
from petitions.models import Petition, PetitionText
from statements import services as statements
from statements.canonical import canonical_text, digest_of
from statements.models import Statement, Translation
from tests import factories
from tests.desk import places

pytestmark = pytest.mark.django_db


def statement_form(statement=None, texts=(), **changed):
    """What the browser posts: the statement's own fields, then one row for each text."""
    form = {
        "campaign": statement.campaign_id if statement else "",
        "kind": "joint_statement",
        "reference": statement.reference if statement else "S/1",
        "slug": statement.slug if statement else "a-statement",
        "dated_on": "2026-11-20",
        "deadline": "2026-12-02T18:00:00",
        "time_zone": "Europe/Paris",
        "translations-TOTAL_FORMS": len(texts),
        "translations-INITIAL_FORMS": sum(1 for row in texts if row.get("id")),
    }
    for number, row in enumerate(texts):
        form |= {f"translations-{number}-{name}": value for name, value in row.items()}
    return form | changed


def rows_of(statement):
    return [
        {"id": row.pk, "version": row.version_id}
        | {name: getattr(row, name) for name in ("language", "status", "title", "summary", "body")}
        for row in Translation.objects.filter(version__statement=statement).order_by("pk")
    ]


def test_a_new_statement_gets_its_first_version_its_author_and_its_deadline_in_its_own_zone(desk):
    editor, campaign = factories.make_user("editor"), factories.make_campaign()
    client = desk(editor)
    page = client.get("/admin/statements/statement/add/").content.decode()
    assert f'value="S/{timezone.localdate().year}/1"' in page
    text = {
        "language": "en",
        "status": "authoritative",
        "title": "News of those returned",
        "summary": "",
        "body": "We ask.",
    }
    response = client.post(
        "/admin/statements/statement/add/", statement_form(texts=[text], campaign=campaign.pk, state="published")
    )
    statement = Statement.objects.get()
    assert response["Location"] == places.page(statement)
    assert (statement.author, statement.state, str(statement)) == (editor, "draft", "News of those returned")
    assert [version.number for version in statement.versions.all()] == [1]
    assert statement.deadline == datetime(2026, 12, 2, 17, 0, tzinfo=UTC)  # 18:00 in Paris
    assert 'value="2026-12-02T18:00:00"' in client.get(places.page(statement)).content.decode()


def test_an_editor_changes_words_and_the_history_names_the_fields_only(desk):
    statement = factories.make_draft()
    rows = rows_of(statement)
    rows[0]["body"] = "We ask for names."
    client = desk(statement.author)
    client.post(places.page(statement), statement_form(statement, rows, _state="draft"))
    assert Translation.objects.get(pk=rows[0]["id"]).body == "We ask for names."
    entry = AuditEntry.objects.get(act="statements.change_statement")
    assert "body" in str(entry.details)
    assert "names" not in str(entry.details)


def test_two_languages_change_places_as_the_authoritative_text(desk):
    statement = factories.make_draft()
    rows = rows_of(statement)
    rows[0]["status"], rows[1]["status"] = "official", "authoritative"
    response = desk(statement.author).post(places.page(statement), statement_form(statement, rows))
    assert response.status_code == 302, response.content.decode()
    assert [row["status"] for row in rows_of(statement)] == ["official", "authoritative"]


def test_two_authoritative_texts_or_two_in_one_language_are_refused_with_a_sentence(desk):
    statement = factories.make_draft()
    client = desk(statement.author)
    twice = rows_of(statement)
    twice[1]["status"] = "authoritative"
    html = client.post(places.page(statement), statement_form(statement, twice)).content.decode()
    assert "Only one language can be the authoritative text." in html
    same = rows_of(statement)
    same[1]["language"] = "en"
    assert client.post(places.page(statement), statement_form(statement, same)).status_code == 200
    assert [row["language"] for row in rows_of(statement)] == ["en", "ko"]


def test_words_written_while_somebody_locked_the_text_are_given_back_and_not_saved(desk):
    statement = factories.make_draft()
    rows = rows_of(statement)
    rows[0]["body"] = "Words that came a minute too late for this version."
    version = statements.lock_version(statement.pk, by=statement.author, now=timezone.now())
    client = desk(statement.author)
    response = client.post(places.page(statement), statement_form(statement, rows, _state="draft"))
    assert response.status_code == 409
    html = response.content.decode()
    assert "Nothing of yours was saved" in html
    assert "Words that came a minute too late" in html
    for told in ({"_state": "locked"}, {}):  # and no forged form gets past the lock
        client.post(places.page(statement), statement_form(statement, rows, reference="FORGED", **told))
    statement.refresh_from_db()
    version.refresh_from_db()
    assert statement.reference != "FORGED"
    assert rows_of(statement)[0]["body"] != rows[0]["body"]
    assert version.digest == digest_of(canonical_text(statement.reference, 1, version.translations.all()))


def test_a_locked_text_is_read_with_its_digest_and_has_no_boxes(desk):
    statement = factories.make_draft()
    version = statements.lock_version(statement.pk, by=statement.author, now=timezone.now())
    html = desk(statement.author).get(places.page(statement)).content.decode()
    assert version.digest in html
    assert "translations-0-body" not in html
    assert "After the night of 9 October" in html


def test_there_is_a_button_to_save_only_where_something_can_be_written(desk):
    draft, published = factories.make_draft(), factories.make_published()
    editor = desk(factories.make_user("editor"))
    pages = [editor.get(places.page(statement)).content.decode() for statement in (draft, published)]
    assert ['name="_save"' in html for html in pages] == [True, False]
    assert ">English, Korean<" in pages[1]


def test_what_is_fixed_is_not_changed_by_a_forged_form(desk):
    statement = factories.make_statement(deadline=timezone.now() + timedelta(days=3))
    forged = {"languages": ["zh-hans"], "slug": "another", "reference": "S/0", "time_zone": "Asia/Seoul"}
    ahead = (timezone.now() + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M")
    answer = desk(factories.make_user("editor")).post(places.page(statement), forged | {"deadline": ahead})
    assert answer.status_code == 302, answer.context["errors"]
    now_there = type(statement).objects.get(pk=statement.pk)
    assert now_there.deadline > statement.deadline
    assert [getattr(now_there, name) for name in ("languages", "slug", "reference")] == [
        getattr(statement, name) for name in ("languages", "slug", "reference")
    ]


def test_a_statement_goes_from_draft_to_published_by_its_buttons(desk):
    statement = factories.make_draft(deadline=timezone.now() + timedelta(days=3))
    delegate = factories.make_delegate()
    other = factories.make_organization()
    author, publisher = desk(statement.author), desk(factories.make_user("editor"))
    for name, state in (("lock", "locked"), ("new_version", "draft"), ("lock", "locked"), ("open", "open")):
        author.post(places.step(statement, name))
        statement.refresh_from_db()
        assert statement.state == state
    invite = author.get(places.step(statement, "invite")).content.decode()
    assert invite.count("checked") == 2
    assert author.post(places.step(statement, "invite"), {"organizations": []}).status_code == 422
    author.post(places.step(statement, "invite"), {"organizations": [delegate.organization_id, other.pk]})
    assert statement.invitations.count() == 2
    assert "0 of 2 signed" in author.get(places.page(statement)).content.decode()
    version = statement.versions.order_by("-number").first()
    statements.cosign(
        statement.pk, delegate=delegate, digest=version.digest, signer_name="K", signer_title="D", authority="B",
        language_read="en", now=timezone.now(),
    )  # fmt: skip
    assert "1 of 2 signed" in author.get(places.page(statement)).content.decode()
    assert "1 of 2" in author.get("/admin/statements/statement/").content.decode()
    author.post(places.step(statement, "close"))
    author.post(places.step(statement, "publish"))
    statement.refresh_from_db()
    assert statement.state == "closed"  # not by its author
    publisher.post(places.step(statement, "publish"))
    statement.refresh_from_db()
    assert statement.state == "published"


def test_an_organization_that_is_no_member_cannot_be_invited_by_a_forged_form(world, desk):
    outsider = factories.make_organization(state="suspended")
    response = desk(world.editor).post(
        places.step(world.open_statement, "invite"), {"organizations": [outsider.pk, "x"]}
    )
    assert response.status_code == 422
    assert not outsider.invitations.exists()


def petition_form(petition, **changed):
    text = petition.texts.get(language="en")
    return {
        "campaign": petition.campaign_id,
        "slug": petition.slug,
        "goal": petition.goal,
        "time_zone": "Asia/Seoul",
        "recipients": [row.pk for row in petition.recipients.all()],
        "texts-TOTAL_FORMS": 1,
        "texts-INITIAL_FORMS": 1,
        "texts-0-id": text.pk,
        "texts-0-petition": petition.pk,
        "texts-0-language": "en",
        "texts-0-title": text.title,
        "texts-0-summary": text.summary,
        "texts-0-body": "Other words.",
    } | changed


def test_the_text_of_a_petition_is_written_until_review_and_fixed_for_its_author_from_then_on(world, desk):
    author = desk(world.editor)
    author.post(places.page(world.draft), petition_form(world.draft, goal=900))
    assert PetitionText.objects.get(petition=world.draft, language="en").body == "Other words."
    assert Petition.objects.get(pk=world.draft.pk).goal == 900
    for petition in (world.in_review, world.open_petition):
        assert "texts-0-body" not in author.get(places.page(petition)).content.decode()
        author.post(places.page(petition), petition_form(petition, slug="forged"))
        petition.refresh_from_db()
        assert petition.slug != "forged"
        assert PetitionText.objects.get(petition=petition, language="en").body != "Other words."


def test_in_review_nobody_writes_and_who_wrote_last_does_not_publish(world, desk):
    writer = factories.make_user("editor")
    client = desk(writer)
    client.post(places.page(world.draft), petition_form(world.draft))
    petitions.submit_petition(world.draft.pk, by=world.editor, now=timezone.now())
    html = client.get(places.page(world.draft)).content.decode()
    assert "texts-0-body" not in html
    assert places.step(world.draft, "publish") not in html
    client.post(places.page(world.draft), petition_form(world.draft, goal=901, **{"texts-0-body": "Slipped in."}))
    client.post(places.step(world.draft, "publish"))
    world.draft.refresh_from_db()
    assert (world.draft.state, world.draft.last_written_by) == ("in_review", writer)
    assert world.draft.goal != 901
    assert not PetitionText.objects.filter(body="Slipped in.").exists()
    desk(factories.make_user("editor")).post(places.step(world.draft, "publish"))
    world.draft.refresh_from_db()
    assert world.draft.state == "open"


def test_who_saves_a_changed_statement_is_its_last_writer_and_who_changes_nothing_is_not(desk):
    statement, writer = factories.make_draft(), factories.make_user("editor")
    rows = rows_of(statement)
    rows[0]["body"] = "We ask for names."
    desk(writer).post(places.page(statement), statement_form(statement, rows))
    assert statement.versions.get().last_written_by == writer
    same = statement_form(statement, rows_of(statement))
    desk(factories.make_user("editor")).post(places.page(statement), same)
    assert statement.versions.get().last_written_by == writer


@pytest.mark.parametrize("number", [2**63, 10**22, "9" * 5000])
@pytest.mark.parametrize(
    "address",
    ["petitions/signature/?petition=", "statements/invitation/?statement=", "statements/cosignature/?statement="],
)
def test_a_number_that_no_row_can_have_filters_nothing(world, superuser, desk, address, number):
    assert desk(superuser).get(f"/admin/{address}{number}").status_code == 200


def test_saving_never_writes_a_state(world, desk):
    client = desk(world.editor)
    client.post(places.page(world.draft), petition_form(world.draft, state="open", signature_count=9999, author=1))
    world.draft.refresh_from_db()
    assert (world.draft.state, world.draft.signature_count, world.draft.author) == ("draft", 0, world.editor)


def test_a_petition_that_closes_before_it_opens_is_refused_beside_the_field(world, desk):
    form = petition_form(world.draft, opens_at="2026-12-02T09:00:00", closes_at="2026-12-01T09:00:00")
    html = desk(world.editor).post(places.page(world.draft), form).content.decode()
    assert "It closes before it opens" in html
    assert "Other words." in html


def test_an_open_petition_takes_another_goal_and_ends_later_only_by_its_own_step(world, desk):
    petitions.submit_petition(world.draft.pk, by=world.editor, now=timezone.now())
    petitions.publish_petition(world.draft.pk, by=factories.make_user("editor"), now=timezone.now())
    desk(world.editor).post(
        places.page(world.draft), {"goal": "700", "closes_at": "2030-01-01T00:00:00", "_state": "open"}
    )
    world.draft.refresh_from_db()
    assert (world.draft.goal, world.draft.closes_at) == (700, None)
