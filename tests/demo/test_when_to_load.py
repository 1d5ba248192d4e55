"""Where the demonstration may be loaded, and where not."""

import pytest
from django.core.management import CommandError, call_command

from accounts import switches
from accounts.models import Switch, User
from campaigns.models import Campaign, Organization
from demo import loading
from demo.exceptions import LoadRefused
from demo.logins import STAFF, with_random_passwords
from petitions.models import LimitRule, Petition
from privacy.models import ProviderRule
from tests.conftest import only_long

LATER_PARTS = [
    *("load_routes", "load_historical_statement", "load_joint_statement", "load_letters", "load_press_page"),
    *("load_submission", "load_draft", "load_members", "load_talk", "load_second_statement", "load_embargoed_release"),
    *("load_life", "load_coded_replies", "load_handover", "send_gathered_news"),
]


@pytest.fixture
def committed_database(committed):
    with committed():
        yield


@pytest.mark.django_db
def test_it_refuses_a_public_site_unless_told(settings, now):
    settings.DEBUG = False
    with pytest.raises(LoadRefused, match="--yes-in-public"):
        loading.load(now=now)
    assert not User.objects.exists()
    assert not switches.is_on(Switch.Key.DEMONSTRATION)


@pytest.mark.django_db
def test_it_refuses_a_database_in_use(settings, now):
    settings.DEBUG = True
    User.objects.create_superuser("somebody@coalition.example", "a password")
    with pytest.raises(CommandError, match=r"in use \(users: 1\)"):
        call_command("load_demo")
    assert User.objects.count() == 1
    assert not Campaign.objects.exists()
    assert not Switch.objects.exists()


@pytest.mark.django_db
def test_reset_refuses_to_delete_anything_but_a_demonstration(settings, now):
    settings.DEBUG = True
    Organization.objects.create(slug="real", name="A real organization")
    with pytest.raises(LoadRefused, match="deletes everything"):
        loading.reset(now=now)
    assert Organization.objects.count() == 1


@pytest.mark.usefixtures("committed_database")
def test_reset_deletes_everything_and_loads_again_with_new_passwords_in_public(settings, now, tmp_path, monkeypatch):
    monkeypatch.setattr(loading.petition, "CONFIRMED", 20)  # all three hundred are loaded in test_load_demo,
    for part in LATER_PARTS:  # and so is the rest
        monkeypatch.setattr(loading, part, lambda *_: None)
    settings.DEBUG, settings.MAILBOX, settings.MAIL_DIR = False, True, tmp_path
    (tmp_path / "old.eml").touch()
    switches.turn(Switch.Key.DEMONSTRATION, True, by=None, now=now)
    Organization.objects.create(slug="made-by-a-visitor", name="Made by a visitor")
    logins = loading.reset(now=now, in_public=True)
    assert not Organization.objects.filter(slug="made-by-a-visitor").exists()
    assert not list(tmp_path.iterdir())
    assert Petition.objects.get().signature_count == 20
    assert LimitRule.objects.exists()
    assert ProviderRule.objects.exists()
    assert switches.is_on(Switch.Key.DEMONSTRATION)
    for login, known in zip(logins, STAFF, strict=True):
        user = User.objects.get_by_natural_key(login.address)
        assert user.check_password(login.password)
        assert not user.check_password(known.password)


@pytest.mark.usefixtures("committed_database")
@only_long
def test_what_is_interrupted_leaves_nothing_and_can_be_loaded_again(settings, now, monkeypatch):
    settings.DEBUG = True

    def interrupt(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(loading, "load_recipients", interrupt)
    with pytest.raises(KeyboardInterrupt):
        loading.load(now=now)
    assert not User.objects.exists()
    assert not Campaign.objects.exists()
    assert switches.is_on(Switch.Key.DEMONSTRATION)
    loading._check_empty()  # so that the next run may load


def test_random_passwords_are_new_each_time():
    passwords = {login.password for _ in range(2) for login in with_random_passwords(STAFF)}
    assert len(passwords) == 2 * len(STAFF)
    assert not passwords & {login.password for login in STAFF}
