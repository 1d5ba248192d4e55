"""The rooms beside every page: each person's own, in each one's language, drawn once for all who see the same."""

import pytest
from django.template import loader
from django.urls import reverse

from tests.factories import make_user

pytestmark = pytest.mark.django_db
RELEASES = reverse("admin:letters_release_changelist")
SIGNATURES = reverse("admin:petitions_signature_changelist")


@pytest.fixture
def sidebar(desk):
    """The part of a page that a member of staff sees beside it."""

    def sidebar_of(user, address):
        return desk(user).get(address).content.decode().partition('id="nav-sidebar"')[2].partition("</nav>")[0]

    return sidebar_of


def test_everybody_sees_the_rooms_of_their_roles(sidebar):
    sender, moderator = make_user("sender"), make_user("moderator")
    for _again in range(2):
        assert RELEASES in sidebar(sender, RELEASES)
        assert SIGNATURES not in sidebar(sender, RELEASES)
        assert SIGNATURES in sidebar(moderator, SIGNATURES)
        assert RELEASES not in sidebar(moderator, SIGNATURES)


def test_a_new_role_opens_its_rooms_at_once(sidebar):
    person = make_user("moderator")
    before = sidebar(person, SIGNATURES)
    person.groups.set(make_user("moderator", "sender").groups.all())
    assert RELEASES not in before
    assert RELEASES in sidebar(person, SIGNATURES)


def test_the_page_that_is_open_is_marked(sidebar):
    person = make_user("sender")
    for address in (RELEASES, reverse("admin:letters_letter_changelist")):
        marked = f'<a href="{address}" aria-current="page"'
        assert marked in sidebar(person, address)
        assert sidebar(person, address).count("aria-current") == 1


def test_it_speaks_the_language_of_who_looks(sidebar):
    person = make_user("sender")
    english = sidebar(person, RELEASES)
    person.language = "ko"
    person.save(update_fields=["language"])
    assert ">Letters</a>" in english
    assert ">서한</a>" in sidebar(person, RELEASES)


def test_it_is_drawn_once(sidebar, monkeypatch):
    sidebar(make_user("sender"), RELEASES)
    drawn = []
    get_template = loader.get_template
    monkeypatch.setattr(loader, "get_template", lambda name, **how: drawn.append(name) or get_template(name, **how))
    assert RELEASES in sidebar(make_user("sender"), RELEASES)
    assert "admin/nav_sidebar.html" not in drawn
