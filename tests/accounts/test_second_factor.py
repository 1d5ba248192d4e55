"""Password, then a second factor: set up, asked for, used once, lost, reset."""

import re
from datetime import timedelta
from io import StringIO

import pyotp
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from accounts import services
from accounts.models import AuditEntry, RecoveryCode, TotpDevice, User
from accounts.sessions import HALF_OPEN_FOR
from accounts.throttle import TRIES_PER_ACCOUNT
from outbox.models import Email
from tests.accounts.conftest import app_of
from tests.accounts.places import (
    ACCOUNT,
    LOGIN,
    PASSWORD,
    RECOVERY_CODES,
    SECOND_FACTOR,
    SET_UP,
    SET_UP_APP,
    SET_UP_PASSKEY,
)
from tests.desk import places
from tests.factories import make_delegate, make_user

pytestmark = pytest.mark.django_db


def secret_on(client):
    html = client.get(SET_UP_APP).content.decode()
    return re.search(r'<code class="secret">([A-Z2-7 ]+)</code>', html).group(1).replace(" ", "")


def codes_on(client):
    return re.findall(
        r"<code>([a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4})</code>", client.get(RECOVERY_CODES).content.decode()
    )


def desk_addresses():
    """Every page of the desk that opens by GET, and those that Django's admin has beside them."""
    return [*places.pages(), "/admin/password_change/done/", "/admin/jsi18n/", "/admin/autocomplete/", ACCOUNT]


# --- Led through it -------------------------------------------------------------------------------
def test_who_has_none_is_led_through_setting_one_up(client, editor, required, give_password, mailoutbox):
    assert give_password(client, editor, next_url="/admin/petitions/petition/")["Location"] == SECOND_FACTOR
    assert client.get(SECOND_FACTOR)["Location"] == SET_UP
    assert "Make a passkey" in client.get(SET_UP).content.decode()
    totp = pyotp.TOTP(secret_on(client))
    wrong = client.post(SET_UP_APP, {"code": "000000" if totp.now() != "000000" else "000001"})
    assert wrong.status_code == 422
    assert "This code does not fit" in wrong.content.decode()
    assert client.get("/admin/")["Location"] == SECOND_FACTOR
    assert client.post(SET_UP_APP, {"code": totp.now()})["Location"] == RECOVERY_CODES
    codes = codes_on(client)
    assert len(set(codes)) == 10
    assert codes_on(client) == codes  # the page may be loaded again
    assert client.get("/admin/")["Location"] == RECOVERY_CODES  # until they are kept
    assert client.post(RECOVERY_CODES).status_code == 422
    assert client.post(RECOVERY_CODES, {"kept": "on"})["Location"] == "/admin/petitions/petition/"
    assert client.get("/admin/").status_code == 200
    assert client.get(RECOVERY_CODES)["Location"] == ACCOUNT  # never again
    assert "An authenticator app was added." in mailoutbox[0].body
    acts = set(AuditEntry.objects.filter(object_id=editor.pk).values_list("act", flat=True))
    assert acts >= {"accounts.add_authenticator", "accounts.make_recovery_codes", "accounts.sign_in"}


def test_neither_secret_nor_codes_stand_in_clear_in_session_or_database(client, editor, required, give_password):
    give_password(client, editor)
    secret = secret_on(client)
    client.post(SET_UP_APP, {"code": pyotp.TOTP(secret).now()})
    codes = codes_on(client)
    stored = repr(dict(client.session)) + repr(list(RecoveryCode.objects.values())) + repr(AuditEntry.objects.values())
    with_device = TotpDevice.objects.raw("SELECT id, secret AS sealed FROM accounts_totpdevice")[0]
    stored += repr(bytes(with_device.sealed))
    for code in [secret, *codes, *(code.replace("-", "") for code in codes)]:
        assert code not in stored


def test_codes_that_were_never_kept_are_made_anew_at_the_next_sign_in(client, editor, required, give_password, come_in):
    give_password(client, editor)
    totp = pyotp.TOTP(secret_on(client))
    client.post(SET_UP_APP, {"code": totp.now()})
    before = codes_on(client)
    TotpDevice.objects.update(last_step=0)
    again = come_in(editor, totp)
    assert again.get("/admin/")["Location"] == RECOVERY_CODES
    assert not set(before) & set(codes_on(again))


def test_where_it_is_not_required_the_password_is_enough_until_there_is_a_factor(
    client, editor, give_password, come_in
):
    give_password(client, editor)
    assert client.get("/admin/").status_code == 200
    assert "You come in by password alone" in client.get(ACCOUNT).content.decode()
    client.post(SET_UP_APP, {"code": pyotp.TOTP(secret_on(client)).now()})
    client.post(RECOVERY_CODES, {"kept": "on"})
    assert client.get("/admin/").status_code == 200
    other = Client()
    assert give_password(other, editor)["Location"] == SECOND_FACTOR
    assert other.get("/admin/").status_code == 302


# --- Half open ------------------------------------------------------------------------------------
def test_after_the_password_alone_no_page_of_the_desk_opens(client, editor, app, give_password, mailoutbox):
    outside = [client.get(address)["Location"] for address in desk_addresses()]
    assert {address.partition("?")[0] for address in outside} == {LOGIN}
    give_password(client, editor)
    for address in desk_addresses():
        for answer in (client.get(address), client.post(address, {"is_active": "on", "language": "ko"})):
            assert answer.status_code == 302, address
            assert answer["Location"] == SECOND_FACTOR, address
    for _model, _admin, name in places.steps():
        assert client.post(places.step(editor, name)).status_code == 302
    assert "_auth_user_id" not in client.session
    editor.refresh_from_db()
    assert editor.language == "en"


def test_after_the_password_alone_nobody_puts_a_factor_in_place_of_the_one_there_is(client, editor, app, give_password):
    give_password(client, editor)
    for address in (SET_UP, SET_UP_APP):
        assert client.get(address)["Location"] == SECOND_FACTOR
    assert client.post(SET_UP_APP, {"code": "123456"})["Location"] == SECOND_FACTOR
    assert client.post(SET_UP_PASSKEY, {"name": "Mine", "credential": "{}"})["Location"] == SECOND_FACTOR
    assert client.post(SET_UP_PASSKEY + "options/").status_code == 403
    assert TotpDevice.objects.count() == 1
    client.post(SECOND_FACTOR, {"code": app.now()})
    assert client.get(SET_UP).status_code == 200  # whoever is in may


def test_the_half_open_door_closes_by_itself_and_with_a_new_password(client, editor, app, give_password, time_machine):
    give_password(client, editor)
    assert client.get(SECOND_FACTOR).status_code == 200
    editor.set_password("another one altogether")
    editor.save()
    assert client.get(SECOND_FACTOR)["Location"] == LOGIN
    give_password(client, editor, "another one altogether")
    time_machine.move_to(timezone.now() + HALF_OPEN_FOR + timedelta(seconds=1))
    late = client.post(SECOND_FACTOR, {"code": app.now()}, follow=True)
    assert "Your sign-in took too long" in late.content.decode()
    assert client.get("/admin/")["Location"].startswith(LOGIN)


def test_a_person_who_was_deactivated_meanwhile_does_not_come_in(client, editor, app, give_password):
    give_password(client, editor)
    User.objects.update(is_active=False)
    assert client.post(SECOND_FACTOR, {"code": app.now()})["Location"] == LOGIN
    assert "_auth_user_id" not in client.session


def test_the_key_of_the_session_changes_at_each_step(client, editor, app, give_password):
    client.post("/admin/passkey/options/")
    keys = [client.session.session_key]
    give_password(client, editor)
    keys.append(client.session.session_key)
    client.post(SECOND_FACTOR, {"code": app.now()})
    keys.append(client.session.session_key)
    assert len(set(keys)) == 3


# --- The code -------------------------------------------------------------------------------------
def test_a_code_is_good_once(editor, app, give_password):
    code = app.now()
    for status in (302, 422):
        client = Client()
        give_password(client, editor)
        assert client.post(SECOND_FACTOR, {"code": f"{code[:3]} {code[3:]}"}).status_code == status


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 302), (0, 302), (1, 302), (2, 422)])
def test_a_clock_may_be_half_a_minute_off(client, editor, app, give_password, time_machine, steps, status):
    time_machine.move_to(timezone.now(), tick=False)
    give_password(client, editor)
    code = app.at(timezone.now() + timedelta(seconds=30 * steps))
    assert client.post(SECOND_FACTOR, {"code": code}).status_code == status


@pytest.mark.parametrize("code", ["", "x" * 5000, "1\x002", "12345", "１２３４５６"])
def test_what_is_no_code_gets_a_sentence(client, editor, app, give_password, code):
    give_password(client, editor)
    answer = client.post(SECOND_FACTOR, {"code": code})
    assert answer.status_code == 422
    assert 'class="field-error"' in answer.content.decode()


def test_guessing_codes_ends_and_the_right_one_waits_too(client, editor, app, give_password):
    give_password(client, editor)  # is a try as well
    wrong = "000000" if app.now() != "000000" else "000001"
    answers = [client.post(SECOND_FACTOR, {"code": wrong}).status_code for _ in range(TRIES_PER_ACCOUNT)]
    assert answers == [422] * (TRIES_PER_ACCOUNT - 1) + [429]
    refused = client.post(SECOND_FACTOR, {"code": app.now()})
    assert refused.status_code == 429
    assert "Too many tries. Please wait ten minutes." in refused.content.decode()


# --- Recovery codes -------------------------------------------------------------------------------
def test_a_recovery_code_lets_in_once_and_the_person_is_told(editor, app, give_password, mailoutbox):
    code = services.make_recovery_codes(editor.pk, now=timezone.now())[3]
    services.keep_recovery_codes(editor, now=timezone.now())
    client = Client()
    give_password(client, editor, next_url="")
    answer = client.post(SECOND_FACTOR, {"recovery_code": code.upper().replace("-", " ")}, follow=True)
    assert "9 are left" in answer.content.decode()
    assert "9 codes are left" in answer.content.decode()  # on one's account, where it leads
    assert "one of your recovery codes" in mailoutbox[-1].body
    again = Client()
    give_password(again, editor)
    refused = again.post(SECOND_FACTOR, {"recovery_code": code})
    assert refused.status_code == 422
    assert "was used already" in refused.content.decode()
    assert "_auth_user_id" not in again.session


def test_new_codes_end_the_old_ones(editor, app, give_password, come_in):
    old = services.make_recovery_codes(editor.pk, now=timezone.now())[0]
    services.keep_recovery_codes(editor, now=timezone.now())
    client = come_in(editor, app)
    client.post("/admin/account/recovery-codes/")
    new = codes_on(client)[0]
    client.post(RECOVERY_CODES, {"kept": "on"})
    for code, status in ((old, 422), (new, 302)):
        other = Client()
        give_password(other, editor)
        assert other.post(SECOND_FACTOR, {"recovery_code": code}).status_code == status


def test_one_persons_code_does_not_open_anothers_door(editor, app, give_password):
    other = make_user("press")
    app_of(other)
    code = services.make_recovery_codes(editor.pk, now=timezone.now())[0]
    client = Client()
    give_password(client, other)
    assert client.post(SECOND_FACTOR, {"recovery_code": code}).status_code == 422


# --- Removed and reset ----------------------------------------------------------------------------
def test_the_only_factor_stays_where_one_is_required(editor, app, come_in, required):
    client = come_in(editor, app)
    answer = client.post("/admin/account/authenticator/remove/", follow=True)
    assert "This is your only second factor." in answer.content.decode()
    assert TotpDevice.objects.count() == 1


def test_where_it_is_not_required_the_only_factor_may_go(editor, app, come_in, mailoutbox):
    client = come_in(editor, app)
    client.post("/admin/account/authenticator/remove/")
    assert not TotpDevice.objects.exists()
    assert "The authenticator app was removed." in mailoutbox[-1].body


def test_another_administrator_resets_it_with_a_reason(editor, app, come_in, mailoutbox):
    inside = come_in(editor, app)
    me = make_user("administrator")
    admin = come_in(me)
    assert admin.post(places.step(editor, "reset_second_factor"), {"reason": ""}).status_code == 422
    admin.post(places.step(editor, "reset_second_factor"), {"reason": "The telephone fell into the river."})
    assert not services.has_second_factor(editor)
    assert inside.get("/admin/").status_code == 302
    entry = AuditEntry.objects.get(act="accounts.reset_second_factor")
    assert (entry.by, entry.object_id, entry.reason) == (me, editor.pk, "The telephone fell into the river.")
    assert "Your second factor was reset." in mailoutbox[-1].body
    assert mailoutbox[-1].to == [editor.email]


def test_nobody_resets_their_own(come_in):
    me = make_user("administrator")
    app = app_of(me)
    client = come_in(me, app)
    answer = client.post(places.step(me, "reset_second_factor"), {"reason": "Because."})
    assert "Another administrator resets your second factor." in answer.content.decode()
    assert services.has_second_factor(me)


def test_the_last_administrator_is_let_back_in_from_the_console(editor, app):
    out = StringIO()
    with pytest.raises(CommandError, match="Nobody signs in"):
        call_command("reset_second_factor", "nobody@coalition.example", reason="Lost.", stdout=out)
    with pytest.raises(CommandError, match="Give a reason"):
        call_command("reset_second_factor", "Editor@coalition.example", reason=" ", stdout=out)
    assert services.has_second_factor(editor)
    call_command("reset_second_factor", "Editor@coalition.example", reason="Lost.", stdout=out)
    assert not services.has_second_factor(editor)
    entry = AuditEntry.objects.get(act="accounts.reset_second_factor")
    assert (entry.by, entry.reason) == (None, "Lost.")


def test_a_superuser_from_the_console_is_led_through_setting_one_up_too(client, required, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", interactive=False, email="root@coalition.example", stdout=StringIO())
    answer = client.post(LOGIN, {"username": "root@coalition.example", "password": PASSWORD})
    assert answer["Location"] == SECOND_FACTOR
    assert client.get(SECOND_FACTOR)["Location"] == SET_UP
    assert client.get("/admin/")["Location"] == SECOND_FACTOR


def test_ways_in_are_changed_shortly_after_signing_in_only(editor, app, come_in, time_machine):
    client = come_in(editor, app)
    time_machine.move_to(timezone.now() + timedelta(minutes=16))
    answer = client.post("/admin/account/authenticator/remove/", follow=True)
    assert "Please sign in again before you change how you sign in." in answer.content.decode()
    assert client.get(SET_UP)["Location"] == ACCOUNT
    assert TotpDevice.objects.count() == 1
    assert "again=1" in client.get(ACCOUNT).content.decode()
    assert client.get(f"{LOGIN}?again=1&next={ACCOUNT}").status_code == 200
    come_in(editor, app, client=client)
    assert client.get(SET_UP).status_code == 200


@pytest.mark.parametrize("is_required", [True, False])
def test_a_delegate_who_becomes_staff_does_not_bring_the_session_along(client, settings, is_required):
    settings.STAFF_SECOND_FACTOR = is_required
    settings.EMAIL_BACKEND = "outbox.backends.QueueBackend"
    delegate = make_delegate(address="both@river.example").user
    client.post("/delegate/sign-in/", {"email": delegate.email})
    code = re.search(r"\d{4} \d{4}", Email.objects.latest("pk").payload["text"]).group()
    assert client.post("/delegate/sign-in/code/", {"code": code}).status_code == 302
    User.objects.filter(pk=delegate.pk).update(is_staff=True)
    assert client.get("/admin/")["Location"].startswith(LOGIN)
    assert client.get("/delegate/").status_code == 200
