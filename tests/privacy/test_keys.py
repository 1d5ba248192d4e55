"""Keys at start: those of the database, in the right order, or a sentence that says what to change."""

import os
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from accounts.models import User
from config import startup
from config.environment import new_key
from privacy import crypto, keys
from privacy.models import KeyMark
from tests.conftest import LONG
from tests.factories import NOW, make_user
from tests.servers import REPOSITORY

pytestmark = pytest.mark.django_db

NO_REDIS = "redis://127.0.0.1:1/0"


@pytest.fixture
def old(settings):
    """The one key of a database that holds a row."""
    settings.PII_KEYS = [new_key()]
    make_user()
    keys.check_keys(now=NOW)
    return settings.PII_KEYS[0]


def id_of(text, settings):
    before, settings.PII_KEYS = settings.PII_KEYS, [text]
    key_id = crypto.current_key_id().hex()
    settings.PII_KEYS = before
    return key_id


def marks():
    rows = KeyMark.objects.filter(kind="pii").order_by("introduced_at", "pk")
    return [(bytes(row.mark).hex(), row.retired_at is not None) for row in rows]


def test_the_same_keys_start_again_and_cost_two_small_reads(old, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):  # with the savepoint of the test
        keys.check_keys(now=NOW)


def test_a_new_first_key_is_marked_and_the_old_one_stays_in_use(old, settings):
    settings.PII_KEYS = [new_key(), old]
    keys.check_keys(now=NOW)
    assert marks() == [(id_of(old, settings), False), (crypto.current_key_id().hex(), False)]


def test_several_keys_are_marked_in_their_order_at_the_first_start(settings):
    settings.PII_KEYS = [new_key(), new_key(), new_key()]
    keys.check_keys(now=NOW)
    assert [mark for mark, _retired in marks()] == [key.hex() for key in reversed(crypto.key_ids())]


def test_an_older_key_first_is_refused_with_the_name_of_the_newer(old, settings):
    newer = new_key()
    settings.PII_KEYS = [newer, old]
    keys.check_keys(now=NOW)
    settings.PII_KEYS = [old, newer]
    with pytest.raises(keys.KeysRefused, match=f"{id_of(old, settings)}.*{id_of(newer, settings)} replaced on 20 Nov"):
        keys.check_keys(now=NOW)


def test_a_key_that_rows_need_may_not_be_missing(old, settings):
    settings.PII_KEYS = [new_key()]
    with pytest.raises(keys.KeysRefused, match=rf"2 values sealed under key {id_of(old, settings)}.*last of PII_KEYS"):
        keys.check_keys(now=NOW)
    settings.PII_KEYS = [*settings.PII_KEYS, old]
    keys.check_keys(now=NOW)


def test_it_may_not_be_missing_either_when_no_key_was_marked_yet(old, settings):
    KeyMark.objects.all().delete()
    settings.PII_KEYS = [new_key()]
    with pytest.raises(keys.KeysRefused, match="could not be read"):
        keys.check_keys(now=NOW)
    assert not KeyMark.objects.filter(kind="pii").exists()


def test_a_key_that_nothing_needs_may_go_and_a_step_back_is_possible(old, settings):
    settings.PII_KEYS = [new_key(), old]
    keys.check_keys(now=NOW)
    settings.PII_KEYS = [old]
    keys.check_keys(now=NOW)
    assert [retired for _mark, retired in marks()] == [False, True]


def test_another_fingerprint_key_is_refused(old, settings):
    first, settings.FINGERPRINT_KEY = settings.FINGERPRINT_KEY, new_key()
    with pytest.raises(keys.KeysRefused, match="FINGERPRINT_KEY is not the one"):
        keys.check_keys(now=NOW)
    settings.FINGERPRINT_KEY = first
    keys.check_keys(now=NOW)


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PII_KEYS", [], "PII_KEYS is empty"),
        ("PII_KEYS", ["c2hvcnQ"], "32 random bytes"),
        ("PII_KEYS", [new_key()] * 2, "twice"),
        ("FINGERPRINT_KEY", "", "FINGERPRINT_KEY must hold"),
    ],
)
def test_a_key_that_is_none_is_refused_in_words(settings, name, value, sentence):
    setattr(settings, name, value)
    with pytest.raises(ImproperlyConfigured, match=sentence):
        startup.check_keys()


def run(*arguments, **environment):
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=REPOSITORY,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.skipif(
    os.environ["TEST_DATABASE"] == "sqlite" and not LONG, reason="with a database of its own: once is enough"
)
def test_no_process_starts_with_a_fingerprint_key_of_another_database(tmp_path):
    file = tmp_path / "site.sqlite3"
    site = {"DATABASE_URL": f"sqlite:///{file}", "VAR_DIR": str(tmp_path), "DEBUG": "1"}
    with closing(sqlite3.connect(file)) as database, database:  # all that a process looks at
        database.execute("CREATE TABLE privacy_keymark (id INTEGER PRIMARY KEY, kind, mark, introduced_at, retired_at)")
        rows = [("fingerprint", keys.fingerprint_mark()), *(("pii", key_id) for key_id in reversed(crypto.key_ids()))]
        database.executemany(
            "INSERT INTO privacy_keymark (kind, mark, introduced_at) VALUES (?, ?, '2026-01-01 00:00')", rows
        )
    web, celery = ("-c", "import config.wsgi"), ("-m", "celery", "-A", "config")
    separate, other = site | {"REDIS_URL": NO_REDIS}, {"FINGERPRINT_KEY": new_key()}
    starts = {
        "web, its own key": (web, separate),
        "web, never migrated": (web, separate | other | {"DATABASE_URL": f"sqlite:///{tmp_path}/none.sqlite3"}),
        "up": (("manage.py", "up"), site | other),
        "web": (web, separate | other),
        "worker": ((*celery, "worker", "--pool", "solo"), separate | other),
        "beat": ((*celery, "beat", "--schedule", "/dev/null"), separate | other),
    }
    if not LONG:  # each start costs a second of CPU, and all look through the same door
        starts = {name: starts[name] for name in ("web, its own key", "web, never migrated", "up", "worker")}
    with ThreadPoolExecutor(len(starts)) as pool:
        ended = dict(zip(starts, pool.map(lambda start: run(*start[0], **start[1]), starts.values()), strict=True))
    own, unmigrated = ended.pop("web, its own key"), ended.pop("web, never migrated")
    assert (own.returncode, own.stderr) == (0, "")
    assert (unmigrated.returncode, "could not be compared" in unmigrated.stderr) == (0, True)
    for name, answer in ended.items():
        assert answer.returncode != 0, name
        assert "FINGERPRINT_KEY is not the one this database was made with" in answer.stderr, name


def test_a_missing_setting_is_one_sentence():
    environment = {name: value for name, value in os.environ.items() if name != "PII_KEYS"}
    refused = subprocess.run(
        [sys.executable, "manage.py", "migrate"], cwd=REPOSITORY, env=environment, capture_output=True, text=True
    )
    assert refused.returncode == 1
    assert refused.stderr == "Outcry does not start: Set the PII_KEYS environment variable\n"


def test_rotation_names_the_key_that_may_go_and_retires_it(old, settings):
    settings.PII_KEYS = [new_key(), old]
    said = StringIO()
    call_command("rotate_pii_keys", stdout=said)
    assert f"Nothing is under key {id_of(old, settings)} any more" in said.getvalue()
    assert marks() == [(id_of(old, settings), True), (crypto.current_key_id().hex(), False)]
    settings.PII_KEYS = settings.PII_KEYS[:1]
    keys.check_keys(now=NOW)
    assert User.objects.get().name == "Han Seo-yun"
