"""Senders that cost next to nothing to start: one process that has loaded the product, and forks.

`python -m tests.faults.senders` reads commands from standard input: "start" forks a sender, which settles and sends
what is due again and again, and prints its process id. Whoever asked kills it.
"""

import os
import signal
import sys
import time

import django
from django.db import connections

IDLE = 0.02  # seconds between two looks


def main() -> None:
    django.setup()
    from outbox import sending, tasks

    connections.close_all()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that are killed
    for line in sys.stdin:
        if line.strip() != "start":
            continue
        pid = os.fork()
        if pid:
            sys.stdout.write(f"{pid}\n")
            sys.stdout.flush()
            continue
        sys.stdin.close()
        while os.getppid() != 1:
            tasks.recover_mail()
            tasks.send_due_mail()
            sending.rest.end()
            time.sleep(IDLE)
        os._exit(0)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    main()
