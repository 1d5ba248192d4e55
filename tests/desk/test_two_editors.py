"""Two people write at the same draft: nothing of either is lost."""

import html
import re

import pytest

from statements.models import Translation
from tests import factories
from tests.access.addresses import filled
from tests.desk import places

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft():
    return factories.make_draft()


@pytest.fixture
def opened(draft, desk):
    """`opened()`: a browser of an editor with the page of the draft, as `(client, what it would post)`."""

    def opened():
        client = desk(factories.make_user("editor"))
        return client, filled(client.get(places.page(draft)).content.decode(), {}, None)

    return opened


def body(draft, language="en"):
    return Translation.objects.get(version__statement=draft, language=language).body


def test_what_each_of_two_changed_is_kept(draft, opened):
    (one, first), (other, second) = opened(), opened()
    one.post(places.page(draft), first | {"translations-0-body": "One wrote this."})
    response = other.post(places.page(draft), second | {"translations-1-body": "다른 이가 썼다."})
    assert response.status_code == 302
    assert (body(draft), body(draft, "ko")) == ("One wrote this.", "다른 이가 썼다.")


def test_what_both_changed_is_shown_with_both_wordings_and_saved_from_there(draft, opened):
    (one, first), (other, second) = opened(), opened()
    one.post(places.page(draft), first | {"translations-0-body": "One wrote this.", "place": "Geneva"})
    response = other.post(places.page(draft), second | {"translations-0-body": "The other wrote that."})
    page = response.content.decode()
    assert response.status_code == 409
    assert body(draft) == "One wrote this."
    assert "One wrote this." in page
    assert "The other wrote that." in page
    merged = filled(page, {"translations-0-body": "Both wrote this."}, None)
    assert other.post(places.page(draft), merged).status_code == 302
    draft.refresh_from_db()
    assert (body(draft), draft.place) == ("Both wrote this.", "Geneva")


def test_saving_twice_in_a_row_from_a_fresh_page_is_no_conflict(draft, opened):
    client, form = opened()
    assert client.post(places.page(draft), form | {"place": "Geneva"}).status_code == 302
    form = filled(client.get(places.page(draft)).content.decode(), {}, None)
    assert client.post(places.page(draft), form | {"place": "Seoul"}).status_code == 302


def test_a_forged_memory_of_the_page_overwrites_nothing_silently(draft, opened):
    (one, first), (other, second) = opened(), opened()
    one.post(places.page(draft), first | {"translations-0-body": "One wrote this."})
    for base in ("", "{", "[]", '{"x": 1}', "\x00"):
        response = other.post(places.page(draft), second | {"translations-0-body": "The other.", "_base": base})
        assert response.status_code == 409, base
        assert body(draft) == "One wrote this.", base


def test_the_preview_is_the_page_that_everybody_will_see(draft, opened):
    Translation.objects.update(dateline="Seoul, tonight", demands=["**A** to stop."], about="An alliance.")
    client, _form = opened()
    content = client.get(places.page(draft)).content.decode()
    url = html.unescape(re.search(r'href="([^"]*/preview/\?language=ko)"', content).group(1))
    page = client.get(url).content.decode()
    for words in ("요청합니다", "Seoul, tonight", "<strong>A</strong> to stop.", "An alliance."):
        assert words in page
    assert 'lang="ko"' in page


def test_the_lock_shows_what_the_check_found(draft, desk):
    Translation.objects.filter(language="en").update(body="More than 500 people.\n\n[^1]: A note.")
    client = desk(factories.make_user("editor"))
    page = f"/admin/statements/statement/{draft.pk}/actions/lock/"
    content = client.get(page).content.decode()
    assert "The figure “500” has no source." in html.unescape(content)
    assert "English, paragraph 1" in content
    refused = client.post(page, {"reason": "I insist."})
    assert refused.status_code == 409
    Translation.objects.filter(language="en").update(body="We ask.", demands=[])
    Translation.objects.filter(language="ko").update(body="요청합니다.", review="draft", reviewed_by=None)
    assert "Lock nevertheless" in client.get(page).content.decode()
    assert client.post(page, {"reason": ""}).status_code == 409
    assert client.post(page, {"reason": "Urgent."}).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "locked"
