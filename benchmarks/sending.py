"""Sending to a mail server on loopback; the limit is a bare smtplib loop that builds each message and sends it.

Both speak over one connection to the same witness, a process of its own, turn by turn.
"""

import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from statistics import median

from django.conf import settings
from django.db import connections
from django.utils import timezone

from outbox import bell, kinds, sending
from outbox.models import Email
from outbox.services import write_email

MESSAGES, ROUNDS = 2_000, 5
KINDS = kinds.Kind("bench letters", may_repeat=False), kinds.Kind("bench confirmations", may_repeat=True)
BARS = {1: 0.9, 2: 1.6}
for declared in KINDS:  # each sender imports this module
    kinds.register(declared)
TEXT = "Excellency,\n\nwe write to you about people who were sent back.\n" + "A sentence of a letter. " * 40 + "\n"
HTML = f"<p>{TEXT}</p>"


@contextmanager
def witness() -> Iterator[int]:
    """A mail server in another process; yields its port."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.faults.witness", str(Path(folder) / "witnessed")]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout
            yield int(process.stdout.readline())
        finally:
            process.kill()
            process.wait()


def sender() -> str:
    """The sender with one process and with two, against the bare loop: median of the ratios of alternating rounds.

    Of letters, which may not be repeated, and of confirmations, of which the end of one and the beginning of the next
    are one commit.
    """
    with witness() as port:
        settings.OUTBOX_TRANSPORT = "outbox.transport.SmtpTransport"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        ratios: dict[tuple[str, int], list[float]] = {(kind.name, n): [] for kind in KINDS for n in (1, 2)}
        speeds: list[float] = []
        for _ in range(ROUNDS):
            limit = _timed(lambda: _bare(port))
            speeds.append(MESSAGES / limit)
            for (kind, processes), found in ratios.items():
                _write(kind)
                found.append(limit / _sent_by(processes))
    lines = [f"{'sender, the bare loop':34} {median(speeds):,.0f} a second"]
    for (kind, processes), found in ratios.items():
        name = f"{kind.removeprefix('bench ')}, {'one process' if processes == 1 else 'two processes'}"
        lines.append(f"{name:34} {median(found):5.2f} of the limit (bar ≥ {BARS[processes]})")
    return "\n".join(lines)


def _bare(port: int) -> None:
    with smtplib.SMTP("127.0.0.1", port) as connection:
        for number in range(MESSAGES):
            message = EmailMessage()
            message["From"], message["To"] = settings.DEFAULT_FROM_EMAIL, f"a{number}@office.example"
            message["Subject"], message["Message-ID"] = "A letter", make_msgid(domain="coalition.example")
            message.set_content(TEXT)
            message.add_alternative(HTML, subtype="html")
            connection.send_message(message)


def _write(kind: str) -> None:
    Email.objects.filter(kind__startswith="bench ").delete()
    now = timezone.now()
    with bell.muted():
        for number in range(MESSAGES):
            write_email(
                kind, to=f"a{number}@office.example", subject="A letter", text=TEXT, html=HTML, key=f"b:{number}",
                now=now,
            )  # fmt: skip


def _sent_by(processes: int) -> float:
    """Seconds until all have left; the processes are there before the clock starts."""
    if processes == 1:
        seconds = _timed(send_all)
    else:
        connections.close_all()
        line = [sys.executable, "-m", "benchmarks.sender_process", str(settings.EMAIL_PORT)]
        running = [subprocess.Popen(line, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(processes)]
        for process in running:
            assert process.stdout
            process.stdout.readline()  # it is ready
        seconds = _timed(lambda: _go(running))
        for process in running:
            process.communicate()
    assert Email.objects.filter(kind__startswith="bench ", state="sent").count() == MESSAGES
    return seconds


def _go(running: list[subprocess.Popen[bytes]]) -> None:
    """Start all at once, then wait until each has said that nothing is left."""
    for process in running:
        assert process.stdin
        process.stdin.write(b"go\n")
        process.stdin.flush()
    for process in running:
        assert process.stdout
        process.stdout.readline()


def send_all() -> None:
    line = sending.Line()
    while batch := sending.claim_due(timezone.now()):
        sending.send(batch, line)
    line.close()


def _timed(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun
