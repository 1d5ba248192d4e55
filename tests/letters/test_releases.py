"""Two people, one letter for each office, a pause and a stop button."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts import services as accounts
from accounts.models import AuditEntry
from accounts.services import staff
from letters import services
from letters.exceptions import LettersError, ReleaseRefused
from letters.models import Dispatch, Letter, LetterTemplate, Recipient, Release, Reply
from letters.models.recipient import Channel
from letters.services.requesting import still_to_write
from outbox import sending
from outbox.exceptions import Refused
from outbox.models import Email
from outbox.tasks import send_due_mail
from statements.exceptions import TransitionRefused
from statements.services import request_release
from tests import memory
from tests.factories import make_recipient, make_statement, make_template, make_user

pytestmark = pytest.mark.django_db

REPLY_BY = date(2023, 12, 20)


def test_sixty_offices_get_one_letter_each_and_approving_twice_adds_none(ask, approver, now):
    release = ask([make_recipient() for _ in range(60)])
    for expected in (60, 0):
        assert services.approve_release(release.pk, by=approver, now=now) == expected
        assert Letter.objects.count() == Email.objects.filter(kind="letters.letter").count() == 60


def test_the_requester_cannot_approve(ask, requester, now):
    release = ask([make_recipient()])
    with pytest.raises(ReleaseRefused, match="somebody other"):
        services.approve_release(release.pk, by=requester, now=now)
    assert not Letter.objects.exists()
    release.refresh_from_db()
    assert release.state == "requested"


@pytest.mark.parametrize("act", ["send_password_link", "reset_second_factor", "change_address"])
def test_whom_an_administrator_let_in_anew_approves_nothing_for_a_day(ask, approver, now, act):
    release, administrator = ask([make_recipient()]), make_user("administrator")
    approver.set_password("a long enough one for anybody")
    approver.save()
    if act == "change_address":
        staff.follow_changes(approver, ["email"], earlier_address="old@coalition.example", now=now)
    elif act == "reset_second_factor":
        accounts.reset_second_factor(approver.pk, by=administrator, reason="lost", now=now)
    else:
        accounts.send_password_link(approver.pk, by=administrator, now=now)
    approver.refresh_from_db()
    with pytest.raises(ReleaseRefused, match="nobody can act as two people"):
        services.approve_release(release.pk, by=approver, now=now + timedelta(hours=23))
    assert not Letter.objects.exists()
    assert services.approve_release(release.pk, by=approver, now=now + timedelta(hours=24)) == 1


def test_letters_wait_for_the_end_of_the_cooling_off_period(ask, approver, now, settings, sent_mail):
    settings.RELEASE_COOLING_OFF = timedelta(minutes=10)
    moment = timezone.now()
    release = ask([make_recipient()], reply_by=moment.date() + timedelta(days=20))
    services.approve_release(release.pk, by=approver, now=moment)
    send_due_mail()
    assert sent_mail_about_letters(sent_mail) == []
    Email.objects.filter(kind="letters.letter").update(due_at=moment)
    send_due_mail()
    [message] = sent_mail_about_letters(sent_mail)
    [pdf] = message.iter_attachments()
    assert pdf.get_content_type() == "application/pdf"
    letter = Letter.objects.with_progress().get()
    assert letter.progress == "sent"
    assert letter.left_at is not None
    assert len(letter.pdf_digest) == 64
    assert letter.reference in message.get_body(("plain",)).get_content()


def sent_mail_about_letters(sent_mail):
    return [message for message in sent_mail if "office" in message["To"]]


def test_stopping_leaves_nothing_to_send(ask, approver, now, sent_mail):
    release = ask([make_recipient(), make_recipient(channel=Channel.WEB_FORM)])
    services.approve_release(release.pk, by=approver, now=now)
    assert services.stop_release(release.pk, by=approver, now=now) == 2
    Email.objects.update(due_at=now)
    send_due_mail()
    assert sent_mail_about_letters(sent_mail) == []
    assert set(Letter.objects.with_progress().values_list("progress", flat=True)) == {"stopped"}
    with pytest.raises(ReleaseRefused):
        services.stop_release(release.pk, by=approver, now=now)


def test_an_office_whose_letter_was_stopped_can_be_asked_again(ask, approver, now, sent_mail):
    office = make_recipient()
    stopped = ask([office])
    services.approve_release(stopped.pk, by=approver, now=now)
    services.stop_release(stopped.pk, by=approver, now=now)
    assert services.approve_release(ask([office]).pk, by=approver, now=now) == 1
    Email.objects.filter(state="queued").update(due_at=now)
    send_due_mail()
    assert len(sent_mail_about_letters(sent_mail)) == 1
    assert list(Letter.objects.with_progress().order_by("pk").values_list("progress", flat=True)) == ["stopped", "sent"]


def progress():
    return list(Letter.objects.with_progress().order_by("pk").values_list("progress", flat=True))


def test_stopping_takes_what_a_worker_claimed_and_has_not_begun(ask, approver, now, sent_mail):
    release = ask([make_recipient()])
    services.approve_release(release.pk, by=approver, now=now)
    claimed = sending.claim_due(timezone.now())
    assert services.stop_release(release.pk, by=approver, now=now) == 1
    sending.send(claimed)
    assert (progress(), sent_mail_about_letters(sent_mail)) == (["stopped"], [])


def test_one_letter_is_set_aside_the_others_leave_and_the_office_can_be_asked_again(ask, approver, now, sent_mail):
    wrong, right = make_recipient(), make_recipient()
    services.approve_release(ask([wrong, right]).pk, by=approver, now=now)
    letter = Letter.objects.get(recipient=wrong)
    claimed = sending.claim_due(timezone.now())
    services.set_aside(letter.pk, reason="The minister has changed.", by=approver, now=now)
    sending.send(claimed)
    assert progress() == ["stopped", "sent"]
    assert len(sent_mail_about_letters(sent_mail)) == 1
    assert AuditEntry.objects.get(act="letters.set_aside").reason == "The minister has changed."
    with pytest.raises(LettersError, match="has not left"):
        services.set_aside(letter.pk, reason="Again.", by=approver, now=now)
    assert services.approve_release(ask([wrong]).pk, by=approver, now=now) == 1
    assert progress() == ["stopped", "sent", "waiting"]


def test_a_letter_that_is_being_handed_over_is_not_set_aside_any_more(ask, approver, now, monkeypatch):
    services.approve_release(ask([make_recipient()]).pk, by=approver, now=now)

    def take_while_staff_set_aside(_transport, wire):
        if wire.message_id != Letter.objects.get().email.message_id:
            return "250 taken"
        with pytest.raises(LettersError, match="has not left"):
            services.set_aside(Letter.objects.get().pk, reason="Wait!", by=approver, now=now)
        return "250 taken"

    monkeypatch.setattr(memory.MemoryTransport, "send", take_while_staff_set_aside)
    monkeypatch.setattr(sending, "new_transport", memory.MemoryTransport)
    send_due_mail()
    assert progress() == ["sent"]
    assert not Letter.objects.get().email.stop_requested


def test_at_the_desk_one_waiting_letter_is_set_aside_with_a_reason(client, ask, approver, now):
    services.approve_release(ask([make_recipient(), make_recipient()]).pk, by=approver, now=now)
    first = Letter.objects.order_by("pk").first()
    client.force_login(approver)
    where = f"/admin/letters/letter/{first.pk}/actions/set_aside/"
    assert "the others of its release go on" in client.get(where).content.decode()
    assert client.post(where, {"reason": ""}).status_code == 422
    assert progress() == ["waiting", "waiting"]
    assert client.post(where, {"reason": "The wrong office."}).status_code == 302
    assert progress() == ["stopped", "waiting"]


def test_a_letter_refused_for_now_after_the_stop_is_stopped_too(ask, approver, now, monkeypatch):
    office = make_recipient()
    release = ask([office])
    services.approve_release(release.pk, by=approver, now=now)

    def refuse_while_staff_stop(_transport, _wire):
        assert services.stop_release(release.pk, by=approver, now=now) == 0
        raise Refused("451 later", permanent=False)

    monkeypatch.setattr(memory.MemoryTransport, "send", refuse_while_staff_stop)
    monkeypatch.setattr(sending, "new_transport", memory.MemoryTransport)
    send_due_mail()
    [letter] = Letter.objects.with_progress()
    assert (letter.progress, letter.progress_label) == ("stopped", "stopped before sending")
    assert services.approve_release(ask([office]).pk, by=approver, now=now) == 1
    assert progress() == ["stopped", "waiting"]


def test_an_office_whose_letter_was_refused_for_good_can_be_asked_again(ask, approver, now):
    office = make_recipient()
    services.approve_release(ask([office]).pk, by=approver, now=now)
    for state, is_open in (("uncertain", False), ("sending", False), ("failed", True)):
        Email.objects.filter(kind="letters.letter").update(state=state)
        assert bool(still_to_write(Letter.objects.get().text_digest, [office])) == is_open
    assert services.approve_release(ask([office]).pk, by=approver, now=now) == 1
    assert progress() == ["failed", "waiting"]
    assert list(Letter.objects.order_by("pk").values_list("replaced_at", flat=True)) == [now, None]
    with pytest.raises(ReleaseRefused, match="already written"):
        ask([office])


@pytest.mark.parametrize("change", [{"email": "other@office.example"}, {"channel": Channel.HAND}, {"is_active": False}])
def test_an_address_that_changed_after_asking_is_not_written_to(ask, approver, now, change):
    office = make_recipient()
    release = ask([office])
    Recipient.objects.filter(pk=office.pk).update(**change)
    with pytest.raises(ReleaseRefused, match="has changed"):
        services.approve_release(release.pk, by=approver, now=now)
    assert not Letter.objects.exists()


def test_a_copy_holds_its_address_and_goes_there(ask, approver, now):
    office, carried = make_recipient(), make_recipient(channel=Channel.HAND)
    services.approve_release(ask([office, carried]).pk, by=approver, now=now)
    mailed, by_hand = Letter.objects.order_by("pk")
    assert (mailed.copy["channel"], mailed.copy["to"], mailed.email.to) == ("email", office.email, office.email)
    assert (by_hand.copy["channel"], by_hand.copy["to"], by_hand.channel) == (Channel.HAND, "", Channel.HAND)


def test_nothing_is_approved_once_the_day_of_the_answer_has_come(ask, approver, now):
    release = ask([make_recipient()])
    with pytest.raises(ReleaseRefused, match="has passed"):
        services.approve_release(release.pk, by=approver, now=now + timedelta(days=40))
    release.refresh_from_db()
    assert (release.state, Letter.objects.exists()) == ("requested", False)


class TestSettlingWhatIsUncertain:
    @pytest.fixture
    def letter(self, ask, approver, now):
        services.approve_release(ask([make_recipient()]).pk, by=approver, now=now)
        Email.objects.filter(kind="letters.letter").update(state="uncertain", data_begun_at=now, attempts=1)
        return Letter.objects.get()

    def test_it_arrived(self, letter, approver, now, sent_mail):
        services.confirm_arrival(letter.pk, evidence="Receipt 7", by=approver, now=now + timedelta(days=1))
        send_due_mail()
        settled = Letter.objects.with_progress().select_related("email").get()
        assert (settled.progress, settled.left_at, settled.email.server_reply) == ("sent", now, "Receipt 7")
        assert sent_mail_about_letters(sent_mail) == []
        entry = AuditEntry.objects.get(act="letters.confirm_arrival")
        assert (entry.by, entry.object_id, entry.reason) == (approver, letter.pk, "Receipt 7")
        with pytest.raises(LettersError, match="not uncertain"):
            services.confirm_arrival(letter.pk, evidence="Receipt 7", by=approver, now=now)

    def test_it_is_sent_again_under_its_number(self, letter, approver, now, sent_mail):
        services.send_again(letter.pk, evidence="They have nothing.", by=approver, now=now)
        send_due_mail()
        [message] = sent_mail_about_letters(sent_mail)
        assert message["Message-ID"] == letter.email.message_id
        assert progress() == ["sent"]
        assert AuditEntry.objects.get(act="letters.send_again").reason == "They have nothing."

    def test_not_without_knowledge_and_not_by_just_anybody(self, letter, approver, now):
        with pytest.raises(LettersError, match="how you know"):
            services.send_again(letter.pk, evidence=" ", by=approver, now=now)
        with pytest.raises(LettersError, match="may approve"):
            services.send_again(letter.pk, evidence="I say so.", by=make_user("editor"), now=now)
        assert progress() == ["uncertain"]


def test_another_release_of_the_same_text_writes_only_to_new_offices(ask, approver, now):
    first, second = make_recipient(), make_recipient()
    services.approve_release(ask([first]).pk, by=approver, now=now)
    release = ask([first, second])
    assert services.approve_release(release.pk, by=approver, now=now) == 1
    with pytest.raises(ReleaseRefused, match="already written"):
        ask([first, second])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"email": ""}, "No e-mail address"),
        ({"channel": Channel.POST}, "No postal address"),
        ({"languages": ()}, "salutation and a closing"),
        ({"is_active": False}, "no longer in use"),
    ],
)
def test_a_copy_that_cannot_be_written_refuses_the_release_by_name(ask, change, sentence):
    with pytest.raises(ReleaseRefused, match=sentence) as refusal:
        ask([make_recipient(), make_recipient("Office of Nowhere (demo)", **change)])
    assert "Office of Nowhere" in str(refusal.value)
    assert not Release.objects.exists()


def test_a_missing_value_is_named_and_nothing_is_written(ask):
    LetterTemplate.objects.filter(language="en").update(body="To {{ recipient.country_name }}, {{ nothing.known }}.")
    recipient = make_recipient()
    with pytest.raises(ReleaseRefused, match=r"nothing\.known"):
        ask([recipient])
    assert not Release.objects.exists()


def test_an_answer_by_yesterday_is_not_asked_for(ask, now):
    with pytest.raises(ReleaseRefused, match="ahead"):
        ask([make_recipient()], reply_by=now.date())
    with pytest.raises(ReleaseRefused, match="at least one"):
        ask([])


def test_what_the_approver_saw_is_what_leaves(ask, approver, now):
    release = ask([make_recipient()])
    LetterTemplate.objects.update(body="Something else.")
    with pytest.raises(ReleaseRefused, match="has changed"):
        services.approve_release(release.pk, by=approver, now=now)
    assert not Letter.objects.exists()


def test_only_a_published_statement_can_be_sent(requester, now):
    make_template("en")
    with pytest.raises(TransitionRefused, match="published"):
        request_release(
            make_statement().pk, [make_recipient()], language="en", reply_by=REPLY_BY, by=requester, now=now
        )


def test_an_office_is_written_to_in_the_language_it_has_forms_of_address_in(ask, approver, now):
    release = ask([make_recipient(), make_recipient(languages=("en",))], language="ko")
    services.approve_release(release.pk, by=approver, now=now)
    korean, english = Letter.objects.order_by("pk")
    assert (korean.language, english.language) == ("ko", "en")
    assert korean.copy["salutation"] == "존경하는 장관님께"
    assert "/ko/statements/" in korean.copy["statement_url"]
    assert korean.copy["coalition"] == "연대"


class TestCarryingByHand:
    @pytest.fixture
    def dispatch(self, ask, approver, now):
        services.approve_release(ask([make_recipient(channel=Channel.HAND)]).pk, by=approver, now=now)
        assert not Email.objects.filter(kind="letters.letter").exists()
        return Dispatch.objects.get()

    def test_it_becomes_a_task_and_is_done_with_evidence(self, dispatch, approver, now, settings):
        later = now + settings.RELEASE_COOLING_OFF
        assert Letter.objects.with_progress().get().progress == "to_dispatch"
        services.record_dispatch(dispatch.pk, evidence="Receipt 12", by=approver, now=later)
        assert Letter.objects.with_progress().get().progress == "dispatched"
        with pytest.raises(LettersError, match="settled"):
            services.record_dispatch(dispatch.pk, evidence="Again", by=approver, now=later)

    def test_not_before_the_pause_is_over_and_not_without_evidence(self, dispatch, approver, now, settings):
        with pytest.raises(LettersError, match="cooling-off"):
            services.record_dispatch(dispatch.pk, evidence="Receipt 12", by=approver, now=now)
        with pytest.raises(LettersError, match="evidence"):
            services.record_dispatch(dispatch.pk, evidence=" ", by=approver, now=now + settings.RELEASE_COOLING_OFF)
        dispatch.refresh_from_db()
        assert dispatch.done_at is None


class TestReplies:
    @pytest.fixture
    def letter(self, ask, approver, now):
        services.approve_release(ask([make_recipient()]).pk, by=approver, now=now)
        return Letter.objects.get()

    def record(self, letter, approver, now, **changed):
        said = {"kind": Reply.Kind.ANSWER, "received_on": now.date(), "summaries": {"en": "They will look into it."}}
        return services.record_reply(letter, **(said | changed), by=approver, now=now)

    def test_a_letter_that_has_not_left_has_no_answer(self, letter, approver, now):
        with pytest.raises(LettersError, match="not left"):
            self.record(letter, approver, now)

    def test_an_answer_ends_the_silence_and_an_acknowledgement_does_not(self, letter, approver, now):
        Email.objects.filter(pk=letter.email_id).update(state="sent", sent_at=now - timedelta(days=8))
        self.record(letter, approver, now, kind=Reply.Kind.ACKNOWLEDGEMENT)
        assert Letter.objects.with_progress().get().days_of_silence(now) == 8
        self.record(letter, approver, now)
        assert Letter.objects.with_progress().get().days_of_silence(now) is None
        with pytest.raises(LettersError, match="ahead"):
            self.record(letter, approver, now, received_on=now.date() + timedelta(days=2))


def test_every_step_leaves_a_line_with_who_and_when(ask, requester, approver, now):
    release = ask([make_recipient()])
    services.approve_release(release.pk, by=approver, now=now)
    services.stop_release(release.pk, by=requester, now=now)
    lines = AuditEntry.objects.filter(object_type="letters.release", object_id=release.pk).order_by("pk")
    assert list(lines.values_list("act", "by", "at")) == [
        ("letters.request_release", requester.pk, now),
        ("letters.approve_release", approver.pk, now),
        ("letters.stop_release", requester.pk, now),
    ]
