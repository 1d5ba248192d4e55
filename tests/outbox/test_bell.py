"""Many who ring at once are one ring at once and one for all of them after it."""

import threading
from contextlib import ExitStack

import pytest
from django.conf import settings

from outbox import bell, tasks


class Task:
    name = "outbox.tests.look"

    def __init__(self):
        self.rung = []
        self.again = threading.Event()

    def apply_async(self, args, **options):
        self.rung.append(args)
        if len(self.rung) > 1:
            self.again.set()


@pytest.fixture
def task(monkeypatch):
    monkeypatch.setattr(bell._Rung, "at", {})
    monkeypatch.setattr(bell, "QUIET", 0.05)
    return Task()


def test_a_hundred_mails_are_two_rings_and_the_last_is_not_forgotten(task):
    for _ in range(100):
        bell._ring_now(task, ())
    assert task.rung == [()]
    assert task.again.wait(5)
    assert task.rung == [(), ()]
    assert not bell._Rung.waiting


def test_a_bell_with_arguments_says_more_than_look_and_is_never_left_out(task):
    for number in range(3):
        bell._ring_now(task, (number,))
    assert task.rung == [(0,), (1,), (2,)]


def test_two_senders_leave_the_other_threads_of_a_worker_to_the_count(monkeypatch):
    asked = []
    monkeypatch.setattr("config.read_only.switches.is_on", lambda key: False)
    monkeypatch.setattr("outbox.tasks.sending.claim_due", lambda now: asked.append(now) or [])
    monkeypatch.setattr("outbox.tasks.switches.sends_mail", lambda: True)
    with ExitStack() as busy:
        for _ in range(settings.MAIL_LINES):
            assert tasks._lines.acquire(blocking=False)
            busy.callback(tasks._lines.release)
        tasks.send_due_mail()
        assert not asked
    tasks.send_due_mail()
    tasks.send_due_mail()  # whoever has ended makes room
    assert len(asked) == 2
