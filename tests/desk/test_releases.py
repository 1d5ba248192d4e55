"""From a published statement to letters: choose, read every copy, ask; another person approves, or anybody stops."""

import re
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.utils import timezone

from letters.admin_forms import PLACEHOLDERS
from letters.copies import write_copies
from letters.models import Dispatch, FormOfAddress, Holder, Letter, LetterTemplate, Recipient, Release, Reply
from letters.services import new_release
from outbox.models import Email, Suppression
from privacy.fingerprints import address_fingerprint
from statements.services.releasing import release_facts
from tests import factories
from tests.desk import places

pytestmark = pytest.mark.django_db


@pytest.fixture
def offices():
    return [factories.make_recipient("Office of the North"), factories.make_recipient("Office of the South")]


@pytest.fixture
def choice(offices):
    reply_by = timezone.localdate() + timedelta(days=30)
    return {"language": "en", "reply_by": reply_by.isoformat(), "recipients": [row.pk for row in offices]}


def hidden(html, name):
    return re.search(rf'name="{name}" value="([^"]*)"', html).group(1)


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_the_preview_holds_every_letter_and_stores_nothing(world, desk, offices, choice):
    client = desk(world.sender)
    before = Release.objects.count()
    html = client.post(places.step(world.published, "ask_for_release"), choice | {"preview": "1"}).content.decode()
    assert "2 letters, as they will be read" in html
    for office in offices:
        assert office.name in html
        assert f"preview/{office.pk}.pdf" in html
    assert html.count("Excellency,") == 2
    assert Release.objects.count() == before
    [pdf] = set(re.findall(rf'href="([^"]*preview/{offices[0].pk}\.pdf[^"]*)"', html))
    assert client.get(pdf.replace("&amp;", "&")).content.startswith(b"%PDF")


def test_asking_stores_what_was_previewed_and_leads_to_the_release(world, desk, offices, choice):
    client, address = desk(world.sender), places.step(world.published, "ask_for_release")
    digest = hidden(client.post(address, choice | {"preview": "1"}).content.decode(), "digest")
    response = client.post(address, choice | {"ask": "1", "digest": digest})
    release = Release.objects.latest("pk")
    assert response["Location"] == places.page(release)
    assert (release.state, release.requested_by, release.copies_digest) == ("requested", world.sender, digest)
    assert set(release.recipients.all()) == set(offices)


def test_asking_is_refused_when_a_template_changed_since_the_preview(world, desk, choice):
    client, address = desk(world.sender), places.step(world.published, "ask_for_release")
    digest = hidden(client.post(address, choice | {"preview": "1"}).content.decode(), "digest")
    LetterTemplate.objects.filter(language="en").update(body="Quite another letter. {{ statement.url }}")
    before = Release.objects.count()
    response = client.post(address, choice | {"ask": "1", "digest": digest})
    assert response.status_code == 409
    assert "Something changed since you read the copies" in response.content.decode()
    assert "Quite another letter" in response.content.decode()
    assert Release.objects.count() == before


def test_an_office_that_cannot_be_written_to_stands_in_red_and_bars_the_asking(world, desk, offices, choice):
    FormOfAddress.objects.filter(recipient=offices[0]).update(closing="")
    client, address = desk(world.sender), places.step(world.published, "ask_for_release")
    response = client.post(address, choice | {"preview": "1"})
    html = response.content.decode()
    assert "1 letter cannot be written yet" in html
    assert places.page(offices[0]) in html
    assert 'name="ask"' not in html
    before = Release.objects.count()
    forced = client.post(address, choice | {"ask": "1", "digest": hidden(html, "digest")})
    assert forced.status_code == 409
    assert Release.objects.count() == before
    without = client.post(address, choice | {"leave_out": "on"}).content.decode()
    client.post(address, choice | {"leave_out": "on", "ask": "1", "digest": hidden(without, "digest")})
    assert set(Release.objects.latest("pk").recipients.all()) == {offices[1]}


def test_all_offices_can_be_chosen_at_once_but_for_those_written_to(world, desk, offices, choice):
    client = desk(world.sender)
    said_all = {key: choice[key] for key in ("language", "reply_by")} | {"everybody": "on", "preview": "1"}
    html = client.post(places.step(world.published, "ask_for_release"), said_all).content.decode()
    written = set(Letter.objects.values_list("recipient__name", flat=True))
    assert written
    for office in offices:
        assert office.name in html
    assert not any(name in html for name in written)


def test_a_wrong_choice_keeps_what_was_typed(world, desk, choice):
    client, address = desk(world.sender), places.step(world.published, "ask_for_release")
    nobody = client.post(address, {"language": "ko", "reply_by": choice["reply_by"], "preview": "1"})
    assert nobody.status_code == 422
    assert "Choose at least one office." in nobody.content.decode()
    assert '<option value="ko" selected' in nobody.content.decode()
    past = client.post(address, choice | {"reply_by": "2020-01-01", "preview": "1"})
    assert past.status_code == 422
    assert "a day that lies ahead" in past.content.decode()
    forged = client.post(address, choice | {"recipients": ["abc", "99999999999999999999"], "preview": "1"})
    assert forged.status_code == 422


def test_coming_back_from_the_preview_keeps_the_choice(world, desk, offices, choice):
    response = desk(world.sender).post(places.step(world.published, "ask_for_release"), choice | {"change": "1"})
    html = response.content.decode()
    assert response.status_code == 200
    assert html.count("checked") == 2
    assert "errornote" not in html


def test_the_requester_has_no_button_and_is_refused(world, desk):
    client = desk(world.sender)
    html = client.get(places.page(world.requested)).content.decode()
    assert "actions/approve/" not in html
    assert "somebody else decides" in html
    before = Letter.objects.count()
    response = client.post(places.step(world.requested, "approve"))
    assert "approved by somebody other than the person who asked" in said(response)[-1]
    assert Letter.objects.count() == before
    world.requested.refresh_from_db()
    assert world.requested.state == "requested"


def test_the_second_person_reads_every_copy_and_approves_once(world, desk):
    client = desk(world.approver)
    html = client.get(places.page(world.requested)).content.decode()
    assert "actions/approve/" in html
    assert "1 letter, as it will be read" in html
    before = Letter.objects.count()
    for _ in range(3):
        client.post(places.step(world.requested, "approve"))
        assert Letter.objects.count() == before + 1
        assert Email.objects.filter(kind="letters.letter").count() == before  # one of the letters is carried
    html = client.get(places.page(world.requested)).content.decode()
    assert "The letters leave in" in html
    assert "KST (Asia/Seoul)" in html
    assert "actions/stop/" in html


def test_a_changed_template_is_said_before_anybody_approves(world, desk):
    LetterTemplate.objects.filter(language="en").update(subject="Another subject")
    client = desk(world.approver)
    assert "cannot be approved: send it back" in client.get(places.page(world.requested)).content.decode()
    response = client.post(places.step(world.requested, "approve"))
    assert "has changed since this release was asked for" in said(response)[-1]


def test_stopping_keeps_every_letter_here(world, desk):
    response = desk(world.sender).post(places.step(world.approved, "stop"))
    assert "Stopped: 2 letters stay here." in said(response)[-1]
    assert set(Email.objects.filter(kind="letters.letter").values_list("state", flat=True)) == {"cancelled"}
    assert "actions/stop/" not in desk(world.sender).get(places.page(world.approved)).content.decode()


def test_sending_back_a_release_takes_a_reason(world, desk):
    client = desk(world.approver)
    client.post(places.step(world.requested, "send_back"), {"reason": "The Korean title has a typing error."})
    world.requested.refresh_from_db()
    assert world.requested.state == "refused"
    assert "The Korean title has a typing error." in client.get(places.page(world.requested)).content.decode()


def test_a_delivery_is_recorded_after_the_pause_with_its_evidence(world, desk):
    dispatch = Dispatch.objects.get()
    client, address = desk(world.sender), places.step(dispatch, "record_delivery")
    assert "may still be stopped" in client.get(places.page(dispatch)).content.decode()
    early = client.post(address, {"evidence": "RR 123"})
    assert early.status_code == 409
    assert "cooling-off period is not over" in early.content.decode()
    Release.objects.filter(pk=world.approved.pk).update(send_at=timezone.now() - timedelta(seconds=1))
    assert client.post(address, {"evidence": ""}).status_code == 422
    client.post(address, {"evidence": "RR 123"})
    dispatch.refresh_from_db()
    assert (dispatch.evidence, dispatch.done_by) == ("RR 123", world.sender)
    assert dispatch.letter.recipient.name not in client.get("/admin/letters/dispatch/").content.decode()


def test_a_reply_is_recorded_in_two_languages_for_a_letter_that_left(world, desk):
    letter = Letter.objects.get(email__isnull=False)
    client, address = desk(world.sender), places.step(letter, "record_reply")
    form = {
        "kind": "answer",
        "received_on": timezone.localdate().isoformat(),
        "summaries_en": "They will ask.",
        "summaries_ko": "묻겠다고 합니다.",
        "visibility": "summary",
    }
    early = client.post(address, form)
    assert early.status_code == 409
    assert "has not left yet" in early.content.decode()
    assert "They will ask." in early.content.decode()
    Email.objects.filter(letter=letter).update(state="sent", sent_at=timezone.now())
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert client.post(address, form | {"received_on": tomorrow}).status_code == 409
    empty = client.post(address, form | {"summaries_en": "", "summaries_ko": " "})
    assert empty.status_code == 422
    client.post(address, form)
    reply = Reply.objects.get()
    assert reply.summaries == {"en": "They will ask.", "ko": "묻겠다고 합니다."}
    html = client.get(places.page(letter)).content.decode()
    assert "They will ask." in html
    assert "Recorded a reply" in html


def test_every_placeholder_that_the_desk_names_is_filled(world):
    body = " ".join(f"{{{{ {name} }}}}" for name in PLACEHOLDERS)
    LetterTemplate.objects.filter(language="en").update(body=body)
    now = timezone.now()
    reply_by = timezone.localdate() + timedelta(days=9)
    release = new_release(language="en", reply_by=reply_by, now=now, **release_facts(world.published.pk, now=now))
    copies, refusals = write_copies(release, [factories.make_recipient()])
    assert refusals == []
    assert len(copies) == 1


def test_a_template_with_an_unknown_placeholder_is_refused_with_its_name(world, desk):
    template = LetterTemplate.objects.get(language="en")
    form = {"slug": template.slug, "language": "en", "subject": "A subject", "body": "Dear {{ recipient.nmae }}"}
    html = desk(world.sender).post(places.page(template), form).content.decode()
    assert "There is nothing to fill in for recipient.nmae" in html
    broken = desk(world.sender).post(places.page(template), form | {"body": "{{ recipient name }}"}).content.decode()
    assert "is not a placeholder" in broken


def test_address_and_channel_stand_beside_each_copy(world, desk):
    [office] = world.requested.recipients.all()
    html = desk(world.approver).get(places.page(world.requested)).content.decode()
    assert f"e-mail: {office.email}" in html


@pytest.mark.parametrize(("name", "state"), [("confirm_arrival", "sent"), ("send_again", "queued")])
def test_a_person_settles_an_uncertain_letter(world, desk, name, state):
    letter = Letter.objects.get(email__isnull=False)
    client, address = desk(world.approver), places.step(letter, name)
    assert name not in client.get(places.page(letter)).content.decode()
    Email.objects.filter(letter=letter).update(state="uncertain", data_begun_at=timezone.now())
    assert f"actions/{name}/" in client.get(places.page(letter)).content.decode()
    assert client.post(address, {"evidence": ""}).status_code == 422
    client.post(address, {"evidence": "The clerk said so."})
    assert Email.objects.get(letter=letter).state == state
    assert "The clerk said so." in client.get(places.page(letter)).content.decode()
    assert client.post(address, {"evidence": "Once more."}).status_code == 409


def test_the_preview_is_narrowed_and_says_what_would_not_leave(world, desk, offices, choice):
    hand = factories.make_recipient("Office by Hand", channel="hand_delivery", city="Seoul")
    Suppression.objects.create(
        fingerprint=address_fingerprint(offices[0].email), reason="bounced", since=timezone.now()
    )
    wishes = {
        "recipients": [*choice["recipients"], hand.pk],
        "leave_on": (timezone.localdate() + timedelta(days=3)).isoformat(),
        "leave_time": "09:00",
        "preview": "1",
    }
    client, address = desk(world.sender), places.step(world.published, "ask_for_release")
    html = client.post(address, choice | wishes).content.decode()
    assert "1 letter would not leave" in html
    assert html.index(f'id="copy-{offices[0].pk}"') < html.index(f'id="copy-{hand.pk}"')  # what is wrong comes first
    assert "09:00 KST (Asia/Seoul)" in html
    assert "its time zone is not known" in html
    narrowed = client.post(address, choice | wishes | {"by_channel": "hand_delivery"}).content.decode()
    assert f'id="copy-{hand.pk}"' in narrowed
    assert f'id="copy-{offices[1].pk}"' not in narrowed
    assert narrowed.count('name="recipients"') == 3  # the choice is the same
    asked = client.post(address, choice | wishes | {"ask": "1", "digest": hidden(narrowed, "digest")})
    release = Release.objects.latest("pk")
    assert asked["Location"] == places.page(release)
    page = client.get(places.page(release), {"show": "problems"}).content.decode()
    assert f'id="copy-{offices[0].pk}"' in page
    assert f'id="copy-{hand.pk}"' not in page
    assert "09:00, by the clocks where each office is" in page
    assert ">English<" in page  # the language by its name
    dry = client.get(f"/admin/letters/release/{release.pk}/dry-run/").content.decode()
    assert "2 letters would leave" in dry
    assert "09:00 KST (Asia/Seoul)" in dry
    assert "came back before" in dry


def test_half_a_time_is_refused_beside_its_field(world, desk, choice):
    client, address = desk(world.sender), places.step(world.published, "ask_for_release")
    soon = (timezone.localdate() + timedelta(days=3)).isoformat()
    for wish, sentence in (
        ({"leave_on": soon}, "at what time of day"),
        ({"leave_time": "09:00"}, "on which day"),
        ({"leave_on": "2020-01-01", "leave_time": "09:00"}, "This day has passed."),
        ({"leave_on": choice["reply_by"], "leave_time": "09:00"}, "a day after the letters leave"),
        ({"leave_on": "9999-01-01", "leave_time": "25:00"}, "within a year"),
    ):
        response = client.post(address, choice | wish | {"preview": "1"})
        assert (response.status_code, sentence in response.content.decode()) == (422, True), wish


def test_the_page_names_the_office_that_changed_before_and_after_the_approval(world, desk, offices, choice):
    client, address = desk(world.sender), places.step(world.published, "ask_for_release")
    digest = hidden(client.post(address, choice | {"preview": "1"}).content.decode(), "digest")
    client.post(address, choice | {"ask": "1", "digest": digest})
    release = Release.objects.latest("pk")
    day = timezone.localdate()
    somebody = Holder.objects.create(recipient=offices[0], name="Somebody Else", known_on=day)
    page = desk(world.approver).get(places.page(release)).content.decode()
    assert "It cannot be approved" in page
    assert "Office of the North</a>: its letter is another now." in page
    assert "Office of the South</a>: its letter" not in page
    somebody.delete()
    desk(world.approver).post(places.step(release, "approve"))
    assert Letter.objects.filter(release=release).count() == 2
    Holder.objects.create(recipient=offices[0], name="Somebody Else", known_on=day)
    Recipient.objects.filter(pk=offices[0].pk).update(changed_at=timezone.now())
    page = desk(world.sender).get(places.page(release)).content.decode()
    assert "1 letter is out of date" in page


def test_a_test_copy_is_mailed_from_the_page_to_oneself(world, desk):
    client, address = desk(world.sender), places.step(world.requested, "test_copy")
    office = world.requested.recipients.first()
    assert office.name in client.get(address).content.decode()
    client.post(address, {"recipient": office.pk})
    email = Email.objects.latest("pk")
    assert (email.kind, email.to, email.subject[:7]) == ("letters.test", world.sender.email, "[Test] ")
    forged = client.post(address, {"recipient": factories.make_recipient().pk})
    assert forged.status_code == 422
