"""Updates: read by a second person, mailed once to those who asked, a batch at a time."""

import pytest
from django.core.cache import caches
from django.test import Client

from accounts import switches
from accounts.models import Switch
from outbox.models import Email
from petitions import notices, services
from petitions.exceptions import TransitionRefused
from petitions.models import Signature, Update, UpdateText
from petitions.services import updating
from tests.factories import make_petition, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def update(now):
    update = Update.objects.create(petition=make_petition(), author=make_user("editor"))
    for language, title in (("en", "They answered"), ("ko", "답변이 왔습니다")):
        UpdateText.objects.create(update=update, language=language, title=title, body="A **letter** came.")
    return update


def sign(petition, now, count=1, *, asked=True, **fields):
    notice = notices.notice(notices.Purpose.UPDATES, "en", now) if asked else None
    start = Signature.objects.count()
    return [
        Signature.objects.create(
            **{
                "petition": petition, "name": "Kim Minji", "address": f"person{number}@people.example",
                "address_fingerprint": number.to_bytes(32), "language": "en", "state": "confirmed",
                "consent_updates": notice, "created_at": now, "link_sent_at": now, "confirmed_at": now,
            } | fields
        )
        for number in range(start, start + count)
    ]  # fmt: skip


@pytest.fixture
def published(update, now):
    services.submit_update(update.pk, by=update.author, now=now)
    return services.publish_update(update.pk, by=make_user("editor"), now=now)


def mailed():
    return sorted(email.payload["to"] for email in Email.objects.filter(kind="petitions.update"))


def test_neither_the_author_nor_the_last_writer_publishes(update, now):
    writer = make_user("editor")
    services.note_update_writer(update.pk, by=writer)
    services.submit_update(update.pk, by=writer, now=now)
    for person in (update.author, writer):
        with pytest.raises(TransitionRefused, match="somebody other than"):
            services.publish_update(update.pk, by=person, now=now)
    assert services.publish_update(update.pk, by=make_user("editor"), now=now).state == "published"
    with pytest.raises(TransitionRefused):
        services.publish_update(update.pk, by=make_user("editor"), now=now)


@pytest.mark.parametrize("missing", ["text", "petition"])
def test_without_a_text_or_a_public_petition_nothing_is_published(update, now, missing):
    if missing == "text":
        update.texts.all().delete()
    else:
        type(update.petition).objects.update(state="draft")
    Update.objects.update(state="in_review")
    with pytest.raises(TransitionRefused, match="first"):
        services.publish_update(update.pk, by=make_user("editor"), now=now)


def test_only_confirmed_people_who_asked_get_it(published, now):
    wanted = sign(published.petition, now, 2)
    sign(published.petition, now, asked=False)
    for state in ("pending", "withdrawn", "invalidated", "held"):
        sign(published.petition, now, state=state)
    sign(make_petition(), now)
    assert services.mail_updates(now=now) == 2
    assert mailed() == [row.address for row in wanted]
    assert services.mail_updates(now=now) == 0
    published.refresh_from_db()
    assert published.mail_finished_at == now


def test_it_is_in_their_language_with_one_click_to_stop(published, now):
    korean, other = sign(published.petition, now, language="ko") + sign(published.petition, now, language="mn")
    services.mail_updates(now=now)
    mail = {row.pk: Email.objects.get(key=f"update:{published.pk}:{row.pk}").payload for row in (korean, other)}
    assert "답변이 왔습니다" in mail[korean.pk]["text"]
    assert "They answered" in mail[other.pk]["text"]
    assert "<strong>letter</strong>" in mail[other.pk]["html"]
    headers = mail[korean.pk]["headers"]
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = headers["List-Unsubscribe"].strip("<>")
    assert "/ko/unsubscribe/" in link
    assert link in mail[korean.pk]["text"]
    assert "/manage/" in mail[korean.pk]["text"]
    assert link not in str(mail[other.pk])
    assert "They answered" not in mail[other.pk]["subject"]
    assert "passage" not in mail[other.pk]["subject"]


def test_killed_in_the_middle_it_goes_on_and_writes_none_twice(published, now, settings, monkeypatch):
    settings.UPDATE_MAILS_PER_MINUTE = 10
    monkeypatch.setattr(updating, "CHUNK", 4)
    everybody = [row.address for row in sign(published.petition, now, 25)]
    assert services.mail_updates(now=now) == 10
    write, written = updating.queue_email, []

    def dies_at_the_sixth(*args, **kwargs):
        written.append(1)
        if len(written) == 6:
            raise SystemExit
        return write(*args, **kwargs)

    monkeypatch.setattr(updating, "queue_email", dies_at_the_sixth)
    with pytest.raises(SystemExit):
        services.mail_updates(now=now)
    monkeypatch.setattr(updating, "queue_email", write)
    assert len(mailed()) == 14  # the chunk that was not finished is not there
    while services.mail_updates(now=now):
        pass
    assert mailed() == sorted(everybody)
    Update.objects.update(mailed_up_to=0, mail_finished_at=None)  # even if the mark were lost
    while services.mail_updates(now=now):
        pass
    assert mailed() == sorted(everybody)


def test_the_switch_stops_the_batches_and_they_go_on(published, now):
    sign(published.petition, now, 3)
    switches.turn(Switch.Key.PAUSE_SENDING, True, by=None, now=now)
    caches["default"].clear()
    assert services.mail_updates(now=now) == 0
    switches.turn(Switch.Key.PAUSE_SENDING, False, by=None, now=now)
    caches["default"].clear()
    assert services.mail_updates(now=now) == 3


def test_staff_stop_the_mails_for_good(published, now, settings):
    settings.UPDATE_MAILS_PER_MINUTE = 2
    sign(published.petition, now, 5)
    services.mail_updates(now=now)
    Email.objects.filter(pk=Email.objects.order_by("pk").first().pk).update(state="sent", sent_at=now)
    assert services.stop_update_mails(published.pk, by=make_user("editor"), reason="A mistake.", now=now) == 1
    assert services.mail_updates(now=now) == 0
    assert sorted(Email.objects.values_list("state", flat=True)) == ["cancelled", "sent"]


def test_who_unsubscribes_gets_no_mail_that_is_still_here(published, now):
    gone, stays = sign(published.petition, now, 2)
    services.mail_updates(now=now)
    assert services.stop_updates_to(gone) == 1
    states = {email.payload["to"]: email.state for email in Email.objects.all()}
    assert states == {gone.address: "cancelled", stays.address: "queued"}


def test_it_stands_on_the_petition_and_on_a_page_of_its_own(client, update, now):
    url = f"/petitions/{update.petition.slug}/updates/{update.pk}/"
    assert client.get(url).status_code == 404
    assert "They answered" not in client.get(f"/petitions/{update.petition.slug}/?1").content.decode()
    Update.objects.update(state="published", published_at=now)
    caches["default"].clear()
    client = Client()  # a new one, and with it an empty page cache
    assert url in client.get(f"/petitions/{update.petition.slug}/").content.decode()
    assert "<strong>letter</strong>" in client.get(url).content.decode()
    assert "답변이 왔습니다" in client.get(f"/ko{url}").content.decode()
    elsewhere, forged = (
        url.replace(update.petition.slug, make_petition().slug),
        url.replace(f"/{update.pk}/", f"/{10**30}/"),
    )
    for wrong in (elsewhere, forged):
        assert client.get(wrong).status_code == 404


def test_it_is_written_read_and_published_at_the_desk(client, now):
    petition, author = make_petition(), make_user("editor")
    client.force_login(author)
    sent = {
        "petition": petition.pk, "texts-TOTAL_FORMS": "1", "texts-INITIAL_FORMS": "0", "texts-0-language": "en",
        "texts-0-title": "They answered", "texts-0-body": "A **letter** came.",
    }  # fmt: skip
    assert client.post("/admin/petitions/update/add/", sent).status_code == 302
    update = Update.objects.get()
    path = f"/admin/petitions/update/{update.pk}/"
    assert client.post(f"{path}actions/submit/").status_code == 302
    client.post(f"{path}actions/publish/")
    update.refresh_from_db()
    assert update.state == "in_review"  # not by its author
    client.force_login(make_user("editor"))
    assert "<strong>letter</strong>" in client.get(f"{path}change/").content.decode()
    client.post(f"{path}actions/publish/")
    update.refresh_from_db()
    assert update.state == "published"
    assert "0 of 0 written" in client.get(f"{path}change/").content.decode()
