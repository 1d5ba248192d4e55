"""Staff are invited by mail, and set their own password; what became of a link is said."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from accounts import services
from accounts.models import AuditEntry, StaffLink, User
from accounts.services.invitations import LIFETIMES
from tests.accounts.places import NEW_PASSWORD, SECOND_FACTOR, SET_UP
from tests.desk import places
from tests.factories import make_delegate, make_user

pytestmark = pytest.mark.django_db

ANSWERS = {"name": "Oh Na-ra", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}


@pytest.fixture
def administrator():
    return make_user("administrator")


@pytest.fixture
def invited(administrator):
    return services.invite_staff(
        "nara@coalition.example",
        name="",
        language="ko",
        time_zone="Asia/Seoul",
        groups=Group.objects.filter(name="press"),
        by=administrator,
        now=timezone.now(),
    )


def test_who_was_invited_with_which_roles_is_written_down_and_decides_nothing_for_a_day(administrator):
    now = timezone.now()
    roles = Group.objects.filter(name__in=["sender", "press"])
    said = {"name": "", "language": "en", "time_zone": "Asia/Seoul", "by": administrator, "now": now}
    invited = services.invite_staff("two@coalition.example", groups=roles, **said)
    assert AuditEntry.objects.get(act="accounts.invite_staff").details["roles"] == ["press", "sender"]
    assert not invited.may_decide(now + timedelta(hours=23))
    assert invited.may_decide(now + timedelta(days=1))
    assert administrator.may_decide(now)


def newest_link(mailoutbox):
    return re.search(r"http://testserver(/admin/[a-z-]+/[\w-]{32}/)", mailoutbox[-1].body).group(1)


def test_whoever_is_invited_sets_name_and_password_and_goes_on_to_the_second_factor(
    client, invited, mailoutbox, required
):
    link = newest_link(mailoutbox)
    page = client.get(link).content.decode()
    assert 'lang="ko"' in page  # the language that the administrator chose
    assert "nara@coalition.example" in page
    assert client.post(link, ANSWERS)["Location"] == SECOND_FACTOR
    assert client.get(SECOND_FACTOR)["Location"] == SET_UP
    invited.refresh_from_db()
    assert (invited.name, invited.check_password(NEW_PASSWORD)) == ("Oh Na-ra", True)
    assert AuditEntry.objects.get(act="accounts.accept_invitation").by == invited


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 151}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"password1": "short", "password2": "short"}, "password2"),
        ({"password2": "seven lanterns at dawn"}, "password2"),
        ({"password1": "", "password2": ""}, "password1"),
    ],
)
def test_a_mistake_is_said_beside_the_field_and_the_link_still_works(client, invited, mailoutbox, changed, field):
    link = newest_link(mailoutbox)
    answer = client.post(link, ANSWERS | changed)
    assert answer.status_code == 422
    assert answer.context["form"].has_error(field)
    assert 'class="field-error"' in answer.content.decode()
    invited.refresh_from_db()
    assert not invited.has_usable_password()
    assert client.post(link, ANSWERS).status_code == 302


def refusal(link):
    answer = Client().post(link, ANSWERS)
    assert answer.status_code == 410
    assert Client().get(link).status_code == 410
    return answer.content.decode()


def test_a_link_works_once(client, invited, mailoutbox):
    link = newest_link(mailoutbox)
    client.post(link, ANSWERS)
    invited.refresh_from_db()
    before = invited.password
    assert "This link was used already" in refusal(link)
    invited.refresh_from_db()
    assert invited.password == before


@pytest.mark.parametrize("kind", StaffLink.Kind.values)
def test_a_link_expires(client, administrator, invited, mailoutbox, time_machine, kind):
    if kind == StaffLink.Kind.NEW_PASSWORD:
        services.send_password_link(make_user("press").pk, by=administrator, now=timezone.now())
    link = newest_link(mailoutbox)
    time_machine.move_to(timezone.now() + LIFETIMES[kind] - timedelta(minutes=1))
    assert client.get(link).status_code == 200
    time_machine.move_to(timezone.now() + timedelta(minutes=2))
    assert "This link has expired." in refusal(link)


def test_a_newer_mail_replaces_an_older_and_taking_back_ends_both(administrator, invited, mailoutbox, come_in):
    desk, first = come_in(administrator), newest_link(mailoutbox)
    assert "Invited; the link in the mail works until" in desk.get(places.page(invited)).content.decode()
    desk.post(places.step(invited, "send_invitation_again"))
    second = newest_link(mailoutbox)
    assert first != second
    assert "does not work any more" in refusal(first)
    assert Client().get(second).status_code == 200
    desk.post(places.step(invited, "revoke_invitation"))
    assert "does not work any more" in refusal(second)
    assert "was taken back" in desk.get(places.page(invited)).content.decode()
    answer = desk.post(places.step(invited, "revoke_invitation"), follow=True)
    assert "No invitation waits for an answer." in answer.content.decode()
    desk.post(places.step(invited, "send_invitation_again"))
    assert Client().get(newest_link(mailoutbox)).status_code == 200


def test_a_deactivated_person_does_not_come_in_by_a_link(invited, mailoutbox):
    link = newest_link(mailoutbox)
    User.objects.filter(pk=invited.pk).update(is_active=False)
    assert "does not work any more" in refusal(link)


def test_a_link_for_one_thing_does_not_do_another_and_a_forged_one_nothing(administrator, invited, mailoutbox):
    link = newest_link(mailoutbox)
    token = link.split("/")[3]
    flipped = token[:-1] + ("A" if token[-1] != "A" else "B")
    for forged in (f"/admin/new-password/{token}/", f"/admin/invitations/{flipped}/", "/admin/invitations/x/"):
        assert "This link is not valid." in refusal(forged)
    assert token not in repr(list(StaffLink.objects.values()))


def test_an_accepted_invitation_is_not_sent_again(administrator, come_in):
    user, desk = make_user("press"), come_in(administrator)
    answer = desk.post(places.step(user, "send_invitation_again"), follow=True)
    assert "The invitation was accepted already." in answer.content.decode()
    assert "Send the invitation again" not in desk.get(places.page(user)).content.decode()


def test_a_delegate_gets_no_password(administrator, come_in):
    answer = come_in(administrator).post(places.step(make_delegate().user, "send_password_link"))
    assert "Delegates sign in by e-mailed code" in answer.content.decode()
    assert not StaffLink.objects.exists()


def test_a_new_password_by_link_leaves_the_second_factor_to_be_asked(administrator, editor, app, mailoutbox):
    services.send_password_link(editor.pk, by=administrator, now=timezone.now())
    client = Client()
    client.post(newest_link(mailoutbox), {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert client.get("/admin/")["Location"] == SECOND_FACTOR
    assert client.post(SECOND_FACTOR, {"code": app.now()})["Location"] == "/admin/"


def test_whose_address_an_administrator_changes_is_told_at_both(administrator, editor, come_in, mailoutbox):
    """An administrator who turns an account over to themselves cannot do it unseen."""
    services.send_password_link(editor.pk, by=administrator, now=timezone.now())
    link = newest_link(mailoutbox)
    form = {
        "email": "taken@coalition.example", "name": editor.name, "language": "en", "time_zone": "Asia/Seoul",
        "is_staff": "on", "is_active": "on", "groups": [Group.objects.get(name="editor").pk],
    }  # fmt: skip
    come_in(administrator).post(places.page(editor), form)
    told = [mail.to[0] for mail in mailoutbox if "An administrator has changed the address" in mail.body]
    assert sorted(told) == ["editor@coalition.example", "taken@coalition.example"]
    assert "does not work any more" in refusal(link)


def test_the_role_of_an_administrator_goes_with_no_other(administrator, come_in):
    user = make_user("press")
    both = [Group.objects.get(name=name).pk for name in ("administrator", "sender")]
    form = {
        "email": user.email, "name": "A", "language": "en", "time_zone": "Asia/Seoul", "is_staff": "on",
        "is_active": "on", "groups": both,
    }  # fmt: skip
    desk = come_in(administrator)
    assert "goes with no other role" in desk.post(places.page(user), form).content.decode()
    invited = desk.post("/admin/accounts/user/add/", form | {"email": "x@coalition.example"})
    assert "goes with no other role" in invited.content.decode()
    assert [group.name for group in user.groups.all()] == ["press"]
