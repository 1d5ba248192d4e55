"""Settings under which Outcry refuses to start."""

import pytest

from config import checks


@pytest.mark.parametrize(
    ("changed", "refused"),
    [
        ({"DEBUG": False, "EMAIL_URL": ""}, ["config.E001"]),
        ({"DEBUG": True, "EMAIL_URL": ""}, []),
        ({"DEBUG": False, "EMAIL_URL": "smtp://mail.example"}, []),
        ({"DEBUG": True, "REDIS_URL": "", "WEB_WORKERS": 2}, ["config.E002"]),
        ({"DEBUG": True, "REDIS_URL": "redis://localhost", "WEB_WORKERS": 2}, []),
    ],
)
def test_what_cannot_work_is_refused(settings, changed, refused):
    for name, value in changed.items():
        setattr(settings, name, value)
    found = checks.mail_leaves(None) + checks.one_process_without_redis(None)
    assert [message.id for message in found] == refused
