"""Signing in, users and their roles, switches, and what each role sees."""

import re

import pytest
from django.contrib.auth.models import Group
from django.contrib.messages import get_messages

from accounts import switches
from accounts.models import AuditEntry, Switch, User
from accounts.throttle import TRIES_PER_ACCOUNT
from letters.models import Recipient
from tests import factories
from tests.desk import places

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def sign_in(client, address, password=PASSWORD):
    return client.post("/admin/login/", {"username": address, "password": password, "next": "/admin/"})


@pytest.mark.parametrize(
    "spelling", ["seo.yun@coalition.example", "Seo.Yun@COALITION.example", " seo.yun@coalition.example "]
)
def test_staff_sign_in_by_e_mail_in_any_spelling(client, spelling):
    factories.make_user("editor", address="seo.yun@coalition.example")
    assert sign_in(client, spelling)["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_wrong_password_stranger_delegate_and_former_staff_read_the_same_sentence(client):
    factories.make_user("editor", address="editor@coalition.example")
    factories.make_user("editor", address="left@coalition.example", is_active=False)
    factories.make_delegate(address="delegate@org.example")
    answers = {
        str(sign_in(client, address, password).context["form"].non_field_errors())
        for address, password in (
            ("editor@coalition.example", "wrong"),
            ("nobody@coalition.example", PASSWORD),
            ("left@coalition.example", PASSWORD),
            ("delegate@org.example", PASSWORD),
            ("not an address", PASSWORD),
        )
    }
    assert len(answers) == 1
    assert "do not fit together" in answers.pop()


def test_guessing_is_slowed_down_for_the_right_password_too(client):
    factories.make_user("editor", address="editor@coalition.example")
    for _ in range(TRIES_PER_ACCOUNT):
        sign_in(client, "editor@coalition.example", "wrong")
    response = sign_in(client, "editor@coalition.example")
    assert response.status_code == 429
    assert "Too many tries" in response.content.decode()


def test_an_administrator_invites_a_user_who_sets_the_password(client, desk, mailoutbox):
    form = {
        "email": "New.Person@Coalition.example", "name": "New Person", "language": "en", "time_zone": "Europe/Paris",
        "groups": [Group.objects.get(name="press").pk],
    }  # fmt: skip
    admin = desk(factories.make_user("administrator"))
    response = admin.post("/admin/accounts/user/add/", form | {"is_superuser": "on"})
    user = User.objects.get_by_natural_key("new.person@coalition.example")
    assert response["Location"] == places.page(user)
    assert (user.name, user.time_zone, user.is_staff, user.is_superuser) == ("New Person", "Europe/Paris", True, False)
    assert [group.name for group in user.groups.all()] == ["press"]
    assert not user.has_usable_password()
    [mail] = mailoutbox
    link = re.search(r"/admin/invitations/[\w-]{32}/", mail.body).group()
    answers = {"name": "New Person", "password1": PASSWORD, "password2": PASSWORD}
    assert client.post(link, answers | {"password2": "another"}).status_code == 422
    assert client.post(link, answers).status_code == 302
    client.logout()
    assert sign_in(client, "new.person@coalition.example").status_code == 302
    again = admin.post("/admin/accounts/user/add/", form | {"email": "new.person@coalition.example"})
    assert "Somebody signs in with this address already." in again.content.decode()
    assert "coalition" not in str(AuditEntry.objects.get(act="accounts.invite_staff").details)


def test_a_changed_address_finds_its_user_and_a_malformed_one_is_refused(client, desk):
    admin, user = desk(factories.make_user("administrator")), factories.make_user("press")
    form = {
        "email": "moved@coalition.example", "name": user.name, "language": "ko", "time_zone": "Asia/Seoul",
        "is_staff": "on", "is_active": "on", "groups": [],
    }  # fmt: skip
    admin.post(places.page(user), form)
    assert User.objects.get_by_natural_key("Moved@coalition.example") == user
    html = admin.post(places.page(user), form | {"email": "no address"}).content.decode()
    assert "An example: name@example.org" in html


def test_nobody_changes_their_own_roles(desk):
    me = factories.make_user("administrator")
    form = {
        "email": me.email, "name": "I", "language": "en", "time_zone": "Asia/Seoul", "is_staff": "on",
        "is_active": "on", "is_superuser": "on", "groups": [Group.objects.get(name="sender").pk],
    }  # fmt: skip
    desk(me).post(places.page(me), form)
    me.refresh_from_db()
    assert (me.name, me.is_superuser, [group.name for group in me.groups.all()]) == ("I", False, ["administrator"])


def test_an_administrator_cannot_take_over_a_superuser(desk, superuser):
    client = desk(factories.make_user("administrator"))
    before = superuser.password
    assert client.post(places.page(superuser), {"email": "mine@coalition.example"}).status_code == 403
    for name in ("send_password_link", "reset_second_factor", "end_sessions"):
        answer = client.post(places.step(superuser, name), {"reason": "Because."}, follow=True)
        assert "Only another superuser" in answer.content.decode(), name
    superuser.refresh_from_db()
    assert (superuser.password, superuser.email) == (before, "root@coalition.example")


def test_a_link_to_a_new_password_is_mailed_and_nobody_else_learns_it(client, desk, mailoutbox):
    user = factories.make_user("press", address="press@coalition.example")
    admin = desk(factories.make_user("administrator"))
    assert "password1" not in admin.get(places.step(user, "send_password_link")).content.decode()
    admin.post(places.step(user, "send_password_link"))
    link = re.search(r"/admin/new-password/[\w-]{32}/", mailoutbox[0].body).group()
    new = "seven lanterns at dusk"
    client.post(link, {"password1": new, "password2": new})
    client.logout()
    assert sign_in(client, "press@coalition.example", PASSWORD).status_code == 422
    assert sign_in(client, "press@coalition.example", new).status_code == 302
    assert AuditEntry.objects.get(act="accounts.set_password").by == user
    assert "password was changed" in mailoutbox[-1].body


def test_a_user_is_found_by_the_whole_address_only(desk):
    factories.make_user("press", address="press@coalition.example", name="Found Person")
    client = desk(factories.make_user("administrator"))
    assert "Found Person" in client.get("/admin/accounts/user/?q=Press@coalition.example").content.decode()
    assert "Found Person" not in client.get("/admin/accounts/user/?q=press").content.decode()


def test_an_administrator_turns_a_switch_with_a_reason_but_not_the_demonstration(desk, run_on_commit):
    client = desk(factories.make_user("administrator"))
    turn = "/admin/accounts/switch/{}/turn/".format
    assert client.get(turn("pause_sending")).status_code == 405
    with run_on_commit():
        client.post(turn("pause_sending"), {"on": "1", "reason": "A wrong letter."})
    assert switches.is_on(Switch.Key.PAUSE_SENDING)
    assert "A wrong letter." in client.get("/admin/accounts/switch/").content.decode()
    with run_on_commit():
        client.post(turn("pause_sending"), {"on": "0"})
    assert not switches.is_on(Switch.Key.PAUSE_SENDING)
    refused = client.post(turn("demonstration"), {"on": "1"})
    assert "cannot turn" in said(refused)[-1]
    assert not switches.is_on(Switch.Key.DEMONSTRATION)
    assert client.post(turn("nothing")).status_code == 404
    editor = desk(factories.make_user("editor"))
    editor.post(turn("pause_signing"), {"on": "1"})
    assert not switches.is_on(Switch.Key.PAUSE_SIGNING)


@pytest.mark.parametrize(
    ("role", "closed"),
    [
        ("editor", ["letters/release", "letters/letter", "letters/dispatch", "outbox/email", "petitions/signature"]),
        ("sender", ["petitions/petition", "petitions/signature", "accounts/user", "campaigns/delegate"]),
        ("press", ["petitions/signature", "letters/release", "outbox/email", "accounts/auditentry"]),
        ("administrator", ["petitions/petition", "statements/statement", "letters/release", "petitions/signature"]),
    ],
)
def test_a_role_sees_only_what_it_needs(world, desk, role, closed):
    client = desk(factories.make_user(role))
    start = client.get("/admin/").content.decode()
    for name in closed:
        assert f"/admin/{name}/" not in start, name
        assert client.get(f"/admin/{name}/").status_code == 403, name


def test_an_editor_sees_nothing_of_what_only_senders_do(world, desk):
    client = desk(world.editor)
    html = client.get(places.page(world.published)).content.decode()
    assert "ask_for_release" not in html
    assert "Releases of letters" not in html
    assert client.get(places.page(world.requested)).status_code == 403
    assert client.post(places.step(world.requested, "approve")).status_code == 403
    copy = f"/admin/letters/release/{world.requested.pk}/copies/{world.requested.recipients.get().pk}.pdf"
    assert client.get(copy).status_code == 403
    office = Recipient.objects.first()
    preview = (
        f"/admin/statements/statement/{world.published.pk}/preview/{office.pk}.pdf?language=en&reply_by=2099-01-01"
    )
    assert client.get(preview).status_code == 404


def office_form(office, **changed):
    form = {
        "name": office.name, "slug": office.slug, "kind": office.kind, "role": office.role,
        "channels_0": office.channel, "email": office.email, "is_active": "on", "postal_lines": "",
        "holders-TOTAL_FORMS": 1, "holders-INITIAL_FORMS": 0,
        "forms_of_address-TOTAL_FORMS": 0, "forms_of_address-INITIAL_FORMS": 0,
    }  # fmt: skip
    return form | changed


def test_an_office_is_edited_in_lines_and_its_holder_is_dated(desk):
    office, client = factories.make_recipient(), desk(factories.make_user("sender"))
    undated = client.post(places.page(office), office_form(office, **{"holders-0-name": "A Minister"})).content.decode()
    assert "Write the day on which you knew" in undated
    client.post(
        places.page(office),
        office_form(
            office,
            postal_lines=" 1 Quay \n\n Alderhaven ",
            **{"holders-0-name": "A Minister", "holders-0-known_on": "2026-01-02"},
        ),
    )
    office.refresh_from_db()
    assert (office.todays_holder.name, office.postal_lines) == ("A Minister", ["1 Quay", "Alderhaven"])
    assert "1 Quay\nAlderhaven</textarea>" in client.get(places.page(office)).content.decode()


def test_an_office_that_bears_the_duty_is_hostile(desk):
    office, client = factories.make_recipient(), desk(factories.make_user("sender"))
    html = client.post(places.page(office), office_form(office, role="duty_bearer")).content.decode()
    assert "never receives names of supporters" in html
    client.post(places.page(office), office_form(office, role="duty_bearer", is_hostile="on"))
    office.refresh_from_db()
    assert office.is_hostile
