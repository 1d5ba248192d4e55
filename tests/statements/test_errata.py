"""What was put right, what is withdrawn and what is archived: by two people, dated, in the open."""

import pytest

from accounts.models import AuditEntry
from outbox.models import Email
from statements import services
from statements.exceptions import TransitionRefused
from statements.models import Erratum
from tests.factories import make_published, make_user

pytestmark = pytest.mark.django_db

WORDS = {"en": "In note 1 read “ten”.", "ko": "각주 1의 숫자는 “열”입니다."}


@pytest.fixture
def statement():
    return make_published()


@pytest.fixture
def decide(statement, now):
    """One asks, another agrees."""

    def decide(act, **more):
        services.propose(statement.pk, act, by=make_user("editor"), reason="It was wrong.", now=now, **more)
        services.agree(statement.pk, by=make_user("editor"), reason="It was.", now=now)
        statement.refresh_from_db()
        return statement.state

    return decide


@pytest.mark.parametrize("is_material", [True, False])
def test_an_erratum_stands_with_its_date_and_version_and_the_words_stay(statement, decide, client, is_material):
    version = statement.versions.get()
    before = client.get(f"/statements/digest/{version.digest}.txt").content
    assert decide("correct", erratum=WORDS, is_material=is_material) == "corrected"
    page = client.get(f"/ko/statements/{statement.slug}/").content.decode()
    assert WORDS["ko"] in page
    for page in ("/statements/archive/", f"/statements/{statement.slug}/"):
        shown = client.get(page).content.decode()
        assert WORDS["en"] in shown
        assert "20 November 2023" in shown or "Nov. 20, 2023" in shown
    assert client.get(f"/statements/digest/{version.digest}.txt").content == before
    mails = Email.objects.filter(key__startswith="erratum:")
    assert mails.count() == (2 if is_material else 0)
    assert all(WORDS["en"] in mail.payload["text"] for mail in mails)
    assert Erratum.objects.get().version == version


def test_without_english_words_there_is_no_erratum(statement, now):
    with pytest.raises(TransitionRefused, match="English"):
        services.propose(
            statement.pk, "correct", by=make_user("editor"), reason="It was.", now=now, erratum={"ko": "…", "en": " "}
        )
    assert not statement.proposals.exists()


@pytest.mark.parametrize(("act", "state"), [("withdraw", "withdrawn"), ("archive", "archived")])
def test_its_address_stays_and_says_what_became_of_it(statement, decide, client, act, state):
    assert decide(act) == state
    page = client.get(f"/statements/{statement.slug}/").content.decode()
    assert f'class="stamp">{state.capitalize()}<' in page
    assert 'content="noindex"' in page
    assert statement.slug in client.get("/statements/archive/").content.decode()
    assert (statement.slug in client.get("/statements/").content.decode()) == (act == "withdraw")
    acts = list(AuditEntry.objects.filter(object_id=statement.pk).values_list("act", "reason"))
    assert ("statements.propose", "It was wrong.") in acts
    assert any(reason == "It was." for _act, reason in acts)
