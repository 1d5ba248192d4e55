"""PostgreSQL, Redis, separate Celery processes and a mail server, while parts of it fail."""

import re
from collections import Counter
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest

from tests.journeys.site import Site, text_of, wait_for
from tests.journeys.test_supporter import PETITION
from tests.servers import Redis

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
from collections import Counter
from outbox.models import Email
print(dict(Counter(Email.objects.filter(letter__recipient__slug__startswith="crash-").values_list("state", flat=True))))
"""


def sign(site: Site, address: str) -> None:
    answers = urlencode({"name": "A traveller", "email": address}).encode()
    with urlopen(f"{site.url}{PETITION}sign/", answers) as answer:  # noqa: S310 our own address
        assert answer.url.endswith("/check-inbox/")


def shell(site: Site, script: str) -> str:
    return site.manage("shell", "-v0", "-c", script).strip()


def test_the_worker_of_its_own_sends_and_the_count_follows(redis_site):
    sign(redis_site, "redis@people.example")
    message = redis_site.wait_for_mail(to="redis@people.example")
    [link] = set(re.findall(r"http\S+/signatures/[\w-]{32}/", text_of(message)))
    with urlopen(link, b"") as answer:  # noqa: S310 our own address
        assert answer.status == 200

    def shown() -> int:
        with urlopen(redis_site.url + PETITION) as page:  # noqa: S310 our own address
            [count] = set(re.findall(rb'data-signature-count="(\d+)"', page.read()))
            return int(count)

    wait_for(lambda: shown() == 301, seconds=15, what="the count on the page")


def test_mail_waits_for_a_broken_mail_server_and_follows_by_itself(redis_site):
    redis_site.postbox.refuse = "451 4.3.0 try again later"
    sign(redis_site, "patient@people.example")
    wait_for(
        lambda: (
            "451"
            in shell(redis_site, "from outbox.models import Email; print(Email.objects.latest('pk').server_reply)")
        ),
        what="the first refusal",
    )
    redis_site.postbox.refuse = ""
    redis_site.wait_for_mail(to="patient@people.example", seconds=40)
    assert len(redis_site.mails(to="patient@people.example")) == 1


def test_without_redis_people_sign_and_mail_follows_when_it_is_back(start_site, tmp_path):
    redis = Redis(tmp_path)
    url = redis.start()
    try:
        site = start_site(redis=True, REDIS_URL=url)
        sign(site, "before@people.example")
        site.wait_for_mail(to="before@people.example")
        redis.stop()
        for number in range(3):
            sign(site, f"during-{number}@people.example")
        assert site.mails(to="during-") == []
        redis.start()
        for number in range(3):
            site.wait_for_mail(to=f"during-{number}@people.example", seconds=60)
        assert len(site.mails(to="during-")) == 3
    finally:
        redis.stop()


@pytest.mark.parametrize("redis", [False, True], ids=["embedded", "processes"])
def test_killed_in_the_middle_of_sixty_letters_none_is_lost_or_silently_doubled(start_site, redis):
    site = start_site(redis=redis, MAIL_LEASE="3", RELEASE_COOLING_OFF="1")
    assert shell(site, RELEASE) == "60 0"
    wait_for(lambda: len(site.mails(to="crash-")) >= 5, what="the first letters")
    site.kill()
    already = len(site.mails(to="crash-"))
    site.start()

    def settled() -> dict:
        states = eval(shell(site, STATES))  # noqa: S307 what our own script printed
        return states if not states.keys() & {"queued", "sending"} else {}

    states = wait_for(settled, seconds=60, what="all letters")
    copies = Counter(mail["Message-ID"] for mail in site.mails(to="crash-"))
    assert already < 60, "the kill came too late to prove anything"
    assert states.keys() <= {"sent", "uncertain"}
    assert states.get("uncertain", 0) <= 4  # one for each thread that may have been sending
    assert set(copies.values()) == {1}
    assert 60 - states.get("uncertain", 0) <= len(copies) <= 60
