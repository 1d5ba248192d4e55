"""Comments: nobody reads one on the page before a moderator did."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.test import Client

from accounts.models import AuditEntry
from petitions import services
from petitions.exceptions import CommentGone
from petitions.models import Signature
from tests.factories import make_petition, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition():
    return make_petition()


@pytest.fixture
def comment(petition, now):
    def comment(words="For my <b>sister</b>.", **fields):
        number = Signature.objects.count()
        return Signature.objects.create(
            **{
                "petition": petition, "name": "Kim Minji", "address": f"person{number}@people.example",
                "address_fingerprint": bytes([number] * 32), "comment": words, "language": "en", "state": "confirmed",
                "comment_state": "waiting", "created_at": now, "link_sent_at": now,
                "confirmed_at": now + timedelta(seconds=number),
            } | fields
        )  # fmt: skip

    return comment


def page(client, petition):
    caches["default"].clear()
    client = Client()  # a new one, and with it an empty page cache
    return client.get(f"/petitions/{petition.slug}/").content.decode()


def test_signing_with_a_comment_waits_and_without_one_does_not(petition, now):
    for name, words in (("bo", "Words."), ("mi", "")):
        services.sign_petition(petition, name=name, email=f"{name}@p.example", comment=words, language="en", now=now)
    assert sorted(Signature.objects.values_list("comment_state", flat=True)) == ["none", "waiting"]


def test_it_is_shown_once_approved_with_the_public_name_or_none(client, petition, comment, now):
    moderator = make_user("moderator")
    private, public = comment(), comment("Another.", show_name="initial")
    assert "sister" not in page(client, petition)
    for row in (private, public):
        services.approve_comment(row.pk, by=moderator, now=now)
    html = page(client, petition)
    assert "For my &lt;b&gt;sister&lt;/b&gt;." in html
    assert "a supporter" in html
    assert html.count("Kim M.") == 2
    assert "Kim Minji" not in html
    services.hide_names(petition.pk, by=moderator, reason="Raids.", now=now)
    html = page(client, petition)
    assert "Another." in html
    assert "Kim M." not in html
    services.refuse_comment(private.pk, ground="person", by=moderator, now=now)
    assert "sister" not in page(client, petition)


@pytest.mark.parametrize("fields", [{"state": "withdrawn"}, {"state": "invalidated"}, {"comment": ""}])
def test_what_no_longer_counts_is_neither_shown_nor_decided(client, petition, comment, now, fields):
    row = comment()
    services.approve_comment(row.pk, by=make_user("moderator"), now=now)
    assert "sister" in page(client, petition)
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))
    assert "sister" not in page(client, petition)
    with pytest.raises(CommentGone):
        services.refuse_comment(row.pk, ground="attack", by=make_user("moderator"), now=now)


def test_moderators_go_from_one_to_the_next(client, petition, comment):
    first, second, third = comment("One."), comment("Two."), comment("Three.", state="pending", confirmed_at=None)
    client.force_login(make_user("moderator"))
    queue = client.get("/admin/petitions/comment/?comment_state__exact=waiting").content.decode()
    assert "One." in queue
    assert "Two." in queue
    assert "Three." not in queue
    assert "Kim Minji" not in queue
    answer = client.post(f"/admin/petitions/comment/{first.pk}/actions/approve/")
    assert answer.url == f"/admin/petitions/comment/{second.pk}/change/"
    path = f"/admin/petitions/comment/{second.pk}/actions/refuse/"
    assert "Please choose why" in client.post(path, {"ground": "mood"}).content.decode()
    assert client.post(path, {"ground": "attack"}).status_code == 302
    states = list(Signature.objects.order_by("pk").values_list("comment_state", flat=True))
    assert states == ["approved", "refused", "waiting"]
    line = AuditEntry.objects.get(act="petitions.refuse_comment")
    assert line.details == {"ground": "attack"}
    assert line.reason == ""
    assert client.get(f"/admin/petitions/comment/{third.pk}/change/").status_code == 302  # not a comment yet


def test_an_editor_decides_on_none(client, comment):
    row = comment()
    client.force_login(make_user("editor"))
    assert client.post(f"/admin/petitions/comment/{row.pk}/actions/approve/").status_code == 403
    row.refresh_from_db()
    assert row.comment_state == "waiting"
