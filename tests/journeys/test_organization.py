"""An organization: its delegate is invited from the desk, signs in by code, and co-signs the exact text."""

import hashlib
import re
import urllib.request

import pytest
from playwright.sync_api import Page, expect

from demo.logins import DELEGATE, EDITOR
from tests.journeys.site import Site, text_of, wait_for

# Delegates of fictional organizations whose answer to the open letter is outstanding, by the language they write in.
NAME = {390: "Phone Signer", 1280: "Desk Signer"}


def sign_in(page: Page, site: Site, address: str, *, path: str = "/delegate/") -> None:
    """From a closed door to the page behind it, through the code in the mail."""
    before = len(site.mails(to=address))
    page.goto(path)
    page.locator("#id_email").fill(address)
    page.locator("main form button").first.click()
    wait_for(lambda: len(site.mails(to=address)) > before, what="the sign-in code")
    [code] = re.findall(r"\b\d{4} \d{4}\b", text_of(site.mails(to=address)[-1]))
    page.locator("#id_code").fill(code)
    page.locator("main form button").first.click()
    expect(page).to_have_url(re.compile(re.escape(path) + r"(\?.*)?$"))


def sign_in_at_the_desk(page: Page, login: object) -> None:
    page.goto("/admin/")
    page.locator("#id_username").fill(login.address)
    page.locator("#id_password").fill(login.password)
    page.locator("form [type=submit]").first.click()
    expect(page).to_have_url(re.compile(r"/admin/$"))


@pytest.mark.parametrize("width", [390, 1280])
def test_a_delegate_co_signs_exactly_what_was_read(start_site, open_page, width):
    site = start_site()
    page = open_page(site, width=width, javascript=False)
    sign_in(page, site, DELEGATE)
    page.locator(".waiting a").first.click()
    digest = page.locator("dl.facts code").first.inner_text()
    assert re.fullmatch(r"[0-9a-f]{64}", digest)
    page.locator("#id_signer_name").fill(NAME[width])
    page.locator("#id_signer_title").fill("Director")
    page.locator("#id_authority").fill("Board decision of 3 May")
    page.locator("#id_confirms").check()
    page.locator("form[aria-labelledby=cosign-heading] button").click()
    expect(page).to_have_url(re.compile(r"/signed/"))
    expect(page.locator("main")).to_contain_text(digest)

    receipt = wait_for(
        lambda: [mail for mail in site.mails(to=DELEGATE) if list(mail.iter_attachments())], what="the receipt"
    )[-1]
    assert digest in text_of(receipt)
    [pdf] = receipt.iter_attachments()
    assert pdf.get_content().startswith(b"%PDF")

    page.goto("/delegate/")
    assert page.locator(".waiting a").count() == 0
    expect(page.locator("main")).to_contain_text(NAME[width])


def test_a_new_delegate_is_invited_from_the_desk_and_comes_in(start_site, open_page):
    site = start_site()
    address = "new.delegate@northern-lights.example"
    desk = open_page(site)
    sign_in_at_the_desk(desk, EDITOR)
    desk.goto("/admin/campaigns/organization/?q=Northern+Lights")
    desk.locator("#result_list a").first.click()
    desk.get_by_role("link", name=re.compile("Invite a delegate")).or_(
        desk.get_by_role("button", name=re.compile("Invite a delegate"))
    ).first.click()
    desk.locator("#id_name").fill("Aoife Brennan (demo)")
    desk.locator("#id_address").fill(address)
    desk.locator("#id_title").fill("Chair")
    desk.locator("#id_mandate").fill("Board decision of 3 May")
    desk.locator("#content form [type=submit]").last.click()
    invitation = text_of(site.wait_for_mail(to=address))
    assert "/delegate/" in invitation

    page = open_page(site, width=390, javascript=False)
    sign_in(page, site, address)
    expect(page.locator(".waiting a").first).to_be_visible()


def test_the_public_page_lists_them_and_anybody_can_recompute_the_digest(site, open_page, assert_no_cookie):
    page = open_page(site, width=390, javascript=False)
    page.goto("/statements/")
    page.locator("main a[href*='/statements/after-the-night']").first.click()
    count = int(page.locator("[data-cosignature-count]").first.get_attribute("data-cosignature-count") or "")
    assert count == 24
    page.locator("a[href*='/statements/digest/']").first.click()
    digest = page.url.rstrip("/").rpartition("/")[2]
    with urllib.request.urlopen(f"{site.url}/statements/digest/{digest}.txt") as answer:  # noqa: S310 our own address
        assert hashlib.sha256(answer.read()).hexdigest() == digest
    assert_no_cookie(page)
