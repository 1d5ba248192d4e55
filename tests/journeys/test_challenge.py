"""Signing under attack: a browser works for a moment, and whoever has no JavaScript waits for a moment."""

import re
from urllib.request import urlopen

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.conftest import only_long
from tests.journeys.site import wait_for
from tests.journeys.walking import is_too_wide

PETITION = "/petitions/safe-passage/"
WITHOUT_WORKERS = "delete window.Worker"
NEVER_DONE = "window.Worker = class { postMessage() {} terminate() {} }"


def fill_in(page: Page, address: str) -> None:
    page.locator("#id_name").fill("나그네")
    page.locator("#id_email").fill(f" {address.upper()} ")


def press(page: Page) -> None:
    page.locator("main form button:not([type=button])").click()


def assert_sent(page: Page) -> None:
    expect(page).to_have_url(re.compile(r"/check-inbox/$"))


def test_a_browser_works_for_a_moment_and_signs(site, open_page):
    def asks() -> bool:
        with urlopen(f"{site.url}/ko{PETITION}") as answer:  # noqa: S310 our own address
            return b"js/challenge" in answer.read()

    site.sql("UPDATE petitions_petition SET challenge_since = datetime('now')")
    try:
        wait_for(asks, what="a page that knows of the challenge")
        page = open_page(site, width=390, language="ko")
        page.goto(f"/ko{PETITION}")
        fill_in(page, "worker@people.example")
        with page.expect_request(lambda request: request.method == "POST") as sent:
            press(page)
        assert re.search(r"proof=\d+", sent.value.post_data or "")
        assert_sent(page)
    finally:
        site.sql("UPDATE petitions_petition SET challenge_since = NULL")


@only_long
def test_signing_with_work_or_with_patience(start_site, open_page):
    site = start_site(CHALLENGE_WAIT="6", PAGE_CACHE_SECONDS="0")
    early_bird = open_page(site, width=390, expected=("429",))
    early_bird.goto(PETITION)
    expect(early_bird.locator("script[src*='challenge']")).to_have_count(0)
    site.sql("UPDATE petitions_petition SET challenge_since = '2026-01-01 00:00:00'")

    plain = open_page(site, width=390, javascript=False, expected=("429",))
    plain.goto(PETITION)
    for number, (script, prefix) in enumerate((("", "/ko"), (WITHOUT_WORKERS, ""))):
        page = open_page(site, width=390, language="ko")
        page.add_init_script(script)
        page.goto(prefix + PETITION)
        fill_in(page, f"worker-{number}@people.example")
        with page.expect_request(lambda request: request.method == "POST") as sent:
            press(page)
        assert re.search(r"proof=\d+", sent.value.post_data or "")
        assert_sent(page)

    page = open_page(site, width=390)
    page.add_init_script(NEVER_DONE)
    page.goto(PETITION)
    fill_in(page, "undecided@people.example")
    press(page)
    expect(page.locator("[data-challenge-status]")).to_contain_text("little calculation")
    button = page.locator("form[data-challenge] > button")
    expect(button).to_have_attribute("aria-disabled", "true")
    page.get_by_role("button", name="Stop, do not send").click()
    expect(button).not_to_have_attribute("aria-disabled", "true")
    expect(button).to_be_focused()
    expect(page.locator("[data-challenge-status]")).to_be_empty()
    expect(page.get_by_role("button", name="Stop, do not send")).to_be_hidden()
    expect(page.locator("#id_email")).to_have_value("UNDECIDED@PEOPLE.EXAMPLE")

    fill_in(plain, "patient@people.example")
    press(plain)
    expect(plain.locator("h1")).to_have_text("Please wait a moment, then send it")
    press(plain)
    expect(plain.locator("[role=alert]")).to_contain_text("a little early")
    plain.wait_for_timeout(6_000)
    press(plain)
    assert_sent(plain)

    fill_in(early_bird, "early-bird@people.example")  # its page knows of nothing yet
    press(early_bird)
    expect(early_bird.locator("[data-challenge-status]")).to_have_text(
        "The calculation is done. You can press the button now."
    )
    assert Axe().run(early_bird).response["violations"] == []
    assert not is_too_wide(early_bird)
    press(early_bird)
    assert_sent(early_bird)

    for name in ("worker-0", "worker-1", "patient", "early-bird"):
        site.wait_for_mail(to=f"{name}@people.example".upper().replace("PEOPLE.EXAMPLE", "people.example"))
    assert site.mails(to="UNDECIDED") == []
