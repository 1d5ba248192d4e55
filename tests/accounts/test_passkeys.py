"""Passkeys: made, used alone and after the password, refused for every reason there is."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from webauthn.helpers import base64url_to_bytes

from accounts import ceremony
from accounts.models import AuditEntry, Passkey, User
from tests.accounts.conftest import app_of
from tests.accounts.places import ACCOUNT, LOGIN, PASSKEY, RECOVERY_CODES, SECOND_FACTOR, SET_UP, SET_UP_PASSKEY
from tests.authenticator import Authenticator
from tests.factories import make_delegate, make_user

pytestmark = pytest.mark.django_db


def options(client, place, **meta):
    answer = client.post(f"{place}options/", **meta)
    assert answer.status_code == 200, answer.content
    return answer.json()["publicKey"]


def make(client, key, place=SET_UP_PASSKEY, name="Work laptop"):
    return client.post(place, {"name": name, "credential": key.create(options(client, place))})


def use(client, key, place=PASSKEY, **meta):
    return client.post(place, {"credential": key.get(options(client, place, **meta))}, **meta)


def is_in(client):
    return client.get("/admin/").status_code == 200


@pytest.fixture
def key(editor, come_in):
    """A passkey of the editor, who has kept the recovery codes."""
    key = Authenticator()
    client = come_in(editor)
    assert make(client, key)["Location"] == RECOVERY_CODES
    client.post(RECOVERY_CODES, {"kept": "on"})
    return key


def test_a_passkey_alone_opens_the_desk(client, editor, key, required):
    assert use(client, key)["Location"] == "/admin/"
    assert is_in(client)
    assert Passkey.objects.get().last_used_at


def test_on_the_way_in_a_passkey_is_a_second_factor_to_set_up(client, editor, required, give_password, mailoutbox):
    give_password(client, editor)
    key = Authenticator()
    assert make(client, key)["Location"] == RECOVERY_CODES
    client.post(RECOVERY_CODES, {"kept": "on"})
    assert is_in(client)
    assert "A passkey was added." in mailoutbox[0].body
    other = Client()
    assert give_password(other, editor, next_url="/admin/petitions/petition/")["Location"] == SECOND_FACTOR
    assert "Use your passkey" in other.get(SECOND_FACTOR).content.decode()
    asked = options(other, PASSKEY)
    assert len(asked["allowCredentials"]) == 1  # of this person, whose password was right
    answer = other.post(PASSKEY, {"credential": key.get(asked)})
    assert answer["Location"] == "/admin/petitions/petition/"


def test_the_options_ask_for_the_persons_finger_and_tell_no_address(client, editor, key):
    asked = options(client, PASSKEY)
    assert asked["userVerification"] == "required"
    assert asked["rpId"] == "testserver"
    assert asked["allowCredentials"] == []
    inside = Client()
    use(inside, key)
    made = options(inside, SET_UP_PASSKEY)
    assert made["authenticatorSelection"]["userVerification"] == "required"
    assert len(made["excludeCredentials"]) == 1
    assert len(base64url_to_bytes(made["user"]["id"])) == 32, "a number of the row would be shorter"
    assert editor.email not in json.dumps(asked)


def test_the_host_of_the_request_is_the_party_whatever_its_port(client, editor, key):
    """SITE_URL is never compared: another port works, another name does not know the key."""
    key.origin = "http://testserver:8443"
    assert use(client, key, headers={"host": "testserver:8443"})["Location"] == "/admin/"
    key.origin, key.host = "http://elsewhere.example", "elsewhere.example"
    assert use(Client(), key, headers={"host": "elsewhere.example"})["Location"] == LOGIN


@pytest.mark.parametrize(
    "wrong",
    [
        {"verified": False},
        {"origin": "https://testserver"},
        {"origin": "http://testserver.evil.example"},
        {"host": "evil.example"},
        {"credential_id": b"somebody else's"},
    ],
    ids=["no finger", "another scheme", "a phishing site", "another party", "unknown"],
)
def test_it_is_refused_with_a_sentence(client, editor, key, wrong):
    for name, value in wrong.items():
        setattr(key, name, value)
    answer = use(client, key)
    assert answer["Location"] == LOGIN
    assert "This passkey was not accepted." in client.get(LOGIN).content.decode()
    assert not is_in(client)


def test_a_challenge_is_good_once_in_its_own_browser_for_some_minutes(client, editor, key, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    answer = {"credential": key.get(options(client, PASSKEY))}
    assert Client().post(PASSKEY, answer)["Location"] == LOGIN
    assert client.post(PASSKEY, answer)["Location"] == "/admin/"
    client.logout()
    assert client.post(PASSKEY, answer)["Location"] == LOGIN
    asked = options(client, PASSKEY)
    time_machine.move_to(timezone.now() + ceremony.LASTS + ceremony.LASTS, tick=False)
    assert client.post(PASSKEY, {"credential": key.get(asked)})["Location"] == LOGIN


def test_an_answer_to_another_question_is_refused(client, editor, key, come_in):
    inside = Client()
    use(inside, key)
    other = Authenticator()
    assert inside.post(SET_UP_PASSKEY, {"name": "Mine", "credential": other.create(options(inside, PASSKEY))})
    assert Passkey.objects.count() == 1


def test_a_counter_that_ran_backwards_is_refused_written_down_and_mailed(client, editor, key, mailoutbox):
    use(client, key)
    use(Client(), key)
    key.sign_count = 0  # a copy, made before
    thief = Client()
    assert use(thief, key)["Location"] == LOGIN
    assert not is_in(thief)
    assert AuditEntry.objects.get(act="accounts.refuse_passkey").object_id == editor.pk
    assert "its counter ran backwards" in mailoutbox[-1].body


def test_a_key_that_never_counts_works(client, editor, key):
    key.counts = False
    Passkey.objects.update(sign_count=0)
    key.sign_count = 0
    for _ in range(2):
        assert use(Client(), key)["Location"] == "/admin/"


@pytest.mark.parametrize(
    "junk",
    [
        "",
        "null",
        "[]",
        "{}",
        "{" * 5000,
        "x" * 100_000,
        '{"id": 1}',
        '{"id": "é", "rawId": "é"}',
        '{"id": "AA\\u0000"}',
    ],
)
def test_junk_is_refused_and_nothing_breaks(client, editor, key, junk):
    for place, landing in ((PASSKEY, LOGIN), ("/delegate/passkey/", "/delegate/sign-in/")):
        options(client, place)
        assert client.post(place, {"credential": junk})["Location"] == landing
    inside = Client()
    use(inside, key)
    options(inside, SET_UP_PASSKEY)
    assert inside.post(SET_UP_PASSKEY, {"name": "Mine", "credential": junk})["Location"] == SET_UP
    assert Passkey.objects.count() == 1


def test_answers_with_any_one_part_broken_are_refused(editor, key, come_in):
    inside = Client()
    use(inside, key)
    for part in ("attestationObject", "clientDataJSON"):
        for junk in ("", "AAAA", "_w", 5, None, {"a": 1}):
            answer = json.loads(Authenticator().create(options(inside, SET_UP_PASSKEY)))
            answer["response"][part] = junk
            inside.post(SET_UP_PASSKEY, {"name": "Mine", "credential": json.dumps(answer)})
    for part in ("authenticatorData", "clientDataJSON", "signature"):
        for junk in ("", "AAAA", "_w", 5, {"a": 1}):
            client = Client()
            answer = json.loads(key.get(options(client, PASSKEY)))
            answer["response"][part] = junk
            assert client.post(PASSKEY, {"credential": json.dumps(answer)})["Location"] == LOGIN, (part, junk)
    assert Passkey.objects.count() == 1


@pytest.mark.parametrize("name", ["", "x" * 81, "a\x00b", "\u202ename"])
def test_a_passkey_has_a_readable_name(editor, come_in, name):
    client = come_in(editor)
    assert make(client, Authenticator(), name=name)["Location"] == SET_UP
    assert not Passkey.objects.exists()
    make(client, Authenticator(), name="Work laptop")
    assert Passkey.objects.get().name == "Work laptop"


def test_it_is_renamed_and_removed_by_its_owner_alone(editor, key, mailoutbox, required):
    owner, passkey = Client(), Passkey.objects.get()
    use(owner, key)
    other = make_user("press")
    app = app_of(other)
    stranger = Client()
    stranger.post(LOGIN, {"username": other.email, "password": "correct horse battery"})
    stranger.post(SECOND_FACTOR, {"code": app.now()})
    for step, form in ((reverse("admin:rename-passkey", args=[passkey.pk]), {"name": "Mine"}),
                       (reverse("admin:remove-passkey", args=[passkey.pk]), {})):  # fmt: skip
        refused = stranger.post(step, form, follow=True)
        assert "This passkey is not there any more." in refused.content.decode()
    assert Passkey.objects.get().name == "Work laptop"
    owner.post(reverse("admin:rename-passkey", args=[passkey.pk]), {"name": "Old laptop"})
    assert "Old laptop" in owner.get(ACCOUNT).content.decode()
    refused = owner.post(reverse("admin:remove-passkey", args=[passkey.pk]), follow=True)
    assert "This is your only second factor." in refused.content.decode()
    make(owner, Authenticator())
    owner.post(reverse("admin:remove-passkey", args=[passkey.pk]))
    assert Passkey.objects.count() == 1
    assert "A passkey was removed." in mailoutbox[-1].body
    assert use(Client(), key)["Location"] == LOGIN


def test_who_was_deactivated_does_not_come_in_by_passkey(client, editor, key):
    User.objects.update(is_active=False)
    assert use(client, key)["Location"] == LOGIN


def test_somebody_elses_passkey_does_not_complete_my_sign_in(client, editor, key, give_password):
    other = make_user("press")
    app_of(other)
    give_password(client, other)
    assert use(client, key)["Location"] == SECOND_FACTOR
    assert not is_in(client)


# --- Delegates --------------------------------------------------------------------------------------
@pytest.fixture
def delegate_key(db, settings):
    settings.EMAIL_BACKEND = "outbox.backends.QueueBackend"
    delegate, key, client = make_delegate(), Authenticator(), Client()
    client.force_login(delegate.user)
    session = client.session
    session["signed_in_at"] = timezone.now().timestamp()
    session.save()
    assert make(client, key, "/delegate/passkeys/add/")["Location"] == "/delegate/passkeys/"
    assert "The passkey was added." in client.get("/delegate/passkeys/").content.decode()
    return key


def test_a_delegate_signs_in_by_passkey(client, delegate_key):
    assert use(client, delegate_key, "/delegate/passkey/")["Location"] == "/delegate/"
    assert client.get("/delegate/").status_code == 200
    assert client.get("/admin/")["Location"].startswith(LOGIN)
    passkey = Passkey.objects.get()
    client.post(reverse("statements:rename-passkey", args=[passkey.pk]), {"name": "Board room"})
    assert "Board room" in client.get("/ko/delegate/passkeys/").content.decode()
    client.post(reverse("statements:remove-passkey", args=[passkey.pk]))
    assert not Passkey.objects.exists()


def test_each_has_a_door_of_their_own(editor, key, delegate_key):
    staff, delegate = Client(), Client()
    assert use(staff, key, "/delegate/passkey/")["Location"] == "/delegate/sign-in/"
    assert "Staff sign in at the desk" in staff.get("/delegate/sign-in/").content.decode()
    assert use(delegate, delegate_key)["Location"] == LOGIN
    assert "Delegates sign in on their own page" in delegate.get(LOGIN).content.decode()
    for client in (staff, delegate):
        assert "_auth_user_id" not in client.session


def test_a_delegate_changes_passkeys_shortly_after_signing_in_only(client, delegate_key, time_machine):
    use(client, delegate_key, "/delegate/passkey/")
    passkey = Passkey.objects.get()
    time_machine.move_to(timezone.now() + timedelta(minutes=16))
    client.post(reverse("statements:remove-passkey", args=[passkey.pk]))
    assert Passkey.objects.exists()
    assert client.post("/delegate/passkeys/add/options/").status_code == 403
    assert "sign in again" in client.get("/delegate/passkeys/").content.decode()
