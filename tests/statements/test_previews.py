"""A journalist's link: their own, logged, revocable, and forgotten in time."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import AuditEntry
from outbox.models import Email
from privacy import erasure, retention
from privacy.erasure import fingerprint_of
from statements import services
from statements.exceptions import TransitionRefused
from statements.models import Preview, PreviewView
from tests.factories import make_embargoed, make_published, make_user

pytestmark = pytest.mark.django_db

INES = "ines@news.example"


@pytest.fixture
def press():
    return make_user("press")


@pytest.fixture
def clock(monkeypatch, now):
    """The clock of the pages stands at `now`."""
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def statement(now, clock):
    return make_embargoed(until=now + timedelta(days=2))


@pytest.fixture
def give(statement, press, now):
    def give(address=INES, **changed):
        said = {"name": "Ines Roth", "address": address, "language": "en", "by": press, "now": now} | changed
        return services.give_preview(statement.pk, **said)

    return give


class TestTheLink:
    def test_it_opens_the_text_is_logged_and_kept_by_nobody(self, give, statement, client, now):
        preview = give()
        assert len(preview.token) == 32
        [mail] = Email.objects.filter(key=f"preview:{preview.pk}")
        assert mail.to == INES
        assert f"/embargo/{preview.token}/" in mail.payload["text"]
        link = f"/embargo/{preview.token}/"
        for page in (link, f"/ko{link}", f"{link}text.pdf"):
            response = client.get(page)
            assert response.status_code == 200
            assert response.headers["Cache-Control"] == "no-store"
            assert "noindex" in response.headers["X-Robots-Tag"]
            assert not response.cookies
        assert "After the night of 9 October" in client.get(f"/embargo/{preview.token}/").content.decode()
        assert set(PreviewView.objects.values_list("preview", "at")) == {(preview.pk, now)}
        assert PreviewView.objects.count() == 4
        assert client.get(f"/statements/{statement.slug}/").status_code == 404

    def test_no_other_token_opens_anything(self, give, client):
        first, second = give(), give("vera@news.example")
        mixed = first.token[:16] + second.token[16:]
        for token in (mixed, "A" * 32, first.token[:-1], "..", "%00"):
            assert client.get(f"/embargo/{token}/").status_code == 404
        assert client.get(f"/embargo/{first.token}/").status_code == 200

    def test_revoked_expired_or_withdrawn_it_opens_nothing(self, give, statement, press, client, now, monkeypatch):
        revoked, other = give(), give("vera@news.example")
        services.revoke_preview(statement.pk, revoked.pk, by=press, now=now)
        assert client.get(f"/embargo/{revoked.token}/").status_code == 404
        assert Email.objects.get(key=f"preview:{revoked.pk}").state == "cancelled"
        with pytest.raises(TransitionRefused, match="revoked already"):
            services.revoke_preview(statement.pk, revoked.pk, by=press, now=now)
        assert client.get(f"/embargo/{other.token}/").status_code == 200
        monkeypatch.setattr(timezone, "now", lambda: other.expires_at)
        assert client.get(f"/embargo/{other.token}/").status_code == 404
        monkeypatch.setattr(timezone, "now", lambda: now)
        services.propose(statement.pk, "withdraw", by=make_user("editor"), reason="It is wrong.", now=now)
        services.agree(statement.pk, by=make_user("editor"), reason="It is.", now=now)
        assert client.get(f"/embargo/{other.token}/").status_code == 404

    def test_one_link_an_address_and_only_under_embargo(self, give, statement, press, now):
        first = give()
        for address, sentence in (("INES@news.example", "has a link already"), ("nobody", "does not look like")):
            with pytest.raises(TransitionRefused, match=sentence):
                give(address)
        services.revoke_preview(statement.pk, first.pk, by=press, now=now)
        give()
        with pytest.raises(TransitionRefused, match="under embargo"):
            services.give_preview(make_published().pk, name="Ines", address=INES, language="en", by=press, now=now)

    def test_a_dump_names_nobody_and_holds_no_link(self, give):
        preview = give()
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM statements_preview")
            dump = str([bytes(cell) if isinstance(cell, memoryview) else cell for row in cursor for cell in row])
        for secret in ("Ines", INES, preview.token):
            assert secret not in dump


class TestCorrecting:
    def test_everybody_who_had_a_link_is_told_once_a_press(self, give, statement, press, now):
        first = give()
        services.revoke_preview(statement.pk, first.pk, by=press, now=now)
        give()  # the same person again
        give("vera@news.example", language="ko")
        words = {"en": "Ten, not nine.", "ko": "아홉이 아니라 열입니다."}
        assert services.correct_press(statement.pk, words=words, by=press, reason="A slip.", now=now) == 2
        mails = {mail.to: mail.payload["text"] for mail in Email.objects.filter(key__startswith="press-correction:")}
        assert words["en"] in mails[INES]
        assert words["ko"] in mails["vera@news.example"]
        assert AuditEntry.objects.get(act="statements.correct_press").reason == "A slip."

    def test_without_a_link_there_is_nobody_to_tell(self, statement, press, now):
        with pytest.raises(TransitionRefused, match="No journalist"):
            services.correct_press(statement.pk, words={"en": "Ten."}, by=press, reason="A slip.", now=now)


class TestForgetting:
    def is_forgotten(self, preview):
        preview.refresh_from_db()
        return (preview.name, preview.address, preview.outlet, preview.address_fingerprint) == ("", "", "", None)

    def test_half_a_year_after_the_link_ended_the_journalist_is_forgotten(self, give, now):
        preview = give(outlet="The River")
        services.note_view(preview, now=now)
        ended = preview.expires_at + timedelta(days=180)
        retention.run(now=ended - timedelta(seconds=1))
        assert not self.is_forgotten(preview)
        retention.run(now=ended)
        assert self.is_forgotten(preview)
        assert PreviewView.objects.count() == 1
        retention.run(now=now + timedelta(days=366))
        assert not PreviewView.objects.exists()

    def test_erasing_a_journalist_stops_the_link_and_leaves_the_others(self, give, client, now):
        preview, other = give(), give("vera@news.example")
        token = preview.token
        erasure.erase_person(fingerprint_of("Ines@news.example"), by=None, reason="Her letter.", now=now)
        assert self.is_forgotten(preview)
        assert client.get(f"/embargo/{token}/").status_code == 404
        assert not Email.objects.filter(to_fingerprint=fingerprint_of(INES)).exists()
        assert not self.is_forgotten(Preview.objects.get(pk=other.pk))
        assert client.get(f"/embargo/{other.token}/").status_code == 200
