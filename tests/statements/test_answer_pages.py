"""The delegate's own pages for every answer; nothing of another organization on any of them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.models import DelegateRequest, StandingAuthority, Topic
from statements import services
from statements.models import CoSignature, Invitation, Question
from tests.factories import make_delegate, make_user
from tests.statements.consents import change, newcomer, sign
from tests.statements.places import answers, page

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def moment():
    """The pages look at the clock themselves."""
    return timezone.now()


def at(name, statement):
    return reverse(f"statements:{name}", args=[statement.slug])


def come_as(client, delegate):
    client.force_login(delegate.user, backend="accounts.backends.AddressBackend")
    return client


def test_a_question_its_answer_and_more_time_stand_on_the_page_of_the_text(client, asked, delegate, now):
    assert client.post(at("question", asked), {"text": ""}).status_code == 422
    assert not Question.objects.exists()
    assert client.post(at("question", asked), {"text": "Which river?"}).status_code == 302
    question = Question.objects.get()
    services.answer_question(question.pk, answer="The Tumen.", by=asked.author, now=now)
    until = timezone.localdate() + timedelta(days=3)
    assert client.post(at("time", asked), {"until": until - timedelta(days=9)}).status_code == 422
    client.post(at("time", asked), {"until": until})
    content = client.get(page(asked)).content.decode()
    for words in ("Which river?", "The Tumen.", "You asked for time until"):
        assert words in content
    assert Invitation.objects.get().needs_until == until


def test_confidential_on_the_form_is_confidential_in_the_list(client, asked, delegate):
    client.post(page(asked), answers(asked, is_confidential="on"))
    assert CoSignature.objects.get().is_confidential
    other = make_delegate()
    services.invite_organizations(asked.pk, [other.organization], by=asked.author, now=timezone.now())
    content = come_as(client, other).get(page(asked)).content.decode()
    assert delegate.organization.name not in content


def test_a_colleague_confirms_from_the_start_page(client, invite, now):
    first = newcomer()
    statement, colleague = invite(first), newcomer(first)
    sign(statement, first, now)
    home = reverse("statements:delegate-home")
    assert "has signed" not in come_as(client, first).get(home).content.decode()
    assert client.post(at("confirm", statement), {"sure": "on"}).status_code == 409  # nobody confirms themselves
    assert at("confirm", statement) in come_as(client, colleague).get(home).content.decode()
    assert client.post(at("confirm", statement), {}).status_code == 422
    assert CoSignature.objects.counted().count() == 0
    assert client.post(at("confirm", statement), {"sure": "on"}).status_code == 302
    assert CoSignature.objects.counted().count() == 1


def test_a_change_in_substance_is_shown_word_by_word_and_both_receipts_stay(client, asked, delegate, now):
    sign(asked, delegate, now)
    change(asked, "material", "We demand[^1].\n\n[^1]: Source.", now)
    content = client.get(page(asked)).content.decode()
    assert "has changed in substance" in content
    assert "<del>" in content
    assert "<ins>" in content
    client.post(page(asked), answers(asked))
    home = client.get(reverse("statements:delegate-home")).content.decode()
    for row in CoSignature.objects.all():
        receipt = f"{at('receipt', asked)}?organization={delegate.organization.slug}&signature={row.pk}"
        assert receipt.replace("&", "&amp;") in home
        assert client.get(receipt).content.startswith(b"%PDF")
    assert CoSignature.objects.count() == 2


def test_withdrawing_takes_a_tick(client, asked, delegate, now):
    sign(asked, delegate, now)
    assert client.post(at("withdraw", asked), {}).status_code == 422
    assert CoSignature.objects.standing().exists()
    client.post(at("withdraw", asked), {"sure": "on"})
    assert not CoSignature.objects.standing().exists()
    assert "has withdrawn its co-signature" in client.get(page(asked)).content.decode()


def test_the_page_of_the_organization_asks_staff_and_gives_authority(client, asked, delegate):
    topic, slug = Topic.objects.create(slug="rivers", name="Rivers"), delegate.organization.slug
    where = reverse("statements:colleagues")
    ask = reverse("statements:ask-for-colleague", args=[slug])
    said = {"name": "Lee Na", "address": "na@river.example", "mandate": "Board", "language": "ko"}
    assert client.post(ask, said | {"address": "na"}).status_code == 422
    assert client.post(ask, said | {"replaces": make_delegate().pk}).status_code == 422  # of somebody else
    assert client.post(ask, said | {"replaces": delegate.pk}).status_code == 302
    give = reverse("statements:give-authority", args=[slug])
    assert client.post(give, {"topics": [topic.pk + 1], "mandate": "Board"}).status_code == 422
    assert client.post(give, {"topics": [topic.pk], "mandate": "Board"}).status_code == 302
    content = client.get(where).content.decode()
    assert "Lee Na" in content
    assert "Rivers" in content
    assert DelegateRequest.objects.get().replaces == delegate
    stranger = come_as(client, make_delegate())
    assert stranger.post(ask, said).status_code == 404
    end = reverse("statements:take-back-authority", args=[slug, StandingAuthority.objects.get().pk])
    assert stranger.post(end).status_code == 404
    assert come_as(client, delegate).post(end).status_code == 302
    assert StandingAuthority.objects.get().revoked_at


def test_the_profile_sets_language_and_clock(client, asked, delegate):
    where = reverse("statements:profile")
    assert client.post(where, {"name": "Kim", "language": "xx", "time_zone": "Mars/Olympus"}).status_code == 422
    said = {"name": "Kim Ha-neul", "language": "ko", "time_zone": "Europe/Geneva"}
    assert client.post(where, said).status_code == 422
    assert client.post(where, said | {"time_zone": "Europe/Zurich"}).status_code == 302
    delegate.user.refresh_from_db()
    assert (delegate.user.language, delegate.user.time_zone) == ("ko", "Europe/Zurich")


def test_staff_confirm_and_answer_at_the_desk(client, invite, now):
    first = newcomer()
    statement = invite(first)
    cosignature = sign(statement, first, now)
    client.force_login(make_user("moderator"))
    where = reverse("admin:statements_cosignature_change", args=[cosignature.pk])
    assert "first-time delegate" in client.get(where).content.decode()
    client.post(reverse("admin:statements_cosignature_actions", args=[cosignature.pk, "confirm"]))
    assert CoSignature.objects.counted().exists()
    other = make_delegate()
    invite(other)
    question = services.ask_question(statement.pk, delegate=other, text="Which river?", now=now)
    client.force_login(make_user("editor"))
    page = client.get(reverse("admin:statements_statement_change", args=[statement.pk])).content.decode()
    assert "Which river?" in page
    step = reverse("admin:statements_statement_actions", args=[statement.pk, "answer_question"])
    assert client.post(step, {"question": question.pk + 1, "answer": "No."}).status_code == 422
    assert client.post(step, {"question": question.pk, "answer": "The Tumen."}).status_code == 302
    assert Question.objects.get().answer == "The Tumen."
