"""The page from its skeleton is the page rendered whole, whatever changes, and at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import switches
from accounts.models import Switch
from campaigns.models import CampaignText
from petitions import services, skeleton
from petitions.models import OfficialPetition, Petition, PetitionText, Signature, Tally, Update, UpdateText
from tests.factories import make_petition, make_recipient

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition(settings):
    settings.PAGE_CACHE_SECONDS = 0
    skeleton._Kept.skeletons.clear()
    return make_petition()


@pytest.fixture
def show(client, petition):
    """The page as a reader gets it, once it was found to be the one that is rendered with nothing kept."""

    def show(language="en"):
        address = f"{'/ko' if language == 'ko' else ''}/petitions/{petition.slug}/"
        first = client.get(address).content.decode()
        again = client.get(address).content.decode()
        skeleton._Kept.skeletons.clear()
        whole = client.get(address).content.decode()
        assert first == again == whole
        return first

    return show


def sign(petition, name="Aye Aye", **fields):
    now = timezone.now()
    return Signature.objects.create(
        petition=petition,
        name=name,
        address="a@people.example",
        address_fingerprint=name.encode(),
        language="en",
        created_at=now,
        link_sent_at=now,
        confirmed_at=now,
        **({"state": "confirmed", "show_name": "full", "country": "KR", "show_country": True} | fields),
    )


@pytest.mark.parametrize("language", ["en", "ko"])
def test_everything_that_changes_is_there_at_the_next_look(show, petition, language):
    def changed():
        return pages[-1] not in pages[:-1]

    def look():
        pages.append(show(language))
        assert changed()
        return pages[-1]

    pages = []
    look()
    Petition.objects.update(signature_count=1)
    assert 'data-signature-count="1"' in look()
    Petition.objects.update(signature_count=1_234_567)
    assert 'data-signature-count="1234567"' in look()
    shown = sign(petition, '<b>"Aye" & 이</b>')
    assert "&lt;b&gt;" in look()
    sign(petition, "Someone", show_name="private", comment="We {{ ask }} 50% \\1", comment_state="approved")
    assert "{{ ask }} 50% \\1" in look()
    Signature.objects.filter(pk=shown.pk).update(show_country=False)
    look()
    Petition.objects.update(names_hidden=True)
    assert "&lt;b&gt;" not in look()
    Petition.objects.update(names_hidden=False, duty_of_care=True)
    assert "ask }}" not in look()
    Petition.objects.update(duty_of_care=False)
    PetitionText.objects.filter(language=language).update(title="Another title")
    assert "Another title" in look()
    CampaignText.objects.filter(language=language).update(title="Another campaign")
    assert "Another campaign" in look()
    petition.recipients.add(make_recipient("Another office"))
    look()
    update = Update.objects.create(
        petition=petition, state="published", published_at=timezone.now(), author=petition.author
    )
    UpdateText.objects.create(update=update, language=language, title="Another piece of news", body="…")
    assert "Another piece of news" in look()
    official = {
        "body": "Another parliament",
        "country": "GB",
        "url": "https://parliament.example/1",
        "threshold": 9_000,
    }
    OfficialPetition.objects.create(petition=petition, **official)
    assert "Another parliament" in look()
    OfficialPetition.objects.update(progress=77, progress_on=timezone.localdate())
    assert "<b>77</b>" in look()
    for day in range(3):
        Tally.objects.create(
            petition=petition, day=timezone.localdate() - timedelta(days=2 + day), country="KR", kind="online", count=9
        )
    switches.cache.clear()  # where the figures are kept for some minutes
    assert "<svg" in look()
    Petition.objects.update(closes_at=timezone.now() + timedelta(days=3))
    look()


def test_a_closed_petition_has_no_form_and_a_paused_one_says_so(show, petition, run_on_commit, now):
    form = f'action="/petitions/{petition.slug}/sign/"'
    assert form in show()
    Petition.objects.update(closes_at=timezone.now() - timedelta(seconds=1))  # the clock alone has changed since
    assert form not in show()
    Petition.objects.update(closes_at=None, state="closed")
    assert form not in show()
    Petition.objects.update(state="open")
    assert form in show()
    with run_on_commit():
        switches.turn(Switch.Key.PAUSE_SIGNING, True, by=None, now=now)
    assert form not in show()


def test_a_challenge_is_that_of_the_moment_and_a_page_that_opens_later_is_never_kept(client, petition, now):
    address = f"/petitions/{petition.slug}/"
    assert "data-challenge=" not in client.get(address).content.decode()
    services.set_challenge(petition.pk, True, by=None, now=timezone.now())
    issued = set()
    for _ in range(2):
        html = client.get(address).content.decode()
        issued.add(html.partition('data-challenge="')[2].partition('"')[0])
    assert "" not in issued
    kept = len(skeleton._Kept.skeletons)
    Petition.objects.update(opens_at=timezone.now() + timedelta(minutes=5))
    assert "<form" not in client.get(address).content.decode()
    assert len(skeleton._Kept.skeletons) == kept == 1  # of the page that was open


def test_a_kept_page_asks_three_queries_and_none_for_each_signature(client, petition, django_assert_num_queries):
    address = f"/petitions/{petition.slug}/"
    for number in range(15):
        sign(petition, f"Person {number}")
    client.get(address)
    with django_assert_num_queries(3):
        client.get(address)
    client.get("/petitions/nothing-of-the-kind/")
    Petition.objects.update(state="draft")
    assert client.get(address).status_code == 404
