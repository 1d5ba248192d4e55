"""Nothing of a person is in a log, whoever writes it and whatever broke."""

import inspect
import io
import logging
import logging.config
import os
import smtplib
import subprocess
import sys
import traceback

import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client

from accounts.models import User
from config import logs
from config.celery import app
from petitions.exceptions import LinkExpired
from privacy import crypto, tokens
from tests.factories import make_user
from tests.servers import REPOSITORY

ADDRESS, NAME, CODE, NETWORK = "min.ji+news@people.example", "Quillfeather", "4711 0815", "203.0.113.77"
TOKEN = tokens.make("confirm", 7, b"n" * 16)
CANARIES = [ADDRESS, "min.ji", "people.example", NAME, CODE, "47110815", NETWORK, "2001:db8::77", TOKEN]
LOGGERS = [
    "",
    "django",
    "django.request",
    "django.server",
    "django.security.DisallowedHost",
    "waitress",
    "waitress.queue",
    "_granian",
    "granian.access",
    "celery",
    "celery.app.trace",
    "celery.worker.strategy",
    "celery.redirected",
    "kombu.connection",
    "outbox.sending",
    "py.warnings",
]


@pytest.fixture
def written(monkeypatch):
    """What the console gets, from a logging that was configured anew as a process does."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    root = logging.getLogger()
    kept = root.handlers[:]
    logging.config.dictConfig(settings.LOGGING | {"root": settings.LOGGING["root"] | {"level": "INFO"}})
    for name in LOGGERS:
        monkeypatch.setattr(logging.getLogger(name), "disabled", False)
    yield stream.getvalue
    root.handlers[:] = kept


def found(text):
    return [canary for canary in CANARIES if canary in text]


MESSAGES = [
    ("mail to %s", (ADDRESS,)),
    (f"mail to <{ADDRESS}>, again", ()),
    (f"redis://:secret@{ADDRESS}:6379/0", ()),
    ("GET %s", (f"/signatures/{TOKEN}/",)),
    (f"GET /ko/signatures/{TOKEN}/manage/?x=1", ()),
    (f"the token {TOKEN}.", ()),
    ("the code is %s", (CODE,)),
    (f"the code is {CODE.replace(' ', '')}", ()),
    ("from %s", (NETWORK,)),
    ("from [%s]:443", ("2001:db8::77",)),
    ('%s - "GET / HTTP/1.1"', (NETWORK,)),
    ("%(who)s", ({"who": ADDRESS},)),
    ("%s", (ValueError(f"{NAME} {ADDRESS}"),)),
    (ValueError(NAME), ()),
]


@pytest.mark.parametrize("name", LOGGERS)
def test_no_logger_writes_what_is_planted_in_a_message(written, name):
    for message, arguments in MESSAGES:
        logging.getLogger(name).error(message, *arguments)
    assert len(written().splitlines()) == len(MESSAGES)
    assert found(written()) == []


@pytest.mark.parametrize(("message", "arguments"), [("does not fit %d", (NAME,)), ("too many", (NAME, ADDRESS))])
def test_arguments_that_do_not_fit_are_withheld(message, arguments):
    record = logging.makeLogRecord({"msg": message, "args": arguments})
    said = logs.RedactingFormatter().format(record)
    assert said == f"{message} (its arguments do not fit and are withheld)"


def fail_with(exc, *, cause=None):
    try:
        raise exc from cause
    except type(exc):
        return sys.exc_info()


@pytest.mark.parametrize("name", LOGGERS)
def test_no_logger_writes_the_words_of_an_exception_or_of_what_led_to_it(written, name):
    try:
        try:
            raise KeyError(NAME)
        except KeyError as exc:
            raise IntegrityError(f"DETAIL: Key (address)=({ADDRESS}) already exists.") from exc
    except IntegrityError:
        logging.getLogger(name).exception("Internal Server Error: %s", f"/signatures/{TOKEN}/", stack_info=True)
    assert found(written()) == []
    assert "KeyError (its words are withheld)" in written()
    assert "django.db.utils.IntegrityError (its words are withheld)" in written()
    assert __file__ in written()
    assert "raise KeyError" not in written()  # a line of code may hold what was typed into it


def test_a_traceback_that_comes_as_text_keeps_frames_and_classes(written):
    """As granian hands it over."""
    try:
        try:
            raise ValueError(f"{NAME}\n{NAME} on a second line")
        except ValueError as exc:
            raise IntegrityError(f"{ADDRESS}\nDETAIL: {NAME}") from exc
    except IntegrityError:
        logging.getLogger("_granian.utils").error(f"Application callable raised an exception\n{traceback.format_exc()}")
    assert found(written()) == []
    assert "Application callable raised an exception" in written()
    assert written().count(f'File "{__file__}"') == 2
    assert "django.db.utils.IntegrityError (its words are withheld)" in written()


def test_a_group_of_exceptions_is_written_part_by_part(written):
    group = ExceptionGroup(NAME, [ValueError(ADDRESS), TypeError(CODE)])
    logging.getLogger("waitress").error("…", exc_info=fail_with(group))
    assert found(written()) == []
    assert "ValueError" in written()
    assert "TypeError" in written()


def test_sentences_of_ours_are_written_and_redacted(written):
    logging.getLogger("x").error("%s", LinkExpired(f"This link is older than seven days, {ADDRESS}."))
    assert "petitions.exceptions.LinkExpired: This link is older than seven days, <address>" in written()


@pytest.mark.django_db
class TestRealFailures:
    def test_a_row_that_stands_twice_is_named_by_its_constraint(self, written):
        user = make_user(address=ADDRESS)
        twin = User(email=ADDRESS, name=NAME, email_fingerprint=user.email_fingerprint)
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            twin.save()
        logging.getLogger("django.request").error("broke off", exc_info=caught.value)
        assert found(written()) == []
        assert bytes(user.email_fingerprint).hex() not in written()
        constraint = "constraint=accounts_user_email_fingerprint" if connection.vendor == "postgresql" else "SQLITE_CON"
        assert constraint in written()

    def test_a_value_of_the_wrong_shape_is_withheld(self, written):
        with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute('SELECT "Quillfeather"."min.ji"')
        assert NAME in str(caught.value)
        logging.getLogger("django.request").error("…", exc_info=caught.value)
        assert found(written()) == []

    def test_a_value_that_cannot_be_opened_names_its_column(self, written, settings):
        user = make_user(address=ADDRESS)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE accounts_user SET name = %s WHERE id = %s", [b"x" * 40, user.pk])
        with pytest.raises(crypto.Undecryptable) as caught:
            User.objects.get(pk=user.pk)
        logging.getLogger("django.request").error("…", exc_info=caught.value)
        assert "privacy.crypto.Undecryptable: A value of accounts_user.name cannot be opened" in written()

    def test_a_mail_server_that_repeats_the_address_is_not_quoted(self, written):
        for exc in (
            smtplib.SMTPRecipientsRefused({ADDRESS: (550, f"{NAME} unknown".encode())}),
            smtplib.SMTPDataError(554, f"{ADDRESS} has no {NAME}".encode()),
            smtplib.SMTPSenderRefused(451, NAME.encode(), ADDRESS),
        ):
            logging.getLogger("outbox.sending").error("…: %s", exc, exc_info=fail_with(exc))
        assert found(written()) == []
        assert "smtplib.SMTPDataError code=554 (its words are withheld)" in written()

    def test_a_page_that_fails_tells_the_log_where_and_not_what(self, written, monkeypatch):
        def fail(*args, **kwargs):
            raise RuntimeError(f"{NAME} {ADDRESS}")

        monkeypatch.setattr("petitions.services.find_signature", fail)
        assert Client(raise_request_exception=False).get(f"/signatures/{TOKEN}/").status_code == 500
        assert "Internal Server Error: /signatures/<token>/" in written()
        assert "in confirm" in written()
        assert found(written()) == []

    def test_a_path_that_is_not_there_is_written_without_its_secrets(self, written):
        Client().get(f"/signatures/{TOKEN}x/{ADDRESS}/{CODE}")
        assert found(written()) == []


def test_a_task_that_fails_says_its_name_and_where(written):
    @app.task(name="tests.fail")
    def fail(number):
        raise IntegrityError(f"{NAME} {ADDRESS}")

    try:
        fail.apply(args=[7])
        trace = logging.getLogger("celery.app.trace")  # as a worker writes it
        context = {
            "name": "tests.fail",
            "id": "x",
            "description": "raised unexpected",
            "exc": f"IntegrityError('{NAME}')",
        }
        trace.error("Task %(name)s[%(id)s] %(description)s: %(exc)s", context, exc_info=fail_with(ValueError(ADDRESS)))
        context |= {"args": f"['{ADDRESS}']", "kwargs": f"{{'a': '{NAME}'}}"}
        trace.error("Received unregistered task %(name)s %(args)s %(kwargs)s", context)
    finally:
        app.tasks.unregister("tests.fail")
    assert "Task tests.fail[x] raised unexpected: IntegrityError (its words are withheld)" in written()
    assert found(written()) == []


def test_tasks_carry_numbers_or_nothing():
    app.loader.import_default_modules()
    ours = [task for name, task in app.tasks.items() if not name.startswith("celery.")]
    assert len(ours) >= 5
    for task in ours:
        for parameter in inspect.signature(task.run).parameters.values():
            assert parameter.annotation in (int, "int", "list[int]", list[int]), (task.name, parameter)
    for entry in app.conf.beat_schedule.values():
        assert not entry.get("args")
        assert not entry.get("kwargs")


def test_nothing_but_the_root_has_a_handler_and_every_handler_redacts(written):
    for name in LOGGERS[1:]:
        logger = logging.getLogger(name)
        assert logger.propagate, name
        assert all(isinstance(handler, logging.NullHandler) for handler in logger.handlers), name
    handlers = [
        handler for handler in logging.getLogger().handlers if not type(handler).__module__.startswith("_pytest")
    ]
    assert [type(handler.formatter) for handler in handlers] == [logs.RedactingFormatter]


@pytest.mark.parametrize(
    "harmless",
    [
        "petitions.tasks.refresh_signature_counts",
        "e-mail 1234567 broke off",
        "release 9 of 2026",
        "0004_forgotten_signatures applied",
        "audit chain: line 12 has digest " + "0123456789abcdef" * 4,
        "Task x[8d7a52a0-6b3e-4b36-a2a6-7e5f4e2a9a11] received",
        "/petitions/safe-passage-for-those-who-fled-2026/",
        "SignatureConfirmationLifetime",
        "Listening on 127.0.0.1:8000 and [::1]:8000 since 12:30:45",
        "MAX_FRAMES_OF_A_TRACEBACK_IN_ALL",
    ],
)
def test_what_says_nothing_of_a_person_stays_readable(written, harmless):
    if harmless.startswith("e-mail"):
        logging.getLogger("x").error("e-mail %s broke off", 1234567)
    else:
        logging.getLogger("x").error(harmless)
    assert harmless in written()


def test_a_thread_and_a_process_that_end_by_an_exception_write_no_words():
    script = f"""
import django, threading
django.setup()
from config.logs import log_what_nobody_caught
log_what_nobody_caught()
def fail():
    raise ValueError("{NAME} {ADDRESS}")
class Falls:
    def __del__(self):
        raise ValueError("{NAME}")
thread = threading.Thread(target=fail, name="worker")
thread.start()
thread.join()
Falls()
fail()
"""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=REPOSITORY, env=environment, capture_output=True, text=True
    )
    assert ended.returncode == 1
    assert found(ended.stdout + ended.stderr) == []
    for said in ("thread worker ends", "an exception could not be raised", "the process ends"):
        assert said in ended.stderr
    assert ended.stderr.count("ValueError (its words are withheld)") == 3
