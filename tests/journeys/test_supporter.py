"""A supporter signs on a phone, without JavaScript, confirms by mail, and is counted."""

import re
from itertools import product
from urllib.parse import urlencode
from urllib.request import urlopen

from playwright.sync_api import Page, expect

from tests.conftest import LONG, only_long
from tests.journeys.site import Site, text_of, wait_for

PETITION = "/petitions/safe-passage/"


def count_on(page: Page) -> int:
    return int(page.locator("[data-signature-count]").first.get_attribute("data-signature-count") or "")


def confirmation_link(site: Site, address: str) -> str:
    mail = site.wait_for_mail(to=address)
    [link] = set(re.findall(r"http\S+/signatures/[\w-]{32}/(?!\S)", text_of(mail)))
    return link


def test_signing_confirming_and_being_counted(site, open_page, assert_no_cookie, assert_no_third_party):
    """In each language, on a phone and on a desk; all wait for the count together."""
    visits = []
    for language, width in product(("en", "ko"), (390, 1280)) if LONG else [("ko", 390), ("en", 1280)]:
        address = f"supporter-{language}-{width}@people.example"
        page = open_page(site, width=width, javascript=False, language=language)
        prefix = "" if language == "en" else "/ko"
        page.goto(prefix + PETITION)
        visits.append((page, prefix, address))
    [before] = {count_on(page) for page, _prefix, _address in visits}

    for page, prefix, address in visits:
        page.locator("#id_name").fill("나그네" if prefix else "A traveller")
        page.locator("#id_email").fill(address)
        page.locator("form[action$='/sign/'] button").click()
        expect(page).to_have_url(re.compile(r"/check-inbox/$"))
    links = [confirmation_link(site, address) for _page, _prefix, address in visits]

    for (page, prefix, _address), link in zip(visits, links, strict=True):
        assert f"{prefix}/signatures/" in link
        for _ in range(2):  # what a mail scanner does
            page.goto(link)
        page.goto(prefix + PETITION)
        assert count_on(page) == before

    for (page, _prefix, _address), link in zip(visits, links, strict=True):
        page.goto(link)
        with page.expect_navigation():
            page.locator("main form button").click()
        page.goto(link)  # a second click finds no button
        assert page.locator("main form button").count() == 0
        for _ in range(2):  # nor does a button that was pressed three times count three
            with urlopen(link, b"") as answer:  # noqa: S310 our own address
                assert answer.status == 200

    def counts() -> set[int]:
        found: set[int] = set()
        for prefix in ("", "/ko"):
            with urlopen(site.url + prefix + PETITION) as answer:  # noqa: S310 our own address
                found |= {int(count) for count in re.findall(rb'data-signature-count="(\d+)"', answer.read())}
        return found

    wait_for(lambda: counts() == {before + len(visits)}, seconds=15, what="the count on the page")
    for page, prefix, _address in visits:
        page.goto(prefix + PETITION)
        assert count_on(page) == before + len(visits)
        assert_no_cookie(page)
        assert_no_third_party(page)


def test_a_mistake_keeps_what_was_written_and_says_what_to_do(site, open_page):
    page = open_page(site, width=390, javascript=False, expected=("422",))
    page.goto(PETITION)
    page.locator("#id_name").fill("A traveller")
    page.locator("#id_email").fill("nonsense@nowhere")
    page.locator("form[action$='/sign/'] button").click()
    expect(page.locator("#id_email_error")).to_contain_text("does not look like an e-mail address")
    expect(page.locator("#id_name")).to_have_value("A traveller")
    expect(page.locator("[role=alert]")).to_be_visible()


@only_long  # in `make test` tests/faults kills what sends
def test_mail_follows_by_itself_after_a_kill(site):
    """kill -9 right after the answers: the rows were there first."""
    for number in range(5):
        answers = urlencode({"name": f"Traveller {number}", "email": f"killed-{number}@people.example"}).encode()
        with urlopen(f"{site.url}{PETITION}sign/", answers) as answer:  # noqa: S310 our own address
            assert answer.url.endswith("/check-inbox/")
    site.kill()
    site.start()
    for number in range(5):
        site.wait_for_mail(to=f"killed-{number}@people.example", seconds=40)
    assert len(site.mails(to="killed-")) == 5
