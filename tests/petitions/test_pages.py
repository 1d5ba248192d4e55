"""Signing and confirming through the pages, without JavaScript and without cookies."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from outbox.models import Email
from petitions.models import CountChange, LimitRule, Signature
from petitions.services import limits
from tests.factories import make_petition

pytestmark = pytest.mark.django_db


@pytest.fixture
def petition():
    return make_petition()


@pytest.fixture
def sign(client, petition):
    def sign(page="en", headers=None, **changed):
        answers = {"name": "Kim Minji", "email": "minji@people.example", "country": "KR"} | changed
        answers = {name: value for name, value in answers.items() if value is not None}
        prefix = "" if page == "en" else f"/{page}"
        return client.post(f"{prefix}/petitions/{petition.slug}/sign/", answers, headers=headers)

    return sign


def link_of(email: Email) -> str:
    [link] = re.findall(r"https?://[^/]+(/\S*signatures/[\w-]+/)(?!\S)", email.payload["text"])
    return link


def press(client, link: str):
    """Read the page behind the link and press its button."""
    found = re.search(r'name="shown" value="(\w+)"', client.get(link).content.decode())
    return client.post(link, {"shown": found.group(1)} if found else {})


def test_signing_leads_to_the_inbox_and_sets_no_cookie(client, sign, petition):
    answer = sign()
    assert (answer.status_code, answer.url) == (302, f"/petitions/{petition.slug}/check-inbox/")
    assert client.get(answer.url).status_code == 200
    assert not client.cookies
    assert Signature.objects.get().country == "KR"


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_answer_is_the_same_for_new_pending_confirmed_and_struck_out(sign, language):
    answers = [sign(language), sign(language)]
    for state in ("confirmed", "withdrawn", "invalidated"):
        Signature.objects.update(state=state, confirmed_at=timezone.now())
        answers.append(sign(language))
    seen = {(answer.status_code, answer.url, answer.content, str(sorted(answer.headers.items()))) for answer in answers}
    assert len(seen) == 1
    assert Signature.objects.count() == 1


LONG = "가" * 400_000  # more than a megabyte


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "", "a pseudonym is fine"),
        ("name", "  ", "a pseudonym is fine"),
        ("name", LONG, "100 characters"),
        ("name", "Kim\x00Minji", "invisible characters"),
        ("name", "Kim\nMinji", "one line"),
        ("name", "Kim\u202eijniM", "invisible characters"),
        ("email", "", "write your e-mail address"),
        ("email", "minji", "does not look like an e-mail address"),
        ("email", "minji@people.example\nBcc: all@people.example", "one line"),
        ("country", "XX", "choose a country"),
        ("show_name", "everybody", "choose how your name"),
        ("show_name", "alias", "the name to show"),
        ("comment", "x" * 501, "500 characters"),
        ("language", "tlh", "one of the languages"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_bad_input_gets_a_sentence_beside_the_field_and_leaves_no_trace(sign, field, value, sentence):
    answer = sign(**{field: value})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    named = "alias" if value == "alias" else field
    assert re.search(rf'id="id_{named}_error"[^>]*>.*?{re.escape(sentence)}', page, re.DOTALL)
    assert "Kim Minji" in page or field == "name"  # what was right is not lost
    assert not Signature.objects.exists()
    assert not Email.objects.exists()
    assert len(answer.content) < 100_000


def test_the_sentence_is_in_the_language_of_the_page(sign):
    page = sign("ko", email="minji").content.decode()
    assert '<html lang="ko"' in page
    assert "전자우편" in page or "이메일" in page


def test_missing_fields_take_the_private_default(client, petition):
    client.post(f"/petitions/{petition.slug}/sign/", {"name": "K", "email": "k@people.example"})
    signature = Signature.objects.get()
    assert (signature.show_name, signature.country.code, signature.language) == ("private", "", "en")
    assert signature.consent_handover is signature.consent_updates is None


def test_a_form_from_another_site_is_refused(sign):
    assert sign(headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert sign(headers={"Origin": "https://elsewhere.example"}).status_code == 403
    assert not Signature.objects.exists()
    assert sign(headers={"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"}).status_code == 302


def test_a_closed_petition_says_so_and_keeps_nothing(sign, petition):
    petition.closes_at = timezone.now() - timedelta(seconds=1)
    petition.save()
    answer = sign()
    assert answer.status_code == 409
    assert "does not take signatures" in answer.content.decode()
    assert not Signature.objects.exists()


def test_one_network_cannot_flood(sign, settings):
    LimitRule.objects.create(scope="network", limit=10, seconds=600, action="refuse")
    limits.forget()
    answers = [sign(email=f"p{number}@people.example").status_code for number in range(12)]
    assert answers == [302] * 10 + [429] * 2
    assert Signature.objects.count() == 10


class TestTheLinkInTheMail:
    @pytest.fixture
    def link(self, sign):
        sign()
        return link_of(Email.objects.get())

    def test_opening_it_changes_nothing_however_often(self, client, link):
        for method in (client.get, client.head, client.get):
            assert method(link).status_code == 200
        assert client.options(link).status_code == 405
        assert client.trace(link).status_code == 405
        assert Signature.objects.get().state == "pending"
        assert not CountChange.objects.exists()

    def test_its_button_confirms_once(self, client, link):
        first, second = press(client, link), press(client, link)
        assert first.status_code == second.status_code == 200
        assert first.content != second.content
        assert "Already counted" in second.content.decode()
        assert "Already counted" in client.get(link).content.decode()
        assert Signature.objects.get().state == "confirmed"
        assert CountChange.objects.count() == 1
        assert not client.cookies

    def test_what_somebody_else_wrote_meanwhile_is_shown_before_it_can_be_confirmed(self, client, link, sign):
        shown = re.search(r'name="shown" value="(\w+)"', client.get(link).content.decode()).group(1)
        sign(name="Somebody Else", comment="Not my words", show_name="full")
        answer = client.post(link, {"shown": shown})
        assert answer.status_code == 409
        content = answer.content.decode()
        assert "Please read it again" in content
        assert "Somebody Else" in content
        assert "Not my words" in content
        assert Signature.objects.get().state == "pending"
        assert press(client, link).status_code == 200
        assert Signature.objects.get().state == "confirmed"

    def test_a_script_that_holds_the_link_may_post_to_it_without_the_page(self, client, link):
        assert client.post(link).status_code == 200
        assert Signature.objects.get().state == "confirmed"

    def test_the_page_says_each_consent_in_its_words(self, client, sign):
        sign(consent_handover="on", consent_updates="on", show_name="initial", comment="For my aunt")
        content = client.get(link_of(Email.objects.get())).content.decode()
        for words in ("For my aunt", "Kim M.", "stands on the public list", "Hand my name over", "Tell me by e-mail"):
            assert words in content

    def test_a_personal_page_is_kept_nowhere(self, client, link):
        answer = client.get(link)
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.headers["Referrer-Policy"] == "same-origin"

    @pytest.mark.parametrize("token", ["A" * 32, "x", "A" * 500])
    def test_a_forged_link_finds_nothing(self, client, link, token):
        answer = client.post(reverse("petitions:confirm", args=[token]))
        assert answer.status_code == 404
        assert Signature.objects.get().state == "pending"

    def test_an_expired_link_says_so(self, client, link):
        Signature.objects.update(link_sent_at=timezone.now() - timedelta(days=7))
        for answer in (client.get(link), client.post(link)):
            assert "seven days" in answer.content.decode()
        assert Signature.objects.get().state == "pending"

    def test_it_is_in_the_language_the_supporter_chose(self, sign):
        sign("ko", email="third@people.example")
        assert link_of(Email.objects.latest("pk")).startswith("/ko/signatures/")
