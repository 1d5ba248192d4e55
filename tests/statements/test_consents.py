"""Who stands under which words: second persons, confidence, late ones, withdrawals, and texts that change."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction
from pypdf import PdfReader

from accounts.models import AuditEntry
from campaigns import services as campaigns
from campaigns.models import Topic
from outbox.models import Email
from statements import services
from statements.exceptions import AnswerRefused, SigningRefused, TextChanged
from statements.models import CoSignature, Invitation, PersonalSignature
from statements.rendering import receipt_pdf
from tests.factories import make_delegate, make_organization, make_user
from tests.statements.consents import ask, change, close_and_publish, newcomer, sign

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def line_of(statement, delegate):
    return Invitation.objects.get(statement=statement, organization=delegate.organization)


def names_under(statement):
    statement.refresh_from_db()
    version = statement.signable_version
    return sorted(row.name_in("en") for row in statement.cosignatures.on(version).shown())


def mails(start):
    return Email.objects.filter(key__startswith=start).exclude(state=Email.State.CANCELLED)


class TestASecondPerson:
    def test_what_somebody_signs_for_the_first_time_waits_for_a_colleague(self, now):
        delegate = newcomer()
        colleague, stranger = newcomer(delegate, may_sign=False), make_delegate()
        statement = ask(delegate)
        cosignature = sign(statement, delegate)
        assert names_under(statement) == []
        assert mails("confirm:").get().to == colleague.user.email
        for person, sentence in ((delegate.user, "second person"), (stranger.user, "colleague")):
            with pytest.raises(SigningRefused, match=sentence):
                services.confirm_cosignature(cosignature.pk, by=person, now=now)
        services.confirm_cosignature(cosignature.pk, by=colleague.user, now=now)
        assert names_under(statement) == [delegate.organization.name]
        delegate.refresh_from_db()
        other = ask(delegate)
        assert sign(other, delegate).confirmed_at == now  # known from then on

    def test_staff_strike_out_what_nobody_decided_and_it_can_be_signed_again(self, now):
        delegate, moderator = newcomer(), make_user("moderator")
        statement = ask(delegate)
        struck = sign(statement, delegate)
        services.refuse_cosignature(struck.pk, by=moderator, reason="Nobody there knows of it.", now=now)
        assert line_of(statement, delegate).state == "withdrawn"
        with pytest.raises(SigningRefused, match="stand any more"):
            services.confirm_cosignature(struck.pk, by=moderator, now=now)
        again = sign(statement, delegate)
        services.confirm_cosignature(again.pk, by=moderator, now=now)
        assert names_under(statement) == [delegate.organization.name]


class TestConfidenceAndLateness:
    def test_a_confidential_one_is_counted_and_not_named(self):
        delegate, hidden = make_delegate(), make_delegate(make_organization("Hidden (demo)"))
        type(hidden.organization).objects.filter(pk=hidden.organization.pk).update(is_hidden=True)
        hidden.organization.refresh_from_db()
        statement = ask(delegate, hidden)
        sign(statement, delegate, is_confidential=True)
        assert sign(statement, hidden).is_confidential  # a hidden member has no choice
        assert names_under(statement) == []
        assert statement.cosignatures.on(statement.signable_version).count() == 2

    @pytest.mark.parametrize("in_confidence", [True, False])
    def test_mail_pdf_and_page_of_the_receipt_say_whether_it_is_named(self, client, in_confidence):
        delegate = make_delegate()
        statement = ask(delegate)
        cosignature = sign(statement, delegate, is_confidential=in_confidence)
        client.force_login(delegate.user, backend="accounts.backends.AddressBackend")
        mail = Email.objects.get(kind="statements.receipt").payload
        pdf = PdfReader(BytesIO(receipt_pdf(cosignature)))
        said = [
            mail["text"],
            mail["html"],
            "".join(page.extract_text() for page in pdf.pages),
            client.get(f"/delegate/statements/{statement.slug}/signed/").content.decode(),
        ]
        assert [re.search(r"counted,\s+not\s+named", words) is not None for words in said] == [in_confidence] * 4
        assert ("with the names of its signatories" in said[3]) == (not in_confidence)
        assert ("name stands under this version" in mail["text"]) == (not in_confidence)

    def test_it_is_barred_where_a_route_publishes_every_name(self):
        delegate = make_delegate()
        statement = ask(delegate, bars_confidential=True)
        with pytest.raises(SigningRefused, match="every name is published"):
            sign(statement, delegate, is_confidential=True)
        sign(statement, delegate)
        assert names_under(statement) == [delegate.organization.name]

    def test_late_ones_are_taken_until_a_second_date_and_stand_apart(self, now):
        early, late, too_late = make_delegate(), make_delegate(), make_delegate()
        statement = ask(early, late, too_late, late_until=now + 20 * DAY)
        assert not sign(statement, early, now + 10 * DAY - timedelta(seconds=1)).is_late
        close_and_publish(statement, now + 11 * DAY)
        assert sign(statement, late, now + 20 * DAY - timedelta(seconds=1)).is_late
        with pytest.raises(SigningRefused, match="closed"):
            sign(statement, too_late, now + 20 * DAY)


class TestWithdrawing:
    def test_before_publication_the_name_vanishes_and_may_come_back(self, now):
        delegate = make_delegate()
        statement = ask(delegate)
        sign(statement, delegate)
        for _ in range(2):
            services.withdraw(statement.pk, delegate=delegate, now=now)
        assert names_under(statement) == []
        assert not CoSignature.objects.withdrawn_in_public().exists()
        assert mails("withdrawn:").get().to == statement.author.email
        sign(statement, delegate)
        assert names_under(statement) == [delegate.organization.name]
        assert CoSignature.objects.count() == 2  # the history stays

    def test_after_publication_it_stays_dated_and_the_offices_are_told(self, now):
        delegate, other = make_delegate(), make_delegate()
        statement = ask(delegate, other)
        signed = sign(statement, delegate)
        sign(statement, other)
        close_and_publish(statement, now + DAY)
        services.withdraw_for(signed.pk, by=make_user("editor"), reason="Their letter.", now=now + 2 * DAY)
        assert names_under(statement) == [other.organization.name]
        assert list(CoSignature.objects.withdrawn_in_public()) == [signed]
        with pytest.raises(SigningRefused):
            services.withdraw_for(signed.pk, by=make_user("editor"), reason="Again.", now=now + 3 * DAY)
        services.note_recipients_told(signed.pk, by=make_user("editor"), reason="By post.", now=now + 3 * DAY)

    def test_who_may_only_read_does_not_withdraw(self, now):
        delegate = make_delegate()
        statement = ask(delegate)
        sign(statement, delegate)
        with pytest.raises(SigningRefused, match="may read"):
            services.withdraw(statement.pk, delegate=newcomer(delegate, may_sign=False), now=now)
        assert names_under(statement) == [delegate.organization.name]


class TestNewVersions:
    def test_after_an_edit_signers_stay_under_the_version_they_signed_and_are_told(self, now):
        delegate, later = make_delegate(), make_delegate()
        statement = ask(delegate, later)
        first = sign(statement, delegate)
        for body in ("We ask[^1]!\n\n[^1]: Source.", "We ask you[^1]!\n\n[^1]: Source."):
            version = change(statement, "editorial", body)
            services.version_changed(version, "editorial", by=None, now=now)  # twice changes nothing
        sign(statement, later)
        first.refresh_from_db()
        assert (first.stands, first.version.number, version.change_note.signed_from) == (True, 1, 1)
        assert names_under(statement) == sorted([delegate.organization.name, later.organization.name])
        assert mails("edited:").count() == 2
        with pytest.raises(SigningRefused, match="only edited"):
            sign(statement, delegate)

    def test_after_a_change_in_substance_nobody_stands_until_they_sign_again(self, now):
        delegate, declined = make_delegate(), make_delegate()
        statement = ask(delegate, declined)
        old = sign(statement, delegate)
        services.decline(statement.pk, delegate=declined, now=now)
        change(statement, "editorial", "We ask[^1]!\n\n[^1]: Source.")
        change(statement, "material", "We demand[^1].\n\n[^1]: Source.")
        assert names_under(statement) == []
        assert line_of(statement, delegate).state == "again"
        assert line_of(statement, declined).state == "declined"  # answered: not asked again
        assert mails("again:").get().to == delegate.user.email
        with pytest.raises(TextChanged):
            sign(statement, delegate, digest=old.digest)
        new = sign(statement, delegate)
        assert names_under(statement) == [delegate.organization.name]
        assert {old.version.number, new.version.number} == {1, 3}
        assert CoSignature.objects.filter(organization=delegate.organization).count() == 2

    def test_the_database_holds_one_that_stands_for_an_organization(self):
        delegate = make_delegate()
        row = sign(ask(delegate), delegate)
        row.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)


class TestOtherAnswers:
    def test_a_question_goes_to_the_drafter_and_its_answer_back(self, now):
        delegate = make_delegate()
        statement = ask(delegate)
        question = services.ask_question(statement.pk, delegate=delegate, text="Which river?", now=now)
        assert line_of(statement, delegate).state == "question"
        assert "Which river?" in mails("question:").get().payload["text"]
        services.answer_question(question.pk, answer="The Tumen.", by=statement.author, now=now)
        assert mails("answer:").get().to == delegate.user.email
        assert line_of(statement, delegate).state == "opened"
        with pytest.raises(AnswerRefused, match="already"):
            services.answer_question(question.pk, answer="The Yalu.", by=statement.author, now=now)
        line = AuditEntry.objects.get(act="statements.ask_question")
        assert "river" not in str(line.details) + line.reason

    def test_who_has_answered_meanwhile_reads_the_answer_on_the_page_only(self, now):
        delegate = make_delegate()
        statement = ask(delegate)
        question = services.ask_question(statement.pk, delegate=delegate, text="Which river?", now=now)
        services.decline(statement.pk, delegate=delegate, reason="Not our field.", now=now)
        services.answer_question(question.pk, answer="The Tumen.", by=statement.author, now=now)
        assert not mails("answer:").exists()
        assert line_of(statement, delegate).reason == "Not our field."

    def test_the_request_goes_to_a_colleague_who_may_sign_once_a_day(self, now):
        delegate = make_delegate(may_sign=False)
        colleague, reader = make_delegate(delegate.organization), make_delegate(delegate.organization, may_sign=False)
        statement = ask(delegate)
        for _ in range(2):
            services.forward_request(statement.pk, delegate=delegate, to=colleague, note="Please look.", now=now)
        assert Email.objects.filter(key__contains=":forward:").get().to == colleague.user.email
        for to in (reader, make_delegate()):
            with pytest.raises(AnswerRefused, match="may not sign"):
                services.forward_request(statement.pk, delegate=delegate, to=to, note="", now=now)

    def test_not_by_the_deadline_is_an_answer(self, now):
        delegate = make_delegate()
        statement = ask(delegate)
        services.say_unable(statement.pk, delegate=delegate, now=now)
        assert line_of(statement, delegate).state == "unable"
        assert not mails(f"invitation:{line_of(statement, delegate).pk}:").exists()
        with pytest.raises(AnswerRefused, match="answered already"):
            services.ask_for_time(statement.pk, delegate=delegate, until=now.date(), now=now)


class TestReminders:
    @pytest.fixture
    def asked(self, now):
        delegates = {name: make_delegate() for name in ("silent", "signed", "declined", "asking", "later")}
        statement = ask(*delegates.values(), now=now)
        sign(statement, delegates["signed"])
        services.decline(statement.pk, delegate=delegates["declined"], now=now)
        services.ask_question(statement.pk, delegate=delegates["asking"], text="Which river?", now=now)
        until = (statement.deadline - 3 * DAY).date()
        services.ask_for_time(statement.pk, delegate=delegates["later"], until=until, now=now)
        return statement, delegates

    def test_only_the_silent_are_reminded_each_time_once(self, asked, now):
        statement, delegates = asked
        silent, later = delegates["silent"].user.email, delegates["later"].user.email
        for before, expected in (
            (timedelta(days=8), []),
            (timedelta(days=7), [silent]),
            (timedelta(days=2), [silent, later]),
            (timedelta(hours=2), [silent, later]),
            (timedelta(0), []),
        ):
            seen = set(Email.objects.values_list("pk", flat=True))
            for _ in range(2):
                services.remind_the_silent(now=statement.deadline - before)
            assert sorted(row.to for row in Email.objects.exclude(pk__in=seen)) == sorted(expected), before

    def test_an_answer_stops_what_has_not_left(self, asked):
        statement, delegates = asked
        services.remind_the_silent(now=statement.deadline - 7 * DAY)
        assert mails("reminder:").count() == 1
        sign(statement, delegates["silent"], statement.deadline - 6 * DAY)
        assert not mails("reminder:").exists()

    def test_the_drafter_reads_once_a_day_what_came(self, asked, now):
        statement, delegates = asked
        for _ in range(2):
            services.write_drafter_digests(now=now + timedelta(hours=3))
        digest = mails("digest:").get()
        assert digest.to == statement.author.email
        assert delegates["signed"].organization.name in digest.payload["text"]


class TestStandingAuthority:
    def test_the_secretariat_signs_on_named_topics_and_the_final_copy_follows(self, now):
        delegate, other = make_delegate(), make_delegate()
        rivers, visas = (Topic.objects.create(slug=name, name=name) for name in ("rivers", "visas"))
        statement = ask(delegate, other)
        statement.topics.set([rivers])
        campaigns.give_standing_authority(delegate, topics=[rivers], mandate="Board", valid_until=None, now=now)
        campaigns.give_standing_authority(other, topics=[visas], mandate="Board", valid_until=None, now=now)
        digest = statement.signable_version.digest
        editor = statement.author
        with pytest.raises(SigningRefused, match="No authority"):
            services.sign_by_authority(statement.pk, other.organization, digest=digest, by=editor, now=now)
        row = services.sign_by_authority(statement.pk, delegate.organization, digest=digest, by=editor, now=now)
        assert names_under(statement) == [delegate.organization.name]
        assert mails("authority:").get().to == delegate.user.email
        assert services.send_final_copies(now=now) == 0
        close_and_publish(statement, now)
        assert [services.send_final_copies(now=now) for _ in range(2)] == [1, 0]
        assert mails("final-copy:").get().to == delegate.user.email
        campaigns.take_back_authority(row.by_authority_id, delegate, now=now)
        assert services.authorities_for(ask(delegate), now=now) == []


class TestPersons:
    def test_somebody_signs_for_themselves_in_a_list_of_their_own(self, client, now):
        delegate = make_delegate()
        statement = ask(delegate, now=now)
        asked = {"address": "ines@people.example", "name": "Ines Roth", "affiliation": "University", "language": "en"}
        for _ in range(2):
            person = services.invite_person(statement.pk, **asked, by=statement.author, now=now)
        [email] = Email.objects.filter(kind="statements.personal")
        digest = statement.signable_version.digest
        said = {"digest": digest, "name": "Ines Roth", "affiliation": "University", "language_read": "en"}
        with pytest.raises(TextChanged):
            services.sign_personally(person.pk, **(said | {"digest": "0" * 64}), now=now)
        services.sign_personally(person.pk, **said, now=now)
        assert PersonalSignature.objects.shown().get().name == "Ines Roth"
        assert names_under(statement) == []  # she binds no organization
        change(statement, "material", "We demand[^1].\n\n[^1]: Source.")
        assert not PersonalSignature.objects.shown().exists()
        services.answer_no(person.pk, now=now)
        assert PersonalSignature.objects.get().state == "declined"
        link = next(word for word in email.payload["text"].split() if "/personal/" in word)
        page = client.get(link.split("8000", 1)[-1].split("testserver", 1)[-1])
        assert page.status_code == 200
        assert "no-store" in page.headers["Cache-Control"]
        assert client.get("/statements/personal/" + "A" * 32 + "/").status_code == 404
