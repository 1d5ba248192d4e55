"""PostgreSQL, Redis, separate Celery processes and a mail server, while parts of it fail.

One file, because pytest-xdist gives a file to one worker, and this site is the dearest to prepare.
"""

import re
from collections import Counter
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from tests.conftest import LONG
from tests.journeys.site import Site, text_of, wait_for
from tests.journeys.test_supporter import PETITION

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
SELECT email.state, count(*) FROM outbox_email email
JOIN letters_letter letter ON letter.email_id = email.id JOIN letters_recipient recipient ON recipient.id = recipient_id
WHERE recipient.slug LIKE 'crash-%' GROUP BY email.state
"""


def sign(site: Site, address: str) -> None:
    answers = urlencode({"name": "A traveller", "email": address}).encode()
    with urlopen(f"{site.url}{PETITION}sign/", answers) as answer:  # noqa: S310 our own address
        assert answer.url.endswith("/check-inbox/")


def test_the_worker_of_its_own_sends_and_the_count_follows(redis_site):
    def shown() -> int:
        with urlopen(redis_site.url + PETITION) as page:  # noqa: S310 our own address
            [count] = set(re.findall(rb'data-signature-count="(\d+)"', page.read()))
            return int(count)

    before = shown()
    sign(redis_site, "redis@people.example")
    message = redis_site.wait_for_mail(to="redis@people.example")
    [link] = set(re.findall(r"http\S+/signatures/[\w-]{32}/", text_of(message)))
    with urlopen(link, b"") as answer:  # noqa: S310 our own address
        assert answer.status == 200

    wait_for(lambda: shown() == before + 1, seconds=15, what="the count on the page")


def test_mail_waits_for_a_broken_mail_server_and_follows_by_itself(redis_site):
    redis_site.postbox.refuse = "451 4.3.0 try again later"
    sign(redis_site, "patient@people.example")
    wait_for(lambda: redis_site.postbox.refused, what="the first refusal")
    redis_site.postbox.refuse = ""
    redis_site.wait_for_mail(to="patient@people.example", seconds=40)
    assert len(redis_site.mails(to="patient@people.example")) == 1


def test_without_redis_people_sign_and_mail_follows_when_it_is_back(redis_site):
    sign(redis_site, "before@people.example")
    redis_site.wait_for_mail(to="before@people.example")
    redis_site.redis.stop()
    for number in range(3):
        sign(redis_site, f"during-{number}@people.example")
    assert redis_site.mails(to="during-") == []
    redis_site.redis.start()
    for number in range(3):
        redis_site.wait_for_mail(to=f"during-{number}@people.example", seconds=60)
    assert len(redis_site.mails(to="during-")) == 3


@pytest.fixture(
    params=[
        pytest.param("processes"),
        pytest.param("embedded", marks=pytest.mark.skipif(not LONG, reason="in make test-long")),
    ]
)
def crashing_site(request: pytest.FixtureRequest) -> Site:
    """A site that sends what was approved a second ago."""
    if request.param == "processes":
        return request.getfixturevalue("redis_site")
    return request.getfixturevalue("start_site")(MAIL_LEASE="3", RELEASE_COOLING_OFF="1")


def test_killed_in_the_middle_of_sixty_letters_none_is_lost_or_silently_doubled(crashing_site):
    site = crashing_site
    assert site.manage("shell", "-v0", "-c", RELEASE).strip() == "60 0"
    wait_for(lambda: len(site.mails(to="crash-")) >= 5, what="the first letters")
    site.kill()
    already = len(site.mails(to="crash-"))
    site.start()

    def settled() -> dict[str, int]:
        states = dict(site.sql(STATES))
        return states if not states.keys() & {"queued", "sending"} else {}

    states = wait_for(settled, seconds=120, what="all letters")
    copies = Counter(mail["Message-ID"] for mail in site.mails(to="crash-"))
    assert already < 60, "the kill came too late to prove anything"
    assert sum(states.values()) == 60
    assert states.keys() <= {"sent", "uncertain"}
    assert states.get("uncertain", 0) <= 4  # one for each thread that may have been sending
    assert set(copies.values()) == {1}
    assert 60 - states.get("uncertain", 0) <= len(copies) <= 60
