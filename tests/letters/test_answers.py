"""Mail that comes back: what it is, whose letter it answers, once however often it comes, and nothing lost."""

import base64
import hashlib
import hmac
import json
import subprocess
import time
import zipfile
from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone

from accounts.models import AuditEntry, User
from letters import services
from letters.bundle import Bundle
from letters.exceptions import LettersError
from letters.inbound import reading
from letters.models import FollowUp, InboundFile, InboundMail, InboundOriginal, Letter, Reply
from letters.reply_addresses import letter_of, reply_address
from letters.services.following_up import coalition_day
from outbox.models import Email, MailEvent, Suppression, WebhookCount
from outbox.tasks import send_due_mail
from privacy import erasure, retention
from statements.services import request_release
from tests import memory
from tests.factories import make_published, make_recipient, make_template, make_user
from tests.letters import mails
from tests.outbox.test_reports import write

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def _written(rows_for_many):
    """Two letters that left three hours ago, one of them to the office of tests.letters.mails."""

    def make():
        make_template("en")
        now = timezone.now() - timedelta(hours=3)
        offices = [make_recipient("Northland", email="minister@northland.example"), make_recipient("Merrow")]
        sender = make_user("sender")
        release = request_release(
            make_published().pk, offices, language="en", reply_by=now.date() + 30 * DAY, by=sender, now=now
        )
        services.approve_release(release.pk, by=make_user("sender"), now=now)
        Email.objects.filter(letter__isnull=False).update(state="sent", sent_at=now)
        return sender.pk

    with override_settings(REPLY_ADDRESS="reply@coalition.example"), rows_for_many(make) as made:
        yield made


@pytest.fixture(autouse=True)
def _address(settings):
    settings.REPLY_ADDRESS = "reply@coalition.example"


@pytest.fixture
def letter(_written):
    return Letter.objects.select_related("recipient", "email", "release").get(recipient__name="Northland")


@pytest.fixture
def staff(_written):
    return User.objects.get(pk=_written)


@pytest.fixture
def to(letter):
    return reply_address(letter)


def take(raw, **said):
    return services.take_in(raw, **({"provider": "upload", "now": timezone.now()} | said))


def test_each_letter_asks_for_its_answer_at_an_address_of_its_own(letter, to, settings, sent_mail):
    other = Letter.objects.get(recipient__name="Merrow")
    assert letter_of([f"A. Minister <{to.upper()}>, x@y.example"]) == letter  # mail systems change the case
    assert letter_of([reply_address(other)]) == other
    assert len(to.partition("@")[0]) <= 64
    for wrong in (to.replace("@coalition", "@elsewhere"), to[:10] + "aaaaa" + to[15:], "reply@coalition.example", ""):
        assert letter_of([wrong]) is None
    letter.reply_nonce = b"x" * 16  # a new nonce revokes
    letter.save()
    assert letter_of([to]) is None
    Email.objects.filter(letter=other).update(state="queued", sent_at=None)
    Email.objects.filter(pk=other.email_id).update(due_at=timezone.now())
    send_due_mail()
    assert memory.sent[-1]["Reply-To"] == reply_address(other)
    assert to.split("@")[0] not in json.dumps(other.copy)


P = mails.plain
TO, REF, NO = "address", "reference", ""
# What came: (the mail, what it is, how it is matched, its state); t is the letter's address, m its Message-ID.
TABLE = {
    "an answer to the letter's own address": (lambda t, m: P(t), "answer", TO, "new"),
    "an answer to our public address": (lambda t, m: P(In_Reply_To=f"<a@b.example> {m}"), "answer", REF, "new"),
    "an answer further down the thread": (lambda t, m: P(References=f"{m} <b@c.example>"), "answer", REF, "new"),
    "a mail about nothing we know": (lambda t, m: P(), "answer", NO, "parked"),
    "out of office, by its header": (lambda t, m: P(t, Auto_Submitted="auto-replied"), "automatic", TO, "new"),
    "a person's mail that says so": (lambda t, m: P(t, Auto_Submitted="no"), "answer", TO, "new"),
    "out of office, Exchange": (lambda t, m: P(t, X_Auto_Response_Suppress="All"), "automatic", TO, "new"),
    "out of office, by its words": (lambda t, m: P(t, subject="Out of Office: Re: A"), "automatic", TO, "new"),
    "부재중": (lambda t, m: P(t, subject="[부재중] 자동 회신: 요청"), "automatic", TO, "new"),
    "自动回复": (lambda t, m: P(t, subject="自动回复: 请求"), "automatic", TO, "new"),
    "a list's mail": (lambda t, m: P(t, Precedence="bulk"), "automatic", TO, "new"),
    "a read receipt": (lambda t, m: mails.receipt(t), "receipt", TO, "new"),
    "a bounce of the letter": (lambda t, m: mails.returned(m), "bounce", REF, "settled"),
    "a bounce of nothing we sent": (lambda t, m: mails.returned("<x@y.example>"), "bounce", NO, "parked"),
    "a bounce in a server's own words": (
        lambda t, m: P(From="mailer-daemon@mx.example", subject="failure notice", References=m),
        "bounce", REF, "settled",
    ),
    "a full mailbox": (lambda t, m: mails.returned(m, status="4.2.2"), "bounce", REF, "new"),
    "our own mail": (lambda t, m: P(t, From="Outcry <post@coalition.example>"), "own", NO, "parked"),
    "our own address answering": (lambda t, m: P(t, From=t), "own", NO, "parked"),
    "a loop": (lambda t, m: b"Received: by a\r\n" * 50 + P(t), "own", NO, "parked"),
}  # fmt: skip


@pytest.mark.parametrize("what", TABLE)
def test_what_comes_is_told_apart_and_matched_and_nobody_is_answered(letter, to, what):
    make, kind, matched_by, state = TABLE[what]
    before = Email.objects.count()
    mail, is_new = take(make(to, letter.email.message_id))
    assert is_new
    assert (mail.kind, mail.matched_by, mail.state) == (kind, matched_by, state)
    assert mail.letter == (letter if matched_by else None)
    assert bool(mail.why) == (state == "parked")
    assert Email.objects.count() == before


def test_a_letter_that_bounces_is_in_trouble_its_address_suppressed_and_it_may_be_written_anew(letter):
    for _ in range(2):
        take(mails.returned(letter.email.message_id))
    letter = Letter.objects.with_progress().get(pk=letter.pk)
    assert (letter.progress, letter.days_of_silence(timezone.now())) == ("bounced", None)
    assert list(Letter.objects.in_trouble()) == list(Letter.objects.never_left()) == [letter]
    suppression = Suppression.objects.get()
    assert (suppression.reason, suppression.state) == ("bounced", "task")
    assert "minister" not in suppression.answer + MailEvent.objects.get().answer
    other = write(1)
    Email.objects.filter(pk=other.pk).update(state="sent", sent_at=timezone.now())
    mail, _new = take(mails.returned(other.message_id))
    assert (mail.state, mail.letter) == ("settled", None)  # of another mail than a letter


@pytest.mark.parametrize("action", ["failed", "delayed"])
def test_what_only_waits_or_is_forged_suppresses_nobody(letter, action):
    take(mails.returned(letter.email.message_id, action=action, status="4.4.1"))
    take(mails.returned("<forged@coalition.example>"))
    assert not Suppression.objects.exists()
    assert Letter.objects.sent().count() == 2


MARKUP = """<style>p{}</style><p>We <b>agree</b>.<br>See <a href='https://n.example/'>this</a></p>
<script>alert(1)</script><img src=x onerror=alert(2)>"""
KOREAN, AGREE = "검토하겠습니다.", "We agree."
MIXED = "Content-Type: multipart/mixed"
BAD = {"subject": b"=?x-none?q?=ff?= =?utf-8?b?4?="}
HOSTILE = {
    "HTML alone": (lambda t: mails.html(t, MARKUP), "We agree.\nSee this <https://n.example/>"),
    "Korean in a charset of old": (
        lambda t: mails.raw(t, "Content-Type: text/plain; charset=ks_c_5601-1987\r\n", KOREAN.encode("cp949")), KOREAN,
    ),
    "a charset that nobody knows": (
        lambda t: mails.raw(t, "Content-Type: text/plain; charset=x-no-such\r\n", KOREAN.encode()), KOREAN,
    ),
    "NUL and controls": (lambda t: mails.raw(t, "", b"We\x00 agree\x1b.\r\n"), AGREE),
    "no end": (lambda t: mails.raw(t, f'{MIXED}; boundary="b"\r\n', b"--b\r\n\r\nWe agree."), AGREE),
    "no boundary": (lambda t: mails.raw(t, f"{MIXED}\r\n", b"We agree."), AGREE),
    "broken base64": (lambda t: mails.raw(t, "Content-Transfer-Encoding: base64\r\n", b"V2UgYWdyZWUu!!!"), AGREE),
    "words with a broken coding": (lambda t: mails.raw(t, "X-A: =?utf-8?b?!?=\r\n", b"We agree.", **BAD), AGREE),
    "a dead end": (lambda t: mails.raw(t, "Content-Type: text/plain; charset*=x'y\r\n", AGREE.encode()), AGREE),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_whatever_a_mail_is_made_of_its_words_are_read(to, letter, what):
    make, words = HOSTILE[what]
    mail, _new = take(make(to))
    assert (mail.state, mail.letter) == ("new", letter)
    mail.refresh_from_db()
    assert mail.text.strip() == words
    assert "\x00" not in mail.subject + mail.sender
    assert mail.is_html_only == (what == "HTML alone")


def test_a_mail_that_would_cost_too_much_or_is_none_is_parked_with_its_bytes(to):
    nested = "".join(f'Content-Type: multipart/mixed; boundary="{n}"\r\n\r\n--{n}\r\n' for n in range(500))
    bombs = [
        mails.raw(to, "", b"\r\n--b\r\n" * 50_000),
        mails.raw(to, nested, b""),
        b"A:\r\n" * 100_000,
        b"\xff\xfe" * 50,
    ]
    started = time.process_time()
    for bomb in bombs[:3]:
        mail, _new = take(bomb, envelope_recipients=[to])
        assert (mail.state, mail.why) == ("parked", "unreadable")
        assert bytes(mail.original.content) == bomb
        assert mail.letter  # by its envelope
    assert take(bombs[3])[0].state == "parked"
    for soup in ("<div>" * 100_000, "<p><b><a href=" * 20_000, "<table><tr><td>" * 20_000, "<!--" * 100_000):
        assert take(mails.html(to, soup + "We agree."))[0].state == "new"
    assert time.process_time() - started < 6


def test_files_are_kept_as_they_came_under_a_harmless_name(to):
    mail, _new = take(mails.with_file(to, b"TNEF\x00", name="../../win\u202email.dat", subtype="ms-tnef"))
    file = mail.files.get()
    assert (file.name, bytes(file.content), file.is_winmail) == ("winmail.dat", b"TNEF\x00", True)
    assert file.digest == hashlib.sha256(b"TNEF\x00").hexdigest()


def test_a_mail_of_thirty_megabytes_is_refused_in_words_and_staff_hear_of_it(to, letter, staff):
    large = mails.plain(to, text="We agree.\n" + "A" * 10) + b"x" * reading.MAX_MAIL
    mail, _new = take(large)
    assert (mail.state, mail.why, mail.letter) == ("parked", "too_large", letter)
    assert mail.size == len(large)
    assert not InboundOriginal.objects.exists()
    for upload, words in ((large, "25 MB"), (b"", "empty"), (b"%PDF-1.7\n...", "no mail")):
        with pytest.raises(LettersError, match=words):
            services.upload_mail(upload, by=staff, now=timezone.now())
    mail, _new = services.upload_mail(mails.plain(to), by=staff, now=timezone.now())
    assert (mail.uploaded_by, mail.letter) == (staff, letter)


def test_the_same_mail_is_one_row_by_whichever_way_and_another_under_its_number_is_not(to):
    first, _new = take(mails.plain(to), provider="mailgun", event_id="1")
    again = [
        take(mails.plain(to), provider="mailgun", event_id="1"),
        take(b"Received: by another way\r\n" + mails.plain(to), provider="postmark", event_id="7"),
        take(mails.plain(to, text="Other words."), provider="mailgun", event_id="1"),  # a replay under other words
    ]
    assert again == [(first, False)] * 3
    assert take(mails.plain(to, text="Other words."))[1]  # under the same Message-ID: nothing is lost
    assert InboundMail.objects.count() == 2


def test_an_answer_proves_that_an_uncertain_letter_arrived(letter, to):
    Email.objects.filter(pk=letter.email_id).update(state="uncertain", sent_at=None, data_begun_at=timezone.now() - DAY)
    take(mails.plain(to))
    assert Letter.objects.sent().filter(pk=letter.pk).exists()


# --- By webhook ---------------------------------------------------------------------------------------------------
KEY, PAIR = "a-signing-key", "mail:a-long-password"


@pytest.fixture
def _secrets(settings):
    settings.ANYMAIL = {
        "WEBHOOK_SECRET": [PAIR], "MAILGUN_WEBHOOK_SIGNING_KEY": KEY, "MAILERSEND_INBOUND_SECRET": "s",
    }  # fmt: skip


def mailgun(client, raw, *, key=KEY, age=0, once="t1", to="", **extra):
    moment = str(int(time.time()) - age)
    signature = hmac.new(key.encode(), f"{moment}{once}".encode(), hashlib.sha256).hexdigest()
    body = {"timestamp": moment, "token": once, "signature": signature, "recipient": to, "body-mime": raw.decode()}
    return client.post("/webhooks/mail/mailgun/inbound/", body, **extra)


def postmark(client, raw, password=PAIR, **extra):
    said = {"Authorization": f"Basic {base64.b64encode(password.encode()).decode()}"}
    body = json.dumps({"MessageID": "u1", "OriginalRecipient": "x@y.example", "RawEmail": raw.decode()})
    return client.post("/webhooks/mail/postmark/inbound/", body, content_type="application/json", headers=said, **extra)


def mailersend(client, raw):
    body = json.dumps({"type": "inbound.message", "data": {"id": "m1", "raw": raw.decode(), "recipients": {}}})
    signature = hmac.new(b"s", body.encode(), hashlib.sha256).hexdigest()
    return client.post(
        "/webhooks/mail/mailersend/inbound/", body, content_type="application/json", headers={"Signature": signature}
    )


@pytest.mark.usefixtures("_secrets")
def test_every_provider_hands_on_a_mail_once_and_a_forged_one_is_refused(client, letter, to, rounds):
    times = rounds(6, 10_000)
    assert {mailgun(client, mails.plain(to)).status_code for _ in range(times)} == {200}
    assert WebhookCount.objects.get(provider="mailgun").repeated == times - 1
    for post in (postmark, mailersend):
        assert post(client, mails.plain(to)).status_code == 200
    assert InboundMail.objects.get().letter == letter
    assert mailgun(client, mails.plain(to, text="Forged."), key="another", once="t2").status_code == 403
    assert mailgun(client, mails.plain(to, text="Old."), age=8 * 86_400, once="t3").status_code == 403
    assert postmark(client, mails.plain(to, text="Forged."), "mail:wrong").status_code == 403
    assert client.post("/webhooks/mail/brevo/inbound/", {}).status_code == 404
    assert InboundMail.objects.count() == 1
    assert WebhookCount.objects.get(provider="mailgun").refused == 2


@pytest.mark.usefixtures("_secrets")
def test_a_call_with_a_large_mail_is_taken_and_a_monstrous_one_is_refused_for_good_and_noted(client, to):
    assert postmark(client, mails.plain(to) + b"x" * 5_000_000).status_code == 200
    for _ in range(2):
        assert postmark(client, mails.plain(to), CONTENT_LENGTH="90000000").status_code == 406
    parked = InboundMail.objects.get(why="too_large")
    assert (parked.provider, parked.size) == ("postmark", 0)
    assert InboundMail.objects.filter(state="new").get().size > 5_000_000
    large = mails.plain(to, text="Large.") + b'name="body-mime"\r\n' * 200_000
    assert mailgun(client, large).status_code == 200
    assert mailgun(client, large, once="t2", key="another").status_code == 403
    [(size, original)] = InboundMail.objects.filter(provider="mailgun").values_list("size", "original__content")
    assert (size, bytes(original)) == (len(large), large)
    body = client.post("/webhooks/mail/mailgun/inbound/", b"\xff", content_type="application/json")
    assert body.status_code == 403


# --- At the desk ---------------------------------------------------------------------------------------------------
def test_staff_assign_record_set_aside_and_take_up(letter, staff):
    now = timezone.now()
    mail, _new = take(mails.plain())
    with pytest.raises(LettersError, match="which letter"):
        services.record_mail(mail.pk, kind=Reply.Kind.ANSWER, summaries={}, by=staff, now=now)
    services.set_mail_aside(mail.pk, reason="An advertisement.", by=staff, now=now)
    with pytest.raises(LettersError, match="already"):
        services.assign_mail(mail.pk, letter=letter, by=staff, now=now)
    assert services.take_mail_up(mail.pk, by=staff, now=now).why == "unmatched"
    services.assign_mail(mail.pk, letter=letter, by=staff, now=now)
    reply = services.record_mail(mail.pk, kind=Reply.Kind.ANSWER, summaries={}, by=staff, now=now)
    mail.refresh_from_db()
    assert (reply.text, reply.visibility, mail.state) == (mails.WORDS, "private", "recorded")
    assert (reply.received_at, reply.letter) == (mail.received_at, letter)


def test_a_reply_becomes_public_with_its_summary_or_whole_and_private_again(letter, staff):
    now = timezone.now()
    mail, _new = take(mails.plain(In_Reply_To=letter.email.message_id))
    reply = services.record_mail(mail.pk, kind=Reply.Kind.ANSWER, summaries={}, by=staff, now=now)

    def publish(visibility, text="", summaries=None, language="en"):
        return services.publish_reply(
            reply.pk, visibility=visibility, summaries=summaries or {}, public_text=text, public_language=language,
            by=staff, now=now,
        )  # fmt: skip

    for wrong in (("private",), ("summary",), ("full", " "), ("full", "x" * 20_001), ("full", "Yes.", {}, "")):
        with pytest.raises(LettersError):
            publish(*wrong)
    assert publish("full", "We will raise this.").is_public
    reply = services.take_back_reply(reply.pk, reason="They asked.", by=staff, now=now)
    assert (reply.visibility, reply.public_text, reply.text) == ("private", "", mails.WORDS)
    assert publish("summary", summaries={"ko": "제기하겠다고 합니다."}).public_text == ""


# --- Silence -------------------------------------------------------------------------------------------------------
def test_silence_becomes_a_task_at_each_span_once_with_one_reminder_and_an_answer_ends_it(letter, staff, to):
    left = letter.email.sent_at
    assert services.open_follow_ups(now=left + 13 * DAY) == 0
    for _ in range(2):  # two beats
        services.open_follow_ups(now=left + 14 * DAY)
    first = FollowUp.objects.get(letter=letter)
    assert (first.after_days, first.owner, first.state) == (14, staff, "open")
    assert (first.due_on - coalition_day(left)).days == 14
    reminders = Email.objects.filter(kind="letters.follow_ups")
    assert reminders.count() == 1  # two letters, one mail
    assert services.open_follow_ups(now=left + 61 * DAY) == 2  # the span of 30 days passed while nobody looked
    first.refresh_from_db()
    assert (first.state, reminders.count()) == ("passed", 2)
    second = FollowUp.objects.get(letter=letter, after_days=60)
    services.note_follow_up(second.pk, note="Called the cabinet.", by=staff, now=left + 62 * DAY)
    with pytest.raises(LettersError):
        services.note_follow_up(second.pk, note="Again.", by=staff, now=left + 62 * DAY)
    other = FollowUp.objects.open().get()
    services.record_reply(
        other.letter, kind=Reply.Kind.AUTOMATIC, received_on=left.date(), summaries={}, by=staff, now=left + 63 * DAY
    )
    assert FollowUp.objects.open().exists()  # no answer
    services.record_reply(
        other.letter, kind=Reply.Kind.ANSWER, received_on=left.date(), summaries={}, by=staff, now=left + 63 * DAY
    )
    other.refresh_from_db()
    assert other.state == "answered"
    assert services.open_follow_ups(now=left + 400 * DAY) == 1  # only the one that is still silent
    services.set_follow_up_days(letter.release_id, days=[120, 7], by=staff, now=left)
    with pytest.raises(LettersError):
        services.set_follow_up_days(letter.release_id, days=[0], by=staff, now=left)
    assert services.open_follow_ups(now=left + 400 * DAY) == 1


def test_days_are_counted_in_the_coalitions_zone(letter, settings):
    settings.TIME_ZONE = "Asia/Seoul"
    evening = timezone.datetime.fromisoformat("2026-03-01T14:30:00+00:00")  # 23:30 in Seoul
    Email.objects.filter(letter__isnull=False).update(sent_at=evening)
    assert services.open_follow_ups(now=evening + 13 * DAY + timedelta(minutes=29)) == 0
    assert services.open_follow_ups(now=evening + 13 * DAY + timedelta(minutes=31)) == 2  # midnight has passed there


def test_a_bounced_letter_is_not_silent(letter):
    take(mails.returned(letter.email.message_id))
    services.open_follow_ups(now=letter.email.sent_at + 20 * DAY)
    assert not FollowUp.objects.filter(letter=letter).exists()


# --- How long ------------------------------------------------------------------------------------------------------
def test_originals_and_what_was_set_aside_are_forgotten_in_time_and_a_person_at_once(letter, to, staff):
    now = timezone.now()
    kept, _new = take(mails.with_file(to, b"%PDF", name="answer.pdf"))
    aside, _new = take(mails.plain(text="Buy this."))
    services.set_mail_aside(aside.pk, reason="An advertisement.", by=staff, now=now)
    retention.run(now=now + 91 * DAY)
    aside.refresh_from_db()
    assert (aside.text, aside.sender, bool(aside.forgotten_at)) == ("", "", True)
    assert not InboundOriginal.objects.exists()
    assert InboundFile.objects.get().mail == kept
    services.record_mail(kept.pk, kind=Reply.Kind.ANSWER, summaries={}, by=staff, now=now)
    stranger, _new = take(mails.plain(text="I am a person."))
    minister = erasure.fingerprint_of("minister@northland.example")
    erasure.erase_person(minister, by=None, reason="asked", now=timezone.now())
    for mail in (kept, stranger):
        mail.refresh_from_db()
        assert (mail.sender, bytes(mail.sender_fingerprint)) == ("", b"")
    assert (kept.text, stranger.text) == (mails.WORDS, "")  # an office's answer is nobody's personal mail


def test_nothing_of_a_mail_stands_in_clear_in_the_database(to):
    take(mails.with_file(to, b"a secret file", name="secret.pdf"))
    with connection.cursor() as cursor:
        for table in ("letters_inboundmail", "letters_inboundfile", "letters_inboundoriginal"):
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608
            said = repr([[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor.fetchall()])
            assert "northland" not in said
            assert "secret" not in said
            assert "neighbors" not in said


# --- The ledger ----------------------------------------------------------------------------------------------------
def test_the_ledger_is_a_zip_that_sha256sum_verifies_the_same_bytes_each_time(letter, staff, tmp_path, settings):
    settings.TIME_ZONE = "Asia/Seoul"
    take(mails.returned(Letter.objects.get(recipient__name="Merrow").email.message_id))
    reply = services.record_reply(
        letter, kind=Reply.Kind.ANSWER, received_on=timezone.localdate(), summaries={"en": "Yes."}, text="A secret.",
        by=staff, now=timezone.now(),
    )  # fmt: skip
    digest = letter.text_digest
    slug = letter.release.public_url.rstrip("/").rpartition("/")[2]
    call_command("export_ledger", slug, to=tmp_path, stdout=StringIO())
    file = tmp_path / f"ledger-{digest[:16]}.zip"
    assert file.read_bytes() == b"".join(Bundle(digest).chunks())
    with zipfile.ZipFile(file) as archive:
        archive.extractall(tmp_path)
    done = subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=tmp_path, check=True, capture_output=True)
    assert len(done.stdout.splitlines()) == len(archive.namelist()) - 1
    assert hashlib.sha256((tmp_path / "text" / f"{digest}.txt").read_bytes()).hexdigest() == digest
    folder = tmp_path / "letters" / f"{letter.reference}-{letter.pk}"
    assert hashlib.sha256((folder / "copy.json").read_bytes()).hexdigest() == letter.copy_digest
    assert (folder / "letter.pdf").read_bytes().startswith(b"%PDF")
    said = json.loads((folder / "replies" / "1.json").read_text())
    assert (said["text_digest"], "text" in said, "summaries" in said) == (
        hashlib.sha256(b"A secret.").hexdigest(), False, False,
    )  # fmt: skip
    progress = {json.loads(path.read_text())["progress"] for path in tmp_path.glob("letters/*/evidence.json")}
    assert progress == {"sent", "bounced"}
    assert b"A secret." in b"".join(Bundle(digest, with_private=True).chunks())
    services.publish_reply(
        reply.pk, visibility="full", summaries={}, public_text="In public.", public_language="en", by=staff,
        now=timezone.now(),
    )  # fmt: skip
    public = b"".join(Bundle(digest).chunks())
    assert b"In public." in public
    assert b"A secret." not in public
    for wrong in ("no-such-statement", "0" * 64):
        with pytest.raises(CommandError, match="No letters"):
            call_command("export_ledger", wrong, to=tmp_path)


# --- Pages of the desk ---------------------------------------------------------------------------------------------
def test_staff_work_through_their_mail_at_the_desk(client, letter, staff, to):
    client.force_login(staff)
    upload = "/admin/letters/inboundmail/add/"
    for content, words in ((b"%PDF", "no mail"), (b"", "empty")):
        refused = client.post(upload, {"file": SimpleUploadedFile("a.eml", content)})
        assert refused.status_code == 422
        assert words in refused.content.decode()
    raw = mails.with_file("", b"%PDF <script>", name="answer.pdf")
    client.post(upload, {"file": SimpleUploadedFile("a.eml", raw)})
    mail = InboundMail.objects.get()
    page = f"/admin/letters/inboundmail/{mail.pk}/"
    shown = client.get(f"{page}change/").content.decode()
    assert mails.WORDS in shown
    assert "Assign it to a letter" in shown
    assert "Mails that came in" in client.get("/admin/").content.decode()
    download = client.get(f"/admin/letters/inboundmail/files/{mail.files.get().pk}/")
    assert (download.content, download["Content-Type"]) == (b"%PDF <script>", "application/octet-stream")
    assert 'attachment; filename="answer.pdf"' in download["Content-Disposition"]
    assert AuditEntry.objects.filter(act="letters.download_file", by=staff).count() == 1
    assert client.get(f"{page}original/").content == raw
    assert client.post(f"{page}actions/assign/", {"reference": "nothing"}).status_code == 422
    client.post(f"{page}actions/assign/", {"reference": letter.reference.lower()})
    assert "is not of the office" not in client.get(f"{page}change/").content.decode()
    client.post(f"{page}actions/record/", {"kind": "answer", "summaries_en": "They will."})
    reply = Reply.objects.get()
    publish = f"/admin/letters/reply/{reply.pk}/actions/publish/"
    form = {"visibility": "full", "summaries_en": "They will.", "public_text": "We will <b>.", "public_language": "en"}
    preview = client.post(publish, form).content.decode()
    assert "We will &lt;b&gt;." in preview
    assert "Nothing is published yet" in preview
    reply.refresh_from_db()
    assert reply.visibility == "private"
    assert client.post(publish, form | {"public_text": "", "confirm": "1"}).status_code == 422
    client.post(publish, form | {"confirm": "1"})
    assert "We will &lt;b&gt;." in client.get(f"/recipients/{letter.recipient.slug}/").content.decode()
    press = Client()
    press.force_login(make_user("press"))
    seen = press.get(f"/admin/letters/reply/{reply.pk}/change/").content.decode()
    assert "We will &lt;b&gt;." in seen
    assert mails.WORDS not in seen
    auditor = Client()
    auditor.force_login(make_user("auditor"))
    for address in (f"{page}change/", f"{page}original/"):
        assert auditor.get(address).status_code == 403
    client.post(f"/admin/letters/reply/{reply.pk}/actions/take_back/", {"reason": "They asked."})
    assert auditor.get(f"/admin/letters/reply/{reply.pk}/change/").status_code != 200
    export = auditor.post(f"/admin/letters/release/{letter.release_id}/actions/export_ledger/")
    assert mails.WORDS.encode() not in b"".join(export.streaming_content)
    assert AuditEntry.objects.filter(act="letters.export_ledger").count() == 1
    days = f"/admin/letters/release/{letter.release_id}/actions/set_follow_ups/"
    assert client.post(days, {"days": "7, soon"}).status_code == 422
    client.post(days, {"days": "30, 7"})
    letter.release.refresh_from_db()
    assert letter.release.follow_up_days == [7, 30]
