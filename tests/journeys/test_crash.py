"""kill -9 of every process while sixty letters leave: each is sent once or marked uncertain, none is lost."""

import time
from collections import Counter

import pytest

from tests.conftest import LONG
from tests.journeys.site import Site, wait_for

# Sixty offices and a release to them, approved; the letters are due at once.
RELEASE = """
from datetime import timedelta
from django.utils import timezone
from accounts.models import User
from letters.models import FormOfAddress, Recipient
from letters.services import approve_release
from statements.models import Statement
from statements.services import request_release
from demo.logins import APPROVER, EDITOR
offices = []
for number in range(60):
    office = Recipient.objects.create(
        slug=f"crash-{number}", name=f"Office {number} (demo)", kind="parliament", role="influencer",
        channel="email", email=f"crash-{number}@office.example", is_fictional=True,
    )
    FormOfAddress.objects.create(
        recipient=office, language="en", name=office.name, salutation="Excellency,", closing="Yours faithfully,"
    )
    offices.append(office)
now = timezone.now()
statement = Statement.objects.get(slug="joint-statement-2023-10")
asking, deciding = (User.objects.get_by_natural_key(login.address) for login in (EDITOR, APPROVER))
release = request_release(
    statement.pk, offices, language="en", reply_by=timezone.localdate(now) + timedelta(days=30), by=asking, now=now
)
print(approve_release(release.pk, by=deciding, now=now), approve_release(release.pk, by=deciding, now=now))
"""
STATES = """
import time
from collections import Counter
from outbox.models import Email
print(dict(Counter(Email.objects.filter(letter__recipient__slug__startswith="crash-").values_list("state", flat=True))))
"""


def shell(site: Site, script: str) -> str:
    return site.manage("shell", "-v0", "-c", script).strip()


@pytest.mark.parametrize(
    "redis",
    [
        pytest.param(True, id="processes"),
        pytest.param(False, id="embedded", marks=pytest.mark.skipif(not LONG, reason="in make test-long")),
    ],
)
def test_killed_in_the_middle_of_sixty_letters_none_is_lost_or_silently_doubled(start_site, redis):
    site = start_site(redis=redis, MAIL_LEASE="3", RELEASE_COOLING_OFF="1")
    assert shell(site, RELEASE) == "60 0"
    wait_for(lambda: len(site.mails(to="crash-")) >= 5, what="the first letters")
    site.kill()
    already = len(site.mails(to="crash-"))
    site.start()

    def settled() -> dict:
        time.sleep(2)  # asking costs a process
        states = eval(shell(site, STATES))  # noqa: S307 what our own script printed
        return states if not states.keys() & {"queued", "sending"} else {}

    wait_for(lambda: len(site.mails(to="crash-")) >= 56, seconds=60, what="nearly all letters")
    states = wait_for(settled, seconds=60, what="all letters")
    copies = Counter(mail["Message-ID"] for mail in site.mails(to="crash-"))
    assert already < 60, "the kill came too late to prove anything"
    assert states.keys() <= {"sent", "uncertain"}
    assert states.get("uncertain", 0) <= 4  # one for each thread that may have been sending
    assert set(copies.values()) == {1}
    assert 60 - states.get("uncertain", 0) <= len(copies) <= 60
