"""PostgreSQL, Redis, separate Celery processes and a mail server, while parts of it fail.

One file, because pytest-xdist gives a file to one worker, and this site is the dearest to prepare.
"""

import re
from collections import Counter
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener, urlopen

import pytest

from tests.conftest import only_long
from tests.journeys.canaries import Listener, find
from tests.journeys.site import Site, text_of, wait_for
from tests.journeys.test_supporter import PETITION

# Sixty offices and a release to them, approved; the letters are due at once.
RELEASE = """
from datetime import timedelta
from django.utils import timezone
from letters.models import FormOfAddress, LetterTemplate, Recipient
from letters.services import approve_release
from statements.services import request_release
from tests import factories
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
LetterTemplate.objects.exists() or factories.make_template()
statement = factories.make_published(now=now, deadline=now + timedelta(days=1))
asking, deciding = factories.make_user("sender"), factories.make_user("sender")
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
    [link] = set(re.findall(r"http\S+/signatures/[\w-]{32}/(?!\S)", text_of(message)))
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


@pytest.fixture(params=["processes", "embedded"])
def crashing_site(request: pytest.FixtureRequest) -> Site:
    """A site that sends what was approved a second ago."""
    if request.param == "processes":
        return request.getfixturevalue("redis_site")
    return request.getfixturevalue("start_site")(MAIL_LEASE="3", RELEASE_COOLING_OFF="1")


@only_long  # in `make test` tests/faults kills senders
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


def test_whoever_steals_database_redis_files_or_logs_reads_nobody(redis_site):
    """Last in this file, so that what is searched is what all journeys on this site have left behind."""
    site, headers = redis_site, {"X-Forwarded-For": "203.0.113.77"}
    planted = {
        "an address": "zebedee.quillfeather@people.example",
        "a name": "Zebedee Quillfeather",
        "a Korean name": "갈매기우체통",
        "a comment": "the heron stands in the salt marsh",
        "a password": "wrong-password-canary",
        "an address at the desk": "zebedee.staff@coalition.example",
        "an address of a delegate": "yerin.do@barley-field.example",
        "an IP address": "203.0.113.77",
        "everybody else's address": "@people.example",
    }

    def post(path: str, **answers: str) -> str:
        try:
            with browser.open(Request(site.url + path, urlencode(answers).encode(), headers)) as answer:  # noqa: S310
                return answer.read().decode()
        except HTTPError as refusal:
            return refusal.read().decode()

    def get(path: str) -> str:
        with browser.open(Request(site.url + path, headers=headers)) as answer:  # noqa: S310 our own address
            return answer.read().decode()

    def with_token(path: str, **answers: str) -> str:
        [token] = set(re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', get(path)))
        return post(path, csrfmiddlewaretoken=token, **answers)

    browser = build_opener(HTTPCookieProcessor())
    said = {"name": planted["a name"], "email": planted["an address"], "comment": planted["a comment"]}
    with Listener(site.environment["REDIS_URL"]) as listener:
        post(f"{PETITION}sign/", **said, consent_updates="on")
        link = re.findall(r"/signatures/[\w-]{32}/", text_of(site.wait_for_mail(to=planted["an address"])))[0]
        planted["a token"] = link.split("/")[2]
        get(link)
        post(link)
        post(f"{PETITION}sign/", name=planted["a Korean name"], email="zebedee.quillfeather+2@people.example")
        with_token("/delegate/sign-in/", email=planted["an address of a delegate"])
        code_mail = site.wait_for_mail(to=planted["an address of a delegate"])
        planted["a code"] = re.findall(r"\d{4} \d{4}", text_of(code_mail))[0]
        with_token("/delegate/sign-in/code/", code="1111 2222")
        with_token("/admin/login/", username=planted["an address at the desk"], password=planted["a password"])
        # Then everything breaks while these values are in hand: a mail server that quotes, tables that are gone.
        site.postbox.refuse = f"550 5.1.1 <{planted['an address']}> unknown"
        refused = site.postbox.refused
        post(f"{PETITION}sign/", **(said | {"email": "zebedee.quillfeather.3@people.example"}))
        wait_for(lambda: site.postbox.refused > refused, what="the refusal")
        for table in ("outbox_email", "petitions_tally"):
            site.sql(f"ALTER TABLE {table} RENAME TO {table}_gone")
        answer = post(f"{PETITION}sign/", **(said | {"email": "zebedee.quillfeather.4@people.example"}))
        post(link)
        wait_for(lambda: "petitions_tally" in site.output or "ProgrammingError" in site.output, what="a broken task")
        for table in ("outbox_email", "petitions_tally"):
            site.sql(f"ALTER TABLE {table}_gone RENAME TO {table}")
        site.kill()
    assert planted["an address"] not in answer
    assert "ProgrammingError" in site.output, "nothing broke, so nothing is proved about errors"
    assert any(b"outbox.tasks.send_due_mail" in command for command in listener.heard), "no task was overheard"
    leaks = find(site, planted, listener)
    assert leaks == [], "\n".join(leaks)
    # The search would find it: the address of the petition is public and stands in all of these places.
    assert {"what is public in the table petitions_petition"} <= set(
        find(site, {"what is public": "safe-passage"}, listener)
    )
