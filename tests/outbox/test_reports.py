"""What providers report: taken when it is signed, once however often, and what follows for the address."""

import hashlib
import hmac
import json
from base64 import b64encode
from datetime import timedelta

import pytest
from django.utils import timezone

from outbox import kinds
from outbox.models import Email, MailEvent, Suppression, WebhookCount
from outbox.services import write_email
from outbox.tasks import send_due_mail
from tests.factories import make_user

pytestmark = pytest.mark.django_db

KEY, PAIR = "a-signing-key", "reports:a-long-password"
LETTER = kinds.Kind("tests.office", may_repeat=False, to_office=True)
kinds.register(LETTER)


@pytest.fixture(autouse=True)
def _secrets(settings):
    settings.ANYMAIL = {
        "WEBHOOK_SECRET": [PAIR], "MAILGUN_WEBHOOK_SIGNING_KEY": KEY, "MAILERSEND_SIGNING_SECRET": "",
    }  # fmt: skip


@pytest.fixture
def sent(settings, tmp_path):
    """A letter that left for an office."""
    settings.MAIL_DIR = tmp_path
    email = write(1)
    send_due_mail()
    return email


def write(number, kind=LETTER.name, to="minister@office.example"):
    return write_email(kind, to=to, subject="…", text="…\n", key=f"report:{number}", now=timezone.now())


def mailgun(client, email, event="failed", *, key=KEY, nonce="t1", age=0, **data):
    moment = str(int(timezone.now().timestamp()) - age)
    signature = hmac.new(key.encode(), f"{moment}{nonce}".encode(), hashlib.sha256).hexdigest()
    body = {
        "signature": {"token": nonce, "timestamp": moment, "signature": signature},
        "event-data": {
            "event": event, "timestamp": float(moment), "recipient": "minister@office.example",
            "message": {"headers": {"message-id": email.message_id.strip("<>")}},
            "delivery-status": {"message": "550 <minister@office.example> unknown"},
            **data,
        },
    }  # fmt: skip
    return client.post("/webhooks/mail/mailgun/", json.dumps(body), content_type="application/json")


def test_a_letter_that_comes_back_is_marked_its_address_gets_no_more_and_staff_have_a_task(client, sent):
    assert mailgun(client, sent).status_code == 200
    sent.refresh_from_db()
    suppression = Suppression.objects.get()
    assert (MailEvent.objects.get().email, MailEvent.objects.get().kind) == (sent, "bounced")
    assert (sent.state, bool(sent.bounced_at)) == ("sent", True)
    assert (suppression.reason, suppression.state) == ("bounced", "task")
    assert "minister" not in suppression.answer + MailEvent.objects.get().answer
    again = write(2)
    send_due_mail()
    again.refresh_from_db()
    assert (again.state, "suppressed" in again.server_reply) == ("failed", True)


def test_the_same_event_ten_thousand_times_is_one_row(client, sent, rounds):
    times = rounds(20, 10_000)
    assert {mailgun(client, sent, "delivered").status_code for _ in range(times)} == {200}
    assert MailEvent.objects.count() == 1
    assert WebhookCount.objects.values_list("repeated", "refused").get() == (times - 1, 0)
    assert Email.objects.get(pk=sent.pk).delivered_at
    # The same signature under other words, which Mailgun does not sign, is the same event.
    assert mailgun(client, sent, "complained").status_code == 200
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("wrong", [{"key": "another"}, {"age": 8 * 86400}], ids=["forged", "old"])
def test_a_forged_or_old_call_is_refused_and_counted_and_changes_nothing(client, sent, wrong):
    assert mailgun(client, sent, **wrong).status_code == 403
    assert (MailEvent.objects.count(), Suppression.objects.count()) == (0, 0)
    assert WebhookCount.objects.get().refused == 1


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b"[]", b"null", b'{"event": {}}', b'{"event": "hard_bounce", "email": 7}']
)
@pytest.mark.parametrize("password", [PAIR, "reports:wrong", ""])
def test_whatever_is_posted_is_answered_without_an_error(client, body, password):
    headers = {"Authorization": f"Basic {b64encode(password.encode()).decode()}"} if password else {}
    answer = client.post("/webhooks/mail/brevo/", body, content_type="application/json", headers=headers)
    assert answer.status_code == 403 if password != PAIR else answer.status_code in {200, 400}
    assert Suppression.objects.count() == 0


def test_a_provider_without_a_secret_is_not_there(client):
    for provider in ("mailersend", "nobody", "%00"):
        assert client.post(f"/webhooks/mail/{provider}/", b"{}", content_type="application/json").status_code == 404


def test_a_complaint_stops_mail_but_not_the_code_that_somebody_asks_for(client, sent):
    mailgun(client, sent, "complained")
    letter, code = write(2), write(3, "django")
    send_due_mail()
    states = [Email.objects.get(pk=row.pk).state for row in (letter, code)]
    assert states == ["failed", "sent"]


def test_an_uncertain_letter_that_was_delivered_is_certain(client, sent):
    begun = timezone.now() - timedelta(minutes=9)
    Email.objects.update(state="uncertain", sent_at=None, data_begun_at=begun)
    mailgun(client, sent, "delivered")
    sent.refresh_from_db()
    assert (sent.state, sent.sent_at) == ("sent", begun)


def test_a_passing_failure_suppresses_nobody(client, sent):
    mailgun(client, sent, severity="temporary")
    assert MailEvent.objects.get().kind == "deferred"
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("role", ["sender", "auditor"])
def test_staff_try_again_what_failed_and_let_mail_go_to_an_address_again(client, sent, role):
    mailgun(client, sent)
    failed = write(2, "tests.other")
    send_due_mail()
    client.force_login(make_user(role))
    page = f"/admin/outbox/email/{failed.pk}/"
    refused = client.post(f"{page}actions/try_again/", {"reason": "They called."})
    assert Email.objects.get(pk=failed.pk).state == "failed"  # suppressed
    assert (refused.status_code == 409) == (role == "sender")
    suppression = Suppression.objects.get()
    client.post(f"/admin/outbox/suppression/{suppression.pk}/actions/lift/", {"reason": "They called."})
    client.post(f"{page}actions/try_again/", {"reason": "They called."})
    send_due_mail()
    assert Email.objects.get(pk=failed.pk).state == ("sent" if role == "sender" else "failed")
    letter = Email.objects.get(pk=sent.pk)
    Email.objects.filter(pk=letter.pk).update(state="failed", sent_at=None)
    client.post(f"/admin/outbox/email/{letter.pk}/actions/try_again/", {"reason": "Once more."})
    assert Email.objects.get(pk=letter.pk).state == "failed"  # a letter is asked for anew, by two people


def test_the_desk_keeps_a_fingerprint_and_refuses_what_is_no_address_or_domain(client):
    client.force_login(make_user("sender"))
    add = "/admin/outbox/suppression/add/"
    for _ in range(2):
        client.post(add, {"address": "Kim@Person.example"})
    assert Suppression.objects.get().reason == "staff"
    assert client.post(add, {"address": "kim"}).status_code in {200, 422}
    pace = "/admin/outbox/pace/add/"
    for domain in ("no domain", "a\x00b.example", "x" * 300, "ok.example", "OK.example"):
        client.post(pace, {"domain": domain, "per_minute": "60"})
    from outbox.models import Pace

    assert list(Pace.objects.values_list("domain", "per_minute")) == [("ok.example", 60)]


def test_a_monitoring_server_that_shows_its_token_reads_depth_and_age(client, settings):
    write(1)
    Email.objects.update(due_at=timezone.now() - timedelta(minutes=6))
    settings.METRICS_TOKEN = "token"
    assert client.get("/metrics").status_code == 404
    figures = client.get("/metrics", headers={"Authorization": "Bearer token"}).content.decode()
    assert "outcry_mail_due 1\n" in figures
    assert "outcry_mail_late 1\n" in figures
    assert 'outcry_mail_rows{state="queued"} 1\n' in figures
    age = float(figures.partition("\noutcry_mail_oldest_due_seconds ")[2].split()[0])
    assert 360 <= age < 400
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
