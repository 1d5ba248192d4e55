"""One sender of the measure with two: `python -m benchmarks.sender_process PORT`.

It says that it is ready, waits for a line, sends, and says when nothing is left.
"""

import sys

import django


def main() -> None:
    django.setup()
    from django.conf import settings

    from benchmarks.sending import send_all
    from outbox.models import Email

    settings.OUTBOX_TRANSPORT = "outbox.transport.SmtpTransport"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(sys.argv[1])
    Email.objects.exists()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    send_all()
    sys.stdout.write("done\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
