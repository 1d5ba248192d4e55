"""Settings under which Outcry refuses to start."""

import os
import subprocess
import sys

import pytest

from config import checks
from tests.conftest import only_long
from tests.servers import REPOSITORY


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({"DEBUG": False, "EMAIL_URL": ""}, ["config.E001"]),
        ({"DEBUG": True, "EMAIL_URL": ""}, []),
        ({"DEBUG": False, "EMAIL_URL": "smtp://mail.example"}, []),
        ({"DEBUG": True, "REDIS_URL": "", "WEB_WORKERS": 2}, ["config.E002"]),
        ({"DEBUG": True, "REDIS_URL": "redis://localhost", "WEB_WORKERS": 2}, []),
        ({"DEBUG": False, "EMAIL_URL": "smtp://mail.example", "STAFF_SECOND_FACTOR": False}, ["config.E003"]),
        ({"DEBUG": True, "STAFF_SECOND_FACTOR": False}, []),
    ],
)
def test_what_cannot_work_is_refused(settings, changed, refused):
    settings.STAFF_SECOND_FACTOR = True
    for name, value in changed.items():
        setattr(settings, name, value)
    found = checks.mail_leaves(None) + checks.one_process_without_redis(None) + checks.second_factor(None)
    assert [message.id for message in found] == refused


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"ALLOWED_MAIL_DOMAINS": ["example"]}, ["config.W001"]),
        ({"ALLOWED_MAIL_DOMAINS": []}, ["config.W001"]),
        ({"ALLOWED_MAIL_DOMAINS": ["Example."]}, ["config.W001"]),
        ({"ALLOWED_MAIL_DOMAINS": ["example"], "DEBUG": True}, []),
        ({"ALLOWED_MAIL_DOMAINS": ["*"]}, []),
        ({"ALLOWED_MAIL_DOMAINS": ["example", "coalition.org"]}, []),
        ({"SECURITY_CONTACT": []}, ["config.W002"]),
        ({"SECURITY_CONTACT": [], "DEBUG": True}, []),
        ({"SECURITY_CONTACT": ["http://coalition.example/report"]}, ["config.E004"]),
        ({"SECURITY_CONTACT": ["a@coalition.example", "write to us"]}, ["config.E004"]),
        ({"SECURITY_CONTACT": ["https://coalition.example/report", "tel:+82-2-1234-5678"]}, []),
        ({"ALLOWED_HOSTS": ["*"]}, ["config.W003"]),
        ({"ALLOWED_HOSTS": ["*"], "DEBUG": True}, []),
    ],
)
def test_what_a_server_should_not_be_left_at_is_said(settings, changed, found):
    fine = {"ALLOWED_MAIL_DOMAINS": ["*"], "SECURITY_CONTACT": ["a@coalition.example"], "ALLOWED_HOSTS": ["x.example"]}
    for name, value in {"DEBUG": False, **fine, **changed}.items():
        setattr(settings, name, value)
    said = [checks.mail_goes_to_people(None), checks.security_contact(None), checks.hosts_are_named(None)]
    assert [message.id for messages in said for message in messages] == found


@pytest.mark.parametrize("command", [pytest.param("setup", marks=only_long), "up"])
def test_no_command_begins_where_staff_would_come_in_by_password_alone(command):
    environment = os.environ | {"DEBUG": "0", "EMAIL_URL": "smtp://mail.example", "STAFF_SECOND_FACTOR": "0"}
    done = subprocess.run(
        [sys.executable, REPOSITORY / "manage.py", command], env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert "config.E003" in done.stderr


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({}, []),
        ({"DEFAULT_FROM_EMAIL": "연대 <post@coalition.example>", "BOUNCE_ADDRESS": "b@mail.coalition.example"}, []),
        ({"DEFAULT_FROM_EMAIL": "post@localhost"}, ["DEFAULT_FROM_EMAIL"]),
        ({"DEFAULT_FROM_EMAIL": ""}, ["DEFAULT_FROM_EMAIL"]),
        ({"BOUNCE_ADDRESS": "nobody"}, ["BOUNCE_ADDRESS"]),
        ({"MAIL_DOMAIN": "https://coalition.example"}, ["MAIL_DOMAIN"]),
        ({"DNS_SERVERS": ["9.9.9.9", "ns.example"]}, ["DNS_SERVERS"]),
        ({"DNS_SERVERS": ["9.9.9.9:53", "[2620:fe::fe]"]}, []),
    ],
)
def test_a_sender_that_no_server_takes_is_refused_at_start(settings, changed, wrong):
    for name, value in changed.items():
        setattr(settings, name, value)
    found = checks.mail_settings_can_be_used(None)
    assert [message.msg.partition(" ")[0] for message in found] == wrong
    assert {message.id for message in found} <= {"config.E005"}
