"""The page behind the personal link: change, take back, take along, erase; not me; no more updates."""

import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from outbox.models import Email, Refusal
from outbox.services import write_email
from petitions import services
from petitions.models import ConsentChange, CountChange, Signature, Update
from petitions.services.links import CONFIRM, MANAGE, NOT_ME, UNSUBSCRIBE
from privacy import tokens
from tests.factories import make_petition, make_user

pytestmark = pytest.mark.django_db
ADDRESS = "minji@people.example"
CHOICES = {"show_name": "private", "language": "en"}


@pytest.fixture(autouse=True)
def _fresh_pages(settings):
    settings.PAGE_CACHE_SECONDS = 0


@pytest.fixture
def petition():
    return make_petition()


@pytest.fixture
def sign(petition):
    def sign(at=petition, *, confirmed=True, now=None, **changed):
        now = now or timezone.now()
        said = {"name": "Kim Minji", "email": ADDRESS, "language": "en", "now": now, "country": "KR"}
        services.sign_petition(at, **(said | changed))
        signature = Signature.objects.select_related("petition").filter(petition=at).latest("pk")
        return services.confirm_signature(signature.pk, now=now) if confirmed else signature

    return sign


def url(signature, purpose=MANAGE, tail=""):
    token = tokens.make(purpose, signature.pk, bytes(signature.nonce))
    return reverse(f"petitions:{purpose}", args=[token]) + tail


def shown(signature):
    return services.state_digest(Signature.objects.select_related("petition").get(pk=signature.pk))


def count(petition):
    services.refresh_signature_counts(now=timezone.now())
    petition.refresh_from_db()
    assert services.audit_signature_counts(now=timezone.now()) == []
    return petition.signature_count


class TestThePage:
    def test_it_shows_everything_of_the_address_and_nothing_of_others(self, client, sign):
        first, second = sign(), sign(make_petition(), name="M. K.", confirmed=False)
        sign(first.petition, email="other@people.example", name="Somebody Else")
        page = client.get(url(second)).content.decode()
        assert "Kim Minji" in page
        assert "M. K." in page
        assert "Somebody Else" not in page
        assert 'name="robots" content="noindex' in page
        assert "meant for you alone" in page
        assert not client.cookies

    def test_it_is_kept_nowhere(self, client, sign):
        for tail in ("", "erase/", "data/"):
            assert "no-store" in client.get(url(sign(), tail=tail)).headers["Cache-Control"]

    @pytest.mark.parametrize("tail", ["", "change/", "withdraw/", "erase/", "data/"])
    def test_no_method_but_post_changes_anything(self, client, sign, tail):
        signature = sign(consent_updates=True)
        before = Signature.objects.values().get()
        for method in (client.get, client.head, client.options, client.trace, client.delete, client.put):
            assert method(url(signature, tail=tail)).status_code in {200, 302, 405}
        assert Signature.objects.values().get() == before

    @pytest.mark.parametrize("purpose", [CONFIRM, NOT_ME, UNSUBSCRIBE])
    def test_a_link_for_something_else_does_not_open_it(self, client, sign, purpose):
        signature = sign(confirmed=False)
        token = tokens.make(purpose, signature.pk, bytes(signature.nonce))
        assert client.get(reverse("petitions:manage", args=[token])).status_code == 404
        assert client.post(reverse("petitions:manage-erase", args=[token])).status_code == 404
        manage = tokens.make(MANAGE, signature.pk, bytes(signature.nonce))
        assert client.post(reverse("petitions:confirm", args=[manage])).status_code == 404
        assert Signature.objects.get().state == "pending"

    @pytest.mark.parametrize("token", ["A" * 32, "x", "%00", "A" * 500])
    def test_a_forged_link_leads_nowhere(self, client, sign, token):
        sign()
        for name in ("manage", "manage-data", "not-me", "unsubscribe"):
            path = f"/unsubscribe/{token}/" if name == "unsubscribe" else f"/signatures/{token}/manage/"
            assert client.get(path).status_code in {400, 404}

    def test_it_works_in_every_state_of_the_petition(self, client, sign, petition):
        signature = sign()
        for state in ("closed", "delivered", "archived"):
            type(petition).objects.update(state=state, closes_at=timezone.now() - timedelta(days=3))
            assert client.get(url(signature)).status_code == 200

    def test_a_post_from_another_site_is_refused(self, client, sign):
        signature = sign()
        answer = client.post(
            url(signature, tail="withdraw/"), {"shown": shown(signature)}, headers={"Sec-Fetch-Site": "cross-site"}
        )
        assert answer.status_code == 403
        assert Signature.objects.get().state == "confirmed"

    def test_one_that_is_held_for_a_look_reads_as_any_other(self, client, sign):
        signature = sign()
        token = re.compile(r'name="shown" value="\w+"')
        pages = []
        for state in ("confirmed", "held"):
            Signature.objects.update(state=state, suspicion="network")
            pages.append(token.sub("", client.get(url(signature)).content.decode()))
            pages.append(client.get(url(signature, tail="data/")).json()["signatures"])
        assert pages[0] == pages[2]
        assert pages[1] == pages[3]


class TestChanging:
    def test_choices_are_saved_and_each_consent_is_noted_with_its_words(self, client, sign):
        signature = sign(consent_updates=True, comment="For my aunt")
        said = {"show_name": "alias", "alias": "M.", "show_country": "on", "consent_handover": "on", "language": "ko",
                "withdraw_comment": "on", "shown": shown(signature)}  # fmt: skip
        assert client.post(url(signature, tail="change/"), said).status_code == 302
        changed = Signature.objects.get()
        assert (changed.public_name, changed.show_country, changed.language, changed.comment) == ("M.", True, "ko", "")
        assert changed.consent_handover.text.startswith("Hand my name over")
        assert changed.consent_updates is None
        noted = {(line.purpose, line.given, line.notice.purpose) for line in ConsentChange.objects.all()}
        assert noted == {
            ("show_name", True, "show_name"),
            ("handover", True, "handover"),
            ("updates", False, "updates"),
        }
        assert not CountChange.objects.exclude(change=1).exists()

    def test_a_form_from_before_a_newer_choice_undoes_nothing(self, client, sign):
        signature = sign()
        old = shown(signature)
        said = CHOICES | {"show_name": "full", "shown": old}
        assert client.post(url(signature, tail="change/"), said).status_code == 302
        for tail in ("change/", "withdraw/", "erase/"):
            answer = client.post(url(signature, tail=tail), CHOICES | {"shown": old})
            assert answer.status_code == 409
            assert "after you opened this page" in answer.content.decode()
        assert Signature.objects.get().show_name == "full"

    def test_a_mistake_is_said_beside_the_field_and_nothing_is_saved(self, client, sign):
        signature = sign()
        for wrong in ({"show_name": "alias"}, {"show_name": "x"}, {"alias": "a" * 61}, {"language": "tlh"}):
            answer = client.post(url(signature, tail="change/"), CHOICES | {"shown": shown(signature)} | wrong)
            assert answer.status_code == 422
            assert "errorlist" in answer.content.decode()
        assert Signature.objects.get().show_name == "private"


class TestTakingBack:
    def test_it_counts_less_and_signing_again_needs_a_new_confirmation(self, client, sign, petition):
        signature = sign(show_name="full", consent_updates=True)
        assert count(petition) == 1
        withdraw = url(signature, tail="withdraw/")
        assert client.post(withdraw, {"shown": shown(signature)}).status_code == 302
        assert client.post(withdraw, {"shown": shown(signature)}).status_code == 409
        taken = Signature.objects.get()
        assert (taken.state, taken.show_name, taken.consent_updates) == ("withdrawn", "private", None)
        assert count(petition) == 0
        answer = client.post(url(signature, CONFIRM))
        assert answer.status_code == 409  # the link of the first mail
        sign(confirmed=False, now=timezone.now() + timedelta(minutes=2))
        assert (Signature.objects.get().state, count(petition)) == ("pending", 0)
        services.confirm_signature(signature.pk, now=timezone.now() + timedelta(minutes=3))
        assert count(petition) == 1


class TestErasing:
    def test_everything_goes_the_link_dies_and_the_page_says_what_stays(self, client, sign, petition):
        signature, other = sign(), sign(make_petition())
        sign(email="other@people.example")
        assert count(petition) == 2
        page = client.get(url(signature, tail="erase/")).content.decode()
        assert "keyed fingerprint" in page
        [digest] = re.findall(r'name="shown" value="(\w+)"', page)
        answer = client.post(url(signature, tail="erase/"), {"shown": digest})
        assert answer.status_code == 200
        assert "keyed fingerprint" in answer.content.decode()
        assert [row.state for row in Signature.objects.order_by("pk")] == ["erased", "erased", "confirmed"]
        assert count(petition) == 1
        for row in (signature, other):
            assert client.get(url(row)).status_code == 404
        later = timezone.now() + timedelta(minutes=2)
        sign(now=later, confirmed=False)
        services.confirm_signature(signature.pk, now=later)
        assert count(petition) == 2


def test_the_file_is_complete_and_holds_no_link(client, sign):
    signature = sign(comment="For my aunt", show_name="initial", consent_handover=True)
    services.change_signature(
        signature.pk, shown=shown(signature), show_name="private", alias="", show_country=False, consent_handover=False,
        consent_updates=True, language="en", withdraw_comment=False, read_in="en", now=timezone.now(),
    )  # fmt: skip
    answer = client.get(url(signature, tail="data/"))
    assert "attachment" in answer.headers["Content-Disposition"]
    said = json.loads(answer.content)
    [row] = said["signatures"]
    for value in ("Kim Minji", ADDRESS, "For my aunt", "South Korea", "Hand my name over", "Tell me by e-mail"):
        assert value in answer.content.decode()
    assert [(line["purpose"], line["act"]) for line in row["consents_changed"]] == [
        ("show_name", "taken back"), ("handover", "taken back"), ("updates", "given"),
    ]  # fmt: skip
    assert len(said["mails"]) == Email.objects.count()
    assert "/signatures/" not in answer.content.decode()


class TestNotMe:
    def test_the_button_deletes_it_and_no_more_mail_comes(self, client, sign, petition):
        signature = sign(confirmed=False)
        link = url(signature, NOT_ME)
        for method in (client.get, client.head):
            assert method(link).status_code == 200
        assert Signature.objects.exists()
        assert "It is deleted" in client.post(link).content.decode()
        assert not Signature.objects.exists()
        assert Email.objects.get().payload is None
        assert Refusal.objects.get().about == f"petition:{petition.pk}"
        assert client.post(link).status_code == 404
        assert client.post(url(signature, CONFIRM)).status_code == 404
        sign(confirmed=False, now=timezone.now() + timedelta(days=2))
        assert Email.objects.latest("pk").state == "withheld"
        sign(make_petition(), confirmed=False, now=timezone.now() + timedelta(days=2))
        assert Email.objects.latest("pk").state == "queued"

    def test_a_confirmed_one_is_led_to_the_page_where_it_can_be_taken_back(self, client, sign):
        signature = sign()
        answer = client.post(url(signature, NOT_ME))
        assert url(signature) in answer.content.decode()
        assert Signature.objects.get().state == "confirmed"
        assert not Refusal.objects.exists()


class TestUnsubscribing:
    def test_a_mail_program_stops_the_updates_with_one_post(self, client, sign):
        signature = sign(consent_updates=True)
        link = services.links.link(UNSUBSCRIBE, signature, "en").removeprefix("http://testserver")
        assert client.get(link).status_code == 200
        assert Signature.objects.get().consent_updates is not None
        update = Update.objects.create(petition=signature.petition, author=make_user("editor"), state="published")
        key = f"update:{update.pk}:{signature.pk}"
        mail = write_email("petitions.update", to=signature.address, subject="s", text="t", key=key, now=timezone.now())
        for _ in range(2):
            answer = client.post(
                link, {"List-Unsubscribe": "One-Click"}, headers={"Sec-Fetch-Site": "cross-site", "Origin": "null"}
            )
            assert answer.status_code == 200
        assert Signature.objects.get().consent_updates is None
        assert Signature.objects.get().state == "confirmed"
        assert ConsentChange.objects.get().given is False
        mail.refresh_from_db()
        assert mail.state == "cancelled"  # what was on its way is stopped too


def test_two_people_of_one_address_where_that_is_allowed(client, sign):
    shared = make_petition(allows_shared_addresses=True)
    sign(shared, name="Kim Minji", confirmed=False)
    sign(shared, name=" kim  MINJI", confirmed=False)
    sign(shared, name="Kim Jisu", confirmed=False)
    assert Signature.objects.count() == 2
    for signature in Signature.objects.all():
        services.confirm_signature(signature.pk, now=timezone.now())
    assert count(shared) == 2
    page = client.get(url(signature)).content.decode()
    assert "Several people may share" in page
    assert "Kim Jisu" in page
    services.erase_everything(
        signature, shown=services.state_digest(*services.signatures_of(signature)), now=timezone.now()
    )
    assert count(shared) == 0
