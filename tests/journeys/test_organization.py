"""An organization: its delegate is invited from the desk, signs in by code, and co-signs the exact text."""

import hashlib
import re
import urllib.request

import pytest
from playwright.sync_api import Page, expect

from demo.files import records
from demo.logins import DELEGATE, EDITOR, Login
from tests.conftest import only_long
from tests.journeys.site import Site, text_of, wait_for


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


def sign_in_at_the_desk(page: Page, login: Login) -> None:
    page.goto("/admin/")
    page.locator("#id_username").fill(login.address)
    page.locator("#id_password").fill(login.password)
    page.locator("form [type=submit]").first.click()
    expect(page).to_have_url(re.compile(r"/admin/$"))


def waiting_delegate(site: Site, language: str) -> str:
    """The address of a delegate, reading this language, whose organization has not answered the open letter."""
    if language == "en":
        return DELEGATE
    waiting = site.sql(
        "SELECT organization.slug FROM campaigns_organization organization"
        " JOIN statements_invitation invitation ON organization_id = organization.id"
        " JOIN statements_statement statement ON statement.id = statement_id"
        " WHERE invitation.state = 'invited' AND statement.state = 'open'"
    )
    delegates = {record["id"]: record["delegate"] for record in records("fictional-organizations")}
    return next(delegates[slug]["address"] for (slug,) in waiting if delegates[slug]["language"] == language)


@pytest.mark.parametrize(("width", "language"), [(390, "ko"), pytest.param(1280, "en", marks=only_long)])
def test_a_delegate_co_signs_exactly_what_was_read(site, open_page, width, language):
    address = waiting_delegate(site, language)
    home = "/delegate/" if language == "en" else "/ko/delegate/"
    page = open_page(site, width=width, javascript=False, language=language)
    sign_in(page, site, address, path=home)
    page.locator("main a[href*='/delegate/statements/']").first.click()
    digest = page.locator("main code").first.inner_text()
    assert re.fullmatch(r"[0-9a-f]{64}", digest)
    signer = f"Signer at {width}"
    page.locator("#id_signer_name").fill(signer)
    page.locator("#id_signer_title").fill("Director")
    page.locator("#id_authority").fill("Board decision of 3 May")
    page.locator("#id_confirms").check()
    page.locator("form[aria-labelledby=cosign-heading] button").click()
    expect(page).to_have_url(re.compile(r"/signed/"))
    expect(page.locator("main")).to_contain_text(digest)

    receipt = wait_for(
        lambda: [mail for mail in site.mails(to=address) if list(mail.iter_attachments())], what="the receipt"
    )[-1]
    assert digest in text_of(receipt)
    [pdf] = receipt.iter_attachments()
    assert pdf.get_content().startswith(b"%PDF")

    page.goto(home)
    expect(page.locator("main")).to_contain_text(signer)
    page.goto(page.locator("main a[href*='/delegate/statements/']").first.get_attribute("href"))
    expect(page.locator("form[aria-labelledby=cosign-heading]")).to_have_count(0)


@only_long
def test_a_new_delegate_is_invited_from_the_desk_and_comes_in(site, open_page):
    address = "new.delegate@northern-lights.example"
    desk = open_page(site)
    sign_in_at_the_desk(desk, EDITOR)
    desk.goto("/admin/campaigns/organization/?q=Northern+Lights")
    desk.locator("#result_list tbody a").first.click()
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
    expect(page.locator("main a[href*='/delegate/statements/']").first).to_be_visible()


def test_the_public_page_lists_them_and_anybody_can_recompute_the_digest(site, open_page, assert_no_cookie):
    page = open_page(site, width=390, javascript=False)
    page.goto("/statements/joint-statement-2023-10/")
    count = int(page.locator("[data-cosignature-count]").first.get_attribute("data-cosignature-count") or "")
    assert count == 24
    page.locator("a[href*='/statements/digest/']").first.click()
    expect(page).to_have_url(re.compile("/statements/digest/"))
    digest = page.url.rstrip("/").rpartition("/")[2]
    with urllib.request.urlopen(f"{site.url}/statements/digest/{digest}.txt") as answer:  # noqa: S310 our own address
        assert hashlib.sha256(answer.read()).hexdigest() == digest
    assert_no_cookie(page)
