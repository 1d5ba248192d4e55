"""The comment round: edits by paragraph that survive other edits, decided by staff, told once."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry
from outbox.models import Email
from statements import anchoring, services
from statements.exceptions import EditRefused, TransitionRefused
from statements.models import ProposedEdit, Statement, Translation
from tests.factories import make_delegate, make_draft, make_organization, make_user, propose

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def moment():
    """The pages look at the clock themselves."""
    return timezone.now()


@pytest.fixture
def editor():
    return make_user("editor")


@pytest.fixture
def draft(editor, delegate, now):
    """A draft that is open for comments for two days."""
    statement = make_draft()
    return services.open_comments(statement.pk, until=now + timedelta(days=2), by=editor, now=now)


def english(statement):
    return Translation.objects.get(version__statement=statement, language="en")


def test_every_active_delegate_of_a_member_is_written_to_once(editor, now):
    both = make_delegate()
    make_delegate(user=both.user)
    make_delegate(may_sign=False)
    make_delegate(make_organization(state="suspended"))
    make_delegate(valid_until=now.date() - timedelta(days=1))
    statement = make_draft()
    with pytest.raises(TransitionRefused, match="ahead"):
        services.open_comments(statement.pk, until=now, by=editor, now=now)
    services.open_comments(statement.pk, until=now + timedelta(hours=1), by=editor, now=now)
    assert Email.objects.filter(kind="statements.comments").count() == 2


def test_a_proposal_finds_its_paragraph_when_others_have_moved(draft, delegate, editor, now):
    edit = propose(draft, delegate, now=now)
    text = english(draft)
    Translation.objects.filter(pk=text.pk).update(body="A new beginning.\n\n" + text.body)
    services.accept_edit(edit.pk, wording=edit.wording, by=editor, now=now)
    text.refresh_from_db()
    assert text.body == "A new beginning.\n\nWe call[^1].\n\n[^1]: Source.\n"
    assert (text.review, text.written_by) == ("draft", editor)  # to be read over again
    services.accept_edit(edit.pk, wording="Pressed twice.", by=editor, now=now)
    assert "Pressed twice." not in english(draft).body
    assert AuditEntry.objects.filter(act="statements.accept_edit", by=editor).count() == 1


def test_a_paragraph_that_is_gone_is_not_guessed(draft, delegate, editor, now):
    edit = propose(draft, delegate, now=now)
    Translation.objects.filter(language="en", version__statement=draft).update(
        body="Something entirely different stands here."
    )
    with pytest.raises(EditRefused, match="nowhere"):
        services.accept_edit(edit.pk, wording=edit.wording, by=editor, now=now)
    with pytest.raises(EditRefused, match="Please write why"):
        services.decline_edit(edit.pk, reason=" ", by=editor, now=now)
    services.decline_edit(edit.pk, reason="It was rewritten.", by=editor, now=now)
    assert ProposedEdit.objects.get().state == "declined"


def test_the_end_waits_for_every_decision_and_tells_each_once(draft, delegate, editor, now):
    other = make_delegate()
    make_delegate()  # said nothing and hears nothing more
    first, second, third = (
        propose(draft, person, wording=words, now=now)
        for person, words in ((delegate, "We call."), (delegate, "We beg."), (other, "We demand."))
    )
    services.accept_edit(first.pk, wording="We call upon you.", by=editor, now=now)
    with pytest.raises(TransitionRefused, match="2 are left"):
        services.end_comments(draft.pk, by=editor, now=now)
    for edit in (second, third):
        services.decline_edit(edit.pk, reason="Too strong.", by=editor, now=now)
    services.end_comments(draft.pk, by=editor, now=now)
    mails = Email.objects.filter(kind="statements.comments_outcome")
    assert {mail.to for mail in mails} == {delegate.user.email, other.user.email}
    mine = next(mail for mail in mails if mail.to == delegate.user.email).payload["text"]
    assert "We call upon you." in mine
    assert "Too strong." in mine
    assert "We demand." not in mine
    draft.refresh_from_db()
    assert draft.state == "draft"
    with pytest.raises(EditRefused, match="over"):
        propose(draft, delegate, now=now)


@pytest.mark.parametrize("late", [timedelta(days=2), timedelta(days=3)])
def test_nothing_is_proposed_once_the_round_has_closed(draft, delegate, late, now):
    with pytest.raises(EditRefused, match="over"):
        propose(draft, delegate, now=now + late)
    propose(draft, delegate, now=now + timedelta(days=2, seconds=-1))


def test_a_draft_that_is_open_for_comments_is_not_locked(draft, editor, now):
    with pytest.raises(TransitionRefused, match="End the comment round"):
        services.lock_version(draft.pk, by=editor, now=now)
    services.end_comments(draft.pk, by=editor, now=now)
    services.lock_version(draft.pk, by=editor, now=now)


# --- The delegate's page ------------------------------------------------------------------------------
@pytest.fixture
def page(client, draft, delegate):
    client.force_login(delegate.user, backend="accounts.backends.AddressBackend")
    return reverse("statements:comments", args=[draft.slug])


def said(draft, **changed):
    words = {place.part: place.words for place in anchoring.places(english(draft)) if place.number == 1}
    return {"part": "body", "number": 1, "mark": anchoring.mark(words["body"]), "wording": "We urge[^1]."} | changed


def test_a_delegate_proposes_and_sees_it_beside_the_paragraph(client, page, draft, delegate):
    assert "Propose another wording" in client.get(page).content.decode()
    assert page in client.get(reverse("statements:delegate-home")).content.decode()
    for _ in range(2):
        assert client.post(page, said(draft)).status_code == 302
    edit = ProposedEdit.objects.get()
    assert (edit.original, edit.wording, edit.organization) == ("We ask[^1].", "We urge[^1].", delegate.organization)
    content = client.get(page).content.decode()
    assert "[inserted: </span>urge<span" in content
    other = make_delegate()
    client.force_login(other.user, backend="accounts.backends.AddressBackend")
    assert "urge" not in client.get(page).content.decode()  # what others propose is theirs


@pytest.mark.parametrize(
    ("changed", "status", "sentence"),
    [
        ({"mark": "0" * 16}, 409, "was changed meanwhile"),
        ({"number": 99}, 409, "was changed meanwhile"),
        ({"wording": "We ask[^1]."}, 409, "reads already"),
        ({"wording": "x" * 8001}, 422, "8,000 characters"),
        ({"wording": "a\x00b"}, 422, "invisible characters"),
        ({"part": "other"}, 422, "Not sent yet"),
        ({"organization": "forged"}, 422, "Not sent yet"),
        ({"number": "9" * 400}, 422, "Not sent yet"),
        ({"part": "title", "wording": ""}, 409, "was changed meanwhile"),
    ],
)
def test_a_bad_proposal_gets_a_sentence_and_keeps_the_words(client, page, draft, changed, status, sentence):
    response = client.post(page, said(draft) | changed)
    assert response.status_code == status
    assert sentence in response.content.decode()
    assert not ProposedEdit.objects.exists()


def test_after_the_end_the_page_is_there_for_those_who_proposed(client, page, draft, delegate, editor, now):
    edit = propose(draft, delegate, now=now)
    services.decline_edit(edit.pk, reason="Too strong.", by=editor, now=now)
    services.end_comments(draft.pk, by=editor, now=now)
    content = client.get(page).content.decode()
    assert "Too strong." in content
    assert "Propose another wording" not in content
    response = client.post(page, said(draft))
    assert response.status_code == 404
    client.force_login(make_delegate().user, backend="accounts.backends.AddressBackend")
    assert client.get(page).status_code == 404


# --- The desk -------------------------------------------------------------------------------------------
def test_staff_decide_on_one_page(client, draft, delegate, editor, now):
    first = propose(draft, delegate, now=now)
    second = propose(draft, make_delegate(), wording="We beg[^1].", now=now)
    client.force_login(editor)
    page = f"/admin/statements/statement/{draft.pk}/actions/proposals/"
    assert client.get(page).content.decode().count('name="accept"') == 2
    refused = client.post(page, {"edit": second.pk, "decline": "1", "reason": "", "wording": "We beg[^1]."})
    assert refused.status_code == 409
    assert "Please write why" in refused.content.decode()
    client.post(page, {"edit": first.pk, "accept": "1", "wording": "We call out[^1]."})
    assert "It reads now:" in client.get(page).content.decode()
    client.post(page, {"edit": second.pk, "decline": "1", "reason": "The other one was taken."})
    assert english(draft).body.startswith("We call out[^1].")
    assert list(ProposedEdit.objects.values_list("state", flat=True).order_by("pk")) == ["accepted", "declined"]
    assert client.post(page, {"edit": "9" * 30, "accept": "1"}).status_code == 404
    assert Statement.objects.get(pk=draft.pk).versions.get().last_written_by == editor
