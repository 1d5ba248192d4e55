"""PostgreSQL, Redis, separate Celery processes and a mail server, while parts of it fail."""

import re
from urllib.parse import urlencode
from urllib.request import urlopen

from tests.journeys.site import Site, text_of, wait_for
from tests.journeys.test_supporter import PETITION
from tests.servers import Redis


def sign(site: Site, address: str) -> None:
    answers = urlencode({"name": "A traveller", "email": address}).encode()
    with urlopen(f"{site.url}{PETITION}sign/", answers) as answer:  # noqa: S310 our own address
        assert answer.url.endswith("/check-inbox/")


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
    wait_for(lambda: redis_site.postbox.refused, what="the first refusal")
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
