"""The clocks: each does what its dry run said, no more and no less, and one that fails stops no other."""

import json
import os
from datetime import timedelta
from io import StringIO
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import KnownDevice, SignInCode, StaffLink
from campaigns.models import DelegateRequest, MembershipApplication
from campaigns.services.applying import LIFETIME
from config.celery import app
from letters.models import InboundMail, InboundOriginal
from outbox.models import Email, MailEvent, Refusal, Suppression
from outbox.services import write_email
from petitions import services
from petitions.models import CountChange, Handover, HandoverFile, Petition, Report, Signature
from petitions.services import import_files
from privacy import retention, tasks
from privacy.models import ErasureRecord, NetworkKey, RetentionRun, ThrottleLog
from privacy.retention import Clock
from statements.models import Invitation, PersonalSignature, Preview, PreviewView, Question
from tests.factories import make_bare_letter, make_delegate, make_petition, make_published, make_user

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def now():
    """The present: the task and the command look at the real clock."""
    return timezone.now()


def run(name, now):
    [outcome] = [outcome for outcome in retention.run(now=now) if outcome.clock.name == name]
    assert not outcome.error
    return outcome.done


def sign(petition, now, number=1, *, confirmed=True, **changed):
    said = {"name": "김민지", "email": f"p{number}@people.example", "language": "en", "network": b"n" * 16}
    services.sign_petition(petition, **(said | changed), now=now)
    signature = Signature.objects.latest("pk")
    return services.confirm_signature(signature.pk, now=now) if confirmed else signature


def mail(state, now, **fields):
    email = write_email("django", to="a@people.example", subject="s", text="t", key=f"{uuid4()}", now=now)
    Email.objects.filter(pk=email.pk).update(state=state, sent_at=now if state == "sent" else None, **fields)
    return email


def people_around(statement, user, *sides):
    """Of whoever applies, is named as a colleague, asks, declines, or signs for themselves, one row for each side."""
    delegates = [make_delegate() for _ in sides]
    for side, delegate in zip(sides, delegates, strict=True):
        address = {"address": "ines@people.example", "address_fingerprint": str(side).encode()}
        MembershipApplication.objects.create(name="A", contact_name="Ines", created_at=side - LIFETIME, **address)
        MembershipApplication.objects.create(
            name="B",
            contact_name="Ines",
            state="refused",
            organization=delegate.organization,
            created_at=side - 400 * DAY,
            confirmed_at=side - 400 * DAY,
            decided_at=side - 365 * DAY,
            **address,
        )
        DelegateRequest.objects.create(
            organization=delegate.organization,
            asked_by=user,
            name="Ines",
            state="refused",
            created_at=side - 400 * DAY,
            decided_at=side - 365 * DAY,
            **address,
        )
        line = Invitation.objects.create(
            statement=statement,
            organization=delegate.organization,
            invited_by=user,
            invited_at=side - 400 * DAY,
            answered_at=side - 365 * DAY,
            state="declined",
            reason="No.",
        )
        Question.objects.create(invitation=line, asked_by=user, asked_at=side - 365 * DAY, text="Why?")
        PersonalSignature.objects.create(
            statement=statement, name="Ines", invited_by=user, invited_at=side - 365 * DAY, **address
        )


def mails_that_came(*sides):
    """Set aside, and recorded by somebody who wrote two years ago, one row for each side."""
    letter = make_bare_letter()
    for number, side in enumerate(sides):
        said = {"provider": "upload", "kind": "answer", "sender": "Ines", "size": 1, "letter": letter}
        aside = InboundMail.objects.create(
            digest=f"a{number}".encode(), state="aside", received_at=side, settled_at=side - 90 * DAY, **said
        )
        InboundMail.objects.create(
            digest=f"b{number}".encode(),
            state="recorded",
            received_at=side - 730 * DAY,
            sender_fingerprint=b"s",
            **said,
        )
        InboundOriginal.objects.create(mail=aside, content=b"mail", received_at=side - 90 * DAY)


@pytest.fixture
def everything(now, settings, tmp_path):
    """Of each kind of data one row that is due and one that is not, a minute on either side."""
    early, late = now - timedelta(minutes=1), now + timedelta(minutes=1)
    user = make_user("editor")
    settings.VAR_DIR = tmp_path
    asked = import_files.Asked(1, "paper", None, "A vigil.", "ko")
    for side in (early, late):
        written = (side - import_files.LIFETIME).timestamp()
        os.utime(tmp_path / "imports" / import_files.keep(asked, b"name", by=user), (written, written))
    for side in (early, late):
        petition = make_petition()
        sign(petition, side - 365 * DAY)
        pending = sign(petition, side - 7 * DAY, 2, confirmed=False)
        erased = sign(petition, side - DAY, 3)
        Signature.objects.filter(pk=erased.pk).update(state="erased", forgotten_at=side)
        Signature.objects.filter(pk=pending.pk).update(network_hash=None)
        Petition.objects.filter(pk=petition.pk).update(closes_at=side - 365 * DAY, state="closed")
        handover = Handover.objects.create(
            petition=petition, as_of=side - 90 * DAY, count=1, digest=str(side)[:64], made_by=user
        )
        HandoverFile.objects.create(handover=handover, name="names.csv", has_names=True, content="eA==", size=1)
        closing = make_petition()
        Signature.objects.filter(pk=sign(closing, side - DAY).pk).update(state="erased", forgotten_at=side)
        Petition.objects.filter(pk=closing.pk).update(closes_at=side - DAY)
        Report.objects.create(petition=closing, about="other", text="…", at=now, decided_at=side - 180 * DAY)
        Refusal.objects.create(to_fingerprint=b"r", about=f"petition:{closing.pk}", at=now)
        for days in (30, 365):
            mail("sent", side - days * DAY)
        address = str(side).encode()
        Suppression.objects.create(fingerprint=address, reason="bounced", since=side - 730 * DAY)
        moments = {"happened_at": now, "received_at": side - 90 * DAY}
        MailEvent.objects.create(digest=address, provider="postmark", kind="delivered", **moments)
        SignInCode.objects.create(user=user, session_hash=b"s", code_hash=b"c", expires_at=side - DAY)
        Session.objects.create(session_key=str(side), session_data="", expire_date=side)
        StaffLink.objects.create(
            kind="invitation", user=user, sent_by=user, nonce=b"", sent_at=now, expires_at=side - 30 * DAY, used_at=now
        )
        KnownDevice.objects.create(user=user, nonce=b"", known_since=now, last_used_at=side - 400 * DAY)
        ErasureRecord.objects.create(mark=b"m", erased_at=side - 400 * DAY)
        ThrottleLog.objects.create(bucket=str(side).encode(), hits=b"", expires_at=side)
    statement = make_published()
    for side in (early, late):
        preview = Preview.objects.create(
            statement=statement,
            name="Ines",
            address="ines@news.example",
            address_fingerprint=str(side).encode(),
            language="en",
            created_by=user,
            created_at=side - 200 * DAY,
            expires_at=side - 180 * DAY,
        )
        PreviewView.objects.create(preview=preview, at=side - 365 * DAY)
    people_around(statement, user, early, late)
    mails_that_came(early, late)
    for days in (29, 30, 31):
        NetworkKey.objects.create(day=(now - days * DAY).date(), key=b"k")


class TestEveryClock:
    def test_a_dry_run_says_exactly_what_the_run_then_does(self, everything, now):
        looked = {outcome.clock.name: outcome for outcome in retention.look(now=now)}
        ran = {outcome.clock.name: outcome for outcome in retention.run(now=now)}
        assert {name: outcome.due for name, outcome in looked.items()} == {
            name: outcome.done for name, outcome in ran.items()
        }
        idle = {name for name, outcome in ran.items() if not outcome.done}
        assert not idle, "a clock without a due row in this test proves nothing"
        again = {name: outcome.done for name, outcome in ran.items()} and retention.run(now=now)
        assert [outcome.clock.name for outcome in again if outcome.done] == []

    def test_a_dry_run_changes_nothing(self, everything, now, django_assert_num_queries):
        before = self.contents()
        call_command("retention", "--dry-run", stdout=StringIO())
        assert self.contents() == before

    def contents(self):
        models = (
            Signature,
            Email,
            SignInCode,
            Session,
            StaffLink,
            KnownDevice,
            ErasureRecord,
            NetworkKey,
            Preview,
            PreviewView,
            RetentionRun,
        )
        return [list(model.objects.order_by("pk").values()) for model in models]

    def test_one_in_many_batches_does_the_same(self, everything, now, monkeypatch):
        looked = [outcome.due for outcome in retention.look(now=now)]
        monkeypatch.setattr(retention, "BATCH", 1)
        assert [outcome.done for outcome in retention.run(now=now)] == looked

    def test_the_oldest_that_stays_is_younger_than_the_rule_allows(self, everything, now):
        outcomes = [outcome for outcome in retention.run(now=now) if outcome.oldest]
        assert len(outcomes) > 8
        for outcome in outcomes:
            assert outcome.oldest > now - outcome.clock.after, outcome.clock.name

    def test_the_last_run_is_kept(self, everything, now):
        retention.run(now=now)
        retention.run(now=now)
        row = RetentionRun.objects.get(clock="accounts.sign_in_codes")
        assert (row.done, row.done_in_all, row.error) == (0, 1, "")

    def test_one_that_fails_stops_no_other_and_is_named(self, everything, now, monkeypatch, caplog):
        def fail(before):
            yield 1
            raise ValueError("a@people.example")

        broken = Clock("a.broken", "", "", DAY, "", fail, lambda before: 1, lambda: None)
        monkeypatch.setitem(retention._clocks, broken.name, broken)
        said = StringIO()
        with pytest.raises(CommandError, match=r"These clocks failed, the others ran: a\.broken\."):
            call_command("retention", "--json", stdout=said)
        outcomes = {outcome["clock"]: outcome for outcome in json.loads(said.getvalue())}
        assert (outcomes["a.broken"]["done"], outcomes["a.broken"]["error"]) == (1, "ValueError")
        assert outcomes["accounts.sign_in_codes"]["done"] == 1
        assert RetentionRun.objects.get(clock="a.broken").error == "ValueError"

    def test_the_task_runs_them_every_hour(self, everything):
        [entry] = [entry for entry in app.conf.beat_schedule.values() if entry["task"] == tasks.run_retention.name]
        assert len(entry["schedule"].hour) == 24
        tasks.run_retention()
        assert RetentionRun.objects.count() == len(retention.clocks())

    def test_the_table_says_each_rule_in_words(self, everything):
        said = StringIO()
        call_command("retention", "--dry-run", stdout=said)
        assert (
            "Unconfirmed signatures: 7 days after the last confirmation mail. The signature is del" in said.getvalue()
        )
        assert "Fingerprints of erased signatures: 24 hours after" in said.getvalue()


class TestWhoSigned:
    def test_a_year_after_closing_nothing_says_who_it_was_and_the_count_stays(self, now):
        petition = make_petition()
        signature = sign(petition, now, comment="I know why.", show_name="alias", alias="Minji", country="KR")
        services.refresh_signature_counts(now=now)
        Petition.objects.filter(pk=petition.pk).update(state="closed", closes_at=now)
        assert run("petitions.persons", now + 365 * DAY - SECOND) == 0
        signature.refresh_from_db()
        assert signature.name == "김민지"
        assert run("petitions.persons", now + 365 * DAY) == 1
        signature.refresh_from_db()
        said = (signature.name, signature.address, signature.comment, signature.alias, signature.address_fingerprint)
        assert said == ("", "", "", "", None)
        assert (signature.state, signature.country, signature.show_name) == ("confirmed", "KR", "private")
        assert services.audit_signature_counts(now=now) == []
        assert Petition.objects.get().signature_count == 1
        assert not CountChange.objects.exists()

    def test_two_who_are_forgotten_do_not_collide(self, now):
        petition = make_petition()
        sign(petition, now, 1)
        sign(petition, now, 2)
        Petition.objects.filter(pk=petition.pk).update(state="closed", closes_at=now)
        assert run("petitions.persons", now + 365 * DAY) == 2

    def test_while_it_is_open_it_may_be_as_old_as_it_likes(self, now):
        sign(make_petition(), now)
        assert run("petitions.persons", now + 3_650 * DAY) == 0

    def test_a_link_of_an_old_mail_leads_nowhere(self, now):
        petition = make_petition()
        signature = sign(petition, now)
        url = services.links.link("confirm", signature, "en")
        token = url.rstrip("/").rpartition("/")[2]
        assert services.find_signature(token, "confirm") == signature
        Petition.objects.filter(pk=petition.pk).update(state="closed", closes_at=now)
        run("petitions.persons", now + 365 * DAY)
        assert services.find_signature(token, "confirm") is None


class TestMail:
    @pytest.mark.parametrize("state", ["sent", "failed", "cancelled", "withheld"])
    def test_words_go_after_thirty_days_and_the_row_stays(self, now, state):
        email = mail(state, now)
        assert run("outbox.bodies", now + 30 * DAY - SECOND) == 0
        assert run("outbox.bodies", now + 30 * DAY) == 1
        email.refresh_from_db()
        assert (email.payload, email.to, email.subject, email.state) == (None, "", "", state)

    @pytest.mark.parametrize("state", ["queued", "sending", "uncertain"])
    def test_what_is_not_settled_is_kept(self, now, state):
        mail(state, now)
        assert run("outbox.bodies", now + 400 * DAY) == 0

    def test_one_that_was_tried_for_long_counts_from_its_last_attempt(self, now):
        mail("failed", now, due_at=now + 5 * DAY)
        assert run("outbox.bodies", now + 34 * DAY) == 0
        assert run("outbox.bodies", now + 35 * DAY) == 1
